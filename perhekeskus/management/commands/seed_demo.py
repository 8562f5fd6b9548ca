"""The demo's cast, content and history. Runs at every start of the demo and does only what is missing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalogue.models import SearchEntry
from catalogue.search.index import index_all
from core import clock
from perhekeskus.demo.seeding import seed


class Command(BaseCommand):
    help = "Load the demo's accounts, services, opening hours and a few days of history. Demo mode only."
    # Runs inside `prepare`, where each check would cost a part of the start.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError(
                "seed_demo makes accounts with a known password: it runs in demo mode only (DEMO_MODE=1)."
            )
        made = seed(now=clock.now())
        if not SearchEntry.objects.exists():  # also where a start was broken off before it was ready
            index_all()
        if options["verbosity"] > 1:
            self.stdout.write("New demo content." if made else "The demo content is there already.")
