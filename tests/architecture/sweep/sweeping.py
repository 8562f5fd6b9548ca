"""Asking the questions of the sweep, and what was wrong with the answers."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from perhekeskus.standings import Answer
from tests.architecture.sweep.addresses import Address
from tests.architecture.sweep.answers import (
    changed,
    fingerprints,
    is_gate,
    is_let_in,
    is_sign_in,
    seen_by_a_stranger,
    text_of,
    told,
)
from tests.architecture.sweep.probes import Probe, is_about_a_matter, probes
from tests.architecture.sweep.world import Asker, World

# What each of them is to see somewhere: without it, not seeing would prove nothing. Whoever is not named sees nothing.
THREAD = {"thread", "answer"}
FAMILY_PAGE = {"segment", "client_view", "goal"}
STAFF_SEE = {*THREAD, *FAMILY_PAGE, "message", "note", "name", "child", "step", "ask", "referral"}
SEES: dict[str, set[str]] = {
    "family": {
        *THREAD,
        *FAMILY_PAGE,
        "message",
        "step",
        "ask",
        "undo",
        "name",
        "child",
        "feedback",
        "older_log",
        "number",
        "notice",
        "referral",
        "view",
        "correction",
    },
    "shared": {*THREAD, "name"},
    "worker": {*STAFF_SEE, "code", "consult", "asking", "room", "draft"},
    "colleague": {*STAFF_SEE, "asking", "room"},
    "professional": {"consult"},
    "supervisor": {*STAFF_SEE, "room", "erasure", "correction", "older_log", "glass", "accessibility"},
    "receiver": {"referral"},
    "glass": {*THREAD, "note", "name", "child", "ask"},
    "other_supervisor": {"accessibility"},
    "catalogue_admin": {"accessibility"},
}
# What staff who may read a contact leave behind even where they may not act: that they looked.
LOOKS = ("audit_auditevent",)


NOT_SERVED: set[tuple[Address, str]] = set()  # calls that no page answers, as they are met


class Undo(Exception):
    pass


def asked_and_undone(probe: Probe, client: Any, world: World) -> Any:
    """The answer of a call whose doing is taken back."""
    try:
        with transaction.atomic():
            answer = probe.ask(client, world)
            answer.told = told(text_of(answer))
            raise Undo
    except Undo:
        return answer


def is_as_promised(probe: Probe, answer: Any, client: Any, world: World) -> bool:
    """A foreign one is answered to the letter as one that does not exist."""
    if probe.expected is Answer.SIGN_IN:
        return is_sign_in(answer)
    if probe.expected is Answer.NOT_YOURS:
        return bool(answer.status_code == 409)
    if probe.expected is Answer.IDENTIFY and is_gate(answer):
        return not told(text_of(answer))
    if answer.status_code != 404:
        return False
    if not is_about_a_matter(probe.address, probe.mark):
        return True
    return seen_by_a_stranger(answer) == seen_by_a_stranger(replace(probe, there=False).ask(client, world))


def faults_of(asker: Asker, world: World, found: list[Address]) -> list[str]:
    asked: dict[Answer, list[Probe]] = {answer: [] for answer in Answer}
    for probe in probes(asker, world, found):
        asked[probe.expected].append(probe)
    return [
        *faults_where_refused([*asked[Answer.UNKNOWN], *asked[Answer.SIGN_IN], *asked[Answer.IDENTIFY]], asker, world),
        *faults_where_refused(asked[Answer.NOT_YOURS], asker, world, LOOKS),
        *faults_where_let_in(asked[Answer.YES], asker, world),
    ]


def faults_where_refused(asked: list[Probe], asker: Asker, world: World, leave_out: tuple[str, ...] = ()) -> list[str]:
    """Asked one after another; the database is the same afterwards."""
    wrong, may_see, client = [], SEES.get(asker.name, set()), asker.client()
    before = fingerprints(asker, leave_out)
    for probe in asked:
        if (probe.address, probe.method) in NOT_SERVED:
            continue
        answer = probe.ask(client, world)
        if answer.status_code == 405:  # before anybody asks who it is
            NOT_SERVED.add((probe.address, probe.method))
        elif not is_as_promised(probe, answer, client, world):
            wrong.append(f"{probe}: {answer.status_code} instead of {probe.expected.value}")
        if told(text_of(answer)) - may_see:
            wrong.append(f"{probe} tells {told(text_of(answer)) - may_see}")
    different = changed(before, fingerprints(asker, leave_out))
    if different:
        wrong.append(f"refused, and yet changed: {different}")
    return wrong


def faults_where_let_in(asked: list[Probe], asker: Asker, world: World) -> list[str]:
    """Each taken back after it was done."""
    wrong, may_see = [], SEES.get(asker.name, set())
    seen: set[str] = set()
    for probe in asked:
        if (probe.address, probe.method) in NOT_SERVED:
            continue
        answer = asked_and_undone(probe, asker.client(), world)
        if answer.status_code == 405:
            NOT_SERVED.add((probe.address, probe.method))
        elif not is_let_in(answer) and not is_absent(probe, answer):
            wrong.append(f"{probe}: {answer.status_code} instead of being let in")
        seen |= answer.told
        if answer.told - may_see:
            wrong.append(f"{probe} tells {answer.told - may_see}")
    if seen != may_see:
        wrong.append(f"to be seen and not seen: {may_see - seen}")
    return wrong


def is_absent(probe: Probe, answer: Any) -> bool:
    """Whatever is not there below /api/ answers 404 to everybody; a row of the looks that is named in the form is there
    for its own unit's supervisor alone."""
    return probe.address.route in ("^api/", "desk/looks/review/") and answer.status_code == 404
