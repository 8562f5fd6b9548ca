"""Two answers at once, with real threads and real transactions; each control shows the fault that the lock prevents."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from accounts import persons
from accounts.models import Identification, Person
from accounts.persons import UnknownAttempt
from audit.models import AuditEvent
from core import sealing
from tests.accounts.identification.conftest import Scene
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 3.0


def answers(scene: Scene, count: int) -> list[Callable[[], Identification]]:
    """`count` attempts of one person, each ready to be completed."""
    found = []
    for _ in range(count):
        started = scene.start()
        params = scene.provider.come_back(started.address)
        found.append(lambda p=params, s=started.browser_secret: scene.complete(p, s))
    return found


def meet(after: Callable[..., Any]) -> Callable[..., Any]:
    """`after`, and then a wait until both threads are there, if both can come there at all."""
    barrier = threading.Barrier(2)

    def waiting(*args: Any, **kwargs: Any) -> Any:
        result = after(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(SECONDS)
        return result

    return waiting


def test_one_answer_given_twice_at_once_counts_once(scene: Scene) -> None:
    for _round in range(4):
        events = AuditEvent.objects.count()
        [answer] = answers(scene, 1)
        results = at_once(answer, answer)
        assert sorted(type(result).__name__ for result in results) == ["Identification", "UnknownAttempt"]
        assert AuditEvent.objects.count() == events + 1
    assert scene.provider.asked.count("/token") == 4


def test_control_without_the_row_lock_both_would_count(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **kwargs: self)
    monkeypatch.setattr(persons.hmac, "compare_digest", meet(lambda a, b: a == b))
    [answer] = answers(scene, 1)
    results = at_once(answer, answer)
    assert not any(isinstance(result, UnknownAttempt) for result in results)
    assert scene.provider.asked.count("/token") == 2


def test_a_new_person_who_comes_twice_at_once_is_one(scene: Scene) -> None:
    results = at_once(*answers(scene, 2))
    assert [result.state for result in results] == ["done", "done"]
    assert results[0].person == results[1].person == Person.objects.get()


def test_control_without_the_lock_one_of_them_would_fall(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "_lock", lambda hexadecimal: None)
    monkeypatch.setattr(sealing, "seal", meet(sealing.seal))
    results = at_once(*answers(scene, 2))
    assert sum(isinstance(result, IntegrityError) for result in results) == 1


def test_one_token_in_two_answers_at_once_counts_once(scene: Scene) -> None:
    scene.provider.spoil = lambda claims: claims.update(jti="the same")
    results = at_once(*answers(scene, 2))
    assert sorted((result.state, result.failure) for result in results) == [("done", ""), ("failed", "replayed")]
    assert Identification.objects.filter(token_hash__gt="").count() == 1
