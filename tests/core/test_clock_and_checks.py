"""The platform's clock, and a production start that refuses what belongs to the demo."""

import datetime as dt
import os
import subprocess
import sys
from typing import Any

import pytest

from core import clock
from core.checks import DEMO_VARIABLES, production_has_nothing_of_the_demo
from core.translations import localized


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == dt.timedelta(0)


def test_the_demos_clock_starts_where_it_is_told_and_ticks_on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO_NOW = "2026-12-24T10:00"
    monkeypatch.setattr(clock, "_started_at", clock.time.time() - 90)
    moment = clock.now()
    assert (
        dt.timedelta(seconds=90) <= moment - dt.datetime(2026, 12, 24, 8, 0, tzinfo=dt.UTC) < dt.timedelta(seconds=92)
    )


def test_every_part_of_the_demo_has_the_same_clock() -> None:
    """The web process, started an hour after the others, and the identity provider, which has no Django."""
    began = str(clock.time.time() - 3600)
    say = {
        "web": "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'perhekeskus.settings'; "
        "from core import clock; print(clock.now())",
        "provider": "from perhekeskus.demo.provider import clock; print(clock.now())",
    }
    for part, script in say.items():
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True,
            env={**os.environ, "DEMO_NOW": "2026-12-24T10:00", "DEMO_CLOCK_STARTED_AT": began},
        )  # fmt: skip
        late = dt.datetime.fromisoformat(done.stdout.strip()) - dt.datetime(2026, 12, 24, 9, 0, tzinfo=dt.UTC)
        assert dt.timedelta(0) <= late < dt.timedelta(seconds=60), part


def test_production_has_only_the_real_clock(settings: Any) -> None:
    settings.DEMO_NOW, settings.DEMO_MODE = "2001-01-01T00:00", False
    assert clock.now().year > 2001


def ids() -> set[str | None]:
    return {found.id for found in production_has_nothing_of_the_demo(None)}


def test_production_refuses_what_belongs_to_the_demo(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO_MODE = False
    settings.SECRET_KEY = settings.VISITOR_HASH_KEY = "x" * 60
    settings.AUDIT_SEAL_KEYS = ["x" * 60]
    settings.STAFF_MFA_REQUIRED, settings.STAFF_MFA_KEYS = True, ["x" * 60]
    for name in DEMO_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert ids() == set(), "a clean production starts"
    for name in DEMO_VARIABLES:
        monkeypatch.setenv(name, "http://127.0.0.1:8001")
        assert "perhekeskus.E001" in ids(), name
        monkeypatch.delenv(name)
    settings.RATE_LIMITS = False
    assert "perhekeskus.E002" in ids()
    settings.RATE_LIMITS = True
    settings.VISITOR_HASH_KEY = settings.DEMO_SECRET
    assert "perhekeskus.E003" in ids()
    settings.VISITOR_HASH_KEY, settings.STAFF_MFA_KEYS = "x" * 60, ["y" * 60, settings.DEMO_SECRET]
    assert "perhekeskus.E003" in ids()
    settings.STAFF_MFA_REQUIRED = False
    assert "perhekeskus.E020" in ids()


@pytest.mark.parametrize(("name", "value"), [("DEMO_DOORS", "ajar"), ("DEMO_NOW", "yesterday")])
def test_a_demo_variable_with_a_wrong_value_is_said(settings: Any, name: str, value: str) -> None:
    assert ids() == set()
    setattr(settings, name, value)
    assert ids()


def test_content_falls_back_to_finnish() -> None:
    class Row:
        name_fi, name_sv, name_en = "Perhe", "Familj", ""

    assert [localized(Row(), "name", language) for language in ("fi", "sv", "en")] == ["Perhe", "Familj", "Perhe"]
