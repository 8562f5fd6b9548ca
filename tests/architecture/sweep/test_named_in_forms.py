"""A contact may be named in a form or a body too: a foreign one is answered there as one that does not exist."""

import uuid
from typing import Any

import pytest
from django.test import Client

from tests.architecture.sweep.answers import changed, fingerprints, seen_by_a_stranger
from tests.architecture.sweep.world import MATTERS, World

pytestmark = pytest.mark.django_db
FOREIGN = ("nobody", "stranger", "other_guardian", "share_revoked", "worker", "outsider")


def opening(**values: Any) -> dict[str, Any]:
    return {"channel": "message", "nonce": str(uuid.uuid4()), "body": "Tämä seuraa jotakin"} | values


def asked_with(client: Client, contact_id: str) -> dict[str, Any]:
    """Every call that takes a contact by its body."""
    return {
        "identify": client.post("/identify/start/", {"contact": contact_id, "purpose": "contact"}),
        "follows": client.post("/message/", opening(follows=contact_id)),
        "api": client.post("/api/v1/contacts/", opening(follows=contact_id), content_type="application/json"),
        "language": client.post("/accounts/language/", {"language": "xx", "next": f"/desk/contacts/{contact_id}/"}),
    }


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_contact_in_a_form_is_one_that_does_not_exist(world: World, name: str) -> None:
    asker = world.askers[name]
    before = fingerprints(asker)
    nothing = shown(asked_with(asker.client(), str(uuid.uuid4())))
    for matter in MATTERS:
        assert shown(asked_with(asker.client(), str(world.contacts[matter].pk))) == nothing
    assert changed(before, fingerprints(asker)) == []


def shown(answers: dict[str, Any]) -> dict[str, Any]:
    return {call: seen_by_a_stranger(answer) for call, answer in answers.items()}


def test_the_family_itself_may_name_it(world: World) -> None:
    client, contact_id = world.askers["family"].client(), str(world.contacts["closed"].pk)
    answers = asked_with(client, contact_id)
    assert answers["identify"].status_code == 302
    assert answers["follows"].status_code == 302 and "/contacts/" in answers["follows"].headers["Location"]
    assert answers["api"].json()["follows"] == contact_id
