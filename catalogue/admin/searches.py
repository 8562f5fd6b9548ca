"""The words that people use: synonyms, and searches that found nothing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalogue.admin.kept import KeptAdmin, ManyChosen
from catalogue.admin.reference_data import ReferenceDataAdmin
from catalogue.models import MissedSearch, Synonym


@admin.register(Synonym)
class SynonymAdmin(ManyChosen, KeptAdmin):
    list_display = ("__str__", "language", "leads_to")
    list_filter = ("language",)
    search_fields = ("words",)
    autocomplete_fields = ("services",)
    fieldsets = (
        (
            None,
            {
                "fields": [("language", "words"), "services", "situations", "means"],
                "description": _(
                    "Kun joku hakee näillä sanoilla, hän löytää nämä palvelut ja elämäntilanteet. Voit myös kertoa, "
                    "mitä luettelon sanoja ne tarkoittavat."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("services", "situations")

    @admin.display(description=_("vie tänne"))
    def leads_to(self, synonym: Synonym) -> str:
        told = [*map(str, synonym.services.all()), *map(str, synonym.situations.all()), *synonym.means]
        return ", ".join(told[:5])


@admin.register(MissedSearch)
class MissedSearchAdmin(ReferenceDataAdmin):
    """Read, and marked as handled."""

    list_display = ("words", "language", "on", "count", "handled", "make_synonym")
    list_filter = ("handled", "language")
    search_fields = ("words",)
    date_hierarchy = "on"
    actions = ("mark_handled",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("words", "language", "on", "count")

    @admin.display(description=_("mitä tehdä"))
    def make_synonym(self, missed: MissedSearch) -> Any:
        given = urlencode({"language": missed.language, "words": missed.words})
        link = f"{reverse('admin:catalogue_synonym_add')}?{given}"
        return format_html('<a href="{}">{}</a>', link, _("Tee samaa tarkoittavat sanat"))

    @admin.action(description=_("Merkitse käsitellyiksi"))
    def mark_handled(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            rows = list(queryset.filter(handled=False).select_for_update())
            for row in rows:
                row.handled = True
                row.save(update_fields=["handled"])
                self._record(request, row, "changed", ["handled"])
        said = ngettext("%(n)s haku merkittiin käsitellyksi.", "%(n)s hakua merkittiin käsitellyiksi.", len(rows))
        self.message_user(request, said % {"n": len(rows)})
