"""What the demo's catalogue admin would have written: the files of `content/` into the catalogue and guidance."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.models import Unit
from catalogue.models import EmergencyContact, LifeSituation, Topic
from core.finnish_holidays import finnish_holidays
from core.translations import LANGUAGES
from guidance.models import (
    Contact,
    CustomerPromise,
    DangerWord,
    Etiquette,
    HoursException,
    ReadyText,
    RoutingRule,
    ServiceWindow,
)
from perhekeskus.demo.catalogue import load_catalogue
from perhekeskus.demo.content_files import content
from perhekeskus.demo.referrals import load_receivers

_FULL_DAY, _FRIDAY = (8 * 60, 16 * 60), (9 * 60, 15 * 60)
# ISO weekday → when the chat is open; messages are answered a little longer on Fridays.
CHAT_HOURS = {1: _FULL_DAY, 2: _FULL_DAY, 3: _FULL_DAY, 4: _FULL_DAY, 5: _FRIDAY}
POOL_AFTER_MINUTES = 10
NORTHERN, NORTHERN_TOPIC = "pohjoinen", "raha-ja-asuminen"
MESSAGE_HOURS = dict.fromkeys(range(1, 6), _FULL_DAY)


def load_reference_data(today: dt.date, units: Sequence[Unit]) -> None:
    """Fill an empty catalogue, the ready texts, the promises, and the opening hours of these units."""
    situations = {row["slug"]: LifeSituation(order=n, **_columns(row)) for n, row in _numbered("situations.json")}
    LifeSituation.objects.bulk_create(situations.values())
    topics = {
        row["slug"]: Topic(order=n, situation=situations.get(row.pop("situation")), **_columns(row))
        for n, row in _numbered("topics.json")
    }
    Topic.objects.bulk_create(topics.values())
    load_catalogue(situations)
    EmergencyContact.objects.bulk_create(
        EmergencyContact(order=n, **_columns(row)) for n, row in _numbered("emergency.json")
    )
    ReadyText.objects.bulk_create(
        ReadyText(order=n, topic=topics.get(row.pop("topic")), **_columns(row))
        for n, row in _numbered("ready_texts.json")
    )
    CustomerPromise.objects.bulk_create(CustomerPromise(**_columns(row)) for row in content("promises.json"))
    Etiquette.objects.bulk_create(Etiquette(order=n, **_columns(row)) for n, row in _numbered("etiquette.json"))
    load_receivers(units)
    _load_hours(today, units)
    _load_routing(units, topics)


def _load_routing(units: Sequence[Unit], topics: dict[str, Topic]) -> None:
    """One topic has its people in the other unit, and both are in the common queue; words that may tell of danger."""
    words = [DangerWord(**row) for row in content("danger_words.json")]
    DangerWord.objects.bulk_create(words, ignore_conflicts=True)
    for unit in units:
        if unit.pool_after_minutes is None:
            unit.pool_after_minutes = POOL_AFTER_MINUTES
            unit.save(update_fields=["pool_after_minutes"])
        if unit.slug == NORTHERN:
            RoutingRule.objects.create(order=10, topic=topics[NORTHERN_TOPIC], unit=unit)


def _load_hours(today: dt.date, units: Sequence[Unit]) -> None:
    ServiceWindow.objects.bulk_create(
        ServiceWindow(unit=unit, channel=channel, weekday=weekday, opens_minute=opens, closes_minute=closes)
        for unit in units
        for channel, week in ((Contact.Channel.CHAT, CHAT_HOURS), (Contact.Channel.MESSAGE, MESSAGE_HOURS))
        for weekday, (opens, closes) in week.items()
    )
    for front_door in units:
        if front_door.is_front_door:
            HoursException.objects.bulk_create(_exceptions(today, front_door))


def _exceptions(today: dt.date, front_door: Unit) -> list[HoursException]:
    """A training day three weeks on, a short day before Christmas Eve and one before Vappu."""
    training = today + dt.timedelta(days=21 + (2 - today.weekday()) % 7)
    afternoon, short_day = (12 * 60, 16 * 60), (8 * 60, 13 * 60)
    rows = (
        (training, afternoon, "Ohjaajien koulutuspäivä", "Handledarnas utbildningsdag", "Training day"),
        (_next(today, 12, 23), short_day, "Jouluaaton aatto", "Dagen före julafton", "The day before Christmas Eve"),
        (_next(today, 4, 30), short_day, "Vapunaatto", "Valborgsmässoafton", "May Day Eve"),
    )
    return [
        HoursException(
            unit=front_door if on == training else None,
            channel=Contact.Channel.CHAT if on == training else "",
            date=on,
            opens_minute=opens,
            closes_minute=closes,
            reason_fi=reason_fi,
            reason_sv=reason_sv,
            reason_en=reason_en,
        )
        for on, (opens, closes), reason_fi, reason_sv, reason_en in rows
        # Other hours on a day that is shut anyway would open it.
        if on.isoweekday() <= 5 and on not in finnish_holidays(on.year)
    ]


def _next(today: dt.date, month: int, day: int) -> dt.date:
    this_year = today.replace(month=month, day=day)
    return this_year if this_year >= today else this_year.replace(year=today.year + 1)


def _numbered(name: str) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(content(name), start=1))


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    """{"name": {"fi": …, "sv": …, "en": …}, …} → {"name_fi": …, "name_sv": …, …}; the rest as it is."""
    columns: dict[str, Any] = {}
    for field, value in row.items():
        if isinstance(value, dict):
            columns |= {f"{field}_{language}": value[language] for language in LANGUAGES}
        else:
            columns[field] = value
    return columns
