"""A service as a card in a conversation: how a message's text names one, and what the card tells of it.

The text stands on its own, in the transcript and in a program that knows no cards: the name, a number, the address of
the service's page. A text whose last line is such an address is shown as a card, with the facts as they are at that
moment; `static/shared/service-cards.js` reads texts by the same rule.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from catalogue.facts import Reach, ServiceFacts, facts_of
from catalogue.models import Channel, Service
from core.translations import localized

# Begins the lines that the card shows better.
MARK = "» "
_PAGE = re.compile(r"(?:/(?:sv|en))?/services/([-a-zA-Z0-9_]{1,120})/")


class CardText(NamedTuple):
    """A text that names a service: what is said beside the card (may be empty), and which service."""

    words: str
    slug: str


@dataclass(frozen=True)
class ServiceCard:
    """What the card tells: one way to reach the service, one place, and whether it can be had at all."""

    facts: ServiceFacts

    @property
    def service(self) -> Service:
        return self.facts.service

    @property
    def phone(self) -> Reach | None:
        """A number, one that is answered now before one that is not."""
        numbers = [way for way in self.facts.ways if isinstance(way.place, Channel) and way.place.kind == "phone"]
        return next((way for way in numbers if way.is_open), numbers[0] if numbers else None)

    @property
    def place(self) -> Reach | None:
        return self.facts.places[0] if self.facts.places else None

    @property
    def number(self) -> str:
        """The number as it is read; a place's own when the service has none."""
        if self.phone is not None:
            return str(getattr(self.phone.place, "value", ""))
        return next((reach.place.phone for reach in self.facts.places if reach.place.phone), "")  # type: ignore[union-attr]

    @property
    def number_link(self) -> str:
        """The number for a `tel:` link: digits and a leading plus only."""
        return "".join(char for char in self.number if char.isdigit() or char == "+")

    @property
    def is_there(self) -> bool:
        """Whether it can be had now; a service on a break has a page that says so, a withdrawn one has none."""
        return self.service.status == Service.Status.PUBLISHED

    @property
    def has_page(self) -> bool:
        return self.service.status in (Service.Status.PUBLISHED, Service.Status.PAUSED)


def service_address(slug: str, language: str) -> str:
    """The service's page as a message names it, in the language of whom it is written to."""
    with translation.override(language):
        return settings.PUBLIC_ADDRESS + reverse("service", args=[slug])


def text_with_card(words: str, card: ServiceCard, language: str) -> str:
    """What is said and, below it, the service: the whole message."""
    named = MARK + ", ".join(part for part in (localized(card.service, "name", language), card.number) if part)
    told = f"{named}\n{service_address(card.service.slug, language)}"
    words = words.rstrip()
    return f"{words}\n\n{told}" if words.strip() else told


def card_in(body: str) -> CardText | None:
    """The service that the text's last line is the page of; None for any other text."""
    head, _newline, last = body.rstrip().rpartition("\n")
    if not settings.PUBLIC_ADDRESS or not last.startswith(settings.PUBLIC_ADDRESS):
        return None
    found = _PAGE.fullmatch(last.removeprefix(settings.PUBLIC_ADDRESS))
    if found is None:
        return None
    words, _newline, named = head.rpartition("\n")
    return CardText((words if named.startswith(MARK) else head).rstrip(), found[1])


def cards_of(slugs: Iterable[str], now: dt.datetime) -> dict[str, ServiceCard]:
    """The cards of these services by slug, withdrawn ones among them; a draft has never been anybody's to see."""
    wanted = {slug for slug in slugs if "\0" not in slug}  # PostgreSQL has no such text
    if not wanted:
        return {}
    found = Service.objects.exclude(status=Service.Status.DRAFT).filter(slug__in=wanted)
    return {facts.service.slug: ServiceCard(facts) for facts in facts_of(list(found), now)}
