import uuid

from django.db import models
from django.db.models import F, Q

from referrals.models.receiver import Receiver
from referrals.models.referral import Referral


class ReceiverLink(models.Model):
    """A receiver outside the platform: a signed link to one referral, opened with a one-time code that the
    sender says aloud.

    Neither the link nor the code is kept in clear: the link is signed and names this row's id, of the code and of the
    browser that used it there are keyed hashes. It lives with its referral and no longer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="links")
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    code_hash = models.CharField(max_length=64, blank=True, default="")
    code_sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)  # the first right code
    browser_hash = models.CharField(max_length=64, blank=True, default="")  # whose browser may read until then
    browser_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(ended_at__isnull=True), name="receiver_link_one_lives"
            ),
            models.CheckConstraint(name="receiver_link_expires", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="receiver_link_code_agrees", condition=Q(code_hash="") | Q(code_sent_at__isnull=False)
            ),
            models.CheckConstraint(
                name="receiver_link_browser_agrees",
                condition=Q(browser_hash="", browser_until__isnull=True)
                | (~Q(browser_hash="") & Q(browser_until__isnull=False, opened_at__isnull=False)),
            ),
        ]
