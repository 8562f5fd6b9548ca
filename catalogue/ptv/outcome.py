"""What came of a page: counts, lines for the report, and whose search index has to be renewed."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from catalogue.models import ImportLine
from catalogue.ptv.reasons import Reason, Remark, stored
from catalogue.ptv.records import Record, Refusal

Act = ImportLine.Act


@dataclass
class Outcome:
    counts: Counter[str] = field(default_factory=Counter)
    lines: list[ImportLine] = field(default_factory=list)
    services: set[int] = field(default_factory=set)

    def __iadd__(self, other: "Outcome") -> "Outcome":
        self.counts += other.counts
        self.lines += other.lines
        self.services |= other.services
        return self

    def line(
        self, act: str, kind: str, source_id: UUID | str, name: str, *, fields: list[str] | None = None, why: str = ""
    ) -> None:
        row = ImportLine(act=act, kind=kind, source_id=str(source_id), name=name[:200], fields=fields or [], why=why)
        self.lines.append(row)

    def acted(self, act: str, record: Record, fields: list[str] | None = None, why: str = "") -> None:
        self.counts[act] += 1
        self.line(act, record.kind, record.ptv_id, record.name, fields=fields, why=why)

    def conflict(self, record: Record, fields: list[str]) -> None:
        self.counts[Act.CONFLICT] += len(fields)
        self.line(Act.CONFLICT, record.kind, record.ptv_id, record.name, fields=fields)

    def left_out(self, record: Record, remarks: list[Remark]) -> None:
        """Parts of a record that was taken."""
        self.counts["left_out"] += len(remarks)
        for remark in remarks:
            name, fields = record.name, [remark.field] if remark.field else []
            self.line(Act.REFUSED, record.kind, record.ptv_id, name, fields=fields, why=remark.why)

    def refused(self, refusal: Refusal) -> None:
        self.counts[Act.REFUSED] += 1
        self.line(Act.REFUSED, refusal.kind, refusal.source_id, refusal.name, why=refusal.remark.why)

    def refused_by_database(self, record: Record, error: Exception) -> None:
        self.counts[Act.REFUSED] += 1
        why = stored(Reason.REFUSED_BY_DATABASE, str(error).partition("\n")[0])
        self.line(Act.REFUSED, record.kind, record.ptv_id, record.name, why=why)
