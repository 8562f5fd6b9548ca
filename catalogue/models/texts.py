"""Texts in three columns, `_fi`, `_sv` and `_en`; `core.translations.localized` picks the reader's own."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.translations import LANGUAGES, localized


class Named(models.Model):
    """What we name ourselves: a name in every language."""

    name_fi = models.CharField(_("nimi suomeksi"), max_length=120)
    name_sv = models.CharField(_("nimi ruotsiksi"), max_length=120)
    name_en = models.CharField(_("nimi englanniksi"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return localized(self, "name")


class NamedSomehow(models.Model):
    """What others name: a name in one language at least, shown in another where the reader's own is missing."""

    name_fi = models.CharField(_("nimi suomeksi"), max_length=200, blank=True)
    name_sv = models.CharField(_("nimi ruotsiksi"), max_length=200, blank=True)
    name_en = models.CharField(_("nimi englanniksi"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return localized(self, "name")

    def missing_texts(self, fields: tuple[str, ...]) -> dict[str, list[str]]:
        """{language: fields without a text in it}, of those that have one in some language; no empty lists."""
        told = [field for field in fields if any(getattr(self, f"{field}_{code}") for code in LANGUAGES)]
        missing = {code: [field for field in told if not getattr(self, f"{field}_{code}")] for code in LANGUAGES}
        return {code: fields for code, fields in missing.items() if fields}


NAMED_SOMEHOW = ~Q(name_fi="") | ~Q(name_sv="") | ~Q(name_en="")


def words_field(title: Any, **options: Any) -> ArrayField:
    """A list of words or names, written with commas in a form."""
    return ArrayField(models.CharField(max_length=120), verbose_name=title, blank=True, default=list, **options)
