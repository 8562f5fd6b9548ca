"""Reads of the catalogue. All of it is public; nothing here knows who asks."""

from django.db.models import CharField, Count, F, Func, Q, QuerySet
from django.http import Http404

from catalogue.models import Area, Code, EmergencyContact, LifeSituation, Service, ServiceQuerySet, Topic
from core.translations import LANGUAGES, active_language


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
    """A service that has a page, with its situations; raises Http404."""
    services = Service.objects.readable().select_related("provider", "general")
    service = services.prefetch_related("situations").filter(slug=slug).first()
    if service is None:
        raise Http404
    return service


def service_to_hand_over(slug: str) -> Service | None:
    """A service that has a page to lead a family to."""
    if not slug or "\0" in slug:
        return None
    return Service.objects.readable().filter(slug=slug).first()


def service_for_api(slug: str) -> Service:
    """As `service_by_slug`, with its places and channels, their hours, and its classes; raises Http404."""
    told = Service.objects.readable().select_related("provider").prefetch_related(
        "areas", "situations", "codes", "at_locations__location__municipality", "at_locations__location__weekly",
        "at_locations__location__exceptions", "through_channels__channel__weekly",
        "through_channels__channel__exceptions",
    )  # fmt: skip
    service = told.filter(slug=slug).first()
    if service is None:
        raise Http404
    return service


def services_near(service: Service, limit: int = 3) -> list[Service]:
    """Others of the same life situations, those first that share most classes and situations with this one."""
    own = [situation.pk for situation in service.situations.all()]
    near = Service.objects.published().filter(situations__in=own).exclude(pk=service.pk)
    shared = Count("situations", distinct=True) + 2 * Count(
        "codes", filter=Q(codes__in=service.codes.exclude(scheme=Code.Scheme.TARGET_GROUP)), distinct=True
    )
    return list(near.annotate(shared=shared).order_by("-shared", "order", "id")[:limit])


def municipalities() -> QuerySet[Area]:
    """The municipalities that there are services for, their county's own among them, by name."""
    served = Area.objects.filter(services__status=Service.Status.PUBLISHED).order_by().values("pk")
    own = Q(pk__in=served) | Q(county__in=served)
    return Area.objects.filter(own, kind=Area.Kind.MUNICIPALITY).order_by(f"name_{active_language()}")


def service_languages() -> list[str]:
    """The languages that services are given in, ours first."""
    each = Func(F("languages"), function="unnest", output_field=CharField())
    found = set(Service.objects.published().order_by().values_list(each, flat=True).distinct())
    return [code for code in LANGUAGES if code in found] + sorted(found - set(LANGUAGES))


def topics() -> QuerySet[Topic]:
    return Topic.objects.select_related("situation")


def topic_by_slug(slug: str) -> Topic | None:
    if "\x00" in slug:  # PostgreSQL has no such text
        return None
    return Topic.objects.filter(slug=slug).first()


def emergency_contacts() -> QuerySet[EmergencyContact]:
    return EmergencyContact.objects.all()
