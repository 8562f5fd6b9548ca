"""`manage.py erase_again NUMBER…`: after restoring a dump, erase what families had erased since it was made."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from guidance.services import erase_again


class Command(BaseCommand):
    help = "Erase relationships whose erasure a restored dump has undone; their numbers are in the log ('erased …')."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("numbers", nargs="+", type=int, metavar="NUMBER")

    def handle(self, *args: Any, **options: Any) -> None:
        for number in options["numbers"]:
            erased = erase_again(relationship_number=number, now=clock.now())
            self.stdout.write(f"{number}: {'erased' if erased else 'not there'}")
