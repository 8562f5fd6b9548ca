"""Reads of the catalogue. All of it is public; nothing here knows who asks."""

from django.db.models import Count, QuerySet
from django.http import Http404

from catalogue.models import EmergencyContact, LifeSituation, Service, ServiceQuerySet, Topic
from catalogue.search import service_ids


def situations() -> QuerySet[LifeSituation]:
    return LifeSituation.objects.all()


def situation_by_slug(slug: str) -> LifeSituation:
    """Raises Http404."""
    situation = LifeSituation.objects.filter(slug=slug).first()
    if situation is None:
        raise Http404
    return situation


def services_for_situation(situation: LifeSituation) -> ServiceQuerySet:
    return Service.objects.published().for_situation(situation).prefetch_related("areas")


def service_by_slug(slug: str) -> Service:
    """A service that has a page, with what it tells; raises Http404."""
    told = Service.objects.readable().select_related("provider").prefetch_related("situations", "areas", "channels")
    service = told.filter(slug=slug).first()
    if service is None:
        raise Http404
    return service


def services_near(service: Service, limit: int = 3) -> list[Service]:
    """Others that share a life situation with this one, those that share most first."""
    near = Service.objects.published().filter(situations__in=service.situations.all()).exclude(pk=service.pk)
    return list(near.annotate(shared=Count("situations")).order_by("-shared", "order", "id")[:limit])


def search_services(words: str, language: str) -> list[Service]:
    """Published services that answer to the words, best first; all in their own order when no words are given."""
    if not words.strip():
        return list(Service.objects.published().prefetch_related("areas"))
    ids = service_ids(words, language)
    found = Service.objects.prefetch_related("areas").in_bulk(ids)
    return [found[pk] for pk in ids]


def topics() -> QuerySet[Topic]:
    return Topic.objects.select_related("situation")


def topic_by_slug(slug: str) -> Topic | None:
    if "\x00" in slug:  # PostgreSQL has no such text
        return None
    return Topic.objects.filter(slug=slug).first()


def emergency_contacts() -> QuerySet[EmergencyContact]:
    return EmergencyContact.objects.all()
