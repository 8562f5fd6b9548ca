"""The pages for a server behind our own proxy: the visitor's address is the one that the proxy reports.

Rate limits count by address. gunicorn leaves the proxy's there, and then all families together would be one visitor.
Never use this where anybody else can connect: the header would be theirs to write.
"""

from collections.abc import Iterable
from typing import Any

from perhekeskus.wsgi import application as site


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    # The last one is what our proxy saw; those before it are what the visitor claims.
    _claimed, _comma, seen = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")
    if seen.strip():
        environ["REMOTE_ADDR"] = seen.strip()
    return site(environ, start_response)
