"""The search index of all services and synonyms anew: after an upgrade that brings the search or changes its rules."""

from typing import Any

from django.core.management.base import BaseCommand

from catalogue.search.index import index_all


class Command(BaseCommand):
    help = "Bring the search index of all services in step. What is in step already is not written."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index_all()} services are in the search as they are told.")
