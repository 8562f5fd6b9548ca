"""Every address of the site as it can be asked: its placeholders filled, its methods with bodies that would do
something if they were let in."""

import re
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import Resolver404, resolve
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from core.addresses import marks_of, routes
from segments.instruments import Axis, read_packs
from tests.architecture.sweep.world import World

FRAMEWORK = ("accounts/", "admin/")
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
# Placeholders of what is everybody's.
PUBLIC_VALUES: dict[str, str] = {"slug": "perhekahvila"}
PUBLIC_ROUTES = {
    "situations/<slug:slug>/": "uni",
    "help-map/<slug:slug>/": "uni",
    "sitemap-<slug:section>.xml": "services",
}
# Each contact in another language, so that every language's addresses are asked.
PREFIXES = {"waiting": "/sv", "closed": "/en"}
# What forms of pages are filled with: every name there is, each with something that does.
FORM = {
    "body": "Tämä ei saa jäädä talteen",
    "reason": "Tämän syyn ei pidä jäädä talteen mihinkään",
    "name": "Vieras Lapsi",
    "birth_date": "2016-03-04",
    "given_names": "Vieras",
    "topic": "vauvan-uni",
    "outcome": "resolved",
    "next_step": "Tämäkään ei jää",
    "next_step_owner": "family",
    "state": "available",
    "pause_reason": "break",
    "capacity": "2",
    "language": "sv",
    "helped": "no",
    "feeling": "2",
    "word": "Eikä tämä",
    "guardian_may_act": "yes",
    "purpose": "own_page",
    "text": "Tämäkään palaute ei jää",
    "sure": "yes",
    "decision": "refuse",
    "may_act": "yes",
    "what": "",
    "number": "+46 70-174 06 99",
    "channel": "phone",
    "minutes": "10",
    "address": "vieras@posti.example",
    "again": "1",
}


@dataclass(frozen=True)
class Address:
    """A route with its view's marks by method ("*" for a page)."""

    route: str
    marks: tuple[tuple[str, str], ...]

    @property
    def placeholders(self) -> list[str]:
        return PLACEHOLDER.findall(self.route)

    def is_there(self, world: World, matter: str) -> bool:
        """Whether the contact has what the placeholders ask for."""
        values = world.path_values(matter)
        return all(values.get(name, "") is not None for name in self.placeholders)

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    def calls(self) -> list[tuple[str, str]]:
        """(method, mark) of each call; a page is asked both ways, whichever it serves."""
        if dict(self.marks).keys() == {"*"}:
            return [("GET", dict(self.marks)["*"]), ("POST", dict(self.marks)["*"])]
        return list(self.marks)

    def path(self, world: World, matter: str, there: bool = True) -> str:
        """`there`: with the ids of that contact; else in the same language with ids of which there is nothing."""
        values = world.path_values(matter if there else "unknown")
        public = PUBLIC_ROUTES.get(self.route)
        known = {*values, *PUBLIC_VALUES} | (set(self.placeholders) if public else set())
        unknown = [name for name in self.placeholders if name not in known]
        assert not unknown, f"{self.route}: the sweep does not know what {unknown} is: say it in world.py"
        filled = PLACEHOLDER.sub(
            lambda found: str(public or values.get(found[1]) or PUBLIC_VALUES[found[1]]), self.route
        )
        plain = "/" + filled.removeprefix("^")
        prefix = PREFIXES.get(matter, "")
        return prefix + plain if prefix and speaks(prefix, plain) else plain


def speaks(prefix: str, path: str) -> bool:
    """Whether the address has a language before it."""
    with translation.override(prefix.removeprefix("/")):
        try:
            resolve(prefix + path)
        except Resolver404:
            return False
    return True


def addresses() -> list[Address]:
    """All but those that a framework serves, which have tests of their own."""
    return [
        Address(route, tuple(marks_of(view).items())) for route, view in routes() if not route.startswith(FRAMEWORK)
    ]


def body_for(address: Address, method: str, world: World) -> dict[str, Any]:
    """The keyword arguments of a test client's call."""
    if method == "GET":
        return {}
    if address.is_api and dict(address.marks).keys() != {"*"}:
        return {"data": api_body(address, method, world), "content_type": "application/json"}
    return {"data": FORM | form_of(address, world) | {"nonce": str(uuid.uuid4())}}


