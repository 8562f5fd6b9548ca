"""Assessments and plans on a family's path."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.translations import localized
from guidance.models import ClientRelationship
from guidance.path import Kind, Stretch, Touch
from segments.models import Assessment, Plan


def touches(relationship: ClientRelationship) -> Iterable[Touch]:
    """Assessments until they are decided, and plans from when the family has been shown them."""
    begun = Assessment.objects.filter(relationship=relationship).exclude(state=Assessment.State.WITHDRAWN)
    for row in begun.select_related("unit"):
        while_open = Stretch(row.started_at, row.decided_at, is_wait=False)
        words = str(row.get_decided_display()) if row.decided else ""
        provider = localized(row.unit, "name")
        yield Touch(Kind.ASSESSMENT, str(row.pk), row.started_at, _("Arvio"), provider, words, (while_open,))
    shown = Plan.objects.filter(relationship=relationship, proposed_at__isnull=False)
    for plan in shown.select_related("unit"):
        assert plan.proposed_at is not None
        kept = Stretch(plan.proposed_at, plan.ended_at, is_wait=False)
        provider, words = localized(plan.unit, "name"), str(plan.get_kind_display())
        yield Touch(Kind.PLAN, str(plan.pk), plan.proposed_at, _("Suunnitelma"), provider, words, (kept,))
