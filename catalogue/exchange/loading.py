"""A plan that a person has looked at, carried out: one transaction, one act in the history."""

import datetime as dt
from typing import Any

from reversion.models import Revision

from accounts.models import User
from audit.codes import AuditCode
from audit.services import record, staff_member
from catalogue import history, overlay
from catalogue.exchange.columns import CODES
from catalogue.exchange.planning import ADDED, CHANGED, Plan, Planned
from catalogue.history import Act
from catalogue.models import Code, Service, ServiceLocation


def load(*, plan: Plan, by: User, now: dt.datetime) -> Revision | None:
    """Write the rows that the plan adds or changes; those it refuses are left out. Returns the act's revision."""
    rows = plan.of(ADDED, CHANGED)
    services = [row.service for row in rows if row.service is not None]
    known = [service for service in services if service.pk is not None]
    with (
        history.act(kind=Act.LOADED, by=by, roots=known, now=now) as doing,
        overlay.kept(known, by=by, now=now),
    ):
        for row in rows:
            doing.touch(_write(row))
        record(
            code=AuditCode.CATALOGUE_LOADED,
            actor=staff_member(by.pk),
            object_type="catalogue.service",
            object_id="",
            now=now,
            data={"counts": plan.counts, "services": [service.pk for service in services]},
        )
    return doing.revision


def _write(row: Planned) -> Service:
    service = row.service
    assert service is not None
    service.save()
    for column, targets in row.related.items():
        if column in CODES:
            continue
        if column == "locations":
            _set_locations(service, targets)
        else:
            getattr(service, column).set(targets)
    _set_codes(service, row.related)
    return Service.objects.get(pk=service.pk)


def _set_codes(service: Service, related: dict[str, list[Any]]) -> None:
    """Terms of the lists that the row tells of; those of other lists stay."""
    schemes = [scheme for column, scheme in CODES.items() if column in related]
    if schemes:
        told = [code for column in CODES for code in related.get(column, ())]
        service.codes.set([*Code.objects.filter(services=service).exclude(scheme__in=schemes), *told])


def _set_locations(service: Service, locations: list[Any]) -> None:
    ServiceLocation.objects.filter(service=service).exclude(location__in=locations).delete()
    for order, location in enumerate(locations):
        ServiceLocation.objects.update_or_create(service=service, location=location, defaults={"order": order})
