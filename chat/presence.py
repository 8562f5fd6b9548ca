"""Who is there: presence with a capacity, a pause with its reason, and signs of life."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership, User
from accounts.selectors import Role, unit_ids
from audit.codes import AuditCode
from audit.services import record, staff_member
from chat.models import Presence
from core import realtime
from guidance import events
from guidance.models import Contact
from guidance.selectors import open_chats_by_worker, open_chats_of

State = Presence.State
SIGN_OF_LIFE_EVERY = dt.timedelta(seconds=10)


class PresenceRefused(Exception):
    """An unknown state, a pause without a reason, or a capacity outside 1 to 8."""


@dataclass(frozen=True)
class Seats:
    """What a unit can take in: workers who are there, their seats, and how many of those are free."""

    workers: int
    seats: int
    free: int


def presence_of(user: User, now: dt.datetime) -> Presence:
    """The worker's presence; away until they say otherwise."""
    return Presence.objects.get_or_create(user=user, defaults={"since": now, "last_seen_at": now})[0]


def presence_with_chats(user: User, now: dt.datetime) -> tuple[Presence, int]:
    """The worker's presence, and how many open chats they have: one question for the bar of every page."""
    mine = Contact.objects.open().filter(worker=OuterRef("user"), channel=Contact.Channel.CHAT)
    counted = mine.order_by().values("worker").annotate(n=Count("pk")).values("n")
    found = Presence.objects.annotate(chats=Coalesce(Subquery(counted), 0)).filter(user=user).first()
    return (found, found.chats) if found is not None else (presence_of(user, now), open_chats_of(user))


def set_presence(
    *, user: User, state: str, pause_reason: str = "", capacity: int | None = None, now: dt.datetime
) -> Presence:
    """Say whether one takes chats, and how many at once. Raises PresenceRefused."""
    reason = pause_reason if state == State.PAUSED else ""
    if state not in State.values or (state == State.PAUSED and reason not in Presence.PauseReason.values):
        raise PresenceRefused
    if capacity is not None and not 1 <= capacity <= 8:
        raise PresenceRefused
    with transaction.atomic():
        presence_of(user, now)
        presence = Presence.objects.select_for_update().get(user=user)
        if presence.state != state:
            presence.since = now
        presence.state, presence.pause_reason, presence.last_seen_at = state, reason, now
        presence.capacity = capacity or presence.capacity
        presence.save()
        record(
            code=AuditCode.PRESENCE_CHANGED,
            actor=staff_member(user.pk),
            object_type="user",
            object_id=user.pk,
            now=now,
            data={"state": state, "capacity": presence.capacity, "reason": reason},
        )
        _announce(user)
    return presence


def give_sign_of_life(*, user: User, now: dt.datetime) -> None:
    """The worker's desk or one of their threads is open, or they have just acted. Written at most every ten seconds;
    somebody away stays away."""
    stale = Presence.objects.filter(user=user, last_seen_at__lt=now - SIGN_OF_LIFE_EVERY)
    if not stale.update(last_seen_at=now):
        presence_of(user, now)


def living_since(now: dt.datetime) -> dt.datetime:
    """A desk that has been silent since before this moment is gone."""
    return now - dt.timedelta(seconds=settings.CHAT_WORKER_GRACE)


def seats_of(unit_id: int, now: dt.datetime, *, language: str | None = None) -> Seats:
    """The seats of a unit now; with `language` those of workers who serve in it."""
    there = list(_there(now).filter(user__memberships__unit_id=unit_id, **_CURRENT_WORKER, **_serving(language)))
    taken = open_chats_by_worker([presence.user_id for presence in there])
    free = sum(max(0, presence.capacity - taken.get(presence.user_id, 0)) for presence in there)
    return Seats(len(there), sum(presence.capacity for presence in there), free)


_CURRENT_WORKER = {
    "user__memberships__role": Membership.Role.WORKER,
    "user__memberships__ended_at__isnull": True,
    "user__is_active": True,
}


def _serving(language: str | None) -> dict[str, list[str]]:
    return {} if language is None else {"user__languages__contains": [language]}


def _there(now: dt.datetime):  # type: ignore[no-untyped-def]
    return Presence.objects.filter(state=State.AVAILABLE, last_seen_at__gte=living_since(now))


def colleagues_in(unit_id: int, user: User, now: dt.datetime) -> list[tuple[User, Presence | None]]:
    """The unit's other workers with their presence (None: not there), by name."""
    users = (
        User.objects.filter(
            is_active=True,
            memberships__unit_id=unit_id,
            memberships__role=Role.WORKER,
            memberships__ended_at__isnull=True,
        )
        .exclude(pk=user.pk)
        .select_related("presence")
        .distinct()
        .order_by("first_name", "last_name")
    )
    living = living_since(now)
    found = []
    for colleague in users:
        presence = getattr(colleague, "presence", None)
        there = presence is not None and presence.state != State.AWAY and presence.last_seen_at >= living
        found.append((colleague, presence if there else None))
    return found


def _announce(user: User) -> None:
    for unit_id in unit_ids(user, Role.WORKER):
        events.announce_queue(unit_id)
    units = unit_ids(user)
    transaction.on_commit(lambda: realtime.announce_desk(units))
