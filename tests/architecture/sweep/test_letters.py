"""Letters: what waits is told of to everybody who can be told, and no letter, nor what is kept of one, has a planted
word."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import NoticeAddress, NoticeKind, User
from chat.models import Alarm
from chat.notices import gather_alarm_notices
from core import clock, outbox
from core.models import OutboxEntry
from guidance.models import Contact
from guidance.notices import gather_notices
from guidance.services import invite_to_consultation
from perhekeskus.review_notices import gather_review_notices
from tests.architecture.sweep.answers import told
from tests.architecture.sweep.world import World

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(minutes=10)


def rows() -> str:
    return "\n".join(str(row) for row in OutboxEntry.objects.values())


def everybody_is_to_be_told(world: World) -> None:
    """Every kind, to every member of staff; of a consultation that asks, one that invites, an alarm and a late promise
    too."""
    now, cast = clock.now(), world.cast
    User.objects.update(notice_kinds=NoticeKind.values)
    invite_to_consultation(
        contact_id=world.path_values("linked")["contact_id"], user=cast.worker, invited=cast.outsider, now=now
    )
    Alarm.objects.update(ended_at=None)
    Contact.objects.filter(pk=world.contacts["waiting"].pk).update(due_at=now + SOON)
    Contact.objects.update(client_seen_seq=0, worker_seen_seq=0)
    NoticeAddress.objects.update(verified_at=now - dt.timedelta(days=1), added_at=now - dt.timedelta(days=1))


def test_no_letter_tells_anything(world: World, mailoutbox: list[Any]) -> None:
    everybody_is_to_be_told(world)
    at = clock.now() + SOON
    gather_notices(now=at)
    gather_alarm_notices(now=at)
    gather_review_notices(now=at)
    kept, about = rows(), {entry.payload.get("about", "family") for entry in OutboxEntry.objects.all()}
    assert about == {*NoticeKind.values, "family"}, "of each kind there is one to look at"
    for _n in range(3):  # those that wait for the morning, and those that wait for the hours of the unit
        outbox.send_due(now=at)
        at = max([at, *OutboxEntry.objects.filter(state="waiting").values_list("due_at", flat=True)])
    letters = "\n".join(str(mail.message()) + mail.subject + mail.body for mail in mailoutbox)
    assert {mail.to[0] for mail in mailoutbox} >= {world.cast.worker.email, world.cast.outsider.email}
    assert told(letters) == {"notice"}, "the family's own address, to which its letter goes, and no more"
    assert told(kept) | told(rows()) == set()
    assert told(f"{letters} vuorovaara") == {"notice", "room"}, "a word that were there would be seen"
