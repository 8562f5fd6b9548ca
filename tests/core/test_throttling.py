"""Limits that say how long to wait, keep nobody's address, and never depend on Valkey being there."""

import time
from typing import Any

import pytest
from django.core.cache import cache

from core import throttling
from core.throttling import Attempts, Bucket


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1000.0]
    monkeypatch.setattr(throttling.time, "monotonic", lambda: moment[0])
    return moment


def test_a_bucket_gives_a_burst_and_then_its_rate(clock: list[float]) -> None:
    bucket = Bucket(burst=3, per_second=2.0)
    assert [bucket.wait_for("a") for _n in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.wait_for("b") == 0.0, "another key has its own"
    clock[0] += 0.5
    assert [bucket.wait_for("a"), bucket.wait_for("a")] == [0.0, 0.5]
    clock[0] += 3600
    assert [bucket.wait_for("a") for _n in range(4)] == [0.0, 0.0, 0.0, 0.5], "never more than a burst"


def test_a_bucket_forgets_the_oldest_key(clock: list[float]) -> None:
    bucket = Bucket(burst=1, per_second=0.001, keep=2)
    for key in "abc":
        bucket.wait_for(key)
    assert len(bucket._levels) == 2
    assert bucket.wait_for("c") > 0


def test_limits_can_be_off_for_load_tests(settings: Any) -> None:
    settings.RATE_LIMITS = False
    bucket = Bucket(burst=1, per_second=0.001)
    assert [bucket.wait_for("a") for _n in range(5)] == [0.0] * 5


def test_attempts_are_counted_without_the_address_itself() -> None:
    cache.clear()
    attempts = Attempts("test", limit=2, seconds=60)
    assert [attempts.exceeded("192.0.2.7") for _n in range(3)] == [False, False, True]
    assert not attempts.exceeded("192.0.2.8")
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    keys = [key.decode() for key in client.keys("cache:*")]
    assert len(keys) == 2
    assert not any("192.0.2" in key for key in keys)
    assert all(0 < client.ttl(key) <= 60 for key in keys), "and only for the window"


def test_a_bucket_forgets_whoever_has_not_come_for_a_while() -> None:
    bucket = Bucket(burst=1, per_second=1000.0)
    for n in range(50):
        bucket.wait_for(f"visitor {n}")
        time.sleep(0.002)
    assert len(bucket._levels) <= 2


def test_packages_count_under_hashed_names_too() -> None:
    cache.clear()
    cache.set("allauth:rl:login:ip:192.0.2.7", [1.0], timeout=60)
    assert cache.get("allauth:rl:login:ip:192.0.2.7") == [1.0]
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    assert [key for key in client.keys("*") if b"192.0.2" in key or b"allauth" in key] == []


def test_without_valkey_a_page_works_on(settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    attempts = Attempts("test", limit=1, seconds=60)
    assert [attempts.exceeded("192.0.2.7") for _n in range(4)] == [False] * 4
