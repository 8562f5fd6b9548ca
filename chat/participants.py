"""Who takes part in a thread, and by what right: the same for sockets and for the API."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest

from accounts.models import User, VisitorKey
from accounts.selectors import StaffUser
from core import clock
from core.throttling import openings_per_address, openings_per_visitor
from guidance import selectors
from guidance.message_log import Author
from guidance.models import Contact

ADDRESS_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Participant:
    """A client by the key of a device, or a member of staff by user and session."""

    kind: str
    staff_id: int | None = None
    key_id: int | None = None
    session_key: str | None = None
    first_name: str | None = None

    @property
    def by(self) -> str:
        """As events name their author."""
        return "client" if self.kind == "client" else f"staff:{self.staff_id}"

    @property
    def author(self) -> Author:
        return Author(self.kind, self.staff_id, self.key_id, self.session_key)

    def wrote(self, kind: str, staff_id: int | None) -> bool:
        """Whether a message is this participant's own. Every device of a family is the family."""
        return kind == self.kind and (kind == "client" or staff_id == self.staff_id)


def opening_wait(request: HttpRequest) -> float:
    """Seconds until this visitor, or this network address, may open another contact; 0.0 when it may now."""
    address = request.META.get("REMOTE_ADDR", "")
    visitor = request.COOKIES.get(settings.VISITOR_COOKIE_NAME, "") or address
    return openings_per_visitor.wait_for(visitor) or float(openings_per_address.exceeded(address)) * ADDRESS_WAIT_S


class NobodyHere(Exception):
    """The request speaks for nobody at all: sign in, or come back with the return code."""


def participant_of(
    contact_id: uuid.UUID,
    *,
    user: StaffUser,
    session_key: str | None,
    key: VisitorKey | None,
    wanted: str | None = None,
) -> tuple[Participant, Contact]:
    """The participant behind a request, and the contact.

    Somebody may be both (a worker trying out the family's side in the same browser): `wanted` (`client` or `worker`)
    says which one speaks; without it the worker does. Raises NobodyHere, Http404 when the contact is foreign.
    """
    is_staff = isinstance(user, User) and session_key is not None
    if not is_staff and key is None:
        raise NobodyHere
    if is_staff and wanted != "client":
        try:
            assert isinstance(user, User)
            contact = selectors.thread_for_reader(user, contact_id, clock.now())
        except Http404:
            if wanted == "worker" or key is None:
                raise
        else:
            return Participant("worker", user.pk, None, session_key, user.first_name), contact
    if key is None or wanted == "worker":
        raise Http404
    return Participant("client", key_id=key.pk), selectors.contact_of_key(key, contact_id, clock.now())
