import datetime as dt

from django.db import models
from django.db.models import Q

from accounts.models.persons import Person


class Visitor(models.Model):
    """An anonymous person. Nothing is kept of them but keyed hashes of what they themselves hold."""

    return_code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()


class VisitorKey(models.Model):
    """One device of a visitor: the keyed hash of the secret in its cookie, until the device is forgotten.

    After strong identification on this device it also speaks for the identified person, until `person_until`.
    """

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="keys")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)
    seen_on = models.DateField(null=True)  # the last day of use, so that an unused key can go
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="keys")
    person_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visitorkey_person_has_end",
                condition=Q(person__isnull=True, person_until__isnull=True)
                | Q(person__isnull=False, person_until__isnull=False),
            )
        ]

    def speaks_for_person(self, now: dt.datetime) -> bool:
        return self.person_until is not None and self.person_until > now
