"""Notices by e-mail: that something waits, and nothing of what.

Every half a minute `gather_notices` looks for what has waited unread, and decides on a letter for each event and
person. An event is a stretch of unread messages, an invitation, a promise about to be broken: named by where it
begins, it is the same however often it is found and however many messages follow. At the moment of sending its letter
is made (core/outbox.py), if it still has not been read and the hour is not quiet; what is due for one goes together.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Membership, NoticeAddress, NoticeKind, Unit, User
from accounts.notices import front_address, in_clear, stop_link
from accounts.selectors import Role, unit_ids
from accounts.visitors import keyed_hash
from core import outbox
from core.letters import Letter
from core.outbox import Made, Maker, Payload
from guidance.models import Consultation, ConsultationMember, Contact, Message
from guidance.quiet_hours import family_moment, staff_moment

FAMILY, STAFF = "family_notice", "staff_notice"
# What happened longer ago than this, somebody has seen in another way, or it is no news any more.
NEWS = dt.timedelta(days=3)
SOON_LATE = dt.timedelta(hours=1)
State, Kind = Contact.State, Message.Kind


@dataclass(frozen=True)
class Event:
    """Something that waits for one person: `payload` finds it again, `key` is the same each time it is found."""

    kind: str
    recipient: str
    payload: dict[str, Any]

    @property
    def key(self) -> str:
        told = [f"{name}={value}" for name, value in sorted(self.payload.items())]
        return "notice-" + keyed_hash(":".join(["notice", self.kind, self.recipient, *told]))


def gather_notices(*, now: dt.datetime) -> None:
    """Decide on a letter for whatever waits. The same event again changes nothing."""
    for event in (*_replies(now), *_turns(now), *_late(now), *_asked(now), *_invited(now)):
        decide(event, now)


def decide(event: Event, now: dt.datetime) -> None:
    outbox.enqueue(
        key=event.key,
        kind=event.kind,
        payload=event.payload,
        recipient=event.recipient,
        due_at=now,
        now=now,
    )


def delay() -> dt.timedelta:
    return dt.timedelta(seconds=settings.NOTICE_DELAY)


# -- families: we have answered -------------------------------------------------------------------------


def _unread_of_family() -> QuerySet[Message]:
    """What a person has written to the family, told it at the end, or asked it (the right number), and the family has
    not read; oldest first."""
    told = Q(kind=Kind.WORKER) | Q(kind=Kind.SYSTEM, code__in=["closed", "callback_wrong_number"])
    return Message.objects.filter(told, contact=OuterRef("pk"), seq__gt=OuterRef("client_seen_seq")).order_by("seq")


def _replies(now: dt.datetime) -> Iterator[Event]:
    address = "relationship__person__notice_address"
    waiting = (
        Contact.objects.of_families()
        .filter(**{f"{address}__verified_at__isnull": False, f"{address}__failing_at__isnull": True})
        .filter(left_at__isnull=True, last_seq__gt=F("client_seen_seq"), last_message_at__gt=now - NEWS)
        .annotate(
            first_seq=Subquery(_unread_of_family().values("seq")[:1]),
            first_at=Subquery(_unread_of_family().values("at")[:1]),
        )
        .filter(first_at__lte=now - delay(), first_at__gt=F(f"{address}__verified_at"))
        .values_list("pk", "relationship__person_id", "first_seq")
    )
    for contact_id, person_id, seq in waiting:
        yield Event(FAMILY, f"person-{person_id}", {"contact": str(contact_id), "seq": seq})


def family_letter(payload: Payload, now: dt.datetime) -> Made:
    """The family's letter; None when it has read meanwhile, or wants none any more."""
    contact = Contact.objects.filter(
        pk=uuid.UUID(payload["contact"]), client_seen_seq__lt=payload["seq"], left_at__isnull=True
    ).first()
    address = _address_for(contact) if contact is not None else None
    if address is None:
        return None
    moment = family_moment(now)
    if moment > now:
        return moment
    with translation.override(address.language):
        lines = (
            _("Hei,"),
            _("sinulle on viesti: %(address)s") % {"address": front_address(address.language)},
            _("Et halua näitä ilmoituksia? Lopeta ne tästä: %(link)s") % {"link": stop_link(address)},
        )
        return Letter(
            to=in_clear(address),
            subject=_("Sinulle on viesti"),
            body="\n\n".join(lines) + "\n",
            headers={
                "List-Unsubscribe": f"<{stop_link(address)}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def _address_for(contact: Contact) -> NoticeAddress | None:
    person = contact.person
    if person is None:
        return None
    usable = NoticeAddress.objects.filter(verified_at__isnull=False, failing_at__isnull=True)
    return usable.filter(person=person).first()


def family_refused(payload: Payload, now: dt.datetime) -> None:
    person = Contact.objects.filter(pk=uuid.UUID(payload["contact"])).values("relationship__person")
    NoticeAddress.objects.filter(person__in=person).update(failing_at=now)


# -- staff ------------------------------------------------------------------------------------------------


def wants(kind: str) -> Q:
    """Members of staff who asked to be told of this kind; the address has not failed."""
    return Q(notice_kinds__contains=[kind], notices_failing_at__isnull=True, is_active=True)


def staff_event(kind: NoticeKind, user_id: int, unit_id: int, *, name: str = STAFF, **found: Any) -> Event:
    return Event(name, f"user-{user_id}", {"about": kind.value, "user": user_id, "unit": unit_id, **found})


def _unread_of_worker() -> QuerySet[Message]:
    unread = Message.objects.filter(kind=Kind.CLIENT, contact=OuterRef("pk"), seq__gt=OuterRef("worker_seen_seq"))
    return unread.order_by("seq")


def _turns(now: dt.datetime) -> Iterator[Event]:
    """The family has answered whoever has the conversation."""
    mine = (
        Contact.objects.of_families()
        .filter(state=State.OPEN, left_at__isnull=True, last_message_at__gt=now - NEWS)
        .filter(last_seq__gt=F("worker_seen_seq"), worker__in=User.objects.filter(wants(NoticeKind.TURN)))
        .annotate(
            first_seq=Subquery(_unread_of_worker().values("seq")[:1]),
            first_at=Subquery(_unread_of_worker().values("at")[:1]),
        )
        .filter(first_at__lte=now - delay())
        .values_list("pk", "worker_id", "unit_id", "first_seq")
    )
    for contact_id, worker_id, unit_id, seq in mine:
        yield staff_event(NoticeKind.TURN, worker_id, unit_id, contact=str(contact_id), seq=seq)


def _late(now: dt.datetime) -> Iterator[Event]:
    """What nobody has taken, and should be answered within the hour."""
    waiting = Contact.objects.of_families().waiting().filter(due_at__lte=now + SOON_LATE, due_at__gt=now - NEWS)
    for contact_id, unit_id in waiting.values_list("pk", "unit_id"):
        workers = Membership.objects.filter(unit=unit_id, role=Role.WORKER, ended_at__isnull=True)
        for user in User.objects.filter(wants(NoticeKind.LATE), pk__in=workers.values("user")):
            yield staff_event(NoticeKind.LATE, user.pk, unit_id, contact=str(contact_id))


def _asked(now: dt.datetime) -> Iterator[Event]:
    """A consultation asks somebody by name, and they have not answered."""
    asked = Consultation.objects.filter(
        to_user__in=User.objects.filter(wants(NoticeKind.CONSULTATION)),
        contact__state=State.WAITING,
        contact__opened_at__lte=now - delay(),
        contact__opened_at__gt=now - NEWS,
    )
    for contact_id, user_id, unit_id in asked.values_list("contact_id", "to_user_id", "contact__unit_id"):
        yield staff_event(NoticeKind.CONSULTATION, user_id, unit_id, contact=str(contact_id), by="name")


def _invited(now: dt.datetime) -> Iterator[Event]:
    """Somebody has been invited into a consultation and has not looked."""
    seats = ConsultationMember.objects.filter(
        user__in=User.objects.filter(wants(NoticeKind.CONSULTATION)),
        invited_by__isnull=False,
        left_at__isnull=True,
        seen_seq=0,
        joined_at__lte=now - delay(),
        joined_at__gt=now - NEWS,
    ).exclude(invited_by=F("user"))
    live = seats.exclude(consultation__contact__state=State.CLOSED)
    for seat_id, user_id, unit_id in live.values_list("pk", "user_id", "consultation__contact__unit_id"):
        yield staff_event(NoticeKind.CONSULTATION, user_id, unit_id, seat=seat_id, by="invitation")


def _still_waits(payload: Payload) -> bool:
    """Whether the event has neither been read nor been done by somebody else since."""
    about, user_id = payload["about"], payload["user"]
    if "seat" in payload:
        seats = ConsultationMember.objects.filter(pk=payload["seat"], seen_seq=0, left_at__isnull=True)
        return seats.exclude(consultation__contact__state=State.CLOSED).exists()
    found = Contact.objects.filter(pk=uuid.UUID(payload["contact"]))
    if about == NoticeKind.TURN:
        return found.filter(state=State.OPEN, worker=user_id, worker_seen_seq__lt=payload["seq"]).exists()
    if about == NoticeKind.CONSULTATION:
        found = found.filter(consultation__to_user=user_id)
    return found.filter(state=State.WAITING).exists()


def staff_letter(payload: Payload, now: dt.datetime) -> Made:
    return letter_to(payload, now) if _still_waits(payload) else None


def letter_to(payload: Payload, now: dt.datetime) -> Made:
    """The letter to a member of staff, who may have left, or want none of the kind any more."""
    user = User.objects.filter(wants(payload["about"]), pk=payload["user"]).first()
    unit = Unit.objects.filter(pk=payload["unit"]).first()
    if user is None or unit is None or not unit_ids(user):
        return None
    moment = staff_moment(unit, now)
    if moment > now:
        return moment
    with translation.override(user.language):
        lines = (
            _("Hei,"),
            _("työpöydälläsi odottaa jotain: %(address)s") % {"address": f"{settings.PUBLIC_ADDRESS}/desk/"},
            _("Valitset itse, mistä saat ilmoituksen: %(address)s")
            % {"address": f"{settings.PUBLIC_ADDRESS}/accounts/#notices"},
        )
        return Letter(to=user.email, subject=_("Työpöydälläsi odottaa jotain"), body="\n\n".join(lines) + "\n")


def staff_refused(payload: Payload, now: dt.datetime) -> None:
    User.objects.filter(pk=payload["user"]).update(notices_failing_at=now)


def register_letters() -> None:
    outbox.register(FAMILY, Maker(family_letter, family_refused))
    outbox.register(STAFF, Maker(staff_letter, staff_refused))
