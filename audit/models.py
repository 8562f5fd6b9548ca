from django.db import models

from audit.codes import AuditCode, AuditGround


class AuditEvent(models.Model):
    """One act or look: who, in which role and unit, what, on which object, when. Never content, never a name.

    Rows are only ever added; a database trigger refuses UPDATE and DELETE. Ids are kept as plain values, not as
    foreign keys, so that a record outlives what it tells of.
    """

    class Actor(models.TextChoices):
        STAFF = "staff"
        CLIENT = "client"  # an anonymous visitor
        PERSON = "person"  # an identified one
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
        ]
        constraints = [
            models.CheckConstraint(name="audit_code_known", condition=models.Q(code__in=AuditCode.values)),
            models.CheckConstraint(name="audit_ground_known", condition=models.Q(ground__in=AuditGround.values)),
            models.CheckConstraint(
                name="audit_actor_named",
                condition=models.Q(actor_kind="system", actor_id__isnull=True)
                | models.Q(actor_kind__in=["staff", "client", "person"], actor_id__isnull=False),
            ),
        ]
