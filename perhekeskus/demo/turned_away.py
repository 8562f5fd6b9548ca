"""A week of those who came to the chat's door while it was shut or full: mostly in the evening, most left a message."""

import datetime as dt
import random
import uuid

from accounts.models import Unit
from chat.models import TurnedAway
from core.opening_hours import HELSINKI, local_date
from guidance.hours import hours_for
from guidance.models import Contact

Channel, Reason = Contact.Channel, TurnedAway.Reason
DAYS = 7
SEED = 20261124
# Hours of the day at which people come to a shut door, and how often.
_HOURS = {6: 1, 7: 2, 17: 3, 18: 3, 19: 4, 20: 5, 21: 5, 22: 3, 23: 2}
_TOOK = {Channel.MESSAGE: 6, Channel.CALLBACK: 2, "": 4}
_LANGUAGES = {"fi": 8, "sv": 2, "en": 1}


def write_turned_away(now: dt.datetime) -> int:
    """The rows of an empty platform's last week; the same moment gives the same ones. Returns how many."""
    source = random.Random(SEED)
    unit = Unit.objects.get(is_front_door=True)
    hours = hours_for(unit, Channel.CHAT)
    rows = []
    for back in range(1, DAYS + 1):
        day = local_date(now) - dt.timedelta(days=back)
        for _visit in range(source.randint(3, 7)):
            [hour] = source.choices(list(_HOURS), list(_HOURS.values()))
            wall = dt.time(hour, source.randint(0, 59))
            at = dt.datetime.combine(day, wall, HELSINKI).astimezone(dt.UTC)
            reason = Reason.FULL if hours.is_open(at) else Reason.CLOSED
            [took] = source.choices(list(_TOOK), list(_TOOK.values()))
            [language] = source.choices(list(_LANGUAGES), list(_LANGUAGES.values()))
            rows.append(
                TurnedAway(
                    id=uuid.UUID(int=source.getrandbits(128), version=4),
                    at=at, channel=Channel.CHAT, unit=unit, reason=reason, language=language, took_channel=took,
                    took_at=at + dt.timedelta(seconds=source.randint(40, 400)) if took else None,
                )
            )  # fmt: skip
    TurnedAway.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
