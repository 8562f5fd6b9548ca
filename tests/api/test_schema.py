"""The API does what its schema says, whatever is sent: no fall, no undocumented answer, for each who may come."""

import json
import uuid
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core import clock
from guidance.models import Contact
from guidance.services import close_contact
from tests.cast import Cast, make_cast, make_visitor, open_chat, take
from tests.live_server import Person, WebProcess, staff_at, visitor_at

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NAMING = ("topic", "follows", "turned_away")
EXAMPLES = 12
WHO = ("nobody", "visitor", "worker", "professional")


@pytest.fixture
def cast(server: WebProcess) -> Cast:
    return make_cast()


def contacts_of(visitor: Any, cast: Cast) -> list[Contact]:
    """One waiting, one with the worker, one closed, one of a stranger."""
    now = clock.now()
    waiting, held, closed = (open_chat(visitor, now=now) for _n in range(3))
    take(held, cast.worker, now)
    take(closed, cast.worker, now)
    close_contact(contact_id=closed.pk, worker=cast.worker, outcome="resolved", topic=cast.topic, now=now)
    return [waiting, held, closed, open_chat(make_visitor(now), now=now)]


def person_at(server: WebProcess, who: str, visitor: Any, cast: Cast) -> Person:
    if who == "nobody":
        return Person(server.host)
    return visitor_at(server, visitor) if who == "visitor" else staff_at(server, getattr(cast, who))


@pytest.mark.parametrize("who", WHO)
def test_no_fall_and_no_undocumented_answer(server: WebProcess, cast: Cast, who: str) -> None:
    visitor = make_visitor(clock.now())
    person = person_at(server, who, visitor, cast)
    schema = schemathesis.openapi.from_dict(json.loads(Person(server.host).get("/api/v1/schema/?format=json").text))
    headers = {"Origin": server.url, "X-CSRFToken": person.cookies.get("csrftoken", "")}
    seen: dict[str, set[int]] = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        ids = [str(contact.pk) for contact in contacts_of(visitor, cast)]  # an act may have ended the last ones
        for mode in schemathesis.GenerationMode:
            _hold(operation, mode, ids, server, person, headers, seen)
    assert len(seen) >= 15, "every operation was called"
    _precondition(who, seen)


def _hold(
    operation: Any,
    mode: schemathesis.GenerationMode,
    ids: list[str],
    server: WebProcess,
    person: Person,
    headers: dict[str, str],
    seen: dict[str, set[int]],
) -> None:
    if mode is schemathesis.GenerationMode.NEGATIVE and not operation.body and not operation.query:
        return  # there is nothing that could be wrong

    @given(
        case=operation.as_strategy(generation_mode=mode),
        own=st.sampled_from([ids[0], *ids, str(uuid.uuid4())]),
        plain=st.booleans(),
    )
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def hold(case: Any, own: str, plain: bool) -> None:
        if plain and isinstance(case.body, dict):  # without what has to name something that is there
            case.body = {name: value for name, value in case.body.items() if name not in NAMING}
        if "contact_id" in (case.path_parameters or {}):
            case.path_parameters["contact_id"] = own
        case.cookies = dict(person.cookies)
        answer = case.call(base_url=server.url, headers=headers, timeout=20)
        seen.setdefault(operation.label, set()).add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    hold()


def _precondition(who: str, seen: dict[str, set[int]]) -> None:
    """The calls were more than refusals."""
    if who in ("visitor", "nobody"):
        assert seen["POST /api/v1/contacts/"] & {201, 409}
    if who == "visitor":
        assert 200 in seen["GET /api/v1/contacts/{contact_id}/messages/"]
        assert seen["POST /api/v1/contacts/{contact_id}/messages/"] & {200, 201}
    if who == "worker":
        assert 200 in seen["GET /api/v1/desk/"] and 200 in seen["POST /api/v1/contacts/{contact_id}/take/"]
    if who == "professional":
        assert seen["POST /api/v1/contacts/{contact_id}/take/"] == {404}


def test_an_undocumented_answer_would_be_seen(server: WebProcess, cast: Cast) -> None:
    described = json.loads(Person(server.host).get("/api/v1/schema/?format=json").text)
    path = "/api/v1/contacts/{contact_id}/"
    del described["paths"][path]["get"]["responses"]["404"]
    operation = schemathesis.openapi.from_dict(described)[path]["GET"]
    case = operation.Case(path_parameters={"contact_id": str(uuid.uuid4())})
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        case.validate_response(case.call(base_url=server.url), checks=CHECKS)
