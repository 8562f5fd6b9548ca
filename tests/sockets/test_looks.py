"""Every way by which staff come to see something of a family leaves a look; broken glass shuts by itself."""

import datetime as dt
import time

from django.db import connection

from accounts.models import User
from audit.models import AuditEvent
from core import clock
from guidance.models import BreakGlass, Contact, Message
from guidance.services import add_note, break_glass
from tests.cast import Cast, take
from tests.live_server import Person, WebProcess, eventually, staff_at

REASON = "Lapsi on kadonnut, ja poliisi kysyy tietoja heti."


def looks_of(user: User) -> set[tuple[str, str]]:
    """What the record says the user has seen, and why."""
    rows = AuditEvent.objects.filter(code__endswith=".viewed", actor_kind="staff", actor_id=user.pk)
    return {(row.code.removeprefix("guidance."), row.ground) for row in rows}


def test_each_way_in_is_a_look(server: WebProcess, cast: Cast, family: tuple[Person, Contact]) -> None:
    person, contact = family
    add_note(contact=take(contact, cast.worker, clock.now()), worker=cast.worker, body="Meille", now=clock.now())
    ways = {
        f"/desk/contacts/{contact.pk}/": {"contact.viewed", "notes.viewed", "lists.viewed"},
        "/desk/": {"lists.viewed"},
        "/desk/lists/": {"lists.viewed"},
        f"/api/v1/contacts/{contact.pk}/": {"contact.viewed"},
        f"/api/v1/contacts/{contact.pk}/messages/": {"contact.viewed"},
        "/api/v1/desk/": {"lists.viewed"},
    }
    for address, codes in ways.items():
        _forget(cast.colleague)
        assert staff_at(server, cast.colleague).get(address).status == 200, address
        assert looks_of(cast.colleague) == {(code, "unit") for code in codes}, address


def test_a_threads_and_a_desks_socket_are_looks(server: WebProcess, cast: Cast, family: tuple[Person, Contact]) -> None:
    _person, contact = family
    with staff_at(server, cast.supervisor).thread(contact) as thread:
        thread.wait_for("welcome")
        assert looks_of(cast.supervisor) == {("contact.viewed", "supervision")}
    desk = staff_at(server, cast.worker).dial("/ws/v1/desk/")
    try:
        assert '"desk"' in str(desk.recv(timeout=5))
        eventually(lambda: looks_of(cast.worker) == {("lists.viewed", "unit")}, 3)
    finally:
        desk.close()


def test_a_refused_way_in_is_no_look(server: WebProcess, cast: Cast, family: tuple[Person, Contact]) -> None:
    _person, contact = family
    outsider = staff_at(server, cast.outsider)
    for address in (f"/desk/contacts/{contact.pk}/", f"/api/v1/contacts/{contact.pk}/"):
        assert outsider.get(address).status == 404
    assert outsider.thread(contact).close_code() == 4404
    assert {code for code, _ground in looks_of(cast.outsider)} <= {"lists.viewed"}


def test_broken_glass_lets_hear_until_it_ends_and_not_write(
    server: WebProcess, cast: Cast, family: tuple[Person, Contact]
) -> None:
    person, contact = family
    break_glass(user=cast.outsider, reference=contact.reference, reason=REASON, now=clock.now())
    ends = clock.now() + dt.timedelta(seconds=3)
    BreakGlass.objects.update(until=ends)
    with person.thread(contact) as mine, staff_at(server, cast.outsider).thread(contact) as theirs:
        theirs.wait_for("welcome")
        mine.answer_to(mine.say("Kuuletko?"))
        assert theirs.wait_for("message", body="Kuuletko?")
        theirs.say("En saisi kirjoittaa")
        assert theirs.wait_for("error")
        assert theirs.close_code(8) == 4404
        late = (clock.now() - ends).total_seconds()
        assert -0.5 < late < 1.0, late
        mine.answer_to(mine.say("Vain meille kahdelle"))
    assert not Message.objects.filter(contact=contact, kind="worker").exists()
    assert looks_of(cast.outsider) == {("contact.viewed", "break_glass")}
    time.sleep(0.1)
    assert staff_at(server, cast.outsider).thread(contact).close_code() == 4404


def _forget(user: User) -> None:
    """As if the last looks had been more than ten minutes ago. (Tests may switch the trigger off.)"""

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_append_only")
        cursor.execute("DELETE FROM audit_auditevent WHERE actor_kind = 'staff' AND actor_id = %s", [user.pk])
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER audit_append_only")
