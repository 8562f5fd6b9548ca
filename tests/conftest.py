"""What every test gets: strictness about templates and about the outside network."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import TransactionTestCase
from django.utils import translation
from whitenoise.base import WhiteNoise

from tests.kept import tables_with_rows

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.cast", "tests.stand_in", "tests.live_server", "tests.identity_provider"]


class UndefinedVariable(str):
    """Django puts this where a template names an unknown variable: in our own templates that fails the test."""

    def __bool__(self) -> bool:
        return True  # an empty text would switch Django's handling off

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        template = _template_being_rendered()
        if template is not None and template.is_relative_to(ROOT) and "site-packages" not in template.parts:
            pytest.fail(f"{template.relative_to(ROOT)} uses the undefined variable {variable}", pytrace=False)
        return ""


def _template_being_rendered() -> Path | None:
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "render_annotated":
            origin = getattr(frame.f_locals["self"], "origin", None)
            return Path(origin.name) if origin is not None else None
        frame = frame.f_back
    return None


def _empty_tables(_case: TransactionTestCase) -> None:
    """After a test that has committed: what has rows is emptied, without the triggers that look after references and
    refuse changes. A server process of the test may still be writing what refers to a row: that row is gone when its
    transaction has ended, so that it is seen now, or refused; and PostgreSQL may refuse one of the two, and nothing
    was done."""
    for _attempt in range(8):
        try:
            if _is_empty_now():
                return
        except (IntegrityError, OperationalError):
            time.sleep(0.5)
    pytest.fail(f"rows are still written into {tables_with_rows()}")


def _is_empty_now() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        if full := tables_with_rows():
            cursor.execute("; ".join(f'DELETE FROM "{name}"' for name in full))
        return not full or not tables_with_rows()


def _static_files_found_once(self: WhiteNoise, root: str, prefix: str) -> None:
    """Each new client of Django's makes the middleware anew, which then looks at every static file on the disk."""
    if (root, prefix) not in _static_files:
        before, self.files = self.files, {}
        _find_static_files(self, root, prefix)
        _static_files[root, prefix], self.files = self.files, before
    self.files |= _static_files[root, prefix]


_find_static_files = WhiteNoise.update_files_dictionary
_static_files: dict[tuple[str, str], dict[str, Any]] = {}


def pytest_configure() -> None:
    TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]
    WhiteNoise.update_files_dictionary = _static_files_found_once
    # The same examples every time, and no clock on them: the machine may be busy, and a failure must repeat.
    hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
    hypothesis.settings.load_profile("suite")
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()
    settings.PASSWORD_HASHERS = ["tests.quick_hasher.QuickHasher"]


# What takes longest begins first, and one worker takes over from another (`--dist worksteal`): at the end nobody waits
# for a long test. Any order will do, since a test that commits empties every table after it.
LONGEST_FIRST = ("api", "architecture/sweep", "browser", "sockets", "faults", "run", "demo")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        place = item.path.relative_to(ROOT / "tests").as_posix()
        return next((n for n, folder in enumerate(LONGEST_FIRST) if place.startswith(f"{folder}/")), len(LONGEST_FIRST))

    items.sort(key=turn)


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Attempts that one test has made are not held against the next, which comes from the same address."""
    client: Any = caches["default"]._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    if counts := client.keys("cache:*"):
        client.delete(*counts)


@pytest.fixture(autouse=True)
def _finnish_again() -> Iterator[None]:
    """A language that a test has switched on ends with the test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _no_outside_network() -> Iterator[None]:
    """A test that talks to another machine fails at once, and says to whom it wanted to talk."""
    patch = pytest.MonkeyPatch()

    def guarded(name: str) -> Any:
        original = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not _is_local(address):
                pytest.fail(f"this test tried to reach {address[0]}:{address[1]}", pytrace=True)
            return original(self, address)

        return connect

    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, guarded(name))
    yield
    patch.undo()


def _is_local(address: Any) -> bool:
    host = address[0] if isinstance(address, tuple) else ""
    if host in ("localhost", ""):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("TEST_DATABASE_TEMPLATE")
