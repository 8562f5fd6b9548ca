from django.db import models
from django.db.models import Q

from accounts.models import Person, User, Visitor
from core.text import BODY_LIMIT


class ClientRelationship(models.Model):
    """The one thing every channel hangs on: an anonymous visitor's, or an identified person's."""

    visitor = models.OneToOneField(Visitor, on_delete=models.PROTECT, null=True, related_name="relationship")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, related_name="relationship")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="relationship_of_one",
                condition=Q(visitor__isnull=False, person__isnull=True) | Q(visitor__isnull=True, person__isnull=False),
            )
        ]


class Child(models.Model):
    """A child whom a relationship's contacts are about, as a worker has written down. Each relationship has its own:
    two guardians' children are never joined by name or birth date."""

    relationship = models.ForeignKey(ClientRelationship, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=120)
    birth_date = models.DateField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="child_has_name", condition=~Q(name=""))]


class MaturityJudgement(models.Model):
    """A worker's judgement of a child of 12 or older: may the guardian act in this matter, or does the child decide?"""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="judgements")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    guardian_may_act = models.BooleanField()
    reason = models.TextField(max_length=BODY_LIMIT)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.CheckConstraint(name="maturity_has_reason", condition=~Q(reason=""))]
