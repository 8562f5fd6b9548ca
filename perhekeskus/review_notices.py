"""Twice a year the catalogue is looked over: its admins who asked for it are told that something waits, not what."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from accounts.models import Membership, NoticeKind, User
from accounts.selectors import Role
from catalogue.models import Service
from core import outbox
from core.opening_hours import local_date
from core.outbox import Made, Maker, Payload
from guidance.notices import decide, letter_to, staff_event, staff_refused, wants

KIND = "catalogue_notice"


def gather_review_notices(*, now: dt.datetime) -> None:
    """A letter a half-year for each admin, when something is due; the same half-year again changes nothing."""
    today = local_date(now)
    if not Service.objects.due_for_review(today).exists():
        return
    half = f"{today.year}-{1 if today.month <= 6 else 2}"
    admins = Membership.objects.filter(role=Role.CATALOGUE_ADMIN, ended_at__isnull=True)
    wanting = User.objects.filter(wants(NoticeKind.REVIEW)).values("pk")
    with transaction.atomic():
        told = set[int]()
        for user_id, unit_id in admins.filter(Q(user__in=wanting)).order_by("pk").values_list("user_id", "unit_id"):
            if user_id not in told:
                told.add(user_id)
                decide(staff_event(NoticeKind.REVIEW, user_id, unit_id, name=KIND, half=half), now)


def review_letter(payload: Payload, now: dt.datetime) -> Made:
    """None when everything has been looked over meanwhile."""
    due = Service.objects.due_for_review(local_date(now)).exists()
    return letter_to(payload, now) if due else None


def register_letters() -> None:
    outbox.register(KIND, Maker(review_letter, staff_refused))
