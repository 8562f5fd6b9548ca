"""The instruments of `segments/packs/` into use. Runs at every start and does only what is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.services import SYSTEM
from core import clock
from segments.errors import VersionTaken
from segments.instruments import PackBroken, read_packs
from segments.models import InstrumentVersion
from segments.services import publish_instrument


class Command(BaseCommand):
    help = "Publish the versions of the instruments that came with this release and are not in the database yet."
    # Runs inside `prepare`, where each check would cost a part of the start.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        there = {(version.slug, version.number): version for version in InstrumentVersion.objects.all()}
        try:
            for pack in read_packs():
                version = there.get((pack.slug, pack.number))
                if version is None or version.digest != pack.digest:
                    self.stdout.write(f"Published {publish_instrument(pack=pack, actor=SYSTEM, now=clock.now())}")
        except (PackBroken, VersionTaken) as wrong:
            raise CommandError(str(wrong)) from None
