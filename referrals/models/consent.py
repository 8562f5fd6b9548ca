from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from referrals.models.receiver import Receiver
from referrals.models.referral import Referral


class Consent(models.Model):
    """The family's word on one handing-on: what goes along, to whom, until when. Can be taken back at any time.

    Asked by the sender; given or refused by the family on its own page, or said aloud and written down by the worker.
    """

    class Item(models.TextChoices):
        SUMMARY = "summary", _("yhteenveto, jonka olet nähnyt")
        NAME = "name", _("nimi")
        CHILDREN = "children", _("lapsen nimi ja syntymäaika")
        PLAN = "plan", _("suunnitelma")
        SEGMENT = "segment", _("arvio tuen tarpeesta")
        CONVERSATION = "conversation", _("keskustelu, josta ohjaus lähti")

    class How(models.TextChoices):
        OWN_PAGE = "own_page", _("omalla sivulla")
        SPOKEN = "spoken", _("suullisesti, työntekijä kirjasi")

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="consents")
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT, related_name="+")
    items = ArrayField(models.CharField(max_length=20, choices=Item))
    others_too = models.BooleanField(default=False)  # the receiver may pass it on to another that fits better
    until_on = models.DateField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    given_how = models.CharField(max_length=10, choices=How, blank=True, default="")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # By the sender: the question taken back, or asked anew because its words, its receiver or its days have changed.
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(refused_at__isnull=True, revoked_at__isnull=True, cancelled_at__isnull=True),
                name="consent_one_lives",
            ),
            models.CheckConstraint(
                name="consent_given_or_refused",
                condition=Q(given_at__isnull=True, given_how="", revoked_at__isnull=True)
                | (Q(given_at__isnull=False, refused_at__isnull=True) & ~Q(given_how="")),
            ),
            models.CheckConstraint(
                name="consent_spoken_is_recorded",
                condition=Q(given_how="spoken", recorded_by__isnull=False)
                | (~Q(given_how="spoken") & Q(recorded_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="consent_cancelled_alone",
                condition=Q(cancelled_at__isnull=True) | Q(refused_at__isnull=True, revoked_at__isnull=True),
            ),
            models.CheckConstraint(name="consent_says_what", condition=Q(items__len__gte=1)),
            models.CheckConstraint(
                name="consent_times_in_order",
                condition=(Q(given_at__isnull=True) | Q(given_at__gte=F("asked_at")))
                & (Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("given_at"))),
            ),
        ]
