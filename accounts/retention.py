"""Records of accounts that have passed their time."""

import datetime as dt

from django.db.models import Q, QuerySet

from accounts.models import Identification, VisitorKey


def unused_keys(before: dt.datetime) -> QuerySet[VisitorKey]:
    """Devices that were forgotten, or not used since."""
    unused = Q(seen_on__lt=before.date()) | Q(seen_on__isnull=True, created_at__lt=before)
    return VisitorKey.objects.filter(unused | Q(forgotten_at__lt=before))


def fruitless_attempts(before: dt.datetime) -> QuerySet[Identification]:
    """Attempts at identification that came to nothing."""
    return Identification.objects.exclude(state=Identification.State.DONE).filter(started_at__lt=before)
