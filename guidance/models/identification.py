from django.db import models
from django.db.models import F, Q

from accounts.models import Identification, Person, User
from guidance.models.contact import Contact
from guidance.models.relationship import ClientRelationship


class IdentificationRequest(models.Model):
    """A worker has asked, in a conversation and with a reason, that the family identify itself."""

    class State(models.TextChoices):
        ASKED = "asked"
        DONE = "done"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identification_requests")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=500)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(null=True)
    identification = models.ForeignKey(Identification, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(state="asked"), name="identification_asked_once_at_a_time"
            ),
            models.CheckConstraint(name="identification_request_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="identification_request_state_agrees",
                condition=Q(state="asked", answered_at__isnull=True, identification__isnull=True)
                | Q(state="done", answered_at__isnull=False, identification__isnull=False)
                | Q(state__in=["declined", "withdrawn"], answered_at__isnull=False, identification__isnull=True),
            ),
        ]


class Binding(models.Model):
    """A contact was moved from an anonymous relationship to an identified person's, and perhaps back again."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="bindings")
    from_relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="+")
    to_relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="bindings")
    identification = models.ForeignKey(Identification, on_delete=models.PROTECT, related_name="+")
    bound_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undo_reason = models.TextField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(undone_at__isnull=True), name="binding_once_at_a_time"
            ),
            models.CheckConstraint(name="binding_between_two", condition=~Q(from_relationship=F("to_relationship"))),
            models.CheckConstraint(
                name="binding_undo_agrees",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason="")
                | (
                    Q(undone_at__isnull=False, undone_by__isnull=False, undone_at__gte=F("bound_at"))
                    & ~Q(undo_reason="")
                ),
            ),
        ]


class ThreadShare(models.Model):
    """A guardian has shared one contact, to be read, with another identified person: by a one-time code that they
    hand over themselves, so that the platform guesses nobody's family."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="shares")
    shared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    with_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="shares")
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="share_used_agrees",
                condition=Q(with_person__isnull=True, used_at__isnull=True)
                | Q(with_person__isnull=False, used_at__isnull=False),
            ),
            models.CheckConstraint(name="share_with_another", condition=~Q(with_person=F("shared_by"))),
        ]
