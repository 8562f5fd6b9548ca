"""What `make check` asks of Django, in one process: do the files that follow from the code still follow from it?"""

from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

CHECKS: dict[str, Callable[[], object]] = {
    "system checks": lambda: call_command("check", fail_level="WARNING"),
    "migrations": lambda: call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1),
    "translations": lambda: call_command("translations", "check"),
    "generated documents": lambda: call_command("generated_docs", "--check"),
}


class Command(BaseCommand):
    help = "Check that migrations, translations and generated documents are in step with the code."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for name, check in CHECKS.items():
            try:
                check()
            except (CommandError, SystemExit) as error:
                failed.append(name)
                self.stderr.write(f"{name}: {error}" if isinstance(error, CommandError) else f"{name}: out of step")
        if failed:
            raise CommandError(f"Out of step: {', '.join(failed)}.")
        self.stdout.write("Migrations, translations and generated documents are in step.")
