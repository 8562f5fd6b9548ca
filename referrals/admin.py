"""Receivers of referrals in Django's admin. Nothing of a family is here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalogue.admin import ReferenceDataAdmin, in_three
from referrals.models import Receiver


class ReceiverForm(forms.ModelForm):
    class Meta:
        model = Receiver
        fields = (
            "name_fi", "name_sv", "name_en", "provider", "unit", "email", "answer_days", "assesses_needs", "is_active",
            "order",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "email" not in self.errors and bool(given.get("unit")) == bool(given.get("email")):
            self.add_error(
                "email", _("Anna joko yksikkö, joka käyttää tätä palvelua, tai sähköposti sen ulkopuolelle.")
            )
        if given.get("answer_days") == 0:
            self.add_error("answer_days", _("Anna vähintään yksi päivä."))
        return given


@admin.register(Receiver)
class ReceiverAdmin(ReferenceDataAdmin):
    form = ReceiverForm
    list_display = ("name_fi", "provider", "unit", "email", "answer_days", "assesses_needs", "is_active")
    list_filter = ("is_active", "unit")
    list_select_related = ("provider", "unit")
    search_fields = ("name_fi", "name_sv", "name_en")
    autocomplete_fields = ("provider",)
    fieldsets = (
        in_three(_("Nimi"), "name"),
        (
            None,
            {
                "fields": [("provider", "unit", "email"), ("answer_days", "assesses_needs"), ("is_active", "order")],
                "description": _(
                    "Yksikkö käyttää tätä palvelua. Muu vastaanottaja saa sähköpostiinsa linkin, ei koskaan sisältöä. "
                    "Poista käytöstä, kun uusia ohjauksia ei enää oteta: vanhat jatkuvat."
                ),
                "classes": ["in-three"],
            },
        ),
    )
