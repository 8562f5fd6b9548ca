"""Opening hours, exceptions, routing, danger words and ready texts in Django's admin. Nothing of a family is here."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import Profession
from catalogue.admin import ReferenceDataAdmin, in_three
from catalogue.admin.clock_times import ClockTimeField, both_or_neither, span_in_words
from core.opening_hours import minutes_as_text
from guidance.models import (
    Contact,
    CustomerPromise,
    DangerWord,
    Etiquette,
    HoursException,
    ReadyText,
    RoutingRule,
    ServiceWindow,
)

MOST_MINUTES, MOST_SERVICE_DAYS = 600, 20


class ServiceWindowForm(forms.ModelForm):
    opens_minute = ClockTimeField(label=_("Aukeaa"))
    closes_minute = ClockTimeField(label=_("Sulkeutuu"))

    class Meta:
        model = ServiceWindow
        fields = ("unit", "channel", "weekday", "opens_minute", "closes_minute")


class HoursExceptionForm(forms.ModelForm):
    opens_minute = ClockTimeField(label=_("Aukeaa"), required=False, help_text=_("Tyhjä: kiinni koko päivän."))
    closes_minute = ClockTimeField(label=_("Sulkeutuu"), required=False)

    class Meta:
        model = HoursException
        fields = (
            "unit", "channel", "date", "opens_minute", "closes_minute", "reason_fi", "reason_sv", "reason_en",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        times: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            both_or_neither(times)
        return times


@admin.register(ServiceWindow)
class ServiceWindowAdmin(ReferenceDataAdmin):
    form = ServiceWindowForm
    list_display = ("unit", "channel", "weekday", "opens", "closes")
    list_display_links = ("weekday",)
    list_filter = ("unit", "channel")
    list_select_related = ("unit",)
    fieldsets = (
        (
            None,
            {"fields": [("unit", "channel"), ("weekday", "opens_minute", "closes_minute")], "classes": ["in-three"]},
        ),
    )

    @admin.display(description=_("aukeaa"), ordering="opens_minute")
    def opens(self, row: ServiceWindow) -> str:
        return minutes_as_text(row.opens_minute)

    @admin.display(description=_("sulkeutuu"), ordering="closes_minute")
    def closes(self, row: ServiceWindow) -> str:
        return minutes_as_text(row.closes_minute)


@admin.register(HoursException)
class HoursExceptionAdmin(ReferenceDataAdmin):
    form = HoursExceptionForm
    list_display = ("date", "times", "reason_fi", "unit", "channel")
    list_filter = ("unit", "channel")
    list_select_related = ("unit",)
    date_hierarchy = "date"
    fieldsets = (
        (
            None,
            {
                "fields": [("date", "opens_minute", "closes_minute"), ("unit", "channel")],
                "description": _(
                    "Tyhjä yksikkö tai kanava tarkoittaa kaikkia. Tarkempi poikkeus voittaa yleisemmän. "
                    "Suomalaiset pyhäpäivät ovat kiinni ilman poikkeustakin."
                ),
                "classes": ["in-three"],
            },
        ),
        in_three(_("Syy"), "reason"),
    )

    @admin.display(description=_("ajat"), ordering="opens_minute")
    def times(self, row: HoursException) -> str:
        return span_in_words(row.opens_minute, row.closes_minute)


class CustomerPromiseForm(forms.ModelForm):
    class Meta:
        model = CustomerPromise
        fields = ("channel", "within", "measure", "text_fi", "text_sv", "text_en")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        within, measure = given.get("within"), given.get("measure")
        if given.get("channel") == Contact.Channel.CHAT and measure == CustomerPromise.Measure.SERVICE_DAYS:
            self.add_error("measure", _("Chatissa odotetaan paikalla: anna lupaus minuutteina."))
        most = MOST_SERVICE_DAYS if measure == CustomerPromise.Measure.SERVICE_DAYS else MOST_MINUTES
        if within is not None and not 1 <= within <= most:
            self.add_error("within", _("Anna luku väliltä 1–%(most)s.") % {"most": most})
        return given


@admin.register(CustomerPromise)
class CustomerPromiseAdmin(ReferenceDataAdmin):
    form = CustomerPromiseForm
    list_display = ("channel", "within", "measure")
    fieldsets = (
        (
            None,
            {
                "fields": [("channel", "within", "measure")],
                "description": _(
                    "Lupaus on julkinen. Uusi lupaus koskee niitä, jotka tulevat sen jälkeen: jo annettu lupaus pitää. "
                    "Minuutit lasketaan kellosta, palvelupäivät aukioloajoista: tulopäivää ei lasketa."
                ),
                "classes": ["in-three"],
            },
        ),
        in_three(_("Lupaus sanoina"), "text"),
    )


@admin.register(Etiquette)
class EtiquetteAdmin(ReferenceDataAdmin):
    list_display = ("title_fi", "order")
    search_fields = ("title_fi", "body_fi")
    fieldsets = (
        (None, {"fields": ["order"]}),
        in_three(_("Tekstit"), "title", "body"),
    )


@admin.register(ReadyText)
class ReadyTextAdmin(ReferenceDataAdmin):
    list_display = ("title_fi", "topic", "order")
    list_filter = ("topic",)
    list_select_related = ("topic",)
    search_fields = ("title_fi", "body_fi")
    fieldsets = (
        (None, {"fields": [("topic", "order")]}),
        in_three(_("Tekstit"), "title", "body"),
    )


@admin.register(RoutingRule)
class RoutingRuleAdmin(ReferenceDataAdmin):
    list_display = ("order", "channel", "language", "topic", "unit")
    list_display_links = ("order", "unit")
    list_filter = ("unit", "channel", "language")
    list_select_related = ("topic", "unit")
    fieldsets = (
        (
            None,
            {
                "fields": [("channel", "language", "topic"), ("unit", "order")],
                "description": _(
                    "Tyhjä kenttä sopii kaikkeen. Sopivista säännöistä pienin järjestysnumero voittaa. "
                    "Ilman sääntöä yhteydenotto tulee yksikköön, joka on merkitty ottamaan uudet vastaan."
                ),
                "classes": ["in-three"],
            },
        ),
    )


@admin.register(DangerWord)
class DangerWordAdmin(ReferenceDataAdmin):
    list_display = ("stem", "language")
    list_filter = ("language",)
    search_fields = ("stem",)
    fieldsets = (
        (
            None,
            {
                "fields": [("stem", "language")],
                "description": _(
                    "Sanan tai peräkkäisten sanojen alku. Osuma ei todista mitään: työntekijä lukee ja päättää. "
                    "Kaikkien kielten sanoja etsitään kaikista viesteistä."
                ),
            },
        ),
    )


@admin.register(Profession)
class ProfessionAdmin(ReferenceDataAdmin):
    """Whom a consultation can ask without knowing anybody by name."""

    list_display = ("name_fi", "name_sv", "name_en", "order")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("name_fi",)}
    fieldsets = ((None, {"fields": ("slug", "order")}), in_three(_("Ammatti"), "name"))
