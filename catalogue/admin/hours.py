"""Hours of places and channels: week by week in their own form, a holiday for many of them at once."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.selectors import signed_in
from catalogue.admin.clock_times import ClockTimeField, both_or_neither
from catalogue.admin.kept import KeptAdmin
from catalogue.admin.reference_data import Part
from catalogue.models import ExceptionalDay, WeeklyHours
from catalogue.services import set_holiday
from core import clock

MOST_DAYS = 31
MOST_CHOSEN = 500


class WeeklyHoursForm(forms.ModelForm):
    opens_minute = ClockTimeField(label=_("Aukeaa"), help_text="")
    closes_minute = ClockTimeField(label=_("Sulkeutuu"), help_text="")

    class Meta:
        model = WeeklyHours
        fields = ("weekday", "opens_minute", "closes_minute", "valid_from", "valid_to")


class ExceptionalDayForm(forms.ModelForm):
    opens_minute = ClockTimeField(label=_("Aukeaa"), required=False, help_text=_("Tyhjä: kiinni koko päivän."))
    closes_minute = ClockTimeField(label=_("Sulkeutuu"), required=False, help_text="")

    class Meta:
        model = ExceptionalDay
        fields = ("date", "opens_minute", "closes_minute", "reason_fi", "reason_sv", "reason_en")

    def clean(self) -> dict[str, Any]:
        times: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            both_or_neither(times)
        return times


class WeeklyHoursInline(Part):
    model = WeeklyHours
    form = WeeklyHoursForm
    verbose_name_plural = _("Aukiolo viikossa")
    fieldsets = ((None, {"fields": [("weekday", "opens_minute", "closes_minute", "valid_from", "valid_to")]}),)


class ExceptionalDayInline(Part):
    model = ExceptionalDay
    form = ExceptionalDayForm
    verbose_name_plural = _("Poikkeavat päivät")
    fieldsets = (
        (None, {"fields": [("date", "opens_minute", "closes_minute"), ("reason_fi", "reason_sv", "reason_en")]}),
    )


class HolidayForm(forms.Form):
    """One or more days on which the chosen places are closed, or open at other times."""

    first = forms.DateField(label=_("Päivä"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(
        label=_("Viimeinen päivä"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Tyhjä, kun päiviä on yksi."),
    )
    opens_minute = ClockTimeField(
        label=_("Aukeaa"), required=False, help_text=_("Esimerkiksi 10:00. Tyhjä: kiinni koko päivän.")
    )
    closes_minute = ClockTimeField(label=_("Sulkeutuu"), required=False, help_text="")
    reason_fi = forms.CharField(label=_("Syy suomeksi"), max_length=150, required=False)
    reason_sv = forms.CharField(label=_("Syy ruotsiksi"), max_length=150, required=False)
    reason_en = forms.CharField(label=_("Syy englanniksi"), max_length=150, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        both_or_neither(given)
        opens, closes = given["opens_minute"], given["closes_minute"]
        if opens is not None and opens >= closes:
            self.add_error("closes_minute", _("Sulkemisajan pitää olla aukeamisen jälkeen."))
        last = given["last"] or given["first"]
        if last < given["first"]:
            self.add_error("last", _("Viimeinen päivä on ennen ensimmäistä."))
        elif (last - given["first"]).days >= MOST_DAYS:
            self.add_error("last", _("Enintään %(n)s päivää kerralla.") % {"n": MOST_DAYS})
        given["days"] = [given["first"] + dt.timedelta(days=n) for n in range((last - given["first"]).days + 1)]
        return given


class HolidayAdmin(KeptAdmin):
    """A list of what has hours, with the action that sets a holiday for those chosen."""

    inlines = (WeeklyHoursInline, ExceptionalDayInline)
    actions = ("set_holiday_hours",)

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_holiday"
        return [path("holiday/", self.admin_site.admin_view(self.holiday_view), name=name), *super().get_urls()]

    @admin.action(description=_("Aseta poikkeavat aukiolot valituille"))
    def set_holiday_hours(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        chosen = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:MOST_CHOSEN])
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_holiday")
        return HttpResponseRedirect(f"{address}?ids={chosen}")

    def holiday_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            return redirect("admin:index")
        ids = [int(part) for part in request.GET.get("ids", "").split(",") if part.isascii() and part.isdigit()]
        places = list(self.model._default_manager.filter(pk__in=ids[:MOST_CHOSEN]))
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if not places:
            messages.warning(request, _("Valitse ensin listasta ne, joita poikkeus koskee."))
            return redirect(back)
        form = HolidayForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            names = ("opens_minute", "closes_minute", "reason_fi", "reason_sv", "reason_en")
            revision = set_holiday(
                places=places,
                days=given["days"],
                columns={name: given[name] for name in names},
                by=signed_in(request),
                now=clock.now(),
            )
            self._told(request, len(places), revision)
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Poikkeavat aukiolot"),
            "opts": self.opts,
            "places": places,
            "form": form,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/catalogue/holiday.html", context)

    @staticmethod
    def _told(request: HttpRequest, count: int, revision: Any) -> None:
        said = ngettext(
            "Poikkeavat aukiolot kirjattiin %(n)s paikalle.", "Poikkeavat aukiolot kirjattiin %(n)s paikalle.", count
        ) % {"n": count}
        link = reverse("admin:catalogue_change_change", args=[revision.pk])
        messages.success(request, format_html('{} <a href="{}">{}</a>', said, link, _("Katso tai kumoa")))
