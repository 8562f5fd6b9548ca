from django.db import models
from django.db.models import Q

from referrals.models.referral import Referral


class ReferralFeeling(models.Model):
    """How a handing-on has felt to the family, 1 (bad) to 5 (good), with a free word; the last one counts. A contact's
    own feeling is its Feedback."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="feeling")
    feeling = models.PositiveSmallIntegerField()
    word = models.TextField(max_length=1000, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="referral_feeling_known", condition=Q(feeling__gte=1, feeling__lte=5))
        ]
