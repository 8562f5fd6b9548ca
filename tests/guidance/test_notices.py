"""Notices: that something waits, and nothing of what; one for each event and person, never after reading."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.conf import settings as configured

from accounts import notices
from accounts.models import Membership, NoticeAddress, Person, User
from accounts.visitors import keyed_hash
from audit.codes import AuditCode
from audit.models import AuditEvent
from chat.models import Alarm
from chat.notices import gather_alarm_notices
from core import outbox
from core.models import OutboxEntry
from core.outbox import State
from guidance.models import Consultation, ConsultationMember, Contact, HoursException, ServiceWindow
from guidance.notices import gather_notices
from guidance.quiet_hours import family_moment, staff_moment
from guidance.services import call_wish, mark_seen, open_contact, record_attempt, release_contact
from tests.cast import (
    NOW,
    Cast,
    Visitor,
    bind,
    close,
    make_person,
    make_visitor,
    open_chat,
    say,
    sign_in,
    staff_author,
    take,
)
from tests.privacy.search import in_database

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
ADDRESS = "eka.huoltaja@example.test"
SECRET = "Tämä on salaisuus vauvasta"
SOON, LATER = NOW + MINUTE, NOW + 6 * MINUTE


def code_in(mail: Any) -> str:
    return next(word for word in mail.body.split() if word.isdigit() and len(word) == 6)


def verified(person: Person, mailoutbox: list[Any], now: dt.datetime = NOW, language: str = "fi") -> NoticeAddress:
    notices.add_address(person=person, address=ADDRESS, language=language, now=now)
    outbox.send_due(now=now)
    assert notices.enter_code(person=person, code=code_in(mailoutbox.pop()), now=now)
    return NoticeAddress.objects.get(person=person)


def told(now: dt.datetime) -> int:
    """How many letters go when everything is looked at now."""
    gather_notices(now=now)
    gather_alarm_notices(now=now)
    return outbox.send_due(now=now)


@pytest.fixture
def family(cast: Cast, visitor: Visitor, mailoutbox: list[Any]) -> Contact:
    """An identified person's message that the worker has, and an address that has been proved."""
    contact = bind(take(open_chat(visitor, channel="message"), cast.worker), visitor, cast.worker)
    assert contact.person is not None
    mark_seen(contact_id=contact.pk, kind="client", staff_id=None, seq=contact.last_seq)
    verified(contact.person, mailoutbox)
    return Contact.objects.get(pk=contact.pk)


def answer(contact: Contact, cast: Cast, now: dt.datetime = SOON, body: str = SECRET) -> None:
    say(contact, staff_author(cast.worker, sign_in(cast.worker)), body, at=now)


# -- families ---------------------------------------------------------------------------------------------


def test_an_answer_that_is_not_read_is_told_once_and_without_a_word_of_it(
    family: Contact, cast: Cast, mailoutbox: list[Any]
) -> None:
    answer(family, cast)
    assert told(SOON + 4 * MINUTE) == 0, "they may be reading it just now"
    gather_notices(now=LATER)
    assert in_database(SECRET) == {"guidance_message"} and in_database(ADDRESS) == set()
    (entry,) = OutboxEntry.objects.filter(state=State.WAITING)
    assert set(entry.payload) == {"contact", "seq"}
    assert told(LATER) == 1
    answer(family, cast, LATER)
    assert told(LATER + 30 * MINUTE) == told(LATER + dt.timedelta(hours=2)) == 0, "one until it is read"
    (mail,) = mailoutbox
    assert mail.to == [ADDRESS] and mail.subject == "Sinulle on viesti"
    assert f"{configured.PUBLIC_ADDRESS}/" in mail.body and "List-Unsubscribe" in mail.extra_headers
    for word in (SECRET, cast.worker.first_name, cast.unit.name_fi, cast.topic.name_fi, str(family.pk), "Eka"):
        assert word not in mail.body + mail.subject + str(mail.extra_headers), word
    assert OutboxEntry.objects.filter(payload={}, recipient="").count() == OutboxEntry.objects.count()


def test_after_reading_the_next_answer_is_told_again(family: Contact, cast: Cast) -> None:
    answer(family, cast)
    assert told(LATER) == 1
    seq = Contact.objects.get(pk=family.pk).last_seq
    mark_seen(contact_id=family.pk, kind="client", staff_id=None, seq=seq)
    answer(family, cast, LATER)
    assert told(LATER + 6 * MINUTE) == 1


