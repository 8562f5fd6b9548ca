"""The measure of every refusal: the attempt has failed for that very reason, nobody became a person, no device speaks
for anybody, and the audit knows."""

from typing import Any

from accounts.identification.interface import Failure
from accounts.models import Identification, Person, VisitorKey
from audit.models import AuditEvent
from tests.accounts.identification.conftest import Scene


def refused(scene: Scene, failure: Failure, **start: Any) -> Identification:
    ended = scene.walk(**start)
    assert (ended.state, ended.failure) == ("failed", failure.value)
    assert scene.provider.asked.count("/token") == 1, "the token was given and looked at"
    assert not Person.objects.exists()
    assert not VisitorKey.objects.filter(person__isnull=False).exists()
    event = AuditEvent.objects.get()
    assert (event.code, event.data["failure"]) == ("accounts.identification.failed", failure.value)
    return ended
