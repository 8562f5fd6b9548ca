"""Services: texts in three languages beside each other, what is missing of them, and that they are still true."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.selectors import signed_in
from catalogue import overlay
from catalogue.admin.exchange import ExchangePages
from catalogue.admin.kept import KeptAdmin, ManyChosen
from catalogue.admin.preview import preview
from catalogue.admin.reference_data import Part, in_three
from catalogue.history import Act
from catalogue.missing import lacks, missing_in_words
from catalogue.models import GeneralDescription, Service
from catalogue.services import review_services, tell_reviewed
from core import clock
from core.opening_hours import local_date


class ReviewFilter(admin.SimpleListFilter):
    title = _("tarkistus")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("odottaa tarkistusta")), ("never", _("ei koskaan tarkistettu"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "due":
            return queryset & Service.objects.due_for_review(local_date(clock.now()))
        return queryset.filter(reviewed_on__isnull=True) if self.value() == "never" else queryset


class MissingFilter(admin.SimpleListFilter):
    title = _("puuttuvat tekstit")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("fi", _("suomeksi puuttuu")), ("sv", _("ruotsiksi puuttuu")), ("en", _("englanniksi puuttuu"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        code = self.value()
        return queryset.filter(lacks(code)) if code in ("fi", "sv", "en") else queryset


class OriginFilter(admin.SimpleListFilter):
    title = _("mistä")
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ours", _("kirjattu täällä")), ("imported", _("tuotu lähteestä")), ("edited", _("tuotu ja muokattu"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return {
            "ours": lambda: queryset.filter(ptv_id__isnull=True),
            "imported": lambda: queryset.filter(ptv_id__isnull=False),
            "edited": lambda: queryset.filter(models.Exists(overlay.OF_SERVICE)),
        }.get(self.value() or "", lambda: queryset)()


class ServiceLocationInline(Part):
    model = Service.locations.through
    autocomplete_fields = ("location",)
    fieldsets = ((None, {"fields": [("location", "order"), ("note_fi", "note_sv", "note_en")]}),)


class ServiceChannelInline(Part):
    model = Service.channels.through
    autocomplete_fields = ("channel",)
    fieldsets = ((None, {"fields": [("channel", "order"), ("note_fi", "note_sv", "note_en")]}),)


@admin.register(Service)
class ServiceAdmin(ManyChosen, ExchangePages):
    list_display = ("title", "provider", "status", "reviewed_on", "lacking")
    list_select_related = ("provider",)
    list_filter = (ReviewFilter, MissingFilter, OriginFilter, "status", "situations")
    list_per_page = 50
    search_fields = ("name_fi", "name_sv", "name_en", "slug")
    autocomplete_fields = ("provider", "general", "areas", "codes")
    prepopulated_fields: ClassVar[dict[str, Any]] = {"slug": ("name_fi",)}
    inlines = (ServiceLocationInline, ServiceChannelInline)
    actions = ("mark_reviewed", "export_csv", "export_json")
    fieldsets = (
        (
            None,
            {
                "fields": [("status", "provider", "slug"), "situations"],
                "description": _(
                    "Luonnos näkyy vain täällä. Julkaistu näkyy perheille ja löytyy haulla. Tauolla olevalla on sivu, "
                    "joka kertoo tauosta, mutta haku ei tarjoa sitä. Poistettu ei näy missään."
                ),
            },
        ),
        in_three(_("Mistä on kyse"), "name", "summary", "description"),
        in_three(_("Kenelle ja miten"), "for_whom", "not_for_whom", "how_to"),
        in_three(_("Hinta ja jonotus"), "price", "waiting"),
        (
            _("Tarkemmin"),
            {
                "fields": [
                    ("price_kind", "waiting_weeks", "full"),
                    ("age_from", "age_to", "languages"),
                    ("areas", "nationwide", "safety"),
                ],
                "classes": ["in-three"],
            },
        ),
        in_three(_("Hakua varten"), "alternative_names", "keywords"),
        in_three(_("Ohjaajille: ei näy perheille"), "tip"),
        (_("Luokat ja järjestys"), {"fields": ["codes", ("general", "order")], "classes": ["collapse"]}),
    )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("preview/", view, name="catalogue_service_preview_new"),
            path("<int:pk>/preview/", view, name="catalogue_service_preview"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        return preview(self, request, pk)

    @admin.display(description=_("nimi"), ordering="name_fi")
    def title(self, service: Service) -> str:
        return str(service)

    @admin.display(description=_("puuttuu"))
    def lacking(self, service: Service) -> str:
        return "; ".join(missing_in_words(service))

    @admin.action(description=_("Merkitse tarkistetuiksi: kaikki pitää paikkansa"))
    def mark_reviewed(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset)
        review_services(services=chosen, by=signed_in(request), now=clock.now())
        said = ngettext("%(n)s palvelu on nyt tarkistettu.", "%(n)s palvelua on nyt tarkistettu.", len(chosen))
        self.message_user(request, said % {"n": len(chosen)})

    def act_of(self, request: HttpRequest, root: Any) -> Act:
        return Act.REVIEWED if root is not None and "_reviewed" in request.POST else super().act_of(request, root)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reviewed = "_reviewed" in request.POST
        by, now = signed_in(request), clock.now()
        if reviewed:
            obj.reviewed_on, obj.reviewed_by = local_date(now), by
        super().save_model(request, obj, form, change)
        if reviewed:
            tell_reviewed(service=obj, by=by, now=now)

    def shown(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        service = self.get_object(request, object_id) if object_id else None
        here = "admin:catalogue_service_preview"
        preview_at = reverse(here, args=[service.pk]) if service is not None else reverse(f"{here}_new")
        panel: dict[str, Any] = {"preview": preview_at, "service": service}
        if service is not None:
            due = Service.objects.due_for_review(local_date(clock.now())).filter(pk=service.pk).exists()
            panel |= {
                "due": due,
                "missing": missing_in_words(service),
                "conflicts": overlay.edits_of(service).filter(conflict_since__isnull=False),
                "edits": overlay.edits_of(service).count(),
            }
        return {"panel": panel, "preview_languages": settings.LANGUAGES}


@admin.register(GeneralDescription)
class GeneralDescriptionAdmin(ManyChosen, KeptAdmin):
    list_display = ("name_fi", "summary_fi")
    search_fields = ("name_fi", "name_sv", "name_en")
    autocomplete_fields = ("codes",)
    fieldsets = (
        (None, {"fields": ["slug", "codes"]}),
        in_three(_("Tekstit"), "name", "summary", "description"),
    )