def test_a_wrong_number_is_told_since_the_family_has_to_put_it_right(
    cast: Cast, visitor: Visitor, mailoutbox: list[Any]
) -> None:
    callback = open_contact(
        visitor_key=visitor.key, channel="callback", call=call_wish("+46701740605"), nonce=uuid.uuid4(), body="",
        language="fi", now=NOW,
    ).contact  # fmt: skip
    callback = bind(take(callback, cast.worker), visitor, cast.worker)
    assert callback.person is not None
    mark_seen(contact_id=callback.pk, kind="client", staff_id=None, seq=callback.last_seq)
    verified(callback.person, mailoutbox)
    assert told(LATER) == 0
    wrong = {"contact_id": callback.pk, "worker": cast.worker, "nonce": uuid.uuid4(), "outcome": "wrong_number"}
    record_attempt(**wrong, now=LATER)
    assert told(LATER + 6 * MINUTE) == 1


@pytest.mark.parametrize("what", ["read", "removed", "failing", "left", "unbound", "erased"])
def test_what_changes_before_the_sending_holds_up_to_it(
    family: Contact, cast: Cast, mailoutbox: list[Any], what: str
) -> None:
    answer(family, cast)
    gather_notices(now=LATER)
    assert OutboxEntry.objects.filter(state=State.WAITING).count() == 1
    row = NoticeAddress.objects.get()
    if what == "read":
        mark_seen(contact_id=family.pk, kind="client", staff_id=None, seq=99)
    elif what == "removed":
        notices.remove_address(row=row, now=LATER)
    elif what == "failing":
        NoticeAddress.objects.update(failing_at=LATER)
    elif what == "left":
        Contact.objects.filter(pk=family.pk).update(left_at=LATER)
    elif what == "unbound":
        elsewhere = open_chat(make_visitor())
        Contact.objects.filter(pk=family.pk).update(relationship=elsewhere.relationship)
    else:
        from guidance.services.erasing import take_out_relationship

        assert take_out_relationship(family.family.pk)["noticeaddress"] == 1
    assert outbox.send_due(now=LATER) == 0 and mailoutbox == []
    assert not OutboxEntry.objects.filter(state=State.WAITING).exists()


def test_nameless_families_and_unproved_addresses_get_nothing(
    cast: Cast, visitor: Visitor, mailoutbox: list[Any]
) -> None:
    nameless = take(open_chat(visitor), cast.worker)
    answer(nameless, cast)
    other = make_visitor()
    known = bind(take(open_chat(other), cast.worker), other, cast.worker)
    assert known.person is not None
    notices.add_address(person=known.person, address=ADDRESS, language="sv", now=NOW)
    outbox.send_due(now=NOW)
    mailoutbox.clear()
    answer(known, cast)
    assert told(LATER) == 0 and mailoutbox == []


def test_two_conversations_are_one_letter_and_a_closing_is_told(
    family: Contact, cast: Cast, mailoutbox: list[Any]
) -> None:
    device = make_visitor()
    second = bind(take(open_chat(device), cast.worker), device, cast.worker, family.person)
    mark_seen(contact_id=second.pk, kind="client", staff_id=None, seq=99)
    answer(family, cast)
    close(second, cast.worker, cast.topic, SOON, step="Soitan huomenna.")
    assert told(LATER) == len(mailoutbox) == 1
    assert told(LATER + dt.timedelta(hours=1)) == 0


def test_at_night_it_waits_for_the_morning(family: Contact, cast: Cast, mailoutbox: list[Any]) -> None:
    evening = NOW.replace(hour=18, minute=58)
    answer(family, cast, evening)
    assert told(evening + 6 * MINUTE) == 0
    (entry,) = OutboxEntry.objects.filter(state=State.WAITING)
    assert entry.due_at == dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC)
    assert told(entry.due_at) == len(mailoutbox) == 1


def test_an_address_that_the_server_refuses_gets_no_more(family: Contact, cast: Cast) -> None:
    answer(family, cast)
    gather_notices(now=LATER)
    entry = OutboxEntry.objects.get(state=State.WAITING)
    outbox._MAKERS[entry.kind].refused(entry.payload, LATER)
    assert NoticeAddress.objects.get().failing_at == LATER and told(LATER) == 0


# -- the address --------------------------------------------------------------------------------------------


