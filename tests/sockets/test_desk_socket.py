"""The desk's socket: who may open it, bad frames, counts that are their lists, and who does not hear."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import Membership
from accounts.services import end_membership, save_user
from core import clock
from core.realtime import announce_desk
from guidance.services import close_contact, release_contact, take_contact, transfer_contact
from tests.cast import Cast, make_visitor
from tests.live_server import Person, Thread, WebProcess, family_at, staff_at, visitor_at
from tests.sockets.test_hostile_input import FRAMES, ORIGINS

DESK = "/ws/v1/desk/"
# Frames that a thread's socket takes, and the desk's has no use for.
OF_A_THREAD = {
    "send": '{"type":"send","nonce":"8f14e45f-ceea-467f-a8d3-b3f5a1d8a0c1","body":"Hei"}',
    "seen": '{"type":"seen","seq":1}',
    "typing": '{"type":"typing"}',
    "raw NUL": '{"type":"ping\x00"}',
    "escaped NUL": '{"type":"pi\\u0000ng"}',
    "lone surrogate": '{"type":"\\ud83d"}',
    "another desk": '{"type":"desk","waiting":[]}',
    "the channel layer's word": '{"type":"desk.access"}',
}


@pytest.fixture
def desk(server: WebProcess, cast: Cast) -> Iterator[Thread]:
    """The open desk of `cast.worker`."""
    with opened(staff_at(server, cast.worker)) as thread:
        yield thread


def opened(person: Person) -> Thread:
    thread = Thread(person.dial(DESK))
    assert thread.next()["type"] == "desk", "the state as it is now comes first"
    return thread


def lives(thread: Thread) -> None:
    thread.tell(type="ping")
    thread.wait_for("pong")


def close_code(person: Person) -> int:
    with Thread(person.dial(DESK)) as thread:
        code = thread.close_code()
        assert thread.frames == [], "nothing is shown before it closes"
        return code


# -- bad frames -----------------------------------------------------------------------------------


def test_every_bad_frame_gets_an_error_and_the_desk_lives(desk: Thread) -> None:
    table = FRAMES | {name: (frame, "invalid") for name, frame in OF_A_THREAD.items()}
    for name, (frame, code) in table.items():
        desk.socket.send(frame)
        answer = desk.next()
        assert (answer["type"], answer.get("code"), answer["v"]) == ("error", code, 1), name
        assert answer["detail"], name
    lives(desk)


def test_a_thousand_pings_are_a_thousand_pongs(desk: Thread) -> None:
    for _n in range(1_000):
        desk.tell(type="ping")
    for _n in range(1_000):
        assert desk.next()["type"] == "pong"


def test_bytes_that_are_no_text_end_only_the_desk_that_sent_them(server: WebProcess, cast: Cast, desk: Thread) -> None:
    with opened(staff_at(server, cast.colleague)) as spoilt:
        spoilt.socket.send(b"\xff\xfe\xed\xa0\x80", text=True)
        assert spoilt.close_code() == 1007
    lives(desk)


# -- who may open it ------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, *ORIGINS])
def test_a_foreign_missing_or_other_origin_is_refused(server: WebProcess, cast: Cast, origin: str | None) -> None:
    person = staff_at(server, cast.worker)
    with pytest.raises(InvalidStatus) as refusal:
        person.dial(DESK, origin=origin)
    assert refusal.value.response.status_code == 403
    opened(person).close()


def test_only_somebody_who_is_signed_in_gets_a_desk(server: WebProcess, cast: Cast) -> None:
    expired = staff_at(server, cast.worker)
    Session.objects.filter(pk=expired.cookies[settings.SESSION_COOKIE_NAME]).update(expire_date=clock.now())
    family = visitor_at(server, make_visitor(clock.now()))
    made_up = Person(server.host, {settings.SESSION_COOKIE_NAME: "a" * 32})
    spoilt = Person(server.host, {settings.SESSION_COOKIE_NAME: "\ud83d'\";--"[1:]})
    assert [close_code(person) for person in (Person(server.host), expired, family, made_up, spoilt)] == [4401] * 5


def test_somebody_without_a_role_has_no_desk(server: WebProcess, cast: Cast) -> None:
    Membership.objects.filter(user=cast.worker).update(ended_at=clock.now())
    assert close_code(staff_at(server, cast.worker)) == 4404
    cast.colleague.is_active = False
    cast.colleague.save()
    assert close_code(staff_at(server, cast.colleague)) == 4401


@pytest.mark.parametrize(
    ("ending", "code"),
    [("logged out", 4401), ("session deleted", 4401), ("membership ended", 4404), ("account closed", 4401)],
)
def test_a_right_that_ends_closes_the_desk_within_a_second(
    server: WebProcess, cast: Cast, ending: str, code: int
) -> None:
    worker = staff_at(server, cast.worker)
    theirs, colleague = opened(worker), opened(staff_at(server, cast.colleague))
    lives(theirs)
    if ending == "logged out":
        assert worker.post("/accounts/logout/", form={"csrfmiddlewaretoken": worker.cookies["csrftoken"]}).status == 302
    elif ending == "session deleted":
        Session.objects.get(pk=worker.cookies[settings.SESSION_COOKIE_NAME]).delete()
    elif ending == "membership ended":
        end_membership(membership=Membership.objects.get(user=cast.worker), by=cast.supervisor, now=clock.now())
    else:
        cast.worker.is_active = False
        save_user(user=cast.worker, by=cast.supervisor, now=clock.now())
    began = time.monotonic()
    assert theirs.close_code(2.0) == code
    assert time.monotonic() - began < 1.0
    with pytest.raises(ConnectionClosed):
        lives(theirs)
    family_at(server)
    assert len(colleague.wait_for("desk")["waiting"]) == 1, "a colleague's right is another"
    colleague.close()


def test_signing_out_elsewhere_leaves_this_desk_open(server: WebProcess, cast: Cast) -> None:
    here, elsewhere = staff_at(server, cast.worker), staff_at(server, cast.worker)
    with opened(here) as desk:
        form = {"csrfmiddlewaretoken": elsewhere.cookies["csrftoken"]}
        assert elsewhere.post("/accounts/logout/", form=form).status == 302
        assert [frame["type"] for frame in desk.hear_out(0.5)] in ([], ["desk"])
        lives(desk)


# -- what it says ---------------------------------------------------------------------------------


def test_the_counts_are_the_lists_and_both_are_what_the_api_says(server: WebProcess, cast: Cast) -> None:
    worker = staff_at(server, cast.worker)
    _first, one = family_at(server)
    _second, other = family_at(server)
    family_at(server, channel="message")
    with opened(worker) as desk:
        now = clock.now()
        take_contact(contact_id=one.pk, worker=cast.worker, now=now)
        take_contact(contact_id=other.pk, worker=cast.colleague, now=now)
        release_contact(contact_id=other.pk, worker=cast.colleague, now=now)
        transfer_contact(contact_id=one.pk, worker=cast.worker, to_worker=cast.colleague, now=now)
        close_contact(
            contact_id=one.pk, worker=cast.colleague, outcome="resolved", topic=cast.topic, next_step="",
            next_step_owner="", now=now,
        )  # fmt: skip
        frames = [*desk.frames, *desk.hear_out(0.7)]
        assert len(frames) >= 2
        for frame in frames:
            lists = {name: rows for name, rows in frame.items() if isinstance(rows, list)}
            assert set(lists) == {"mine", "waiting", "messages", "callbacks", "consultations", "referrals"}
            assert frame["counts"] == {name: len(rows) for name, rows in lists.items()}
        shown = {name: value for name, value in frames[-1].items() if name not in ("v", "type", "delivery")}
        assert shown == worker.get("/api/v1/desk/").json
        assert (shown["counts"]["mine"], shown["counts"]["waiting"], shown["counts"]["messages"]) == (0, 1, 1)


def test_every_change_is_told_while_the_desk_is_open(server: WebProcess, cast: Cast, desk: Thread) -> None:
    person, contact = family_at(server)
    row = desk.wait_for("desk")["waiting"][0]
    assert (row["id"], row["worker"], row["unread"]) == (str(contact.pk), None, 1)
    person.post(f"/api/v1/contacts/{contact.pk}/messages/", {"nonce": str(uuid.uuid4()), "body": "Vielä yksi asia"})
    assert desk.wait_for("desk")["waiting"][0]["last_words"] == "Vielä yksi asia"
    take_contact(contact_id=contact.pk, worker=cast.worker, now=clock.now())
    taken = desk.wait_for("desk")
    assert (taken["waiting"], taken["mine"][0]["worker"]["me"]) == ([], True)
    assert person.post(f"/api/v1/contacts/{contact.pk}/leave/").status == 200
    assert desk.hear_out(0.6)[-1]["mine"][0]["turn"] == "worker"
    announce_desk([cast.unit.pk])
    assert desk.hear_out(0.6) == [], "what changed nothing says nothing"


# -- who does not hear ----------------------------------------------------------------------------


def test_another_units_desk_hears_nothing(server: WebProcess, cast: Cast) -> None:
    with opened(staff_at(server, cast.outsider)) as outside, opened(staff_at(server, cast.worker)) as inside:
        outside.hear_out(), inside.hear_out()
        person, theirs = family_at(server)
        assert [row["id"] for row in inside.wait_for("desk")["waiting"]] == [str(theirs.pk)], "the control"
        take_contact(contact_id=theirs.pk, worker=cast.worker, now=clock.now())
        with person.thread(theirs) as thread:
            thread.answer_to(thread.say("Tämä on salaista"))
        inside.wait_for("desk")
        assert outside.hear_out(0.6) == []
        transfer_contact(contact_id=theirs.pk, worker=cast.worker, to_unit=cast.other_unit, now=clock.now())
        assert [row["id"] for row in outside.wait_for("desk")["waiting"]] == [str(theirs.pk)], "now it is theirs"
        inside.hear_out(0.6)
        take_contact(contact_id=theirs.pk, worker=cast.outsider, now=clock.now())
        outside.wait_for("desk")
        assert inside.hear_out(0.6) == []


def test_who_has_no_lists_hears_nothing_of_families(server: WebProcess, cast: Cast) -> None:
    """A professional and a catalogue admin of the same unit have a desk, with nothing of families in it."""
    desks = [opened(staff_at(server, user)) for user in (cast.professional, cast.catalogue_admin)]
    with opened(staff_at(server, cast.worker)) as control:
        family_at(server)
        assert control.wait_for("desk")["counts"]["waiting"] == 1
    for desk in desks:
        assert desk.hear_out(0.5) == []
        lives(desk)
        desk.close()


def test_a_desk_follows_its_workers_units_at_once(server: WebProcess, cast: Cast) -> None:
    """One of two memberships ends: the desk stays open and hears no more of that unit; of a new one it hears."""
    Membership.objects.create(user=cast.worker, unit=cast.other_unit, role=Membership.Role.WORKER)
    family_at(server)
    _person, theirs = family_at(server, unit=cast.other_unit)
    with opened(staff_at(server, cast.worker)) as desk:
        assert desk.frames[0]["counts"]["waiting"] == 2
        first = Membership.objects.get(user=cast.worker, unit=cast.unit)
        end_membership(membership=first, by=cast.supervisor, now=clock.now())
        assert [row["id"] for row in desk.wait_for("desk", 1.0)["waiting"]] == [str(theirs.pk)]
        family_at(server)
        assert desk.hear_out(0.6) == []
        take_contact(contact_id=theirs.pk, worker=cast.worker, now=clock.now())
        assert desk.wait_for("desk")["counts"]["mine"] == 1


# -- who else looks -------------------------------------------------------------------------------


def names(row: dict[str, Any]) -> list[str]:
    return [colleague["name"] for colleague in row["looking"]]


def test_colleagues_hear_who_looks_and_families_never_do(server: WebProcess, cast: Cast, desk: Thread) -> None:
    person, contact = family_at(server)
    assert names(desk.wait_for("desk")["waiting"][0]) == []
    with person.thread(contact) as family, staff_at(server, cast.worker).thread(contact) as mine:
        assert names(mine.wait_for("state")) == [], "oneself is not somebody else"
        family.wait_for("message")
        theirs = staff_at(server, cast.colleague).thread(contact)
        assert names(theirs.wait_for("state")) == [cast.worker.full_name]
        assert names(mine.wait_for("state")) == [cast.colleague.full_name]
        while names(desk.wait_for("desk")["waiting"][0]) != [cast.colleague.full_name]:
            pass
        again = staff_at(server, cast.colleague).thread(contact)
        theirs.close()
        heard = [frame for frame in mine.hear_out(2.0) if frame["type"] != "seq"]
        assert heard == [], "they still look, in another window"
        again.close()
        assert names(mine.wait_for("state")) == []
        while names(desk.wait_for("desk")["waiting"][0]) != []:
            pass
        assert "looking" not in str(family.frames + family.hear_out())
        assert "looking" not in person.get(f"/api/v1/contacts/{contact.pk}/").text
