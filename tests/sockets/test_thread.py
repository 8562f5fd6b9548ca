"""The live thread beside its promises: who hears, drift, close codes, the queue."""

import time
import uuid

from core import clock
from guidance.models import Contact, DangerWord
from guidance.services import leave_contact, release_contact, take_contact, transfer_contact
from tests.cast import Cast, close, make_visitor, take
from tests.live_server import Person, WebProcess, family_at, staff_at, visitor_at
from tests.sockets.threads import ready

# -- who hears ------------------------------------------------------------------------------------


def test_nobody_else_hears(server: WebProcess, cast: Cast, family: tuple[Person, Contact]) -> None:
    person, contact = family
    stranger, strangers = family_at(server)
    outsider = staff_at(server, cast.outsider)
    with person.thread(contact) as thread, stranger.thread(strangers) as other:
        ready(thread), ready(other)
        thread.answer_to(thread.say("Vain ohjaajalle"))
        assert other.hear_out() == []
        for foreign in (
            stranger,
            outsider,
            staff_at(server, cast.professional),
            staff_at(server, cast.catalogue_admin),
        ):
            assert foreign.thread(contact).close_code() == 4404
        assert Person(server.host).thread(contact).close_code() == 4401
        assert person.thread(str(uuid.uuid4())).close_code() == 4404


def test_typing_is_heard_by_the_other_side_only(server: WebProcess, cast: Cast, family: tuple[Person, Contact]) -> None:
    person, contact = family
    take(contact, cast.worker, clock.now())
    with person.thread(contact) as mine, staff_at(server, cast.worker).thread(contact) as theirs:
        ready(mine), ready(theirs)
        mine.tell(type="typing", body="En ole vielä lähettänyt tätä")
        heard = theirs.wait_for("typing")
        assert "lähettänyt" not in str(heard), "unsent text is never shown to a worker"
        assert [frame for frame in mine.hear_out() if frame["type"] == "typing"] == []


