"""The desk's lists and counts for one member of staff: the same for the page, the API and the socket."""

import datetime as dt
from typing import Any

from accounts.models import User
from chat.alarms import unseen_alarms
from chat.lookers import colleagues_looking, families_here
from chat.models import Presence
from chat.summary import desk_row
from guidance.selectors import desk_lists
from guidance.unusual_looks import matters_to_review


def desk_state(user: User, now: dt.datetime) -> dict[str, Any]:
    """`GET /api/v1/desk/`: every list as rows, `counts` as the lengths of these very lists, one's presence, and for a
    supervisor how much waits `to_review`."""
    lists = desk_lists(user, now)
    looking = colleagues_looking([contact.pk for contacts in lists.values() for contact in contacts], user.pk, now)
    here = families_here([contact.pk for contacts in lists.values() for contact in contacts], now)
    rows = {
        name: [
            desk_row(contact, me=user.pk)
            | {
                "looking": [{"name": colleague.full_name} for colleague in looking.get(contact.pk, [])],
                "family_here": contact.pk in here,
            }
            for contact in contacts
        ]
        for name, contacts in lists.items()
    }
    return {
        **rows,
        "counts": {name: len(found) for name, found in rows.items()},
        "presence": presence_shown(user),
        "to_review": matters_to_review(user) + unseen_alarms(user, now),
    }


def presence_shown(user: User) -> dict[str, Any] | None:
    presence = Presence.objects.filter(user=user).first()
    if presence is None:
        return None
    return {"state": presence.state, "pause_reason": presence.pause_reason or None, "capacity": presence.capacity}
