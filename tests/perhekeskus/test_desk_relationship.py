"""One family's whole matter at the desk: who may open it, what it shows, and how few questions it asks."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import AuditEvent
from core import clock
from guidance.models import ClientRelationship, Contact, Note, ResponsibleWorker
from guidance.services.responsible import accept_responsible, name_substitute, propose_responsible
from tests.cast import NOW, Cast, make_person, make_visitor, open_chat, sign_in, take

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def family(cast: Cast) -> ClientRelationship:
    """An identified family with one conversation in the unit."""
    person = make_person("Aino Perhe", NOW)
    contact = take(open_chat(make_visitor(NOW), now=NOW), cast.worker, NOW)
    theirs, _made = ClientRelationship.objects.get_or_create(person=person, defaults={"created_at": NOW})
    Contact.objects.filter(pk=contact.pk).update(relationship=theirs)
    return theirs


def browser(user: User) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=True)
    return client


def page(family: ClientRelationship) -> str:
    return f"/desk/relationships/{family.pk}/"


def accepted(cast: Cast, family: ClientRelationship, worker: User) -> ResponsibleWorker:
    role = ResponsibleWorker.Role.RESPONSIBLE
    term = propose_responsible(relationship=family, worker=worker, unit=cast.unit, role=role, by=cast.worker, now=NOW)
    return accept_responsible(term=term, by=worker, now=NOW)


def test_whose_unit_has_a_contact_opens_it_and_others_find_nothing(cast: Cast, family: ClientRelationship) -> None:
    for user, status in (
        (cast.worker, 200), (cast.colleague, 200), (cast.supervisor, 200),
        (cast.outsider, 404), (cast.professional, 404), (cast.catalogue_admin, 404),
    ):  # fmt: skip
        assert browser(user).get(page(family)).status_code == status, user.email
    assert browser(cast.worker).get("/desk/relationships/987654321/").status_code == 404


def test_a_look_is_recorded_once_in_ten_minutes(cast: Cast, family: ClientRelationship) -> None:
    mine = browser(cast.worker)
    looks = AuditEvent.objects.filter(code="guidance.relationship.viewed", object_type="relationship")
    mine.get(page(family))
    mine.get(page(family))
    assert [(look.relationship_id, look.actor_id, look.unit_id) for look in looks] == [
        (family.pk, cast.worker.pk, cast.unit.pk)
    ]
    with time_machine.travel(NOW + dt.timedelta(minutes=11), tick=False):
        assert browser(cast.worker).get(page(family)).status_code == 200
    assert looks.all().count() == 2


def much(family: ClientRelationship, cast: Cast, times: int) -> None:
    """Contacts, all closed but the first, and notes."""
    first = Contact.objects.filter(relationship=family).first()
    assert first is not None
    kept = {field.attname: getattr(first, field.attname) for field in Contact._meta.concrete_fields}
    closed = {"state": "closed", "closed_at": NOW, "outcome": "resolved", "next_step_owner": "nobody", "last_seq": 0}
    closed |= {"client_seen_seq": 0, "worker_seen_seq": 0}
    Contact.objects.bulk_create(
        Contact(**{**kept, **closed, "id": uuid.uuid4(), "open_nonce": uuid.uuid4(),
                   "opened_at": first.opened_at - dt.timedelta(days=n + 1)})
        for n in range(times)
    )  # fmt: skip
    Note.objects.bulk_create(
        Note(relationship=family, author=cast.worker, body=f"Merkintä {n}", at=NOW - dt.timedelta(days=n))
        for n in range(times)
    )


def test_at_most_twelve_questions_whatever_the_history(cast: Cast, family: ClientRelationship) -> None:
    term = accepted(cast, family, cast.worker)
    name_substitute(
        term=term, worker=cast.colleague, from_on=NOW.date(), until_on=NOW.date() + dt.timedelta(days=2),
        by=cast.worker, now=NOW,
    )  # fmt: skip
    for times in (1, 120):
        much(family, cast, times)
        for user in (cast.worker, cast.colleague, cast.supervisor):
            client = browser(user)
            client.get("/desk/")  # makes the presence of somebody who has never been here
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page(family)).status_code == 200
            # What is a savepoint here is the beginning and end of a transaction outside of tests: no question.
            told = [query["sql"][:150] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
            assert len(told) <= MOST_QUERIES, "\n".join([user.email, *told])


def test_the_lists_come_a_page_at_a_time(cast: Cast, family: ClientRelationship) -> None:
    much(family, cast, 50)
    mine = browser(cast.worker)
    seen, address = 0, page(family)
    for _n in range(5):
        answer = mine.get(address)
        seen += len(answer.context["contacts"].rows)
        if answer.context["contacts"].older is None:
            break
        address = f"{page(family)}?contacts_before={answer.context['contacts'].older.isoformat().replace('+', '%2B')}"
    assert seen == 51
    for wrong in ("eilen", "2026-01-01", "2026-01-01T00:00:00"):
        assert mine.get(page(family), {"contacts_before": wrong}).status_code == 404


def test_proposed_accepted_and_ended_by_plain_forms(cast: Cast, family: ClientRelationship) -> None:
    mine, theirs = browser(cast.worker), browser(cast.colleague)
    where = f"{page(family)}responsible/"
    assert mine.get(where).status_code == 200
    wrong = mine.post(where, {"who": "0-0", "role": "responsible", "body": "Hän tuntee perheen."})
    assert (wrong.status_code, "Hän tuntee perheen." in wrong.content.decode()) == (422, True)
    who = f"{cast.colleague.pk}-{cast.unit.pk}"
    assert mine.post(where, {"who": who, "role": "responsible", "body": "Hän tuntee perheen."}).status_code == 302
    assert mine.post(where, {"who": who, "role": "responsible"}).status_code == 409
    term = ResponsibleWorker.objects.get()
    assert "Hän tuntee perheen." in theirs.get("/desk/families/").content.decode()
    refused = theirs.post(f"/desk/responsible/{term.pk}/", {"act": "decline", "body": " "})
    assert (refused.status_code, "field-error" in refused.content.decode()) == (422, True)
    assert mine.post(f"/desk/responsible/{term.pk}/", {"act": "accept"}).status_code == 409
    assert theirs.post(f"/desk/responsible/{term.pk}/", {"act": "accept"}).status_code == 302
    assert cast.colleague.full_name in mine.get(page(family)).content.decode()
    ended = theirs.post(f"/desk/responsible/{term.pk}/", {"act": "end", "body": "Siirryn muihin tehtäviin."})
    assert ended.status_code == 302
    term.refresh_from_db()
    assert (term.state, term.end_reason) == ("ended", "Siirryn muihin tehtäviin.")
    assert browser(cast.outsider).post(f"/desk/responsible/{term.pk}/", {"act": "end", "body": "x"}).status_code == 404


def test_who_proposes_themselves_answers_at_once(cast: Cast, family: ClientRelationship) -> None:
    mine = browser(cast.worker)
    who = f"{cast.worker.pk}-{cast.unit.pk}"
    mine.post(f"{page(family)}responsible/", {"who": who, "role": "contact_person"})
    term = ResponsibleWorker.objects.get()
    assert (term.state, term.worker) == ("accepted", cast.worker)
