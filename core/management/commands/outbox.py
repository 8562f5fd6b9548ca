from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from core import clock, outbox
from core.models import OutboxEntry

State = OutboxEntry.State


class Command(BaseCommand):
    help = "How many letters wait, went or are uncertain; and settling the uncertain ones by hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        settling = parser.add_mutually_exclusive_group()
        settling.add_argument("--sent", metavar="KEY", help="the mail server's log says that this letter went")
        settling.add_argument("--again", metavar="KEY", help="it did not: send it again")

    def handle(self, *args: Any, sent: str | None, again: str | None, **options: Any) -> None:
        key = sent or again
        if key is not None and not outbox.settle(key=key, sent=sent is not None, now=clock.now()):
            raise CommandError(f"No uncertain letter has the key {key}.")
        counted = OutboxEntry.objects.values_list("state").annotate(n=Count("pk"))
        numbers = dict(counted)
        for state in State:
            self.stdout.write(f"{state.value:<10} {numbers.get(state.value, 0):>7}")
        for entry in OutboxEntry.objects.filter(state=State.UNCERTAIN).order_by("claimed_at"):
            self.stdout.write(f"uncertain since {entry.claimed_at:%Y-%m-%d %H:%M}Z  {entry.key}  ({entry.reason})")
