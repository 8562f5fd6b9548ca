import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models.staff import Language


class Person(models.Model):
    """Somebody strongly identified. Found again by a keyed hash of who they are, and by nothing else: names, birth
    dates and addresses never join two persons.

    `subject_hash` is of generation `hash_generation`: each generation's key hashes the hash of the one before it, so
    that keys are renewed without the clear value. `code_sealed` is the encrypted identity code, empty for a person
    who has none (eIDAS).
    """

    subject_hash = models.CharField(max_length=64, unique=True)
    hash_generation = models.PositiveSmallIntegerField(default=1)
    code_sealed = models.TextField(blank=True, default="")
    given_names = models.CharField(max_length=200)
    family_name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True)
    non_disclosure = models.BooleanField(default=False)  # turvakielto
    created_at = models.DateTimeField()

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


class Identification(models.Model):
    """One attempt at strong identification, and afterwards the evidence of it: provider, level, time.

    `contact_id` says what it is for and is a plain value, since contacts live in a room above. Of state, nonce and
    browser only keyed hashes are kept; the code verifier is emptied when the attempt has ended.
    """

    class Purpose(models.TextChoices):
        CONTACT = "contact"  # asked for in a conversation
        OWN_PAGE = "own_page"  # the family's own wish

    class State(models.TextChoices):
        STARTED = "started"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    contact_id = models.UUIDField(null=True)
    language = models.CharField(max_length=2, choices=Language)
    provider = models.CharField(max_length=60)
    level_asked = models.CharField(max_length=80)
    state_hash = models.CharField(max_length=64, unique=True)
    nonce_hash = models.CharField(max_length=64)
    browser_hash = models.CharField(max_length=64)
    code_verifier = models.CharField(max_length=128, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    failure = models.CharField(max_length=40, blank=True, default="")
    acr = models.CharField(max_length=80, blank=True, default="")
    auth_time = models.DateTimeField(null=True)
    token_hash = models.CharField(max_length=64, blank=True, default="")  # of the token that proved it
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="identifications")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["started_at"], name="identification_started")]
        constraints = [
            models.CheckConstraint(
                name="identification_state_agrees",
                condition=Q(state="started", ended_at__isnull=True, person__isnull=True, failure="")
                | (
                    Q(state="done", ended_at__isnull=False, person__isnull=False, auth_time__isnull=False, failure="")
                    & ~Q(acr="")
                )
                | (Q(state="failed", ended_at__isnull=False, person__isnull=True) & ~Q(failure=""))
                | Q(state__in=["cancelled", "expired"], ended_at__isnull=False, person__isnull=True, failure=""),
            ),
            models.CheckConstraint(
                name="identification_for_something",
                condition=Q(purpose="contact", contact_id__isnull=False)
                | Q(purpose="own_page", contact_id__isnull=True),
            ),
            models.CheckConstraint(
                name="identification_times_in_order",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="identification_verifier_emptied", condition=Q(state="started") | Q(code_verifier="")
            ),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="identification_token_once"
            ),
        ]
