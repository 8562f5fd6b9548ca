"""Imports and relations point down only; a control shows that the check would see one that does not."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.db import connection, models
from django.db.models.signals import ModelSignal
from django.test.utils import isolate_apps

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("core", "audit", "accounts", "catalogue", "guidance", "segments", "referrals", "chat", "perhekeskus")
SIBLINGS = {"segments", "referrals", "chat"}  # they stand side by side, and none knows another
OURS = tuple(label for label in LAYERS if label != "perhekeskus")
LONGEST_FILE = 400


def test_imports_point_down() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


def test_every_package_of_ours_is_in_the_layers() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert packages == set(LAYERS), "a new app has its place in the layers of pyproject.toml and here"


def may_know(own: str, other: str) -> bool:
    return LAYERS.index(other) <= LAYERS.index(own) and not (own != other and {own, other} <= SIBLINGS)


def upward(found: Iterable[type[models.Model]]) -> list[str]:
    """Relations from a lower app to a higher one, string foreign keys included."""
    wrong = []
    for model in found:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or field.auto_created or target._meta.app_label not in LAYERS:
                continue
            own = model._meta.app_label
            if own not in LAYERS or not may_know(own, target._meta.app_label):
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    return wrong


def test_every_relation_points_down() -> None:
    assert upward(model for model in apps.get_models() if model._meta.app_label in LAYERS) == []


@isolate_apps("core", "chat", attr_name="registry")
def test_a_relation_that_points_up_would_be_seen() -> None:
    class High(models.Model):
        class Meta:
            app_label = "chat"

    class Low(models.Model):
        high = models.ForeignKey("chat.High", models.CASCADE)

        class Meta:
            app_label = "core"

    assert upward([Low, High]) == ["core.Low.high -> chat.High"]


def test_no_foreign_key_of_the_database_points_up(db: None) -> None:
    """What migrations wrote by hand is seen too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        )
        keys = cursor.fetchall()
    assert keys
    for source, target in keys:
        low, high = source.partition("_")[0], target.partition("_")[0]
        if low in LAYERS and high in LAYERS:
            assert may_know(low, high), f"{source} -> {target}"


def test_our_apps_send_each_other_no_signals() -> None:
    """Only a framework's signal may be listened to, from where its effect belongs."""
    allowed = {"accounts/apps.py"}  # Django's own end of a session
    users = [
        str(path.relative_to(ROOT))
        for label in LAYERS
        for path in (ROOT / label).rglob("*.py")
        if any(word in path.read_text() for word in ("@receiver", ".connect(", "Signal()"))
        and "migrations" not in path.parts
    ]
    assert set(users) <= allowed
    for signal in (value for value in vars(models.signals).values() if isinstance(value, ModelSignal)):
        for receiver in signal.receivers:
            module = getattr(receiver[1](), "__module__", "") if callable(receiver[1]) else ""
            assert module.partition(".")[0] not in OURS or module == "accounts.sessions", module


def source_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.js", "*.css", "*.html"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [ROOT / line for line in listed.stdout.splitlines() if "vendor" not in line]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in source_files()
        if path.exists() and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_file_is_named_for_having_no_subject() -> None:
    names = {"utils.py", "helpers.py", "misc.py", "common.py"}
    assert [path for path in source_files() if path.name in names] == []