LOG = "api/v1/desk/contacts/"
ATTEMPTS = ("desk/contacts/<uuid:contact_id>/attempt/", "api/v1/contacts/<uuid:contact_id>/attempts/")


def form_of(address: Address, world: World) -> dict[str, str]:
    """What only this world knows, and what only this address calls right."""
    opened = str(world.contacts["open"].pk)
    right = {
        "desk/looks/review/": {"kind": "no_task", "worker": str(world.cast.colleague.pk), "subject": opened},
        "desk/contacts/<uuid:contact_id>/identity-code/": {"reason": "appointment"},
        "desk/contacts/<uuid:contact_id>/priority/": {"decision": "confirmed"},
        "desk/relationships/<int:relationship_id>/responsible/": {
            "who": f"{world.cast.worker.pk}-{world.cast.unit.pk}",
            "role": "coordinator",
        },
        "desk/responsible/<uuid:term_id>/": {"act": "end"},
        **dict.fromkeys(ATTEMPTS, {"outcome": "no_answer"}),
        "me/assessments/<uuid:assessment_id>/": family_answers(),
        "desk/contacts/<uuid:contact_id>/refer/": {"receiver": "Perhetyö", "summary": "Tämäkään ei jää"},
    }
    asked = f"unit:{world.cast.other_unit.pk}"
    return {"worker": str(world.cast.colleague.pk), "reference": opened, "asked": asked} | right.get(address.route, {})


def family_answers() -> dict[str, str]:
    """The family's form of an assessment, answered with the first of everything."""
    [pack] = read_packs()
    return {f"q-{question.key}": question.answers[0].key for question in pack.axes[Axis.COPING].questions}


# -- bodies from the OpenAPI schema ---------------------------------------------------------------


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def operation_of(address: Address, method: str) -> dict[str, Any]:
    """The schema's word on a call. Raises KeyError when the schema does not know it."""
    path = "/" + PLACEHOLDER.sub(lambda found: "{" + found[1] + "}", address.route)
    found: dict[str, Any] = schema()["paths"][path][method.lower()]
    return found


def api_body(address: Address, method: str, world: World) -> Any:
    """A body that the schema calls right; where it cannot know what is right here, FORM and the world say it."""
    content = operation_of(address, method).get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return {}
    made: dict[str, Any] = example(content["application/json"]["schema"])
    right = {
        **FORM,
        "unit": world.cast.other_unit.slug,
        "service": PUBLIC_VALUES["slug"],
        "channel": "message",
        "decision": "confirmed",
        "worker": world.cast.colleague.email,
        "contact": str(world.contacts["open"].pk),
    } | ({"outcome": "no_answer"} if address.route in ATTEMPTS else {})
    for name, value in made.items():
        if isinstance(value, str) and name in right:
            made[name] = right[name]
    made.pop("follows", None)
    if address.route == LOG:
        made |= {"channel": "phone", "started_at": None}
    if "unit" in made:  # one of those that could be asked
        made.pop("worker", None)
        made.pop("profession", None)
    return made


def example(shape: dict[str, Any], name: str = "") -> Any:
    """Something of this shape."""
    if "$ref" in shape:
        return example(schema()["components"]["schemas"][shape["$ref"].rpartition("/")[2]])
    for word in ("allOf", "oneOf", "anyOf"):
        if word in shape:
            return example(shape[word][0])
    if "enum" in shape:
        return shape["enum"][0]
    kind = shape.get("type", "object")
    if kind == "object":
        return {part: example(inner, part) for part, inner in shape.get("properties", {}).items()}
    if kind == "array":
        return [example(shape["items"])]
    if kind == "string":
        return {"uuid": str(uuid.uuid4()), "date": "2016-03-04", "date-time": "2026-11-23T10:00:00Z"}.get(
            shape.get("format", ""), FORM.get(name, "teksti")
        )
    return {"integer": int(shape.get("minimum", 1)), "number": 1.0, "boolean": True}[kind]
