"""What a family was told of the catalogue in a contact."""

from django.db import models

from accounts.models import User
from catalogue.models import Service
from guidance.models.contact import Contact


class Signpost(models.Model):
    """A service that a worker has handed over, by the message with the same nonce.

    `name` is what the family was told, in its language: it stays when the service is taken out of the catalogue.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="signposts")
    nonce = models.UUIDField()
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["contact", "nonce"], name="signpost_nonce")]

    def __str__(self) -> str:
        return self.name
