from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Length, NullIf
from django.db.models.lookups import Range

from accounts.models import User
from core.text import BODY_LIMIT
from guidance.models.contact import Contact


class Message(models.Model):
    """An entry in a contact's thread, numbered 1, 2, 3, … without gaps.

    The database keeps the numbering: `previous_seq` (computed) must exist in the same contact, by a foreign key
    onto this very table that the migration adds, so neither a gap nor a removal in the middle can be stored. For the
    same reason only the first message needs a foreign key onto the contact itself, `first_of` (computed): the others
    hang on it, and each is spared the check.
    Rows are written only by guidance/message_log.py.
    """

    class Kind(models.TextChoices):
        CLIENT = "client"
        WORKER = "worker"
        SYSTEM = "system"

    pk = models.CompositePrimaryKey("contact_id", "seq")
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="messages", db_index=False, db_constraint=False
    )
    seq = models.PositiveIntegerField()
    previous_seq = models.GeneratedField(
        expression=NullIf(F("seq") - 1, 0), output_field=models.IntegerField(), db_persist=True
    )
    first_of = models.GeneratedField(
        expression=Case(When(seq=1, then=F("contact_id"))), output_field=models.UUIDField(), db_persist=True
    )
    nonce = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    staff = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    code = models.CharField(max_length=40, blank=True, default="")  # which event a system message tells of
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "nonce"], name="message_nonce"),
            models.CheckConstraint(name="message_seq_from_one", condition=Q(seq__gte=1)),
            models.CheckConstraint(
                name="message_author_agrees",
                condition=Q(kind="client", staff__isnull=True)
                | Q(kind="worker", staff__isnull=False)
                | (Q(kind="system", staff__isnull=True) & ~Q(code="")),
            ),
            models.CheckConstraint(name="message_body_fits", condition=Range(Length("body"), (1, BODY_LIMIT))),
        ]
