"""`manage.py translations update | check | compile`: the catalogues of the interface's texts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from perhekeskus.catalogs import SOURCE_LANGUAGE, Catalogs

SHOWN_FAULTS = 40


class Command(BaseCommand):
    help = "Update the catalogues from the code, check that they are complete, or compile them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["update", "check", "compile"])

    def handle(self, *args: Any, **options: Any) -> None:
        catalogs = Catalogs(settings.BASE_DIR)
        languages = [code for code, _name in settings.LANGUAGES if code != SOURCE_LANGUAGE]
        if options["what"] == "update":
            for language in languages:
                catalogs.update(language)
                missing = [fault for fault in catalogs.faults(language) if fault.reason == "not translated"]
                self.stdout.write(f"{language}: {len(missing)} texts to translate in {catalogs.po(language)}")
        elif options["what"] == "compile":
            catalogs.compile(*catalogs.languages)
        else:
            self._check(catalogs, languages)

    def _check(self, catalogs: Catalogs, languages: list[str]) -> None:
        if absent := [language for language in languages if not catalogs.po(language).exists()]:
            raise CommandError(f"No catalogue for {', '.join(absent)}: run manage.py translations update.")
        faults = [fault for language in languages for fault in catalogs.faults(language)]
        for fault in faults[:SHOWN_FAULTS]:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(
                f"{len(faults)} texts need work: run manage.py translations update, then translate in locale/."
            )
        self.stdout.write("Translations are complete.")
