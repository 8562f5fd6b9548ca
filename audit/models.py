from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from audit.codes import LOOKS, AuditCode, AuditGround


class AuditEvent(models.Model):
    """One act or look: who, in which role and unit, what, on which object, when. Never content, never a name.

    Rows are only ever added; a database trigger refuses UPDATE, and DELETE of what is younger than twelve years. Ids
    are kept as plain values, not as foreign keys, so that a record outlives what it tells of.
    """

    class Actor(models.TextChoices):
        STAFF = "staff"
        CLIENT = "client"  # an anonymous visitor
        PERSON = "person"  # an identified one
        RECEIVER = "receiver"  # of referrals, outside the platform: whoever has opened its link
        SYSTEM = "system"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    code = models.CharField(max_length=60, choices=AuditCode)
    actor_kind = models.CharField(max_length=10, choices=Actor)
    actor_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, blank=True, db_default="", default="")
    ground = models.CharField(max_length=12, blank=True, choices=AuditGround, db_default="", default="")
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    relationship_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["relationship_id", "at"], name="audit_relationship_at"),
            models.Index(fields=["object_id", "at"], name="audit_of_person", condition=Q(object_type="person")),
            models.Index(fields=["unit_id", "at"], name="audit_looks", condition=Q(code__in=LOOKS)),
        ]
        constraints = [
            models.CheckConstraint(name="audit_code_known", condition=models.Q(code__in=AuditCode.values)),
            models.CheckConstraint(name="audit_ground_known", condition=models.Q(ground__in=AuditGround.values)),
            models.CheckConstraint(
                name="audit_actor_named",
                condition=models.Q(actor_kind="system", actor_id__isnull=True)
                | models.Q(actor_kind__in=["staff", "client", "person", "receiver"], actor_id__isnull=False),
            ),
        ]


class AuditBlock(models.Model):
    """Up to 10 000 events under one digest, which takes in the digest of the block before, and a seal made with a key
    that the database does not know (audit/sealing.py).

    `first_id` follows the block before without a hole, so that every id up to the newest `last_id` belongs to one
    block. `row_ids` and `row_prints` (a short hash of each row) tell which row is wrong when the digest is. When the
    events have passed their time and are removed, the block stays, as the evidence of it.
    """

    number = models.BigIntegerField(primary_key=True)
    form = models.PositiveSmallIntegerField()  # in which canonical text the rows were hashed
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    newest_at = models.DateTimeField()
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    prints_digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    row_ids = ArrayField(models.BigIntegerField())
    row_prints = ArrayField(models.BigIntegerField())
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="auditblock_from_one", condition=Q(number__gte=1, rows__gte=1)),
            models.CheckConstraint(name="auditblock_range", condition=Q(last_id__gte=F("first_id"))),
            models.UniqueConstraint(fields=["first_id"], name="auditblock_first_id"),
        ]


class AuditHorizon(models.Model):
    """One row: up to which id the events will be settled once `writers` have ended, and the newest block."""

    up_to = models.BigIntegerField(default=0)
    writers = ArrayField(models.CharField(max_length=40), default=list)
    newest_block = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="audithorizon_one", condition=Q(pk=1))]
