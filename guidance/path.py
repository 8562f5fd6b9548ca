"""A family's path: every touchpoint with somebody who helps, over time, with the waits and how each has felt.

guidance tells of contacts and of who answers for the family; the rooms above tell of theirs through one register, as
with what they hang on a relationship (guidance/attached.py). Who may see a relationship is the caller's to ask.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from core.translations import localized
from guidance.models import ClientRelationship, Contact, ResponsibleWorker


class Kind(StrEnum):
    CONTACT = "contact"
    REFERRAL = "referral"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    PERSON = "person"


@dataclass(frozen=True)
class Stretch:
    """A wait of the family's, or a time when it is being helped; still going on when `until` is None."""

    since: dt.datetime
    until: dt.datetime | None
    is_wait: bool


@dataclass(frozen=True)
class Touch:
    """One touchpoint. `channel` and `provider` in the reader's words; `key` is the kind of thing and its id, for links.

    `feeling` is 1 (bad) to 5 (good), None when the family has not told.
    """

    kind: Kind
    key: str
    at: dt.datetime
    channel: str
    provider: str
    words: str
    stretches: tuple[Stretch, ...] = ()
    feeling: int | None = None
    unit_id: int | None = None  # whose it is, where it is one unit's

    def waited(self, now: dt.datetime) -> dt.timedelta:
        """All of its waits together, up to now."""
        waits = (stretch for stretch in self.stretches if stretch.is_wait)
        return sum(((stretch.until or now) - stretch.since for stretch in waits), dt.timedelta())

    @property
    def is_waiting(self) -> bool:
        return any(stretch.is_wait and stretch.until is None for stretch in self.stretches)

    @property
    def ended_at(self) -> dt.datetime | None:
        """When the last stretch ended; None while one goes on, and its own moment when it has none."""
        if not self.stretches:
            return self.at
        return self.stretches[-1].until


Source = Callable[[ClientRelationship], Iterable[Touch]]
_SOURCES: dict[str, Source] = {}


def add_to_path(name: str, source: Source) -> None:
    """A room above says, once when it starts, which touchpoints it knows. Raises ValueError when the name is taken."""
    if name in _SOURCES:
        raise ValueError(f"{name} is on the path twice")
    _SOURCES[name] = source


def path_of(relationship: ClientRelationship) -> list[Touch]:
    """Every touchpoint, oldest first; each room asks a fixed number of questions, however many there are."""
    touches = [*_contacts(relationship), *_persons(relationship)]
    for source in _SOURCES.values():
        touches += source(relationship)
    return sorted(touches, key=lambda touch: (touch.at, touch.key))


def _contacts(relationship: ClientRelationship) -> Iterable[Touch]:
    rows = Contact.objects.filter(relationship=relationship).select_related("unit", "topic", "feedback")
    for row in rows:
        feedback = getattr(row, "feedback", None)
        yield Touch(
            Kind.CONTACT,
            str(row.pk),
            row.opened_at,
            row.get_channel_display(),
            localized(row.unit, "name"),
            localized(row.topic, "name") if row.topic else "",
            tuple(_of_contact(row)),
            feedback.feeling if feedback else None,
            row.unit_id,
        )


def _of_contact(row: Contact) -> Iterable[Stretch]:
    """The wait for a worker, and the conversation."""
    ended = row.closed_at or row.left_at
    if row.joined_at is None:
        yield Stretch(row.opened_at, ended, is_wait=True)
        return
    if row.joined_at > row.opened_at:
        yield Stretch(row.opened_at, row.joined_at, is_wait=True)
    yield Stretch(row.joined_at, max(ended, row.joined_at) if ended else None, is_wait=False)


def _persons(relationship: ClientRelationship) -> Iterable[Touch]:
    stood = (ResponsibleWorker.State.ACCEPTED, ResponsibleWorker.State.ENDED)
    terms = ResponsibleWorker.objects.filter(relationship=relationship, state__in=stood)
    for term in terms.select_related("worker", "unit"):
        assert term.answered_at is not None
        yield Touch(
            Kind.PERSON,
            str(term.pk),
            term.answered_at,
            _("Vastuutyöntekijä"),
            localized(term.unit, "name"),
            f"{term.worker.first_name}, {term.get_role_display()}",
            (Stretch(term.answered_at, term.ended_at, is_wait=False),),
        )
