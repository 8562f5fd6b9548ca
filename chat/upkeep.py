"""What the platform does by itself with chats and callbacks: nobody is left hanging.

Each function looks for candidates without a lock and lets the service decide again under the contact's lock, so that
running twice, late or beside a worker's own act changes nothing twice.
"""

import datetime as dt

from django.conf import settings
from django.db.models import Q

from accounts.models import Unit
from chat.doors import is_open_by_hours
from chat.models import Presence
from chat.presence import living_since, seats_of
from guidance.callbacks import without_a_number
from guidance.hours import hours_for
from guidance.models import Contact
from guidance.services import (
    ContactClosed,
    carry_over,
    close_silent_contact,
    close_without_a_number,
    return_to_queue,
    warn_of_silence,
)

Channel, Turn = Contact.Channel, Contact.Turn


def return_abandoned_chats(*, now: dt.datetime) -> int:
    """Open chats whose worker's desk has been silent for the grace time go back to the head of the queue.

    A chat taken less than the grace time ago is left alone: its worker's first sign of life may be on its way.
    """
    living = living_since(now)
    there = Presence.objects.filter(last_seen_at__gte=living).values("user_id")
    abandoned = (
        Contact.objects.open()
        .filter(channel=Channel.CHAT, taken_at__lt=living, left_at__isnull=True)
        .exclude(worker_id__in=there)
        .select_related("worker")
    )
    return sum(
        return_to_queue(contact_id=contact.pk, vanished=contact.worker, now=now)
        for contact in abandoned
        if contact.worker
    )


def attend_to_silence(*, now: dt.datetime) -> int:
    """Warn families that have been silent since a worker wrote, then close; close what a family has left."""
    warn_before = now - dt.timedelta(seconds=settings.CHAT_IDLE_WARNING)
    minutes = max(1, round((settings.CHAT_IDLE_CLOSE - settings.CHAT_IDLE_WARNING) / 60))
    after_warning = now - dt.timedelta(seconds=settings.CHAT_IDLE_CLOSE - settings.CHAT_IDLE_WARNING)
    silent = Contact.objects.open().filter(Q(turn=Turn.CLIENT) | Q(left_at__isnull=False), channel=Channel.CHAT)
    done = 0
    for contact in silent.filter(idle_warned_at__isnull=True, left_at__isnull=True, last_message_at__lte=warn_before):
        done += warn_of_silence(contact_id=contact.pk, minutes_left=minutes, silent_since=warn_before, now=now)
    closing = silent.filter(
        Q(idle_warned_at__lte=after_warning) | Q(left_at__lte=now - dt.timedelta(seconds=settings.CHAT_IDLE_CLOSE))
    )
    for contact in closing:
        done += close_silent_contact(contact_id=contact.pk, silent_since=after_warning, now=now)
    return done


def carry_over_after_closing(*, now: dt.datetime) -> int:
    """Chats still waiting when the door has closed go on as messages.

    While somebody is there, those who waited at closing time are still served for the closing grace; then, or at
    once when nobody is there, what they wrote goes on as a message. The demo's open door leaves the queue alone.
    """
    if settings.DEMO_MODE and settings.DEMO_DOORS == "open":
        return 0
    carried = 0
    for unit in Unit.objects.filter(contacts__in=_waiting()).distinct():
        if is_open_by_hours(unit, Channel.CHAT, now) or _still_served(unit, now):
            continue
        for contact in _waiting().filter(unit=unit).in_queue_order():
            carried += _carried(contact, now)
    return carried


def close_callbacks_without_a_number(*, now: dt.datetime) -> int:
    """Callbacks whose number was wrong end when the family has had its days to put it right."""
    return sum(close_without_a_number(contact_id=contact.pk, now=now) for contact in without_a_number(now))


def _waiting():  # type: ignore[no-untyped-def]
    return Contact.objects.waiting().filter(channel=Channel.CHAT)


def _still_served(unit: Unit, now: dt.datetime) -> bool:
    grace = dt.timedelta(seconds=settings.CHAT_CLOSING_GRACE)
    return hours_for(unit, Channel.CHAT).is_open(now - grace) and seats_of(unit.pk, now).workers > 0


def _carried(contact: Contact, now: dt.datetime) -> bool:
    try:
        carry_over(contact=contact, now=now)
    except ContactClosed:  # taken or left in the meantime: somebody was quicker, and that is well
        return False
    return True
