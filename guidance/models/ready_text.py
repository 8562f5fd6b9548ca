from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import Topic
from core.translations import localized


class ReadyText(models.Model):
    """A text that a worker can put into the composer and make their own before sending."""

    topic = models.ForeignKey(
        Topic, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("aihe")
    )
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    title_fi = models.CharField(_("otsikko suomeksi"), max_length=80)
    title_sv = models.CharField(_("otsikko ruotsiksi"), max_length=80, blank=True)
    title_en = models.CharField(_("otsikko englanniksi"), max_length=80, blank=True)
    body_fi = models.TextField(_("teksti suomeksi"))
    body_sv = models.TextField(_("teksti ruotsiksi"), blank=True)
    body_en = models.TextField(_("teksti englanniksi"), blank=True)

    class Meta:
        verbose_name = _("valmis teksti")
        verbose_name_plural = _("valmiit tekstit")
        ordering = ["order", "title_fi"]

    def __str__(self) -> str:
        return localized(self, "title")


class Etiquette(models.Model):
    """One piece of advice on how to write with families, shown beside the composer."""

    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    title_fi = models.CharField(_("otsikko suomeksi"), max_length=80)
    title_sv = models.CharField(_("otsikko ruotsiksi"), max_length=80, blank=True)
    title_en = models.CharField(_("otsikko englanniksi"), max_length=80, blank=True)
    body_fi = models.TextField(_("ohje suomeksi"))
    body_sv = models.TextField(_("ohje ruotsiksi"), blank=True)
    body_en = models.TextField(_("ohje englanniksi"), blank=True)

    class Meta:
        verbose_name = _("kirjoittamisen ohje")
        verbose_name_plural = _("kirjoittamisen ohjeet")
        ordering = ["order", "title_fi"]

    def __str__(self) -> str:
        return localized(self, "title")
