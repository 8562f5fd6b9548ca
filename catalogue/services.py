"""What a catalogue admin does beyond a form: a holiday for many places, a service looked over."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from reversion.models import Revision

from accounts.models import User
from audit.codes import AuditCode
from audit.services import record, staff_member
from catalogue import history
from catalogue.history import Act
from catalogue.models import Channel, Location, Service
from core.opening_hours import local_date


def set_holiday(
    *,
    places: Sequence[Location | Channel],
    days: Sequence[dt.date],
    columns: dict[str, Any],
    by: User,
    now: dt.datetime,
) -> Revision | None:
    """The same exceptional hours for all the places on all the days, instead of those written here before.

    Returns the act's revision.
    """
    with history.act(kind=Act.HOLIDAY, by=by, roots=places, now=now) as doing:
        for place in places:
            place.exceptions.filter(date__in=days, local=True).delete()
            for day in days:
                place.exceptions.create(date=day, **columns)
            doing.touch(type(place)._base_manager.get(pk=place.pk))
            record(
                code=AuditCode.REFERENCE_DATA_CHANGED,
                actor=staff_member(by.pk),
                object_type=place._meta.label_lower,
                object_id=place.pk,
                now=now,
                data={"act": "changed", "fields": ["exceptions"]},
            )
    return doing.revision


def review_services(*, services: Sequence[Service], by: User, now: dt.datetime) -> None:
    """Somebody has made sure that all that is told of them is still so."""
    with history.act(kind=Act.REVIEWED, by=by, roots=services, now=now):
        for service in services:
            service.reviewed_on, service.reviewed_by = local_date(now), by
            service.save(update_fields=["reviewed_on", "reviewed_by"])
            tell_reviewed(service=service, by=by, now=now)


def tell_reviewed(*, service: Service, by: User, now: dt.datetime) -> None:
    """Call in the transaction that marks the service."""
    record(
        code=AuditCode.SERVICE_REVIEWED,
        actor=staff_member(by.pk),
        object_type="catalogue.service",
        object_id=service.pk,
        now=now,
    )
