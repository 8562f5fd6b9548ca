"""What a family has been told of the catalogue, for whoever reads the contact."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalogue.models import Service
from core.translations import localized
from guidance.models import Contact, Signpost


@dataclass(frozen=True)
class Told:
    """A service that was handed over: its name in the reader's language, and its page while it has one."""

    name: str
    slug: str


def told_in(contact: Contact) -> list[Told]:
    """The services handed over in the contact, each once, in the order of their first telling."""
    return _told(contact.signposts.select_related("service"))


def mark_told(contacts: Iterable[Contact]) -> None:
    """Give each contact of a list its `told`, with one question for all."""
    by_pk = {contact.pk: contact for contact in contacts}
    rows: dict[object, list[Signpost]] = {}
    for row in Signpost.objects.filter(contact__in=by_pk).select_related("service"):
        rows.setdefault(row.contact_id, []).append(row)
    for pk, contact in by_pk.items():
        contact.told = _told(rows.get(pk, []))


def _told(rows: Iterable[Signpost]) -> list[Told]:
    found: dict[object, Told] = {}
    for row in rows:
        service = row.service
        if service is None:
            found.setdefault(row.name, Told(row.name, ""))
        else:
            has_page = service.status in (Service.Status.PUBLISHED, Service.Status.PAUSED)
            found.setdefault(service.pk, Told(localized(service, "name"), service.slug if has_page else ""))
    return list(found.values())
