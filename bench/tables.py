"""What a benchmark comes out as: rows of ours beside the yardstick, on the screen and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """One figure, measured in turns: `ours[n]` and `yardstick[n]` belong to the same round.

    `at_least` or `at_most` is the aim for the ratio of the medians, where there is one; `ours_at_most` is one for our
    own median, whatever the yardstick's is.
    """

    label: str
    unit: str
    ours: Sequence[float]
    yardstick: Sequence[float]
    at_least: float | None = None
    at_most: float | None = None
    ours_at_most: float | None = None

    @property
    def ratio(self) -> float:
        return median(self.ours) / (median(self.yardstick) or float("inf"))

    @property
    def aim(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        if self.ours_at_most is not None:
            return f"≤ {self.ours_at_most:g} {self.unit}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""

    @property
    def verdict(self) -> str:
        if self.at_least is not None:
            return "met" if self.ratio >= self.at_least else "MISSED"
        if self.at_most is not None:
            return "met" if self.ratio <= self.at_most else "MISSED"
        if self.ours_at_most is not None:
            return "met" if median(self.ours) <= self.ours_at_most else "MISSED"
        return ""

    def as_json(self) -> dict[str, Any]:
        medians = {"ours_median": median(self.ours), "yardstick_median": median(self.yardstick)}
        return asdict(self) | medians | {"ratio": round(self.ratio, 3), "verdict": self.verdict}


@dataclass(frozen=True)
class Table:
    """`notes` says how it was measured, and is printed under the figures."""

    name: str
    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = field(default_factory=tuple)

    def as_text(self) -> str:
        head = ("", "ours", "yardstick", "ratio", "aim", "")
        lines = [
            (
                f"{row.label} ({row.unit})",
                _figure(median(row.ours)),
                _figure(median(row.yardstick)),
                f"{row.ratio:.2f}",
                row.aim,
                row.verdict,
            )
            for row in self.rows
        ]
        widths = [max(len(line[n]) for line in (head, *lines)) for n in range(len(head))]
        text = [self.title, ""]
        for line in (head, *lines):
            first, *others = (cell.rjust(width) if n else cell.ljust(width)
                              for n, (cell, width) in enumerate(zip(line, widths, strict=True)))  # fmt: skip
            text.append("  ".join([first, *others]).rstrip())
        return "\n".join([*text, "", *self.notes])

    def as_json(self) -> dict[str, Any]:
        rows = [row.as_json() for row in self.rows]
        return {"name": self.name, "title": self.title, "rows": rows, "notes": list(self.notes)}


def _figure(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.2f}"
