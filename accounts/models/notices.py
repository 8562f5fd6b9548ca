from django.db import models
from django.db.models import Q

from accounts.models.persons import Person
from accounts.models.staff import Language


class NoticeAddress(models.Model):
    """Where an identified person wants to hear that something waits for them: sealed, and nothing but a code goes
    there before the person has given that code back.

    The code is made at the moment of sending and kept as a keyed hash only; a code that was used, or tried too often,
    is gone.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="notice_address")
    sealed = models.TextField()
    language = models.CharField(max_length=2, choices=Language)
    added_at = models.DateTimeField()
    code_hash = models.CharField(max_length=64, blank=True, default="")
    code_sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    failing_at = models.DateTimeField(null=True)  # the mail server would not take it

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_address_code_agrees",
                condition=Q(code_hash="", code_sent_at__isnull=True)
                | Q(code_sent_at__isnull=False, verified_at__isnull=True),
            ),
            models.CheckConstraint(
                name="notice_address_verified_after",
                condition=Q(verified_at__isnull=True) | Q(verified_at__gte=models.F("added_at")),
            ),
        ]
