"""What is kept of changes beside django-reversion's own versions, and a file of many services on its way in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from reversion.models import Revision


class Change(Revision):
    """An act of one person on the catalogue (catalogue/history/), for its pages in the admin."""

    class Meta:
        proxy = True
        verbose_name = _("muutos")
        verbose_name_plural = _("muutokset")
        ordering = ["-pk"]


class RemovedInChange(models.Model):
    """A row that an act removed; its versions in that act tell how it was."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="removed")
    label = models.CharField(max_length=100)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "label", "object_id"], name="removed_once_in_change")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.object_id}"


class CatalogueFile(models.Model):
    """A file that its sender looks at before it is loaded. One a person: the next takes its place."""

    sent_by = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sent_at = models.DateTimeField()
    name = models.CharField(max_length=200)
    text = models.TextField()

    def __str__(self) -> str:
        return self.name
