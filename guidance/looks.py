"""Who has looked at a family's record: read by the family itself."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Unit, User, VisitorKey
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from core.translations import localized
from guidance.look_words import FAMILY_GROUNDS, FAMILY_WORDS
from guidance.models import Binding, ClientRelationship, Contact, OlderLogRequest
from guidance.selectors import contacts_of_key

Actor = AuditEvent.Actor
# The law on client data, section 11: older ones only for a special reason.
SHOWN_YEARS = 2


@dataclass(frozen=True)
class Look:
    """One event in words. `contact` is the contact that it was about, if it was about one; `by_glass` when it was
    looked at through broken glass."""

    at: dt.datetime
    who: str
    role: str
    unit: str
    what: str
    why: str
    by_glass: bool
    contact: Contact | None


def own_relationship(key: VisitorKey, now: dt.datetime) -> ClientRelationship | None:
    """The relationship that this device speaks for now, if there is one yet."""
    owner = {"person_id": key.person_id} if key.speaks_for_person(now) else {"visitor_id": key.visitor_id}
    return ClientRelationship.objects.filter(**owner).first()


def older_log_requests(key: VisitorKey, now: dt.datetime) -> list[OlderLogRequest]:
    """The family's wishes to see older looks, newest first."""
    relationship = own_relationship(key, now)
    if relationship is None:
        return []
    return list(OlderLogRequest.objects.filter(relationship=relationship).order_by("-asked_at", "-pk"))


def may_ask_older_log(key: VisitorKey, now: dt.datetime) -> bool:
    """There is something to ask about, and no wish waits or is granted."""
    relationship = own_relationship(key, now)
    if relationship is None or not relationship.contacts.exists():
        return False
    requests = OlderLogRequest.objects.filter(relationship=relationship)
    return not requests.filter(Q(state=OlderLogRequest.State.ASKED) | Q(shown_until__gt=now)).exists()


def shown_from(key: VisitorKey, now: dt.datetime) -> dt.datetime:
    """The oldest moment that the family may see: two years back, or everything while a wish is granted."""
    if any(request.shown_until and request.shown_until > now for request in older_log_requests(key, now)):
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return now - dt.timedelta(days=365 * SHOWN_YEARS)


def looks_of_key(key: VisitorKey, now: dt.datetime) -> QuerySet[AuditEvent]:
    """What others have seen and done with the contacts that this device opens, and with the relationship that it
    speaks for, newest first. A contact that was bound brings what was seen of it before."""
    contacts = {contact.pk: contact for contact in contacts_of_key(key, now)}
    relationship = own_relationship(key, now)
    moved = Binding.objects.filter(contact__in=contacts).values_list("from_relationship_id", "to_relationship_id")
    of = {contact.relationship_id for contact in contacts.values()} | {pk for pair in moved for pk in pair}
    rule = Q(relationship_id__in=of, object_type="contact", object_id__in=[str(pk) for pk in contacts])
    persons = {contact.person.pk for contact in contacts.values() if contact.person is not None}
    if relationship is not None:
        rule |= Q(relationship_id=relationship.pk) & ~Q(object_type="contact")
    if key.person_id is not None and key.speaks_for_person(now):
        persons.add(key.person_id)
        rule |= Q(object_type="person", object_id=str(key.person_id))
    # A move is recorded where a contact left and where it came: it is told once, where the contact is now.
    now_at = {contact.relationship_id for contact in contacts.values()}
    both_ends = Q(code__in=(AuditCode.CONTACT_BOUND, AuditCode.CONTACT_UNBOUND)) & ~Q(relationship_id__in=now_at)
    visitors = {contact.visitor_id for contact in contacts.values()} - {None} | {key.visitor_id}
    return (
        AuditEvent.objects.filter(rule, code__in=FAMILY_WORDS, at__gte=shown_from(key, now))
        .exclude(actor_kind=Actor.CLIENT, actor_id__in=visitors)
        .exclude(actor_kind=Actor.PERSON, actor_id__in=persons)
        .exclude(both_ends)
        .exclude(actor_kind=Actor.SYSTEM, code=AuditCode.MESSAGE_WRITTEN)  # it only tells of what stands here anyway
        .order_by("-at", "-pk")
    )


def in_words(events: list[AuditEvent]) -> list[Look]:
    """The events as a family reads them; a fixed number of questions, however many there are."""
    staff = User.objects.in_bulk({event.actor_id for event in events if event.actor_kind == Actor.STAFF})
    units = Unit.objects.in_bulk({event.unit_id for event in events if event.unit_id is not None})
    ids = {event.object_id for event in events if event.object_type == "contact"}
    contacts = {str(contact.pk): contact for contact in Contact.objects.filter(pk__in=ids)}
    return [
        Look(
            at=event.at,
            who=_who(event, staff),
            role=_role(event),
            unit=localized(units[event.unit_id], "name") if event.unit_id in units else "",
            what=_what(event),
            why=str(FAMILY_GROUNDS[AuditGround(event.ground)]) if event.ground else "",
            by_glass=event.ground == AuditGround.BREAK_GLASS and event.code != AuditCode.GLASS_BROKEN,
            contact=contacts.get(event.object_id) if event.object_type == "contact" else None,
        )
        for event in events
    ]


def _what(event: AuditEvent) -> str:
    if event.code == AuditCode.RELATIONSHIP_VIEWED and event.object_type == "relationship":
        return _("Luki pyyntösi")
    return str(FAMILY_WORDS[AuditCode(event.code)])


def _who(event: AuditEvent, staff: dict[int, User]) -> str:
    if event.actor_kind == Actor.STAFF:
        user = staff.get(event.actor_id or 0)
        return user.full_name if user else _("Entinen työntekijä")
    if event.actor_kind == Actor.SYSTEM:
        return _("Perhekeskuksen järjestelmä")
    if event.actor_kind == Actor.RECEIVER:
        return _("Ohjauksen vastaanottaja")
    return _("Henkilö, jolle jaoit keskustelun")


def _role(event: AuditEvent) -> str:
    return str(Membership.Role(event.role).label) if event.role in Membership.Role.values else ""
