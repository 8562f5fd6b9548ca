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
from guidance.services import close_contact
from tests.cast import Cast, make_cast, make_visitor, open_chat, take
from tests.live_server import Person, WebProcess, staff_at, visitor_at

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NAMING = ("topic", "follows", "turned_away")
EXAMPLES = 12
WHO = ("nobody", "visitor", "worker", "professional")
# The operations are asked in so many tests, that the longest of the suite may run beside each other.
PARTS = 4

# A call of each that is right, and who is then to be answered how: without these the calls might all be refusals.
THREAD = "/api/v1/contacts/{contact_id}"
TEXT = {"nonce": "7f58f657-b364-4a71-b8d3-be8858125df4", "body": "Hei"}
RIGHT: dict[str, tuple[Any, dict[str, set[int]]]] = {
    "POST /api/v1/contacts/": (
        {"channel": "message", "language": "fi", **TEXT},
        {"nobody": {201}, "visitor": {201}},
    ),
    f"GET {THREAD}/messages/": (None, {"visitor": {200}}),
    f"POST {THREAD}/messages/": (TEXT, {"visitor": {200, 201}}),
    "GET /api/v1/desk/": (None, {"worker": {200}}),
    f"POST {THREAD}/take/": (None, {"worker": {200}, "professional": {404}}),
}


@pytest.fixture
def cast(server: WebProcess) -> Cast:
    return make_cast()


def contacts_of(visitor: Any, cast: Cast) -> list[str]:
    """One waiting, one with the worker, one closed, one of a stranger."""
    now = clock.now()
    waiting, held, closed = (open_chat(visitor, now=now) for _n in range(3))
    take(held, cast.worker, now)
    take(closed, cast.worker, now)
    close_contact(contact_id=closed.pk, worker=cast.worker, outcome="resolved", topic=cast.topic, now=now)
    return [str(contact.pk) for contact in (waiting, held, closed, open_chat(make_visitor(now), now=now))]


def person_at(server: WebProcess, who: str, visitor: Any, cast: Cast) -> Person:
    if who == "nobody":
        return Person(server.host)
    return visitor_at(server, visitor) if who == "visitor" else staff_at(server, getattr(cast, who))


class Asking:
    """Everybody in turn puts the same calls, and each answer is held against the schema."""

    def __init__(self, server: WebProcess, cast: Cast) -> None:
        self.server, self.cast = server, cast
        self.visitor = make_visitor(clock.now())
        self.people = {who: person_at(server, who, self.visitor, cast) for who in WHO}
        self.seen: dict[str, dict[str, set[int]]] = {who: {} for who in WHO}
        self.ids: dict[str, list[str]] = {}

    def meet(self, operation: Any) -> None:
        """Contacts for the operation to be about: an act may have ended the last ones, or end them for the next."""
        if "{contact_id}" in operation.path:
            if operation.method.upper() == "GET":
                self.ids = dict.fromkeys(WHO, contacts_of(self.visitor, self.cast))
            else:
                self.ids = {who: contacts_of(self.visitor, self.cast) for who in WHO}

    def put(self, who: str, case: Any, contact: int | uuid.UUID = 0) -> int:
        person = self.people[who]
        if "contact_id" in (case.path_parameters or {}):
            case.path_parameters["contact_id"] = self.ids[who][contact] if isinstance(contact, int) else str(contact)
        case.cookies = dict(person.cookies)
        headers = {"Origin": self.server.url, "X-CSRFToken": person.cookies.get("csrftoken", "")}
        answer = case.call(base_url=self.server.url, headers=headers, timeout=20)
        self.seen[who].setdefault(case.operation.label, set()).add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)
        return int(answer.status_code)

    def put_right(self, operation: Any) -> None:
        body, expected = RIGHT[operation.label]
        for who, statuses in expected.items():
            path_parameters = {"contact_id": ""} if "{contact_id}" in operation.path else {}
            more = {} if body is None else {"body": body, "media_type": "application/json"}
            status = self.put(who, operation.Case(path_parameters=path_parameters, **more))
            assert status in statuses, f"{operation.label} as {who}: {status}"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_fall_and_no_undocumented_answer(server: WebProcess, cast: Cast, part: int) -> None:
    schema = schemathesis.openapi.from_dict(json.loads(Person(server.host).get("/api/v1/schema/?format=json").text))
    operations = [result.ok() for result in schema.get_all_operations()]
    assert RIGHT.keys() <= {operation.label for operation in operations}
    asking, mine = Asking(server, cast), operations[part::PARTS]
    for operation in mine:
        asking.meet(operation)
        for mode in schemathesis.GenerationMode:
            _hold(operation, mode, asking)
        if operation.label in RIGHT:
            asking.meet(operation)
            asking.put_right(operation)
    for who, seen in asking.seen.items():
        assert seen.keys() == {operation.label for operation in mine}, f"{who} called every operation"


def _hold(operation: Any, mode: schemathesis.GenerationMode, asking: Asking) -> None:
    if mode is schemathesis.GenerationMode.NEGATIVE and not operation.body and not operation.query:
        return  # there is nothing that could be wrong

    @given(
        case=operation.as_strategy(generation_mode=mode),
        contact=st.sampled_from([0, 0, 1, 2, 3, uuid.uuid4()]),
        plain=st.booleans(),
    )
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def hold(case: Any, contact: int | uuid.UUID, plain: bool) -> None:
        if plain and isinstance(case.body, dict):  # without what has to name something that is there
            case.body = {name: value for name, value in case.body.items() if name not in NAMING}
        for who in WHO:
            hypothesis.note(f"as {who}")
            asking.put(who, case, contact)

    hold()


def test_an_undocumented_answer_would_be_seen(server: WebProcess, cast: Cast) -> None:
    described = json.loads(Person(server.host).get("/api/v1/schema/?format=json").text)
    path = "/api/v1/contacts/{contact_id}/"
    del described["paths"][path]["get"]["responses"]["404"]
    operation = schemathesis.openapi.from_dict(described)[path]["GET"]
    case = operation.Case(path_parameters={"contact_id": str(uuid.uuid4())})
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        case.validate_response(case.call(base_url=server.url), checks=CHECKS)
