import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, Person, Unit, User, Visitor
from catalogue.models import Topic
from core.text import BODY_LIMIT
from guidance.models.relationship import Child, ClientRelationship


class ContactQuerySet(models.QuerySet["Contact"]):
    def waiting(self) -> Self:
        return self.filter(state=Contact.State.WAITING)

    def open(self) -> Self:
        return self.filter(state=Contact.State.OPEN)

    def of_units(self, unit_ids: list[int]) -> Self:
        return self.filter(unit_id__in=unit_ids)

    def of_families(self) -> Self:
        """All but consultations, which are between professionals."""
        return self.exclude(channel=Contact.Channel.CONSULTATION)

    def in_queue_order(self) -> Self:
        """Danger that a person has confirmed first, then those whose worker vanished, then first come, first served."""
        confirmed = Case(When(priority=Contact.Priority.CONFIRMED, then=Value(0)), default=Value(1))
        return self.order_by(confirmed, F("returned_at").asc(nulls_last=True), "queued_at", "id")

    def with_row_details(self) -> Self:
        return self.select_related("topic", "worker", "unit", "relationship__person", "about_child")


class Contact(models.Model):
    """One approach from opening to closing, through one channel; never reopened.

    `last_seq` is the newest message's number and changes only in the statement that writes the message
    (guidance/message_log.py). Times and states that contradict each other cannot be stored.
    """

    class Channel(models.TextChoices):
        CHAT = "chat", _("Chat")
        MESSAGE = "message", _("Viesti")
        CALLBACK = "callback", _("Takaisinsoitto")
        PHONE = "phone", _("Puhelu")
        VISIT = "visit", _("Käynti")
        CONSULTATION = "consultation", _("Konsultaatio")

    class State(models.TextChoices):
        WAITING = "waiting", _("odottaa")
        OPEN = "open", _("auki")
        CLOSED = "closed", _("päättynyt")

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", _("Valmis tässä")
        REFERRED = "referred", _("Ohjattu palveluun")
        CONTINUES = "continues", _("Jatkuu toisessa kanavassa")
        SIGNPOSTED = "signposted", _("Neuvottu, mistä kysyä")
        LEFT_QUEUE = "left_queue", _("Lähti jonosta")
        WENT_SILENT = "went_silent", _("Jäi hiljaiseksi")
        MISUSE = "misuse", _("Asiaton yhteydenotto")

    class Turn(models.TextChoices):
        CLIENT = "client", _("perheen vuoro")
        WORKER = "worker", _("työntekijän vuoro")

    class Priority(models.TextChoices):
        """Words that may tell of danger were noticed; a person says whether they do."""

        NONE = "", _("ei poikkeavaa")
        SUSPECTED = "suspected", _("tarkista heti")
        CONFIRMED = "confirmed", _("kiireellinen")
        DISMISSED = "dismissed", _("tarkistettu, ei hätää")

    class NextStepOwner(models.TextChoices):
        SERVICE = "service", _("Palvelun")
        WORKER = "worker", _("Minun")
        FAMILY = "family", _("Perheen")
        NOBODY = "nobody", _("Ei kenenkään")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Null in a consultation alone: what hangs on no relationship, no family's right can reach.
    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, null=True, related_name="contacts")
    # Who opened a consultation; null in a family's contact and in a unit's hand-over room.
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # The anonymous visitor who opened it; null when an identified person did. Stays when the contact is bound.
    visitor = models.ForeignKey(Visitor, on_delete=models.PROTECT, null=True, related_name="+")
    about_child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, related_name="contacts")
    channel = models.CharField(max_length=20, choices=Channel)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contacts")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language, default=Language.FI)
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    # The nonce of the first message: opening again with it is the same contact.
    open_nonce = models.UUIDField()

    opened_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)  # back at the head of the queue: its worker vanished or let go
    due_at = models.DateTimeField(null=True)  # answered, or called, by then: the promise given at the opening
    pooled_at = models.DateTimeField(null=True)  # has waited so long that other units of the common queue see it
    joined_at = models.DateTimeField(null=True)  # the first time a worker joined
    taken_at = models.DateTimeField(null=True)  # when the present worker took it
    first_client_at = models.DateTimeField(null=True)
    first_response_at = models.DateTimeField(null=True)
    first_response_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    first_response_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField(null=True)  # the family left an open conversation
    idle_warned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    priority = models.CharField(max_length=10, choices=Priority, blank=True, default=Priority.NONE)
    priority_checked_seq = models.PositiveIntegerField(default=0)  # up to here the words have been looked at

    outcome = models.CharField(max_length=20, choices=Outcome, blank=True, default="")
    next_step = models.TextField(blank=True, default="")
    next_step_owner = models.CharField(max_length=10, choices=NextStepOwner, blank=True, default="")

    last_seq = models.PositiveIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True)
    turn = models.CharField(max_length=10, choices=Turn, default=Turn.WORKER)
    client_seen_seq = models.PositiveIntegerField(default=0)
    worker_seen_seq = models.PositiveIntegerField(default=0)

    foreign = False  # in a list of the desk: of another unit, waiting in the common queue
    objects = ContactQuerySet.as_manager()

    # By when the next answer is promised; no column: promises.mark_answers_due works it out for those who show it.
    answer_due_at: dt.datetime | None = None
    told: Sequence[object] = ()  # the services of the catalogue that were handed over in it (guidance/signposts.py)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "channel", "state"], name="contact_live", condition=~Q(state="closed")),
            models.Index(fields=["worker", "state"], name="contact_of_worker", condition=Q(state="open")),
            models.Index(fields=["relationship", "-opened_at"], name="contact_of_relationship"),
            models.Index(fields=["unit", "-joined_at"], name="contact_joined", condition=Q(joined_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["relationship", "open_nonce"], name="contact_open_nonce"),
            models.CheckConstraint(
                name="contact_state_agrees",
                condition=Q(state="waiting", worker__isnull=True, closed_at__isnull=True, outcome="")
                | (
                    Q(state="open", joined_at__isnull=False, closed_at__isnull=True, outcome="")
                    & (Q(worker__isnull=False) | Q(channel="consultation"))
                )
                | (Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="contact_of_a_family_or_among_staff",
                condition=Q(channel="consultation", relationship__isnull=True, visitor__isnull=True)
                | (~Q(channel="consultation") & Q(relationship__isnull=False, asked_by__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["asked_by", "open_nonce"], condition=Q(asked_by__isnull=False), name="contact_asked_nonce"
            ),
            models.CheckConstraint(
                name="contact_priority_known", condition=Q(priority__in=["", "suspected", "confirmed", "dismissed"])
            ),
            models.CheckConstraint(
                name="contact_channel_known",
                condition=Q(channel__in=["chat", "message", "callback", "phone", "visit", "consultation"]),
            ),
            models.CheckConstraint(
                name="contact_outcome_known",
                condition=Q(
                    outcome__in=[
                        "",
                        "resolved",
                        "referred",
                        "continues",
                        "signposted",
                        "left_queue",
                        "went_silent",
                        "misuse",
                    ]
                ),
            ),  # fmt: skip
            models.CheckConstraint(
                name="contact_times_in_order",
                condition=Q(queued_at__gte=F("opened_at"))
                & (Q(joined_at__isnull=True) | Q(joined_at__gte=F("opened_at")))
                & (Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")))
                & (Q(closed_at__isnull=True) | Q(joined_at__isnull=True) | Q(closed_at__gte=F("joined_at"))),
            ),
            models.CheckConstraint(
                name="contact_first_response_agrees",
                condition=Q(first_response_at__isnull=True, first_response_by__isnull=True)
                | Q(
                    first_response_at__isnull=False,
                    first_client_at__isnull=False,
                    first_response_at__gte=F("first_client_at"),
                    first_response_by__isnull=False,
                    first_response_unit__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="contact_left_queue_unjoined", condition=~Q(outcome="left_queue") | Q(joined_at__isnull=True)
            ),
            models.CheckConstraint(
                name="contact_seen_within",
                condition=Q(client_seen_seq__lte=F("last_seq"), worker_seen_seq__lte=F("last_seq")),
            ),
            models.CheckConstraint(name="contact_follows_another", condition=~Q(follows=F("id"))),
        ]

    @property
    def family(self) -> ClientRelationship:
        """The relationship of a family's contact. Not to be asked of a consultation, which has none."""
        assert self.relationship is not None
        return self.relationship

    @property
    def person(self) -> Person | None:
        """The identified person whose contact it is; None for a nameless one and for a consultation."""
        return self.relationship.person if self.relationship is not None else None

    @property
    def is_consultation(self) -> bool:
        return self.channel == self.Channel.CONSULTATION

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def reference(self) -> str:
        """Eight signs by which staff name the contact to each other."""
        return self.pk.hex[:8]

    @property
    def waiting_since(self) -> object:
        return self.returned_at or self.queued_at

    @property
    def unread(self) -> int:
        """Messages that no worker has seen yet."""
        return self.last_seq - self.worker_seen_seq


class Note(models.Model):
    """A staff-only note on a relationship; never in a thread."""

    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="notes")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(max_length=BODY_LIMIT)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.CheckConstraint(name="note_not_empty", condition=~Q(body=""))]


class Feedback(models.Model):
    """Two questions and a free word, once per contact."""

    class Helped(models.TextChoices):
        YES = "yes", _("Kyllä")
        PARTLY = "partly", _("Osittain")
        NO = "no", _("En")

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="feedback")
    helped = models.CharField(max_length=10, choices=Helped, blank=True, default="")
    feeling = models.PositiveSmallIntegerField(null=True)
    word = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="feedback_says_something", condition=~Q(helped="") | Q(feeling__isnull=False) | ~Q(word="")
            ),
            models.CheckConstraint(
                name="feedback_feeling_in_scale", condition=Q(feeling__isnull=True) | Q(feeling__range=(1, 5))
            ),
        ]