def test_where_help_is_near_is_told_at_once_and_a_suspicion_to_staff_alone(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    DangerWord.objects.create(language="fi", stem="en jaksa elää")
    person, contact = family
    with person.thread(contact) as mine, staff_at(server, cast.worker).thread(contact) as theirs:
        ready(mine), ready(theirs)
        mine.answer_to(mine.say("En jaksa enää"))
        mine.answer_to(mine.say("En jaksa elää"))
        assert mine.wait_for("state")["help"] is True
        heard = [frame["priority"] for frame in theirs.hear_out() if "priority" in frame]
        assert heard == ["suspected"]
        assert [frame for frame in mine.hear_out() if "priority" in frame] == []


def test_seen_is_told_to_the_other_side_and_stored(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    person, contact = family
    take(contact, cast.worker, clock.now())
    with person.thread(contact) as mine, staff_at(server, cast.worker).thread(contact) as theirs:
        ready(mine), ready(theirs)
        theirs.tell(type="seen", seq=2)
        heard = mine.wait_for("seen")
        assert (heard["seq"], heard["author"]["kind"]) == (2, "worker")
        assert Contact.objects.get(pk=contact.pk).worker_seen_seq == 2


def test_reading_a_plain_page_is_seen_by_the_other_side_at_once(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    """Without scripts, opening the page is reading it."""
    person, contact = family
    take(contact, cast.worker, clock.now())
    worker = staff_at(server, cast.worker)
    with person.thread(contact) as mine, worker.thread(contact) as theirs:
        ready(mine), ready(theirs)
        assert person.get(f"/contacts/{contact.pk}/").status == 200
        heard = theirs.wait_for("seen")
        assert (heard["seq"], heard["author"]["kind"]) == (2, "client")
        assert worker.get(f"/desk/contacts/{contact.pk}/").status == 200
        heard = mine.wait_for("seen")
        assert (heard["seq"], heard["author"]["kind"]) == (2, "worker")
        for reader, page in ((person, "/contacts/"), (worker, "/desk/contacts/")):
            assert reader.get(f"{page}{contact.pk}/").status == 200
        said = [frame for thread in (mine, theirs) for frame in thread.hear_out() if frame["type"] == "seen"]
        assert said == [], "what is known is not said again"


def test_a_second_device_of_the_same_family_hears_its_own_words_as_mine(family: tuple[Person, Contact]) -> None:
    person, contact = family
    with person.thread(contact) as phone, person.thread(contact) as tablet:
        ready(phone), ready(tablet)
        phone.say("Puhelimella")
        assert tablet.wait_for("message")["author"]["me"] is True


# -- drift ----------------------------------------------------------------------------------------


def test_the_thread_built_from_live_frames_equals_the_thread_read_afresh(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    """Every event there is happens once; both sides' live view is then what a reload shows."""
    person, contact = family
    worker, colleague = staff_at(server, cast.worker), staff_at(server, cast.colleague)
    mine, theirs = person.thread(contact), worker.thread(contact)
    ready(mine), ready(theirs)
    assert worker.post(f"/api/v1/contacts/{contact.pk}/take/").status == 200
    theirs.answer_to(theirs.say("Hei, olen Maija"))
    mine.answer_to(mine.say("Hei"))
    theirs.tell(type="seen", seq=4)
    assert worker.post(f"/api/v1/contacts/{contact.pk}/release/").status == 200
    assert colleague.post(f"/api/v1/contacts/{contact.pk}/take/").status == 200
    transfer_contact(contact_id=contact.pk, worker=cast.colleague, to_worker=cast.worker, now=clock.now())
    topic = {"topic": "vauvan-uni", "csrfmiddlewaretoken": person.cookies["csrftoken"]}
    assert person.post(f"/contacts/{contact.pk}/topic/", form=topic).status == 302
    sheet = {"outcome": "resolved", "topic": "vauvan-uni", "next_step": "Soitan huomenna", "next_step_owner": "worker"}
    assert worker.post(f"/api/v1/contacts/{contact.pk}/close/", sheet).status == 200
    for thread, reader in ((mine, person), (theirs, worker)):
        thread.wait_for("state", state="closed")
        thread.hear_out(0.4)
        afresh = reader.get(f"/api/v1/contacts/{contact.pk}/messages/").json
        live = [frame for frame in thread.frames if frame["type"] == "message"]
        assert [{name: value for name, value in frame.items() if name not in ("v", "type")} for frame in live] == afresh
        summary = thread.frames[0]["contact"]
        for frame in thread.frames:
            if frame["type"] == "state":
                summary |= {name: value for name, value in frame.items() if name in summary and name != "contact"}
        now = reader.get(f"/api/v1/contacts/{contact.pk}/").json
        for name in ("state", "worker", "outcome", "next_step", "next_step_owner", "topic", "queue"):
            assert summary[name] == now[name], name
        thread.close()


# -- close codes ----------------------------------------------------------------------------------


def test_a_client_of_another_version_is_told_to_reload(family: tuple[Person, Contact]) -> None:
    person, contact = family
    assert person.thread(contact, query="&v=2").close_code() == 4426
    with person.thread(contact, query="&v=1") as thread:
        thread.wait_for("welcome")


def test_a_family_that_has_left_is_not_let_in_again_until_the_end(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    person, contact = family
    visitor_key = contact.relationship.visitor.keys.get()
    take(contact, cast.worker, clock.now())
    leave_contact(contact=contact, visitor_key=visitor_key, now=clock.now())
    assert person.thread(contact).close_code() == 4410


def test_a_closed_thread_can_be_read_and_not_written(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    person, contact = family
    close(take(contact, cast.worker, clock.now()), cast.worker, cast.topic, clock.now())
    with person.thread(contact) as thread:
        assert thread.wait_for("welcome")["contact"]["state"] == "closed"
        answer = thread.answer_to(thread.say("Vielä yksi asia"))
        assert (answer["type"], answer["code"]) == ("error", "closed")
        thread.tell(type="ping")
        thread.wait_for("pong")


def test_both_sides_of_one_browser_are_asked_for_by_name(server: WebProcess, cast: Cast) -> None:
    """A worker who tries out the family's side in the same browser."""
    visitor = make_visitor(clock.now())
    both = Person(server.host, {**staff_at(server, cast.worker).cookies, **visitor_at(server, visitor).cookies})
    opened = both.post("/api/v1/contacts/", {"channel": "chat", "nonce": str(uuid.uuid4()), "body": "Kokeilen"})
    assert opened.status == 201
    for side, mine in (("client", True), ("worker", False)):
        with both.thread(opened.json["id"], query=f"&as={side}") as thread:
            thread.wait_for("welcome")
            assert thread.wait_for("message")["author"]["me"] is mine


def test_queue_places_move_live(server: WebProcess, cast: Cast, family: tuple[Person, Contact]) -> None:
    _first, ahead = family
    person, contact = family_at(server)
    with person.thread(contact) as thread:
        assert ready(thread).frames[0]["contact"]["queue"]["position"] == 2
        take_contact(contact_id=ahead.pk, worker=cast.worker, now=clock.now())
        moved = thread.wait_for("state")
        assert moved["queue"]["position"] == 1
        release_contact(contact_id=ahead.pk, worker=cast.worker, now=clock.now())
        assert thread.wait_for("state")["queue"]["position"] == 2


def test_a_chat_handed_to_another_unit_waits_in_that_units_queue(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    person, contact = family
    _other, theirs = family_at(server, unit=cast.other_unit)
    take(contact, cast.worker, clock.now())
    with person.thread(contact) as thread:
        ready(thread)
        transfer_contact(contact_id=contact.pk, worker=cast.worker, to_unit=cast.other_unit, now=clock.now())
        assert thread.wait_for("state", state="waiting")["worker"] is None
        assert thread.wait_for("state")["queue"]["position"] == 1, "before those who came there by themselves"
        take_contact(contact_id=theirs.pk, worker=cast.outsider, now=clock.now())
        assert thread.wait_for("state")["queue"]["position"] == 1
        release_contact(contact_id=theirs.pk, worker=cast.outsider, now=clock.now())
        assert thread.wait_for("state")["queue"]["position"] in (1, 2)


def test_a_message_written_by_another_process_arrives_at_once(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    person, contact = family
    with person.thread(contact) as thread:
        ready(thread)
        take(contact, cast.worker, clock.now())  # in the test's own process: a task or a command would do the same
        began = time.monotonic()
        assert thread.wait_for("message")["code"] == "worker_joined"
        assert time.monotonic() - began < 1.0
