"""Whatever ends a worker's sign-in or right, both sockets hear nothing more within a second: the thread's and the
desk's, in this process and in another."""

import datetime as dt
import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from accounts.models import Membership, StaffSession
from accounts.second_step import reset_second_step
from accounts.services import end_membership, save_user
from core import clock
from guidance.models import Contact
from tests.cast import Cast, make_cast, sign_in, take
from tests.live_server import Person, Thread, WebProcess, family_at, staff_at
from tests.second_step import give_second_step

WITHIN_S = 1.0


def desk_of(person: Person) -> Thread:
    """The desk's socket, with its first state read."""
    desk = Thread(person.dial("/ws/v1/desk/"))
    desk.wait_for("desk")
    return desk


def closes_with(socket: ClientConnection) -> int:
    with suppress(TimeoutError):
        while True:
            try:
                socket.recv(timeout=WITHIN_S)
            except ConnectionClosed as closed:
                assert closed.rcvd is not None
                return closed.rcvd.code
    raise AssertionError(f"still open after {WITHIN_S} s")


def post(person: Person, path: str, **form: str) -> int:
    return person.post(path, form={"csrfmiddlewaretoken": person.cookies["csrftoken"], **form}).status


def fresh(server: WebProcess, cast: Cast) -> Person:
    """The same worker in another browser, signed in a moment ago."""
    other = staff_at(server, cast.worker)
    other.cookies[settings.SESSION_COOKIE_NAME] = sign_in(cast.worker, clock.now(), fresh=True)
    return other


Ending = Callable[[Person, Person, Cast], object]


def signs_out(here: Person, there: Person, cast: Cast) -> object:
    return post(here, "/accounts/logout/") == 302


def signs_out_everywhere_from_elsewhere(here: Person, there: Person, cast: Cast) -> object:
    return post(there, "/accounts/sessions/end/") == 302


def signs_this_one_out_from_elsewhere(here: Person, there: Person, cast: Cast) -> object:
    row = StaffSession.objects.get(session_id=here.cookies[settings.SESSION_COOKIE_NAME])
    return post(there, "/accounts/sessions/end/", sign_in=str(row.pk)) == 302


def changes_the_password_elsewhere(here: Person, there: Person, cast: Cast) -> object:
    new = "kolme pientä porsasta 9"
    form = {"oldpassword": "perhekeskus-demo", "password1": new, "password2": new}
    return post(there, "/accounts/password/change/", **form) == 302


def loses_the_membership(here: Person, there: Person, cast: Cast) -> object:
    end_membership(membership=Membership.objects.get(user=cast.worker), by=cast.supervisor, now=clock.now())
    return True


def is_switched_off(here: Person, there: Person, cast: Cast) -> object:
    cast.worker.is_active = False
    return save_user(user=cast.worker, by=cast.supervisor, now=clock.now())


def loses_the_phone(here: Person, there: Person, cast: Cast) -> object:
    give_second_step(cast.worker)
    return reset_second_step(user=cast.worker, by=cast.supervisor, now=clock.now())


def has_the_session_removed(here: Person, there: Person, cast: Cast) -> object:
    return Session.objects.filter(pk=here.cookies[settings.SESSION_COOKIE_NAME]).delete()


ENDINGS: list[tuple[Ending, int]] = [
    (signs_out, 4401),
    (signs_out_everywhere_from_elsewhere, 4401),
    (signs_this_one_out_from_elsewhere, 4401),
    (changes_the_password_elsewhere, 4401),
    (loses_the_membership, 4404),
    (is_switched_off, 4401),
    (loses_the_phone, 4401),
    (has_the_session_removed, 4401),
]


