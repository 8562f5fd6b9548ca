"""The few files of the provider's pages: the platform's own tokens, type and basics, and one sheet of its own."""

from pathlib import Path

from perhekeskus.demo.provider.http import Answer, Refused

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "static" / "shared"
FILES = {
    "tokens.css": (SHARED / "tokens.css", "text/css; charset=utf-8"),
    "base.css": (SHARED / "base.css", "text/css; charset=utf-8"),
    "fonts/source-sans-3.woff2": (SHARED / "fonts" / "source-sans-3.woff2", "font/woff2"),
    "provider.css": (HERE / "provider.css", "text/css; charset=utf-8"),
    "sign.svg": (HERE / "sign.svg", "image/svg+xml"),
}


def shared_file(name: str) -> Answer:
    if name not in FILES:
        raise Refused("There is nothing here.", 404)
    path, content_type = FILES[name]
    try:
        return Answer(path.read_bytes(), 200, content_type, {"Cache-Control": "max-age=300"})
    except OSError:
        raise Refused("There is nothing here.", 404) from None
