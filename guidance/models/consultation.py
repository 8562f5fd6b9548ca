from django.db import models
from django.db.models import F, Q

from accounts.models import Profession, User
from core.text import BODY_LIMIT
from guidance.models.contact import Contact
from guidance.models.relationship import ClientRelationship


class Consultation(models.Model):
    """What a contact between professionals has beyond its thread: whom it asks, and what it is about.

    Its contact hangs on no relationship, so that no right of a family reaches its thread. `about` is the family's
    contact that it was opened beside, `relationship` the one that somebody with the right has linked it to later;
    neither opens anything to anybody. A unit's hand-over room is one for each day: it asks nobody and has no members of
    its own.
    """

    class Kind(models.TextChoices):
        CONSULTATION = "consultation"
        ROOM = "room"

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, primary_key=True, related_name="consultation")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.CONSULTATION)
    title = models.CharField(max_length=120, blank=True, default="")
    # Asked: one person, a profession in whatever unit, or (both null) the contact's unit.
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    to_profession = models.ForeignKey(Profession, on_delete=models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="consultations")
    relationship = models.ForeignKey(
        ClientRelationship, on_delete=models.PROTECT, null=True, related_name="consultations"
    )
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField(null=True)
    room_on = models.DateField(null=True)
    room_unit_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consultation_asks_one", condition=Q(to_user__isnull=True) | Q(to_profession__isnull=True)
            ),
            models.CheckConstraint(
                name="consultation_kind_agrees",
                condition=Q(kind="consultation", room_on__isnull=True, room_unit_id__isnull=True)
                | Q(
                    kind="room",
                    room_on__isnull=False,
                    room_unit_id__isnull=False,
                    to_user__isnull=True,
                    to_profession__isnull=True,
                    about__isnull=True,
                    relationship__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="consultation_link_agrees",
                condition=Q(relationship__isnull=True, linked_by__isnull=True, linked_at__isnull=True)
                | Q(relationship__isnull=False, linked_by__isnull=False, linked_at__isnull=False),
            ),
            models.CheckConstraint(name="consultation_not_about_itself", condition=~Q(about=F("contact"))),
            models.UniqueConstraint(
                fields=["room_unit_id", "room_on"], condition=Q(kind="room"), name="consultation_one_room_a_day"
            ),
        ]


class ConsultationMember(models.Model):
    """Somebody who takes part in a consultation, from the invitation until they leave; `seen_seq` is how far they
    have read."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consultation_seats")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    seen_seq = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "user"], condition=Q(left_at__isnull=True), name="consultation_member_once"
            ),
            models.CheckConstraint(
                name="consultation_member_times", condition=Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at"))
            ),
        ]
        indexes = [models.Index(fields=["user"], name="consultation_seats", condition=Q(left_at__isnull=True))]


class Draft(models.Model):
    """What a member of staff has begun to write and not sent: theirs alone, one for each thread and room."""

    class Room(models.TextChoices):
        THREAD = "thread"
        NOTE = "note"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="drafts")
    room = models.CharField(max_length=6, choices=Room, default=Room.THREAD)
    body = models.TextField(max_length=BODY_LIMIT)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "contact", "room"], name="draft_one_a_room"),
            models.CheckConstraint(name="draft_not_empty", condition=~Q(body="")),
        ]
