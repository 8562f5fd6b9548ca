"""What the demo is told from: the JSON files under `content/`."""

import json
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


def content(name: str) -> Any:
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


def content_names(folder: str) -> list[str]:
    """The JSON files of a folder, in the order of their names."""
    return sorted(f"{folder}/{path.name}" for path in (CONTENT / folder).glob("*.json"))
