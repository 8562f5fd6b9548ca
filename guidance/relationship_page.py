"""Reading one family's whole matter for the desk's relationship page, in few and bounded questions.

The row answers three things in one query: may this member of staff open it, whose it is, and who answers for it. Lists
come a page at a time, so that a family of twenty years costs what a new one does.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404

from accounts.models import Person, User
from accounts.selectors import Role, unit_ids
from audit.codes import AuditCode
from audit.models import AuditEvent
from core.opening_hours import local_date
from guidance.models import ClientRelationship, Contact, Note, ResponsibleWorker
from guidance.responsible import relationships_of_staff
from guidance.services.looks import ONE_LOOK

ROWS = 20
State = ResponsibleWorker.State
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """So many of the newest rows; `older` is where the next page begins, None on the last one."""

    rows: list[Row]
    older: dt.datetime | None


@dataclass(frozen=True)
class NoteShown:
    body: str
    at: dt.datetime
    author: str


@dataclass(frozen=True)
class Family:
    """A relationship with who answers for it (`standing_*`), who has been asked to (`asked_*`) and who stands in today
    (`turn_*`), None where nobody does; `seen_just_now`: this person's last look still lasts."""

    pk: int
    person: Person | None
    standing_id: uuid.UUID | None
    standing_worker_id: int | None
    standing_first_name: str | None
    standing_last_name: str | None
    standing_role: str | None
    standing_unit_id: int | None
    standing_answered_at: dt.datetime | None
    asked_id: uuid.UUID | None
    asked_worker_id: int | None
    asked_first_name: str | None
    asked_last_name: str | None
    asked_role: str | None
    asked_proposed_by_id: int | None
    turn_worker_id: int | None
    turn_first_name: str | None
    turn_last_name: str | None
    turn_until_on: dt.date | None
    contact_unit_id: int | None
    seen_just_now: bool
    notes: Page[NoteShown]


def relationship_for_staff(
    user: User, relationship_id: int, now: dt.datetime, notes_before: dt.datetime | None = None
) -> Family:
    """A relationship that this member of staff may open, with the newest notes on it (or those before a moment).
    Raises Http404 for any other."""
    today = local_date(now)
    looks = AuditEvent.objects.filter(
        relationship_id=OuterRef("pk"),
        code=AuditCode.RELATIONSHIP_VIEWED,
        object_type="relationship",
        actor_kind=AuditEvent.Actor.STAFF,
        actor_id=user.pk,
        at__gt=now - ONE_LOOK,
    )
    units_here = Contact.objects.filter(
        relationship=OuterRef("pk"), unit__in=unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    )
    found = (
        ClientRelationship.objects.filter(relationships_of_staff(user, now), pk=relationship_id)
        .select_related("person")
        .annotate(
            standing=FilteredRelation("responsible_workers", condition=Q(responsible_workers__state=State.ACCEPTED)),
            asked=FilteredRelation("responsible_workers", condition=Q(responsible_workers__state=State.PROPOSED)),
        )
        .annotate(
            turn=FilteredRelation(
                "standing__substitutes",
                condition=Q(
                    standing__substitutes__from_on__lte=today,
                    standing__substitutes__until_on__gt=today,
                    standing__substitutes__cancelled_at__isnull=True,
                ),
            )
        )
        .annotate(
            **{
                f"{name}_{field}": F(f"{name}__{path}")
                for name in ("standing", "asked")
                for field, path in {
                    "id": "pk",
                    "worker_id": "worker_id",
                    "first_name": "worker__first_name",
                    "last_name": "worker__last_name",
                    "role": "role",
                    "unit_id": "unit_id",
                    "answered_at": "answered_at",
                    "proposed_by_id": "proposed_by_id",
                }.items()
            },
            turn_worker_id=F("turn__worker_id"),
            turn_first_name=F("turn__worker__first_name"),
            turn_last_name=F("turn__worker__last_name"),
            turn_until_on=F("turn__until_on"),
            contact_unit_id=Subquery(units_here.values("unit")[:1]),
            seen_just_now=Exists(looks),
            note_rows=ArraySubquery(_notes(notes_before)),
        )
        .first()
    )
    if found is None:
        raise Http404
    told = {field.name: getattr(found, field.name) for field in fields(Family) if field.name != "notes"}
    return Family(**told, notes=_notes_page(found.note_rows))


def through_unit(row: Family, user: User) -> int:
    """The unit through which this person may open the relationship: where they answer for it, else where it has a
    contact."""
    mine = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    if answers_for(row, user) and row.standing_unit_id in mine:
        return row.standing_unit_id
    return row.contact_unit_id or mine[0]


def answers_for(row: Family, user: User) -> bool:
    return user.pk in (row.standing_worker_id, row.turn_worker_id)


def contacts_page(user: User, relationship_id: int, before: dt.datetime | None = None) -> Page[Contact]:
    """The relationship's contacts in this person's units, newest first."""
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    theirs = Contact.objects.with_row_details().of_units(units).filter(relationship=relationship_id)
    if before is not None:
        theirs = theirs.filter(opened_at__lt=before)
    found = list(theirs.order_by("-opened_at", "-pk")[: ROWS + 1])
    shown = found[:ROWS]
    return Page(shown, shown[-1].opened_at if len(found) > ROWS else None)


def _notes(before: dt.datetime | None) -> QuerySet[Any]:
    """A page of notes and one more, as JSON beside the relationship's row."""
    notes = Note.objects.filter(relationship=OuterRef("pk"))
    if before is not None:
        notes = notes.filter(at__lt=before)
    shape = JSONObject(body="body", at="at", first="author__first_name", last="author__last_name")
    return notes.order_by("-at", "-pk").annotate(row=shape).values("row")[: ROWS + 1]


def _notes_page(rows: list[dict[str, str]]) -> Page[NoteShown]:
    found = [
        NoteShown(row["body"], dt.datetime.fromisoformat(row["at"]), f"{row['first']} {row['last']}".strip())
        for row in rows
    ]
    shown = found[:ROWS]
    return Page(shown, shown[-1].at if len(found) > ROWS else None)
