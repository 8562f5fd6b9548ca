"""Callbacks as they are read: when it suits to call, when to try again, and in which order they are called."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.opening_hours import OpeningHours, Span, WeeklyWindow, local_date, no_holidays
from guidance.hours import answering_hours
from guidance.models import CallbackAttempt, CallbackRequest, Contact

Wish = CallbackRequest.Wish
MAX_TRIES = 3
PAUSE = dt.timedelta(hours=2)  # between two tries, at least
LOOK_AHEAD_DAYS = 21
# How many days of service a right number is waited for after a wrong one: a working week, so that somebody who works
# shifts, or opens the page at the weekend only, has come by; longer would be a place in the list that nobody can serve.
NUMBER_DAYS = 5
# Minutes of a Helsinki day.
WINDOWS = {
    Wish.MORNING: (8 * 60, 10 * 60),
    Wish.FORENOON: (10 * 60, 12 * 60),
    Wish.AFTERNOON: (12 * 60, 14 * 60),
    Wish.LATE_AFTERNOON: (14 * 60, 16 * 60),
}


def callback_of(contact: Contact) -> CallbackRequest | None:
    """What was asked for; None for a contact of another channel."""
    if contact.channel != Contact.Channel.CALLBACK:
        return None
    return CallbackRequest.objects.prefetch_related("attempts__worker").filter(pk=contact.pk).first()


def wished_hours(wishes: list[str]) -> OpeningHours:
    """The wished times of every day, as hours; every moment when nothing is wished."""
    if not wishes:
        return OpeningHours.always()
    windows = [WeeklyWindow(day, *WINDOWS[Wish(wish)]) for day in range(1, 8) for wish in wishes]
    return OpeningHours(windows, holidays_of=no_holidays)


def suits_now(wishes: list[str], now: dt.datetime) -> bool:
    return wished_hours(wishes).is_open(now)


def next_try(hours: OpeningHours, wishes: list[str], now: dt.datetime) -> dt.datetime | None:
    """When to call again after a try at `now`: the next wished time within the hours of service that begins, or still
    goes on, after the pause. Wishes that no service time meets give way to the hours of service. None: never."""
    for wanted in (wished_hours(wishes), OpeningHours.always()):
        found = _first_common(hours, wanted, now + PAUSE)
        if found is not None:
            return found
    return None


def _first_common(hours: OpeningHours, wanted: OpeningHours, after: dt.datetime) -> dt.datetime | None:
    first = local_date(after)
    for number in range(LOOK_AHEAD_DAYS):
        day = first + dt.timedelta(days=number)
        common = sorted(_common(hours.spans_on(day), wanted.spans_on(day)))
        for opens, closes in common:
            if closes > after:
                return max(opens, after)
    return None


def _common(some: tuple[Span, ...], others: tuple[Span, ...]) -> list[Span]:
    both = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return [(start, end) for start, end in both if start < end]


def next_try_for(contact: Contact, callback: CallbackRequest, now: dt.datetime) -> dt.datetime | None:
    return next_try(answering_hours(contact.unit, contact.channel), callback.wishes, now)


def calling_order(contact: Contact, now: dt.datetime) -> tuple[Any, ...]:
    """The key by which waiting callbacks stand: the urgent ones, those that waited past their promise, then
    those whom it suits now, then those to be called later by when; last those whose number has to be put right."""
    callback = contact.callback
    late = callback.next_try_at is None and contact.due_at is not None and contact.due_at < now
    when = callback.next_try_at or contact.due_at or contact.queued_at
    urgent = contact.priority == Contact.Priority.CONFIRMED
    callable_now = callback.next_try_at is None or callback.next_try_at <= now
    suits = callable_now and suits_now(callback.wishes, now)
    return (not callback.number_sealed, not urgent, not late, not suits, when, contact.queued_at)


def taken_without_attempt(before: dt.datetime) -> QuerySet[Contact]:
    """Callbacks that somebody took before this moment and has not tried to call since."""
    tried = CallbackAttempt.objects.filter(callback=OuterRef("pk"), at__gte=OuterRef("taken_at"))
    taken = Contact.objects.open().filter(channel=Contact.Channel.CALLBACK, taken_at__lt=before, left_at__isnull=True)
    return taken.exclude(Exists(tried))


def without_a_number(before: dt.datetime) -> QuerySet[Contact]:
    """Waiting callbacks whose number was wrong before this moment, and whose family has neither put it right nor
    written anything since. What may be urgent is left to people."""
    wrong = CallbackAttempt.objects.filter(callback=OuterRef("pk"), outcome=CallbackAttempt.Outcome.WRONG_NUMBER)
    asked = Contact.objects.waiting().filter(
        Q(callback__number_sealed=""), channel=Contact.Channel.CALLBACK, turn=Contact.Turn.CLIENT
    )
    not_urgent = asked.exclude(priority__in=[Contact.Priority.SUSPECTED, Contact.Priority.CONFIRMED])
    return not_urgent.filter(Exists(wrong)).exclude(Exists(wrong.filter(at__gte=before)))


def number_waited_until(contact: Contact, asked_at: dt.datetime) -> dt.datetime | None:
    """Until when a right number is waited for. None: no day of service is in sight."""
    return answering_hours(contact.unit, contact.channel).service_day_close(asked_at, NUMBER_DAYS)
