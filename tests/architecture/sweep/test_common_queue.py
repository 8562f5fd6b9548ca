"""What waits in the common queue is taken by another unit's worker, and is foreign to them in every other way."""

from dataclasses import replace

import pytest

from accounts.models import Unit
from core import clock
from core.permissions import Reach
from guidance.models import Contact
from perhekeskus.standings import Answer
from tests.architecture.sweep.addresses import addresses
from tests.architecture.sweep.planted import SECRETS
from tests.architecture.sweep.probes import probes
from tests.architecture.sweep.sweeping import faults_where_let_in, faults_where_refused
from tests.architecture.sweep.world import World
from tests.cast import make_visitor, open_chat

pytestmark = pytest.mark.django_db


def test_another_units_worker_takes_from_the_common_queue_and_reads_nothing(world: World) -> None:
    now = clock.now()
    Unit.objects.update(pool_after_minutes=10)
    contact = open_chat(make_visitor(now), now=now, body=SECRETS["thread"])
    Contact.objects.filter(pk=contact.pk).update(pooled_at=now)
    world.objects["pooled"] = {**world.objects["unknown"], "contact_id": contact.pk}
    outsider = replace(world.askers["outsider"], reach_in={"pooled": (Reach.POOL,)})
    asked = [probe for probe in probes(outsider, world, addresses(), ("pooled",)) if probe.matter == "pooled"]
    let_in = [probe for probe in asked if probe.expected is Answer.YES]
    assert {probe.address.route for probe in let_in} == {
        "desk/contacts/<uuid:contact_id>/take/",
        "api/v1/contacts/<uuid:contact_id>/take/",
    }
    refused = [replace(probe, expected=Answer.UNKNOWN) for probe in asked if probe.expected is not Answer.YES]
    assert len(refused) > 5
    assert faults_where_refused(refused, outsider, world) == []
    assert faults_where_let_in(let_in, outsider, world) == []
