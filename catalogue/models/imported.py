"""What comes from a national catalogue, and what we tell otherwise here."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Imported(models.Model):
    """A record that may have a source. What its columns hold is what readers see: local edits included."""

    ptv_id = models.UUIDField(_("tunnus Palvelutietovarannossa"), null=True, blank=True, unique=True)
    source_changed_at = models.DateTimeField(_("muuttunut lähteessä"), null=True, blank=True, editable=False)
    # A digest of the record as it came, so that an unchanged one is known without comparing it.
    source_digest = models.BinaryField(max_length=32, null=True, editable=False)

    class Meta:
        abstract = True


class LocalEdit(models.Model):
    """One field of an imported record that people here have written otherwise. An import leaves that field alone.

    `source_value` is what the source said when the edit was made; `newer_value` what it says now, once it says
    something else: a conflict, until a person keeps ours or takes theirs. The values are as the field holds them,
    in JSON; `None` when the source said nothing.
    """

    service = models.ForeignKey("catalogue.Service", models.CASCADE, null=True, related_name="local_edits")
    provider = models.ForeignKey("catalogue.Provider", models.CASCADE, null=True, related_name="local_edits")
    location = models.ForeignKey("catalogue.Location", models.CASCADE, null=True, related_name="local_edits")
    channel = models.ForeignKey("catalogue.Channel", models.CASCADE, null=True, related_name="local_edits")
    field = models.CharField(_("kenttä"), max_length=60)
    source_value: Any = models.JSONField(null=True)
    newer_value: Any = models.JSONField(null=True)
    conflict_since = models.DateTimeField(_("ristiriita alkoi"), null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("kirjattu"))

    class Meta:
        verbose_name = _("oma muutos tuotuun tietoon")
        verbose_name_plural = _("omat muutokset tuotuihin tietoihin")
        ordering = ["-conflict_since", "-made_at"]
        constraints = [
            models.CheckConstraint(
                name="local_edit_of_one_record",
                condition=Q(service__isnull=False, provider__isnull=True, location__isnull=True, channel__isnull=True)
                | Q(service__isnull=True, provider__isnull=False, location__isnull=True, channel__isnull=True)
                | Q(service__isnull=True, provider__isnull=True, location__isnull=False, channel__isnull=True)
                | Q(service__isnull=True, provider__isnull=True, location__isnull=True, channel__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    fields=[owner, "field"], condition=Q(**{f"{owner}__isnull": False}), name=f"local_edit_once_{owner}"
                )
                for owner in ("service", "provider", "location", "channel")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service or self.provider or self.location or self.channel}: {self.field}"


class ImportRun(models.Model):
    """One import: from where, how far it has come, how it ended. `cursor` is the reader's own bookmark."""

    class Mode(models.TextChoices):
        CHANGES = "changes", _("muutokset")
        FULL = "full", _("kaikki")

    class State(models.TextChoices):
        RUNNING = "running", _("kesken")
        DONE = "done", _("valmis")
        STOPPED = "stopped", _("keskeytynyt")

    source = models.CharField(_("lähde"), max_length=300)
    mode = models.CharField(_("laajuus"), max_length=10, choices=Mode)
    state = models.CharField(_("tila"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(_("alkoi"))
    ended_at = models.DateTimeField(_("päättyi"), null=True)
    # Changes later than this have not been asked for yet: where the next run of the same source begins.
    covers_until = models.DateTimeField(_("kattaa hetkeen"), null=True)
    cursor: Any = models.JSONField(default=dict)
    counts: Any = models.JSONField(default=dict)  # {"added": n, "changed": n, …}
    why_stopped = models.CharField(_("miksi keskeytyi"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("tuonti")
        verbose_name_plural = _("tuonnit")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="import_ended_or_running",
                condition=Q(state="running", ended_at__isnull=True) | (~Q(state="running") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class ImportLine(models.Model):
    """What a run did to one record, or why it refused it."""

    class Act(models.TextChoices):
        ADDED = "added", _("lisätty")
        CHANGED = "changed", _("muutettu")
        WITHDRAWN = "withdrawn", _("poistunut")
        REFUSED = "refused", _("hylätty")
        CONFLICT = "conflict", _("ristiriita")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    act = models.CharField(_("mitä"), max_length=10, choices=Act)
    kind = models.CharField(_("laji"), max_length=20)  # service, location, channel, provider, general_description
    source_id = models.CharField(_("tunnus lähteessä"), max_length=80, blank=True)
    name = models.CharField(_("nimi"), max_length=200, blank=True)
    fields: Any = models.JSONField(_("kentät"), default=list)
    why = models.CharField(_("miksi"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("tuonnin rivi")
        verbose_name_plural = _("tuonnin rivit")
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "act"])]