def test_a_code_works_once_for_half_an_hour_and_for_five_tries(mailoutbox: list[Any]) -> None:
    person = make_person()
    for minutes, wrong, works in ((29, 4, True), (31, 0, False), (1, 5, False)):
        notices.add_address(person=person, address=ADDRESS, language="sv", now=NOW)
        assert "code" not in str(OutboxEntry.objects.latest("pk").payload), "there is no code before the letter"
        outbox.send_due(now=NOW)
        code = code_in(mailoutbox[-1])
        assert mailoutbox[-1].subject == "Bekräfta din adress" and in_database(code) <= {"audit_auditevent"}
        other = f"{(int(code) + 1) % 10**6:06d}"
        assert not any(notices.enter_code(person=person, code=other, now=NOW) for _n in range(wrong))
        assert notices.enter_code(person=person, code=f"{code[:3]} {code[3:]}", now=NOW + minutes * MINUTE) is works
        assert not notices.enter_code(person=person, code=code, now=NOW + minutes * MINUTE), "once"
    codes = AuditEvent.objects.filter(object_type="person").values_list("code", flat=True)
    assert list(codes).count(AuditCode.NOTICE_ADDRESS_VERIFIED) == 1
    assert list(codes).count(AuditCode.NOTICE_ADDRESS_ADDED) == 3


def test_a_new_address_has_to_be_proved_anew(family: Contact, cast: Cast, mailoutbox: list[Any]) -> None:
    assert family.person is not None
    old = notices.stop_token(NoticeAddress.objects.get())
    notices.add_address(person=family.person, address="uusi@example.test", language="fi", now=NOW)
    outbox.send_due(now=NOW)
    assert mailoutbox.pop().to == ["uusi@example.test"]
    answer(family, cast)
    assert told(LATER) == 0
    assert notices.address_by_token(old) is None


@pytest.mark.parametrize("token", ["", "x", "1", "1-", "0-abc", "99999999999999999999-a", "ä-ä", "1\x00-2"])
def test_a_made_up_link_finds_nobody(token: str) -> None:
    assert notices.address_by_token(token) is None


# -- staff --------------------------------------------------------------------------------------------------


def asks(user: User, *kinds: str) -> User:
    notices.choose_notices(user=user, kinds=kinds)
    return User.objects.get(pk=user.pk)


def test_staff_hear_of_what_they_asked_for_and_of_nothing_else(cast: Cast, mailoutbox: list[Any]) -> None:
    chat_visitor, waiting = make_visitor(), make_visitor()
    mine = take(open_chat(chat_visitor, channel="message"), cast.worker)
    mark_seen(contact_id=mine.pk, kind="worker", staff_id=cast.worker.pk, seq=99)
    say(mine, chat_visitor.author, SECRET, at=SOON)
    late = open_chat(waiting, channel="message", now=NOW)
    Contact.objects.filter(pk=late.pk).update(due_at=LATER + 30 * MINUTE)
    Alarm.objects.create(kind="unmanned", fingerprint="x", unit=cast.unit, raised_at=NOW)
    assert told(LATER) == 0, "nobody has asked for anything"
    for user in (cast.worker, cast.colleague, cast.outsider, cast.professional, cast.supervisor):
        asks(user, "turn", "late", "consultation", "alarm")
    assert told(LATER) == 3 and told(LATER) == 0
    assert {mail.to[0] for mail in mailoutbox} == {cast.worker.email, cast.colleague.email, cast.supervisor.email}
    for mail in mailoutbox:
        assert "/desk/" in mail.body
        assert not any(word in mail.body + mail.subject for word in (SECRET, cast.unit.name_fi, str(mine.pk)))


@pytest.mark.parametrize("by", ["name", "invitation"])
@pytest.mark.parametrize("then", ["waits", "looked", "ended", "left the house", "wants no more"])
def test_a_consultation_is_told_to_whom_it_asks_until_they_have_looked(
    cast: Cast, mailoutbox: list[Any], by: str, then: str
) -> None:
    user = asks(cast.professional, "consultation")
    contact = Contact.objects.create(
        channel="consultation", unit=cast.unit, asked_by=cast.worker, open_nonce=uuid.uuid4(), opened_at=NOW,
        queued_at=NOW,
    )  # fmt: skip
    consultation = Consultation.objects.create(contact=contact, title=SECRET, to_user=user if by == "name" else None)
    if by == "invitation":
        seat = {"consultation": consultation, "joined_at": NOW}
        ConsultationMember.objects.create(user=user, invited_by=cast.worker, **seat)
        ConsultationMember.objects.create(user=cast.worker, invited_by=None, **seat)
    asks(cast.worker, "consultation")
    gather_notices(now=LATER)
    assert OutboxEntry.objects.filter(recipient=f"user-{user.pk}").count() == OutboxEntry.objects.count() == 1
    if then == "looked":
        ConsultationMember.objects.update(seen_seq=1)
        Contact.objects.filter(pk=contact.pk).update(state="open", joined_at=LATER)
    elif then == "ended":
        Contact.objects.filter(pk=contact.pk).update(state="closed", closed_at=LATER, outcome="resolved")
    elif then == "left the house":
        Membership.objects.filter(user=user).update(ended_at=LATER)
    elif then == "wants no more":
        asks(user)
    assert outbox.send_due(now=LATER) == len(mailoutbox) == (then == "waits")


