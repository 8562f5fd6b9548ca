"""Every socket route, opened as everybody over real sockets: let in as the page of permissions says, and whoever is
foreign hears nothing of what is said and done."""

import json
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from accounts.visitors import find_key
from core import clock
from core.addresses import mark_of_socket
from guidance.models import Contact
from guidance.services import add_note, close_contact, mark_seen
from perhekeskus.standings import Answer
from perhekeskus.urls import socket_urlpatterns
from tests.architecture.sweep.addresses import Address
from tests.architecture.sweep.answers import told
from tests.architecture.sweep.planted import SECRETS
from tests.architecture.sweep.probes import promised
from tests.architecture.sweep.sweeping import SEES
from tests.architecture.sweep.world import AMONG, ASKERS, MATTERS, STRANGERS, Asker, World, make_world
from tests.cast import csrf_token
from tests.live_server import Person, Thread, WebProcess

SIGN_IN, UNKNOWN = 4401, 4404
ROUTES = [Address(str(pattern.pattern), (("*", mark_of_socket(pattern.callback)),)) for pattern in socket_urlpatterns]
# The desk's socket tells every member of staff of their own lists; these have none with the family in them.
HEARS = ("family", "worker", "colleague", "supervisor", "glass")


@pytest.fixture
def world(server: WebProcess) -> World:
    return make_world()


def browser(asker: Asker, server: WebProcess) -> Person:
    return Person(server.host, {**asker.cookies, "csrftoken": csrf_token()})


def dialled(route: Address, asker: Asker, world: World, server: WebProcess, matter: str, there: bool = True) -> Thread:
    values = world.path_values(matter if there else "unknown")
    assert set(route.placeholders) <= set(values), f"{route.route}: the sweep does not know what to put there"
    path = "/" + route.route
    for name in route.placeholders:
        path = path.replace(f"<uuid:{name}>", str(values[name]))
    return Thread(browser(asker, server).dial(path))


def opening(thread: Thread) -> tuple[int | None, str]:
    """(close code or None, everything said at the beginning)."""
    with thread:
        try:
            heard = [thread.next()]
        except ConnectionClosed as closed:
            return (closed.rcvd.code if closed.rcvd else 0), ""
        heard += thread.hear_out(0.15)
    return None, json.dumps(heard, ensure_ascii=False)


def expected_code(route: Address, asker: Asker, matter: str) -> int | None:
    mark = dict(route.marks)["*"]
    if promised(route, mark, asker, matter) is Answer.YES:
        return None
    speaks_for_nobody = not asker.signed_in and find_key(asker.device) is None
    return SIGN_IN if speaks_for_nobody or promised(route, mark, asker, matter) is Answer.SIGN_IN else UNKNOWN


def test_every_route_lets_in_whom_it_promises(world: World, server: WebProcess) -> None:
    wrong, let_in = [], 0
    for route in ROUTES:
        for name in ASKERS:
            asker = world.askers[name]
            for matter in MATTERS + AMONG if route.placeholders else MATTERS[:1]:
                code, said = opening(dialled(route, asker, world, server, matter))
                wanted = expected_code(route, asker, matter)
                let_in += code is None
                if code != wanted:
                    wrong.append(f"{name} at {route.route} ({matter}): {code} instead of {wanted}")
                if told(said) - SEES.get(name, set()):
                    wrong.append(f"{name} at {route.route} ({matter}) hears {told(said) - SEES.get(name, set())}")
                if wanted is not None and route.placeholders and matter == MATTERS[0]:
                    nothing, _said = opening(dialled(route, asker, world, server, matter, there=False))
                    if nothing != code:
                        wrong.append(f"{name} at {route.route}: {code}, and {nothing} for what does not exist")
    assert wrong == []
    assert let_in > 15


