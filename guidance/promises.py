"""What is promised to a family that comes through a channel: by when a person answers, or calls."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Min, OuterRef, Q, Subquery

from accounts.models import Unit
from core.opening_hours import OpeningHours
from guidance.hours import AT_ANY_TIME, UnitHours, answering_hours
from guidance.models import Contact, CustomerPromise, Message

# What holds in a channel that can be left at any time while nobody has set a promise for it.
DEFAULT_SERVICE_DAYS = 1


def promise_of(channel: str) -> CustomerPromise | None:
    return CustomerPromise.objects.filter(channel=channel).first()


def due_at(unit: Unit, channel: str, now: dt.datetime) -> dt.datetime | None:
    """By when somebody who comes now is answered: minutes of the wall clock, or the close of the nth service day after
    today. None where nothing is promised, or where no service day is to come."""
    return Promises(UnitHours(unit)).due_at(channel, now)


class Promises:
    """What is promised in every channel, counted in the hours of one unit; for one look, as those."""

    def __init__(self, hours: UnitHours) -> None:
        self._hours = hours
        self._by_channel = {promise.channel: promise for promise in CustomerPromise.objects.all()}

    def due_at(self, channel: str, now: dt.datetime) -> dt.datetime | None:
        promise = self._by_channel.get(channel)
        if promise is None and channel not in AT_ANY_TIME:
            return None
        return _due(promise, self._hours.answering(channel), now)


def mark_answers_due(contacts: Iterable[Contact]) -> None:
    """Set `answer_due_at` of each message whose worker has the turn: the promise given at its opening, and for what the
    family wrote after an answer the same promise, counted from its first unanswered words. Four queries
    for one unit, however many."""
    again: dict[uuid.UUID, Contact] = {}
    for contact in contacts:
        contact.answer_due_at = contact.due_at if _waits_for_answer(contact) else None
        if _waits_for_answer(contact) and contact.first_response_at is not None:
            again[contact.pk] = contact
    if not again:
        return
    answers = Message.objects.filter(contact=OuterRef("contact"), kind=Message.Kind.WORKER).order_by("-seq")
    after_answer = Q(kind=Message.Kind.CLIENT, seq__gt=Subquery(answers.values("seq")[:1]))
    asked = Message.objects.filter(after_answer, contact__in=again)
    promise = promise_of(Contact.Channel.MESSAGE)
    hours: dict[int, OpeningHours] = {}
    for pk, at in asked.values_list("contact").annotate(Min("at")):
        contact = again[pk]
        if contact.unit_id not in hours:
            hours[contact.unit_id] = answering_hours(contact.unit, contact.channel)
        contact.answer_due_at = _due(promise, hours[contact.unit_id], at)


def _waits_for_answer(contact: Contact) -> bool:
    is_live = not contact.is_closed and contact.left_at is None
    return is_live and contact.channel == Contact.Channel.MESSAGE and contact.turn == Contact.Turn.WORKER


def _due(promise: CustomerPromise | None, hours: OpeningHours, now: dt.datetime) -> dt.datetime | None:
    if promise is not None and promise.measure == CustomerPromise.Measure.MINUTES:
        # In UTC: on a local time the minutes of a clock change would be missing, or count twice.
        return now.astimezone(dt.UTC) + dt.timedelta(minutes=promise.within)
    return hours.service_day_close(now, promise.within if promise else DEFAULT_SERVICE_DAYS)
