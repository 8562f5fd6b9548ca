"""What the sweep finds unchanged could have changed: the same call by somebody whose right it is does something."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction

from perhekeskus.standings import Answer
from tests.architecture.sweep.addresses import Address, addresses
from tests.architecture.sweep.answers import changed, fingerprints
from tests.architecture.sweep.probes import PUBLIC, Probe, probes
from tests.architecture.sweep.sweeping import Undo
from tests.architecture.sweep.world import NAMELESS, STRANGERS, Asker, World

pytestmark = pytest.mark.django_db
RIGHTFUL = ("worker", "family", "supervisor", "catalogue_admin", "stranger", "outsider")
# Calls that change nothing of their own, even for whoever may make them: what they would take is no row of ours.
CHANGES_NOTHING = {
    "POST /return/": "the code of the form is nobody's",
    "POST /me/shares/redeem/": "the code of the form is nobody's",
    # tests/chat/test_lookers.py has the same call doing something.
    "POST /desk/contacts/<uuid:contact_id>/go-live/": "no family of the world has a message's page open",
    "POST /api/v1/contacts/<uuid:contact_id>/go-live/": "no family of the world has a message's page open",
    # tests/perhekeskus/test_views_me_notices.py has the same calls doing something.
    "POST /me/notices/code/": "the address of the world is proved already",
    "POST /notices/stop/": "the key of the form is in no letter",
    # tests/perhekeskus/test_receiver_pages.py has the same calls doing something.
    "POST /received/": "the form carries no link",
    "POST /desk/referrals/<uuid:referral_id>/link/": "no referral of the world goes to a receiver outside",
}


def rightful(found: list[Address], world: World) -> Iterator[tuple[str, Probe]]:
    for name in RIGHTFUL:
        for probe in probes(world.askers[name], world, found, (*NAMELESS, *STRANGERS)):
            if probe.method != "GET" and probe.mark != PUBLIC and probe.expected is Answer.YES:
                yield name, probe


def does_something(probe: Probe, asker: Asker, world: World) -> bool | None:
    """None when the address does not serve the method. That somebody was there is nothing done."""
    everything = replace(asker, user_id=0) if "presence" in probe.address.route else asker
    before = fingerprints(everything)
    try:
        with transaction.atomic():
            answer = probe.ask(asker.client(), world)
            after = fingerprints(everything)
            raise Undo
    except Undo:
        return None if answer.status_code == 405 else bool(changed(before, after))


def test_every_call_that_is_refused_would_have_done_something(world: World) -> None:
    done: dict[str, bool] = {}
    for name, probe in rightful(addresses(), world):
        call = f"{probe.method} /{probe.address.route}"
        if done.get(call):
            continue
        did = does_something(probe, world.askers[name], world)
        if did is not None:
            done[call] = did
    assert len(done) > 20
    # A refused page may still be a look that is recorded, so that a call of the list may do something after all.
    assert {call for call, did in done.items() if not did} <= set(CHANGES_NOTHING)
    assert set(CHANGES_NOTHING) <= set(done)