@pytest.mark.parametrize(("ending", "code"), ENDINGS, ids=[ending.__name__ for ending, _code in ENDINGS])
def test_both_sockets_close_within_a_second(server: WebProcess, cast: Cast, ending: Ending, code: int) -> None:
    family, contact = family_at(server)
    take(contact, cast.worker, clock.now())
    here, there = staff_at(server, cast.worker), fresh(server, cast)
    thread, desk = here.thread(contact), desk_of(here)
    thread.wait_for("welcome")
    colleague = desk_of(staff_at(server, cast.colleague))
    began = time.monotonic()
    assert ending(here, there, cast)
    acted = time.monotonic()
    assert closes_with(thread.socket) == code
    assert closes_with(desk.socket) == code
    assert time.monotonic() - acted < WITHIN_S, f"{time.monotonic() - began:.2f} s in all"
    with family.thread(contact) as talk:
        talk.wait_for("welcome")
        assert talk.answer_to(talk.say("Kuuleeko kukaan?"))["type"] == "message", "the family goes on"
    colleague.tell(type="ping")
    assert colleague.wait_for("pong"), "a colleague's sign-in is another"
    assert here.get("/api/v1/desk/").status in (401, 404)


def test_the_other_process_closes_its_sockets_too(two_servers: list[WebProcess]) -> None:
    cast = make_cast()
    _family, contact = family_at(two_servers[0])
    take(contact, cast.worker, clock.now())
    here = staff_at(two_servers[1], cast.worker)
    thread, desk = here.thread(contact), desk_of(here)
    thread.wait_for("welcome")
    assert post(fresh(two_servers[0], cast), "/accounts/sessions/end/") == 302
    assert (closes_with(thread.socket), closes_with(desk.socket)) == (4401, 4401)


def test_a_session_that_runs_out_closes_its_sockets(server: WebProcess, cast: Cast) -> None:
    """Nobody acts: the time of the session is over."""
    _family, contact = family_at(server)
    take(contact, cast.worker, clock.now())
    here = staff_at(server, cast.worker)
    ends_at = clock.now() + dt.timedelta(seconds=3)
    Session.objects.filter(pk=here.cookies[settings.SESSION_COOKIE_NAME]).update(expire_date=ends_at)
    thread, desk = here.thread(contact), desk_of(here)
    thread.wait_for("welcome")
    for socket in (thread, desk):
        socket.tell(type="ping")
        socket.wait_for("pong")
    time.sleep(max(0.0, (ends_at - clock.now()).total_seconds()))
    assert (closes_with(thread.socket), closes_with(desk.socket)) == (4401, 4401)


def test_nothing_is_said_after_the_end(server: WebProcess, cast: Cast) -> None:
    """What the family writes within the second after a sign-out reaches nobody who has left."""
    family, contact = family_at(server)
    take(contact, cast.worker, clock.now())
    here = staff_at(server, cast.worker)
    with family.thread(contact) as talk, here.thread(contact) as thread:
        talk.wait_for("welcome"), thread.wait_for("welcome")
        assert post(here, "/accounts/logout/") == 302
        assert closes_with(thread.socket) == 4401
        talk.answer_to(talk.say("Vain perhe ja uusi työntekijä näkevät tämän"))
        assert "Vain perhe" not in json.dumps(thread.frames)
    with pytest.raises(ConnectionClosed):
        thread.next()


def test_where_the_second_step_is_required_no_socket_opens_without(
    start_servers: Callable[..., list[WebProcess]],
) -> None:
    cast = make_cast()
    strict = start_servers(1, STAFF_MFA_REQUIRED="1")[0]
    _family, contact = family_at(strict)
    take(contact, cast.worker, clock.now())
    here = staff_at(strict, cast.worker)
    for path in (f"/ws/v1/contacts/{contact.pk}/", "/ws/v1/desk/"):
        assert closes_with(here.dial(path)) == 4401, path
    give_second_step(cast.worker)
    here.thread(contact).wait_for("welcome")
    desk = desk_of(here)
    changing = fresh(strict, cast)
    assert post(changing, "/accounts/2fa/totp/deactivate/") == 302
    assert closes_with(desk.socket) == 4401
    assert changing.get("/api/v1/desk/").status == 401


def test_the_contact_waits_for_the_next(server: WebProcess, cast: Cast) -> None:
    """Leaving takes nothing from the family: the thread and its state stay."""
    _family, contact = family_at(server)
    take(contact, cast.worker, clock.now())
    assert post(staff_at(server, cast.worker), "/accounts/logout/") == 302
    kept = Contact.objects.get(pk=contact.pk)
    assert (kept.state, kept.worker_id) == ("open", cast.worker.pk)
