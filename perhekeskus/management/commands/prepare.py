"""Everything between an installation and the first page: migrations, static files, translations, content.

One command, because each start of Django costs a second. Does only what is not done yet, so it may run at every start.
"""

import json
import time
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from perhekeskus.catalogs import Catalogs

# Files of packages that no page of ours names; compressing them would take longer than all the rest.
UNUSED = ["redoc", "rest_framework"]


class Command(BaseCommand):
    help = "Migrate, compile translations, collect static files, publish instruments and, in demo mode, load the demo."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--build", action="store_true", help="files only, without a database: for building an image"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Beside something else that says what it does: whole lines, so that neither cuts the other's in two.
        self.in_whole_lines = options["build"]
        self._compile_translations()
        self._collect_static()
        if options["build"]:
            return
        try:
            self._migrate()
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip()}") from None
        call_command("publish_instruments", stdout=self.stdout)
        if settings.DEMO_MODE:
            self._step("Loading the demo content", lambda: call_command("seed_demo", stdout=self.stdout))

    def _step(self, text: str, work: Any) -> None:
        began = time.monotonic()
        if not self.in_whole_lines:
            self.stdout.write(text, ending="")
            self.stdout.flush()
        work()
        told = text if self.in_whole_lines else ""
        self.stdout.write(f"{told} ({time.monotonic() - began:.1f} s)")
        self.stdout.flush()

    def _compile_translations(self) -> None:
        catalogs = Catalogs(settings.BASE_DIR)
        if stale := [language for language in catalogs.languages if catalogs.is_stale(language)]:
            self._step("Compiling translations", lambda: catalogs.compile(*stale))

    def _collect_static(self) -> None:
        """WhiteNoise compresses each file: seconds of work, so only when a source has changed."""
        target = Path(settings.STATIC_ROOT)
        stamp = target / ".sources"
        fingerprint = _fingerprint(_static_sources())
        if not stamp.exists() or stamp.read_text() != fingerprint:
            self._step("Collecting static files", _collect)
            stamp.write_text(fingerprint)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            text = f"Migrating the database ({len(plan)} steps)"
            self._step(text, lambda: call_command("migrate", interactive=False, verbosity=0))


def _collect() -> None:
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)


def _static_sources() -> Iterable[tuple[str, Path]]:
    for finder in get_finders():
        for name, storage in finder.list(UNUSED):
            yield name, Path(storage.path(name))


def _fingerprint(files: Iterable[tuple[str, Path]]) -> str:
    """Own files by time and size, packages' files by the same: an upgrade writes them anew."""
    entries = []
    for name, path in files:
        status = path.stat()
        entries.append([name, status.st_size, status.st_mtime_ns])
    storage = settings.STORAGES["staticfiles"]["BACKEND"]
    installed = sorted(config.name for config in apps.get_app_configs())
    text = json.dumps([sorted(entries), storage, installed, version("whitenoise")])
    return sha256(text.encode()).hexdigest()
