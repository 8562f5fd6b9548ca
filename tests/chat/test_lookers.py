"""Who else has a thread open: told by each process, read by all, gone by itself, and silent when Valkey is."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from redis import Redis

from accounts.models import User
from chat import lookers
from chat.desk_state import desk_state
from chat.lookers import FAMILY, LASTS, Lookers, colleagues_looking, families_here, looking_frame, looking_too
from core import clock
from core.realtime import Event, hub
from core.short_lived import ShortLived
from guidance.models import Contact
from tests.cast import Cast, Visitor, make_visitor, open_chat, take

pytestmark = pytest.mark.django_db


@dataclass(eq=False)
class Socket:
    """As much of a thread's socket as the hub and the lookers ask for."""

    contact: str
    user_id: int | None
    unit_id: int = 1
    key_id: int | None = None
    heard: list[Event] = field(default_factory=list)

    @property
    def looks_as(self) -> int | None:
        return self.user_id

    def deliver(self, event: Event) -> None:
        self.heard.append(event)


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A set of this test's own."""
    monkeypatch.setattr(lookers, "_looks", ShortLived(f"looking-{uuid.uuid4()}", LASTS))
    monkeypatch.setattr(lookers, "GONE_AFTER_S", 0.05)
    monkeypatch.setattr(hub, "publish", hub._deliver)
    monkeypatch.setattr(hub, "announce_desk", lambda unit_id: None)
    yield
    Redis.from_url(settings.REDIS_URL).delete(lookers._looks.key)


async def said(process: Lookers) -> None:
    """Until what has happened has been told."""
    await asyncio.sleep(0.1)
    assert process._saying is not None
    await process._saying


def names(contact: Contact, me: int, now: dt.datetime | None = None) -> list[str]:
    found = colleagues_looking([contact.pk], me, now or clock.now())
    return [user.first_name for user in found.get(contact.pk, [])]


def test_a_look_is_told_to_all_and_taken_back(cast: Cast, chat: Contact) -> None:
    pages: list[list[int]] = []

    def look() -> None:
        pages.append([int(member.split(":")[1]) for member in lookers._looks.members(clock.now())])

    async def work() -> None:
        one, other = Lookers(), Lookers()  # two processes
        first, second, elsewhere, anew = (Socket(str(chat.pk), cast.worker.pk) for _n in range(4))
        hub.join(first)
        one.came(first), one.came(second), other.came(elsewhere)
        await said(one), await said(other)
        look()
        assert [event.kind for event in first.heard if event.kind == "looking"] == ["looking"] * 2
        one.went(first), one.went(second), one.came(anew)  # the page is opened anew
        await asyncio.sleep(0.1)
        await said(one)
        look()
        other.went(elsewhere)
        await asyncio.sleep(0.1)
        await said(other)
        look()
        hub.leave(first)

    asyncio.run(work())
    assert pages == [[cast.worker.pk] * 2, [cast.worker.pk] * 2, [cast.worker.pk]]


def test_a_family_that_looks_is_not_told_of(cast: Cast, chat: Contact) -> None:
    async def work() -> None:
        process = Lookers()
        family = Socket(str(chat.pk), None, key_id=5)
        process.came(family)
        process.went(family)
        process.came(Socket(str(chat.pk), cast.worker.pk))
        await said(process)

    asyncio.run(work())
    assert len(lookers._looks.members(clock.now())) == 1


def test_a_family_with_its_message_open_is_told_to_staff_and_is_no_colleague(cast: Cast, visitor: Visitor) -> None:
    message, other = (open_chat(visitor, channel="message", now=clock.now()) for _n in range(2))
    here: list[set[uuid.UUID]] = []
    frames: list[dict[str, Any]] = []

    async def work() -> None:
        process = Lookers()
        family = Socket(str(message.pk), FAMILY)
        process.came(family)
        await said(process)
        here.append(families_here([message.pk, other.pk], clock.now()))
        frames.append(await looking_frame(str(message.pk), cast.worker.pk))
        process.went(family)
        await said(process)
        here.append(families_here([message.pk, other.pk], clock.now()))
        frames.append(await looking_frame(str(message.pk), cast.worker.pk))

    asyncio.run(work())
    assert here == [{message.pk}, set()]
    assert [(frame["family_here"], frame["looking"]) for frame in frames] == [(True, []), (False, [])]
    assert names(message, cast.worker.pk) == []