def ears(world: World, server: WebProcess, stack: ExitStack) -> dict[str, Thread]:
    """Everybody's sockets that are let in, and have heard how things are."""
    found: dict[str, Thread] = {}
    for route in ROUTES:
        for name in ASKERS:
            asker = world.askers[name]
            of_threads = STRANGERS if name == "stranger" else MATTERS + AMONG
            for matter in of_threads if route.placeholders else MATTERS[:1]:
                if expected_code(route, asker, matter) is None:
                    thread = stack.enter_context(dialled(route, asker, world, server, matter))
                    found[f"{name} {'thread' if route.placeholders else 'desk'} {matter}"] = thread
    for thread in found.values():
        thread.next()
    for thread in found.values():
        thread.hear_out(0.1)
        thread.frames.clear()
    return found


def much_happens(world: World, server: WebProcess) -> None:
    """In the open contact: words of both, typing, reading, a note, a transfer's end and the closing with its step.
    Beside it: words between professionals who have linked theirs to the family, and words to the next shift."""
    opened, now = world.contacts["open"], clock.now()
    for name in ("family", "worker"):
        with browser(world.askers[name], server).thread(opened) as thread:
            thread.wait_for("welcome")
            thread.tell(type="typing")
            thread.answer_to(thread.say(SECRETS["thread" if name == "family" else "answer"]))
    for matter, secret in (("linked", "consult"), ("room", "room")):
        consultation = Contact.objects.get(pk=str(world.path_values(matter)["contact_id"]))
        with browser(world.askers["worker"], server).thread(consultation) as thread:
            thread.wait_for("welcome")
            thread.answer_to(thread.say(SECRETS[secret]))
    add_note(contact=opened, worker=world.cast.worker, body=SECRETS["note"], now=now)
    mark_seen(contact_id=opened.pk, kind="client", staff_id=None, seq=2)
    close_contact(
        contact_id=opened.pk, worker=world.cast.worker, outcome="resolved", topic=world.cast.topic,
        next_step=SECRETS["step"], next_step_owner="family", now=now,
    )  # fmt: skip


def heard_by(found: dict[str, Thread]) -> dict[str, list[dict[str, Any]]]:
    for thread in found.values():
        thread.hear_out(0.05)
    for thread in found.values():  # what came while the others were heard out
        thread.hear_out(0.05)
    return {name: [frame for frame in thread.frames if frame["type"] != "seq"] for name, thread in found.items()}


def test_what_happens_is_heard_by_whose_it_is_and_by_nobody_else(world: World, server: WebProcess) -> None:
    with ExitStack() as stack:
        found = ears(world, server, stack)
        much_happens(world, server)
        heard = heard_by(found)
    wrong = []
    for place, frames in heard.items():
        name, kind, matter = place.split()
        said = json.dumps(frames, ensure_ascii=False)
        may_hear = SEES.get(name, set()) | ({"step"} if name in HEARS else set())
        if told(said) - may_hear or "note" in told(said):
            wrong.append(f"{place} hears {told(said)}")
        if matter in AMONG or (name == "professional" and kind == "desk"):
            continue  # whoever has a place there hears what is said there
        foreign = name not in HEARS or matter != "open" or (name == "glass" and kind == "desk")
        if foreign and frames:
            wrong.append(f"{place} hears {[frame['type'] for frame in frames]}")
    assert wrong == []
    for name in HEARS:  # control: whose it is hears both sides' words and the end
        bodies = {frame.get("body") for frame in heard[f"{name} thread open"]}
        assert {SECRETS["thread"], SECRETS["answer"]} <= bodies, name
        assert any(frame.get("state") == "closed" for frame in heard[f"{name} thread open"]), name
    for place in ("worker thread linked", "professional thread linked"):
        assert SECRETS["consult"] in {frame.get("body") for frame in heard[place]}, place
    assert heard["worker desk open"], "the desk says what changes in its own lists"
    assert {"outsider desk open", "professional desk open", "stranger thread queueing"} <= set(heard)
