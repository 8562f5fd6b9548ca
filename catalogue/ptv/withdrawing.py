"""What the source has no more: services are withdrawn, not deleted; places and channels leave their services."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from catalogue.models import Channel, Location, Service, ServiceChannel, ServiceLocation
from catalogue.ptv.outcome import Act, Outcome
from catalogue.ptv.overlay import Edits, Meeting
from catalogue.ptv.reading import Feed
from catalogue.ptv.reasons import Reason
from catalogue.ptv.records import Kind


def withdraw(feed: Feed, ids: Iterable[UUID], *, why: Reason, now: dt.datetime) -> Outcome:
    """Call in a transaction. What we do not have, or have withdrawn before, is passed over.

    A withdrawn record has no digest of its source: that is how it is known when it comes back.
    """
    ids = list(ids)
    if feed is Feed.SERVICE:
        return _withdraw_services(ids, why, now)
    outcome = Outcome()
    if feed is Feed.CHANNEL:
        outcome += _withdraw_ends(Location, ServiceLocation, Kind.LOCATION, ids, why)
        outcome += _withdraw_ends(Channel, ServiceChannel, Kind.CHANNEL, ids, why)
    return outcome


def _withdraw_services(ids: list[UUID], why: Reason, now: dt.datetime) -> Outcome:
    outcome = Outcome()
    rows = list(Service.objects.select_for_update().filter(ptv_id__in=ids, source_digest__isnull=False))
    if not rows:
        return outcome
    edits = Edits.of("service", [row.pk for row in rows])
    withdrawn = Service.Status.WITHDRAWN.value
    going = []
    for row in rows:
        meeting = edits.meet(row.pk, "status", ours=row.status, theirs=withdrawn, now=now)
        if row.status == Service.Status.PUBLISHED and meeting is None:
            going.append(row.pk)
            outcome.counts[Act.WITHDRAWN] += 1
            outcome.line(Act.WITHDRAWN, Kind.SERVICE, row.ptv_id or "", str(row), why=why.value)
            outcome.services.add(row.pk)
        elif row.status != Service.Status.WITHDRAWN and meeting is not Meeting.KEPT:
            outcome.counts[Act.CONFLICT] += 1
            reason = Reason.GONE_BUT_KEPT.value
            outcome.line(Act.CONFLICT, Kind.SERVICE, row.ptv_id or "", str(row), fields=["status"], why=reason)
    edits.save()
    Service.objects.filter(pk__in=going).update(status=withdrawn)
    Service.objects.filter(pk__in=[row.pk for row in rows]).update(source_digest=None)
    return outcome


def _withdraw_ends(
    model: Any,
    through: Any,
    kind: Kind,
    ids: list[UUID],
    why: Reason,
) -> Outcome:
    outcome = Outcome()
    rows = list(model.objects.select_for_update().filter(ptv_id__in=ids, source_digest__isnull=False))
    if not rows:
        return outcome
    for row in rows:
        outcome.counts[Act.WITHDRAWN] += 1
        outcome.line(Act.WITHDRAWN, kind, row.ptv_id or "", str(row), why=why.value)
    pks = [row.pk for row in rows]
    connections = through._default_manager.filter(**{f"{kind.value}__in": pks}, local=False)
    outcome.services |= set(connections.values_list("service_id", flat=True))
    connections.delete()
    model.objects.filter(pk__in=pks).update(source_digest=None)
    return outcome
