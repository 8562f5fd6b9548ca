"""Letters twice a year: to whom, how often, and that they say nothing of what waits."""

import datetime as dt

import pytest

from accounts.models import NoticeKind
from accounts.notices import choose_notices, kinds_for
from catalogue.models import Service
from core.models import OutboxEntry
from core.opening_hours import local_date
from perhekeskus.review_notices import KIND, gather_review_notices, review_letter
from tests.cast import Cast
from tests.catalogue.editing import load_demo

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)  # a Wednesday at noon


def waiting() -> list[OutboxEntry]:
    return list(OutboxEntry.objects.filter(kind=KIND).order_by("pk"))


def test_admins_who_asked_are_told_once_in_half_a_year(cast: Cast) -> None:
    load_demo()
    admin = cast.catalogue_admin
    Service.objects.update(reviewed_on=local_date(NOW))
    choose_notices(user=admin, kinds=[NoticeKind.REVIEW])
    gather_review_notices(now=NOW)
    assert waiting() == [], "nothing is due"
    Service.objects.filter(slug="perheohjaus").update(reviewed_on=dt.date(2026, 1, 7))
    for days in (0, 1, 20):
        gather_review_notices(now=NOW + dt.timedelta(days=days))
    [entry] = waiting()
    letter = review_letter(entry.payload, NOW)
    assert letter is not None and not isinstance(letter, dt.datetime)
    assert letter.to == admin.email and "Perheohjaus" not in letter.subject + letter.body
    gather_review_notices(now=NOW + dt.timedelta(days=60))
    assert len(waiting()) == 2, "the next half-year"
    Service.objects.update(reviewed_on=local_date(NOW))
    assert review_letter(entry.payload, NOW) is None, "looked over meanwhile"


def test_only_those_who_asked_and_are_admins(cast: Cast) -> None:
    load_demo()
    Service.objects.update(reviewed_on=None)
    choose_notices(user=cast.worker, kinds=[NoticeKind.REVIEW])
    gather_review_notices(now=NOW)
    assert waiting() == []
    assert kinds_for(cast.catalogue_admin) == [NoticeKind.REVIEW]
    assert NoticeKind.REVIEW not in kinds_for(cast.worker)
