"""No page asks the database more often because there is more to show: each with few rows, and with many."""

import datetime as dt
import secrets
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.codes import AuditCode, AuditGround
from audit.services import record, staff_member
from core import clock
from core.opening_hours import local_date
from guidance.models import AccessibilityFeedback, BreakGlass, Child, Contact, ThreadShare
from guidance.services import add_note
from perhekeskus.standings import Answer
from referrals.models import Receiver
from referrals.services import ask_consent, make_draft
from tests.architecture.sweep.addresses import addresses
from tests.architecture.sweep.probes import SLOW, Probe, probes
from tests.architecture.sweep.world import Asker, World
from tests.cast import make_person, make_visitor, open_chat, say, sign_in, staff_author, take

pytestmark = pytest.mark.django_db
# Who reads which addresses: between them, all that show rows.
READERS = {"family": ("", "api/"), "shared": ("me/",), "worker": ("desk/", "api/"), "supervisor": ("desk/",)}
MANY = 8


def more_of_everything(world: World, times: int) -> None:
    """Messages and notes in the open contact, contacts and children of the family, other families' contacts in every
    list, looks, shares, broken glass and feedback."""
    now, cast, opened = clock.now(), world.cast, world.contacts["open"]
    worker = staff_author(cast.worker, sign_in(cast.worker, now))
    relationship = Contact.objects.select_related("relationship__person").get(pk=opened.pk).relationship
    for number in range(times):
        say(opened, worker, f"Viesti {number}", at=now)
        add_note(contact=opened, worker=cast.colleague, body=f"Merkintä {number}", now=now)
        theirs = open_chat(make_visitor(now), now=now, channel=("chat", "message")[number % 2])
        take(open_chat(make_visitor(now), now=now), (cast.worker, cast.colleague)[number % 2], now)
        own = take(open_chat(make_visitor(now), now=now), cast.colleague, now)
        Contact.objects.filter(pk=own.pk).update(relationship=relationship)
        Child.objects.create(
            relationship=relationship, name=f"Lapsi {number}", birth_date=dt.date(2018, 1, 1), named_by=cast.worker,
            named_at=now,
        )  # fmt: skip
        ThreadShare.objects.create(
            contact=opened, shared_by=relationship.person, code_hash=secrets.token_hex(32), created_at=now,
            expires_at=now + dt.timedelta(days=1), with_person=make_person("Joku Muu", now), used_at=now,
        )  # fmt: skip
        _referral(world, relationship, now)
        for contact in (opened, theirs):
            BreakGlass.objects.create(
                user=cast.outsider, unit=cast.other_unit, contact=contact, reason="x" * 20, at=now,
                until=now + dt.timedelta(hours=1),
            )  # fmt: skip
            record(
                code=AuditCode.CONTACT_VIEWED, actor=staff_member(cast.colleague.pk, cast.unit.pk, "worker"),
                object_type="contact", object_id=contact.pk, relationship_id=contact.relationship_id,
                ground=AuditGround.UNIT, data={"state": "open"}, now=now,
            )  # fmt: skip
        AccessibilityFeedback.objects.create(text="Palaute", nonce=uuid.uuid4(), made_at=now, due_on=now.date())


def _referral(world: World, relationship: Any, now: dt.datetime) -> None:
    cast = world.cast
    receiver, _made = Receiver.objects.get_or_create(name_fi="Neuvola", unit=cast.unit)
    draft = {"relationship_id": relationship.pk, "worker": cast.worker, "unit": cast.unit, "receiver": receiver}
    referral = make_draft(**draft, summary="Yhteenveto", now=now)
    asked = {"items": ["summary"], "until_on": local_date(now), "worker": cast.worker, "now": now}
    ask_consent(referral_id=referral.pk, **asked)


def readable(asker: Asker, world: World) -> list[Probe]:
    """What this asker may read, of the open contact."""
    parts = READERS[asker.name]
    return [
        probe
        for probe in probes(asker, world, addresses())
        if (probe.method, probe.matter, probe.expected) == ("GET", "open", Answer.YES)
        and probe.address.route not in SLOW
        and any(probe.address.route.startswith(part) for part in parts)
    ]


def counted(asker: Asker, world: World, asked: list[Probe]) -> dict[str, tuple[int, list[str]]]:
    found = {}
    for probe in asked:
        client: Any = asker.client()
        probe.ask(client, world)  # what is kept after the first time is not counted
        with CaptureQueriesContext(connection) as queries:
            answer = probe.ask(asker.client(), world)
        if answer.status_code == 200:
            found[str(probe)] = len(queries), [query["sql"][:160] for query in queries.captured_queries]
    return found


def grown(asker: Asker, world: World, asked: list[Probe]) -> dict[str, str]:
    """Pages that asked more questions when there was more to show."""
    more_of_everything(world, 2)
    few = counted(asker, world, asked)
    assert few
    more_of_everything(world, MANY)
    many = counted(asker, world, asked)
    return {
        page: f"{few[page][0]} -> {many[page][0]}: {_added(few[page][1], many[page][1])}"
        for page in few
        if many[page][0] > few[page][0]
    }


@pytest.mark.parametrize("name", READERS)
def test_a_page_with_more_rows_asks_no_more_questions(world: World, name: str) -> None:
    asker = world.askers[name]
    found = grown(asker, world, readable(asker, world))
    assert not found, "\n".join(f"{page}: {how}" for page, how in found.items())


def test_a_page_that_asks_once_a_row_would_be_seen(world: World, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.architecture.sweep.sloppy_addresses"
    asker = world.askers["worker"]
    sloppy = [address for address in addresses() if address.route == "sloppy/once-a-row/"]
    asked = [probe for probe in probes(asker, world, sloppy) if probe.method == "GET"]
    assert "accounts_user" in "".join(grown(asker, world, asked).values())


def _added(few: list[str], many: list[str]) -> str:
    """The question that is asked more often."""
    return max(set(many), key=lambda sql: many.count(sql) - few.count(sql))
