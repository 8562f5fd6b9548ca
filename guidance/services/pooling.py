"""Into the common queue, when one has waited long (guidance/common_queue.py)."""

import datetime as dt

from django.db import transaction

from accounts.models import Unit
from audit.codes import AuditCode, AuditGround
from audit.services import SYSTEM, record
from guidance import events
from guidance.common_queue import WAITING_SINCE
from guidance.models import Contact
from guidance.services.locking import locked


def pool_those_who_wait_long(*, now: dt.datetime) -> int:
    """Chats that have waited their unit's minutes come into the common queue. Returns how many."""
    units = {unit.pk: unit for unit in Unit.objects.filter(pool_after_minutes__isnull=False)}
    if len(units) < 2:  # nobody else would see them
        return 0
    pooled = 0
    for unit in units.values():
        assert unit.pool_after_minutes is not None
        before = now - dt.timedelta(minutes=unit.pool_after_minutes)
        waiting = Contact.objects.waiting().filter(unit=unit, channel=Contact.Channel.CHAT, pooled_at__isnull=True)
        for contact in waiting.annotate(since=WAITING_SINCE).filter(since__lte=before).in_queue_order():
            pooled += _pool(contact, list(units), now)
    return pooled


def _pool(candidate: Contact, units: list[int], now: dt.datetime) -> bool:
    with transaction.atomic():
        contact = locked(candidate.pk)
        since = (contact.state, contact.unit_id, contact.returned_at, contact.pooled_at)
        if since != (Contact.State.WAITING, candidate.unit_id, candidate.returned_at, None):
            return False
        contact.pooled_at = now
        contact.save(update_fields=["pooled_at"])
        record(
            code=AuditCode.CONTACT_POOLED,
            actor=SYSTEM,
            ground=AuditGround.PLATFORM,
            object_type="contact",
            object_id=contact.pk,
            relationship_id=contact.relationship_id,
            now=now,
        )
        events.announce_desks(units)
    return True
