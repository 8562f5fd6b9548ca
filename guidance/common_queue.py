"""The common queue: chats that have waited long in their own unit are shown to the other units that take part.

A unit takes part when it has a number of minutes (`Unit.pool_after_minutes`): its own chats come in after so long, and
its workers see those of the others. They see that somebody waits, in which language and about what, and no more, until
one of them takes the chat; with that it is their unit's.
"""

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import Unit, User
from accounts.selectors import Role, unit_ids
from guidance.models import Contact

WAITING_SINCE = Coalesce(F("returned_at"), F("queued_at"))


def waits_in_common() -> Q:
    """The chats that wait in the common queue now."""
    waiting = Q(state=Contact.State.WAITING, channel=Contact.Channel.CHAT)
    return waiting & Q(pooled_at__isnull=False, unit__pool_after_minutes__isnull=False)


def units_of_common_queue() -> list[int]:
    return list(Unit.objects.filter(pool_after_minutes__isnull=False).order_by("pk").values_list("pk", flat=True))


def unit_in_common_queue(worker: User) -> int | None:
    """The worker's unit that takes part, the one into which they take what waits there."""
    own = unit_ids(worker, Role.WORKER)
    return next((unit_id for unit_id in units_of_common_queue() if unit_id in own), None) if own else None
