"""What of the catalogue's history has been kept long enough."""

import datetime as dt

from django.db.models import QuerySet
from reversion.models import Revision


def old_changes(before: dt.datetime) -> QuerySet[Revision]:
    """Acts with all that they kept; the catalogue itself stays as it is."""
    return Revision.objects.filter(date_created__lt=before)
