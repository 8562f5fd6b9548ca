"""What of the catalogue's history has been kept long enough."""

import datetime as dt

from django.db.models import QuerySet
from reversion.models import Revision

from catalogue.models import MissedSearch
from core.opening_hours import local_date


def old_changes(before: dt.datetime) -> QuerySet[Revision]:
    """Acts with all that they kept; the catalogue itself stays as it is."""
    return Revision.objects.filter(date_created__lt=before)


def old_missed_searches(before: dt.datetime) -> QuerySet[MissedSearch]:
    return MissedSearch.objects.filter(on__lt=local_date(before))