def test_what_somebody_else_has_taken_is_no_longer_told(cast: Cast) -> None:
    asks(cast.worker, "turn")
    visitor = make_visitor()
    mine = take(open_chat(visitor), cast.worker)
    mark_seen(contact_id=mine.pk, kind="worker", staff_id=cast.worker.pk, seq=99)
    say(mine, visitor.author, "Hei", at=SOON)
    gather_notices(now=LATER)
    assert OutboxEntry.objects.filter(state=State.WAITING).count() == 1
    release_contact(contact_id=mine.pk, worker=cast.worker, now=LATER)
    assert told(LATER) == 0


# -- quiet hours -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2026-11-23T12:00+02:00", "2026-11-23T12:00+02:00"),
        ("2026-11-23T08:00+02:00", "2026-11-23T08:00+02:00"),
        ("2026-11-23T07:59+02:00", "2026-11-23T08:00+02:00"),
        ("2026-11-23T20:59+02:00", "2026-11-23T20:59+02:00"),
        ("2026-11-23T21:00+02:00", "2026-11-24T08:00+02:00"),
        ("2026-11-24T00:00+02:00", "2026-11-24T08:00+02:00"),
        ("2026-12-31T23:59+02:00", "2027-01-01T08:00+02:00"),
        ("2026-10-24T22:00+03:00", "2026-10-25T08:00+02:00"),  # the night that is an hour longer
        ("2026-10-25T03:30+03:00", "2026-10-25T08:00+02:00"),
        ("2026-10-25T03:30+02:00", "2026-10-25T08:00+02:00"),
        ("2027-03-27T22:00+02:00", "2027-03-28T08:00+03:00"),  # the night that is an hour shorter
        ("2027-03-28T04:00+03:00", "2027-03-28T08:00+03:00"),
    ],
)
def test_families_are_not_disturbed_at_night(at: str, moment: str) -> None:
    assert family_moment(dt.datetime.fromisoformat(at)) == dt.datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2026-11-23T12:00+02:00", "2026-11-23T12:00+02:00"),
        ("2026-11-23T15:59+02:00", "2026-11-23T15:59+02:00"),
        ("2026-11-23T16:00+02:00", "2026-11-24T08:00+02:00"),
        ("2026-11-27T17:00+02:00", "2026-11-30T08:00+02:00"),  # Friday evening
        ("2026-12-05T12:00+02:00", "2026-12-07T08:00+02:00"),  # Saturday, and Independence Day after it
        ("2026-12-23T17:00+02:00", "2026-12-28T08:00+02:00"),  # Christmas Eve and Christmas
        ("2027-04-30T17:00+03:00", "2027-05-03T08:00+03:00"),  # Vappu
        ("2026-12-01T09:00+02:00", "2026-12-01T12:00+02:00"),  # an exception: a training day
        ("2027-03-27T12:00+02:00", "2027-03-30T08:00+03:00"),  # Easter, and the clocks change
    ],
)
def test_staff_are_not_disturbed_outside_their_units_hours(cast: Cast, at: str, moment: str) -> None:
    def check() -> None:
        assert staff_moment(cast.unit, dt.datetime.fromisoformat(at)) == dt.datetime.fromisoformat(moment)

    if "12-01" not in at:
        check()  # office hours, for a unit without any of its own
    for weekday in range(1, 6):
        ServiceWindow.objects.create(
            unit=cast.unit, channel="chat", weekday=weekday, opens_minute=480, closes_minute=960
        )
    HoursException.objects.create(
        unit=cast.unit, channel="", date=dt.date(2026, 12, 1), opens_minute=720, closes_minute=960, reason_fi="Koulutus"
    )
    check()


def test_the_key_of_an_event_tells_nothing(family: Contact, cast: Cast) -> None:
    answer(family, cast)
    gather_notices(now=LATER)
    key = OutboxEntry.objects.get(state=State.WAITING).key
    assert str(family.pk) not in key and key.startswith("notice-") and len(key) == len("notice-") + len(keyed_hash(""))
