"""The next chat for a worker who asks for one: first come, first served.

Danger that a person has confirmed comes first, then those whose worker vanished; then those whose language the worker
serves, until somebody has waited so long that anybody will do; the own unit before the common queue. Workers who ask
at once get different chats: each passes by what another is just taking.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import Role, unit_ids
from chat.models import Presence
from chat.presence import presence_of
from guidance.common_queue import WAITING_SINCE, unit_in_common_queue, waits_in_common
from guidance.models import Contact
from guidance.selectors import open_chats_of
from guidance.services import ContactRefused, take_contact

TRIES = 5


class FullHands(ContactRefused):
    code = "full_hands"

    def __init__(self, most: int) -> None:
        super().__init__(
            _("Sinulla on jo %(n)s keskustelua, enempää et ole luvannut ottaa kerralla. Voit silti ottaa jonosta itse.")
            % {"n": most}
        )


class NobodyWaits(ContactRefused):
    code = "nobody_waits"

    def __init__(self) -> None:
        super().__init__(_("Kukaan ei odota nyt."))


def take_next(*, worker: User, now: dt.datetime) -> Contact:
    """Take the chat that has its turn. Raises FullHands, NobodyWaits."""
    presence_of(worker, now)
    for _try in range(TRIES):
        with transaction.atomic():
            presence = Presence.objects.select_for_update().get(user=worker)
            if open_chats_of(worker) >= presence.capacity:
                raise FullHands(presence.capacity)
            waiting = in_turn(worker, now)
            if not waiting.exists():
                break
            # All that wait may be in somebody's hands this moment: then wait for the first of them and see.
            contact_id = _first(waiting, skip_locked=True) or _first(waiting, skip_locked=False)
            if contact_id is not None:
                return take_contact(contact_id=contact_id, worker=worker, now=now)
    raise NobodyWaits


def in_turn(worker: User, now: dt.datetime) -> QuerySet[Contact]:
    """Every chat that waits for this worker, in the order of turns."""
    units = unit_ids(worker, Role.WORKER)
    theirs = Q(unit_id__in=units, channel=Contact.Channel.CHAT)
    if unit_in_common_queue(worker) is not None:
        theirs |= waits_in_common()
    anybody_since = now - dt.timedelta(seconds=settings.CHAT_LANGUAGE_WAIT)
    return (
        Contact.objects.waiting()
        .filter(theirs)
        .annotate(
            since=WAITING_SINCE,
            urgent=_first_if(Q(priority=Contact.Priority.CONFIRMED)),
            came_back=_first_if(Q(returned_at__isnull=False)),
            spoken=_first_if(Q(language__in=worker.languages) | Q(since__lte=anybody_since)),
            own=_first_if(Q(unit_id__in=units)),
        )
        .order_by("urgent", "came_back", "spoken", "own", "since", "id")
    )


def _first_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(0)), default=Value(1))


def _first(waiting: QuerySet[Contact], *, skip_locked: bool) -> uuid.UUID | None:
    """The first one's id, its row locked."""
    locked = waiting.select_for_update(skip_locked=skip_locked, of=("self",), no_key=True)
    found: uuid.UUID | None = locked.values_list("pk", flat=True).first()
    return found
