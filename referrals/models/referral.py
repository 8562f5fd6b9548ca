import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from catalogue.models import Service
from guidance.models import ClientRelationship, Contact
from referrals.models.receiver import Receiver

TEXT_LIMIT = 4_000


class Referral(models.Model):
    """A handing-on of an identified family to a service, from a draft to an outcome.

    Which state may follow which, whose turn it is and which clock runs is one table: referrals/transitions.py. A row
    changes state by an act of that table only, each time with a ReferralStep in the same transaction.
    """

    class Kind(models.TextChoices):
        SERVICE = "service", _("ohjaus palveluun")
        NEEDS_ASSESSMENT = "needs_assessment", _("palvelutarpeen arviointi")

    class State(models.TextChoices):
        DRAFT = "draft", _("luonnos")
        SENT = "sent", _("lähetetty")
        RECEIVED = "received", _("vastaanotettu")
        ACCEPTED = "accepted", _("hyväksytty")
        DECLINED = "declined", _("ei otettu vastaan")
        RETURNED = "returned", _("palautettu täydennettäväksi")
        STARTED = "started", _("alkanut")
        COMPLETED = "completed", _("päättynyt")
        LAPSED = "lapsed", _("rauennut")
        WITHDRAWN = "withdrawn", _("peruttu")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("tavallinen")
        SOON = "soon", _("pian")
        URGENT = "urgent", _("kiireellinen")

    class Outcome(models.TextChoices):
        HELPED = "helped", _("perhe sai apua")
        PARTLY = "partly", _("perhe sai osan avusta")
        NOT_NEEDED = "not_needed", _("apua ei enää tarvittu")
        FAMILY_STOPPED = "family_stopped", _("perhe lopetti")
        NO_CONTACT = "no_contact", _("perhettä ei tavoitettu")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="referrals")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.SERVICE)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.NORMAL)
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, related_name="+")
    service_name = models.CharField(max_length=200, blank=True, default="")  # as it was called then
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the sender's
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # What the receiver has to know, in words that the family has seen; and what is asked of the receiver.
    summary = models.TextField(max_length=TEXT_LIMIT, blank=True, default="")
    wish = models.TextField(max_length=TEXT_LIMIT, blank=True, default="")
    is_warm = models.BooleanField(default=False)  # handed over together: a call or a meeting with the family
    warm_at = models.DateTimeField(null=True)  # when it was

    sent_at = models.DateTimeField(null=True)  # the last time: a referral that was returned is sent again
    received_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)
    # Only of a service-needs assessment (sosiaalihuoltolaki 1301/2014, section 36).
    start_due_on = models.DateField(null=True)
    ready_due_on = models.DateField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True, default="")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    suggested = models.ForeignKey(Receiver, on_delete=models.PROTECT, null=True, related_name="+")

    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # the receiver's, inside
    taker_name = models.CharField(max_length=120, blank=True, default="")  # as a receiver outside calls themselves
    # A declined, lapsed or withdrawn one stays on the sender's list until somebody has seen to what comes next.
    seen_to_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["relationship", "-made_at"], name="referral_of_relationship"),
            models.Index(
                fields=["receiver", "state"],
                name="referral_live",
                condition=Q(state__in=["sent", "received", "accepted", "started"]),
            ),
            models.Index(fields=["unit", "state"], name="referral_of_sender", condition=~Q(state="completed")),
            models.Index(fields=["answer_due_at"], name="referral_due", condition=Q(state__in=["sent", "received"])),
        ]
        constraints = [
            models.CheckConstraint(
                name="referral_state_agrees",
                condition=Q(state="draft", sent_at__isnull=True, ended_at__isnull=True, outcome="")
                | Q(state="sent", sent_at__isnull=False, answer_due_at__isnull=False, ended_at__isnull=True, outcome="")
                | Q(
                    state="received",
                    sent_at__isnull=False,
                    received_at__isnull=False,
                    answer_due_at__isnull=False,
                    ended_at__isnull=True,
                    outcome="",
                )
                | Q(state="returned", sent_at__isnull=False, ended_at__isnull=True, outcome="")
                | Q(state="accepted", answered_at__isnull=False, ended_at__isnull=True, outcome="")
                | Q(
                    state="started",
                    answered_at__isnull=False,
                    started_at__isnull=False,
                    ended_at__isnull=True,
                    outcome="",
                )
                | (Q(state="completed", started_at__isnull=False, ended_at__isnull=False) & ~Q(outcome=""))
                | Q(state__in=["declined", "lapsed", "withdrawn"], ended_at__isnull=False, outcome=""),
            ),
            models.CheckConstraint(name="referral_kind_known", condition=Q(kind__in=["service", "needs_assessment"])),
            models.CheckConstraint(
                name="referral_says_what", condition=Q(state="draft") | Q(state="withdrawn") | ~Q(summary="")
            ),
            models.CheckConstraint(
                name="referral_times_in_order",
                condition=(Q(sent_at__isnull=True) | Q(sent_at__gte=F("made_at")))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")))
                & (Q(started_at__isnull=True) | Q(started_at__gte=F("answered_at"))),
            ),
            models.CheckConstraint(name="referral_follows_another", condition=~Q(follows=F("id"))),
        ]


class ReferralStep(models.Model):
    """One transition, for good: from where to where, by whom, when, and the words that went with it."""

    class By(models.TextChoices):
        SENDER = "sender", _("lähettäjä")
        RECEIVER = "receiver", _("vastaanottaja")
        FAMILY = "family", _("perhe")
        PLATFORM = "platform", _("järjestelmä")

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    transition = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, choices=Referral.State, blank=True, default="")
    to_state = models.CharField(max_length=10, choices=Referral.State)
    by = models.CharField(max_length=10, choices=By)
    staff = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT, related_name="+")  # whose it was after the step
    words = models.TextField(max_length=TEXT_LIMIT, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