@pytest.mark.parametrize("address", ["/desk/contacts/{}/go-live/", "/api/v1/contacts/{}/go-live/"])
def test_a_message_goes_live_for_its_worker_while_the_family_is_here(
    cast: Cast, visitor: Visitor, address: str
) -> None:
    message = take(open_chat(visitor, channel="message", now=clock.now()), cast.worker, clock.now())

    def ask(user: User) -> int:
        client = Client()
        client.force_login(user)
        return client.post(address.format(message.pk)).status_code

    assert ask(cast.worker) == 409 and not message.followed_by.exists(), "nobody is there"
    asyncio.run(lookers._looks.say([f"{message.pk}:{FAMILY}:process"], (), clock.now()))
    assert (ask(cast.outsider), ask(cast.professional), ask(cast.colleague)) == (404, 404, 409)
    assert not message.followed_by.exists()
    assert ask(cast.worker) in (200, 302)
    assert message.followed_by.get().worker == cast.worker


def test_pages_name_colleagues_not_oneself_nor_the_one_who_has_it(cast: Cast, chat: Contact) -> None:
    other = open_chat(make_visitor(), now=clock.now())

    async def work() -> None:
        process = Lookers()
        for user in (cast.worker, cast.colleague, cast.supervisor):
            process.came(Socket(str(chat.pk), user.pk))
        await said(process)

    asyncio.run(work())
    assert names(chat, cast.worker.pk) == sorted([cast.colleague.first_name, cast.supervisor.first_name])
    assert names(other, cast.worker.pk) == []
    state = desk_state(cast.worker, clock.now())
    looking = {row["id"]: [person["name"] for person in row["looking"]] for row in state["waiting"]}
    assert looking == {
        str(chat.pk): sorted([cast.colleague.full_name, cast.supervisor.full_name]),
        str(other.pk): [],
    }
    mine = take(chat, cast.worker, clock.now())
    assert looking_too(mine, cast.colleague.pk, clock.now()) == [cast.supervisor]


def test_a_process_that_dies_takes_its_looks_along(cast: Cast, chat: Contact) -> None:
    async def work() -> None:
        process = Lookers()
        process.came(Socket(str(chat.pk), cast.colleague.pk))
        await said(process)

    asyncio.run(work())
    now = clock.now()
    assert names(chat, cast.worker.pk, now + LASTS / 2) == [cast.colleague.first_name]
    assert names(chat, cast.worker.pk, now + LASTS + dt.timedelta(seconds=1)) == []


def test_an_open_socket_is_said_again_before_it_is_forgotten(
    cast: Cast, chat: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LASTS.total_seconds() / 2 > lookers.SAY_AGAIN_S
    monkeypatch.setattr(lookers, "SAY_AGAIN_S", 0.05)
    client = Redis.from_url(settings.REDIS_URL)
    scores: list[float] = []

    async def work() -> None:
        process = Lookers()
        process.came(Socket(str(chat.pk), cast.colleague.pk))
        await said(process)
        for _n in range(2):
            scores.append(client.zrange(lookers._looks.key, 0, -1, withscores=True)[0][1])
            await asyncio.sleep(0.2)
        await process.stop()
        scores.append(client.zcard(lookers._looks.key))

    asyncio.run(work())
    assert scores[1] > scores[0]
    assert scores[2] == 0, "a process that ends well says so"


def test_without_valkey_nobody_is_known_to_look_and_nobody_waits(
    cast: Cast, chat: Contact, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    away = ShortLived("away", LASTS)
    monkeypatch.setattr(lookers, "_looks", away)
    asyncio.run(away.say(["x:1:y"], (), clock.now()))
    assert names(chat, cast.worker.pk) == []
    monkeypatch.setattr(away, "_connected", lambda: pytest.fail("asked again at once"))
    assert names(chat, cast.worker.pk) == []
