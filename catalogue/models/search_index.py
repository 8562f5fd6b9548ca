"""What a search reads: the terms of every published service, made when it is saved. `catalogue.search.index` writes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from catalogue.models.searches import Synonym
from catalogue.models.services import Service


class SearchEntry(models.Model):
    """A service in one language. A term is "fi:neuvola"; its weight tells where it stands (`index.WEIGHTS`)."""

    NATIONWIDE = 0  # among the areas, beside the keys of municipalities and counties

    service = models.ForeignKey(Service, models.CASCADE, related_name="search_entries")
    language = models.CharField(max_length=2)
    areas = ArrayField(models.IntegerField())
    terms = SearchVectorField()
    # Of terms and areas: a service saved again as it was is not written.
    digest = models.BinaryField(max_length=16)

    class Meta:
        verbose_name = _("hakemiston rivi")
        verbose_name_plural = _("hakemiston rivit")
        constraints = [models.UniqueConstraint(fields=["service", "language"], name="search_entry_once")]
        indexes = [
            GinIndex(fields=["areas", "terms"], name="search_entry_terms", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.language}"


class SearchWord(models.Model):
    """A term of the entries of a language and how many have it. The empty word counts the entries themselves."""

    language = models.CharField(max_length=2)
    word = models.CharField(max_length=120)
    entries = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("hakemiston sana")
        verbose_name_plural = _("hakemiston sanat")
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="search_word_once")]
        indexes = [GinIndex(OpClass(F("word"), "gin_trgm_ops"), name="search_word_likeness")]

    def __str__(self) -> str:
        return f"{self.language}:{self.word}"


class SynonymPhrase(models.Model):
    """One phrase of a synonym, told in terms: `terms` of all its words together, so that a query finds it."""

    synonym = models.ForeignKey(Synonym, models.CASCADE, related_name="phrases")
    language = models.CharField(max_length=2)
    written = models.CharField(max_length=120)
    terms = ArrayField(models.CharField(max_length=120))

    class Meta:
        verbose_name = _("samaa tarkoittava sanonta")
        verbose_name_plural = _("samaa tarkoittavat sanonnat")
        indexes = [GinIndex(fields=["terms"], name="synonym_phrase_terms")]

    def __str__(self) -> str:
        return self.written
