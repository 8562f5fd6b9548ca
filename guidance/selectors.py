"""Reading contacts for a purpose. Lists take who asks and come filtered; a foreign object does not exist."""

import datetime as dt
import re
import uuid
from contextlib import suppress

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from accounts.models import User, VisitorKey
from accounts.selectors import Role, has_role, unit_ids
from guidance.callbacks import calling_order
from guidance.common_queue import unit_in_common_queue, waits_in_common
from guidance.consultations import asks, consultations_on_desk, has_asked
from guidance.message_log import StoredMessage
from guidance.models import (
    AccessibilityFeedback,
    BreakGlass,
    ClientRelationship,
    ConsultationMember,
    Contact,
    CorrectionRequest,
    Erasure,
    Message,
    Note,
    ReadyText,
)

REFERENCE = re.compile(r"[0-9a-f]{8}")
State, Channel = Contact.State, Contact.Channel
LISTS = ("mine", "waiting", "messages", "callbacks", "consultations", "referrals")


def contacts_of_key(key: VisitorKey, now: dt.datetime) -> QuerySet[Contact]:
    """The contacts that a living device key opens: the rule of guidance/rights.py for lists."""
    rule = Q(relationship__person__isnull=True, relationship__visitor_id=key.visitor_id)
    if key.person_id is not None:
        as_person = Q(relationship__person_id=key.person_id)
        rule |= as_person if key.speaks_for_person(now) else as_person & Q(visitor_id=key.visitor_id)
    return Contact.objects.with_row_details().filter(rule)


def contact_of_key(key: VisitorKey | None, contact_id: uuid.UUID, now: dt.datetime) -> Contact:
    """A contact that this device may open. Raises Http404 for any other."""
    if key is None:
        raise Http404
    return _one(contacts_of_key(key, now).filter(pk=contact_id).first())


def own_contacts(key: VisitorKey | None, now: dt.datetime) -> list[Contact]:
    """All contacts that this device may open, newest first."""
    if key is None:
        return []
    return list(contacts_of_key(key, now).order_by("-opened_at"))


def contact_for_worker(user: User, contact_id: uuid.UUID) -> Contact:
    """A contact of the worker's (or supervisor's) own units, to work with. Raises Http404 for any other."""
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    found = Contact.objects.with_row_details().of_families().of_units(units).filter(pk=contact_id)
    return _one(found.first())


def contact_for_taking(user: User, contact_id: uuid.UUID) -> Contact:
    """A contact of the own units, or one that waits for this worker in the common queue. Raises Http404 for any
    other."""
    mine = Q(unit_id__in=unit_ids(user, Role.WORKER, Role.SUPERVISOR))
    if unit_in_common_queue(user) is not None:
        mine |= waits_in_common()
    return _one(Contact.objects.with_row_details().of_families().filter(mine, pk=contact_id).first())


def contact_for_reader(user: User, contact_id: uuid.UUID, now: dt.datetime) -> Contact:
    """A contact that the worker (or supervisor) may read: of the own units, or for a while by breaking the glass. The
    rule of guidance/rights.py. Raises Http404 for any other."""
    found = Contact.objects.with_row_details().of_families().filter(open_to_staff(user, now), pk=contact_id)
    return _one(found.first())


def consultation_for_reader(user: User, contact_id: uuid.UUID, now: dt.datetime) -> Contact:
    """A consultation in which this member of staff has a seat or, while it waits, which asks them; or their unit's
    hand-over room. The rule of guidance/rights.py. Raises Http404 for any other."""
    consultations = Contact.objects.filter(channel=Channel.CONSULTATION)
    found = consultations.with_row_details().select_related("consultation", "asked_by")
    return _one(found.filter(open_to_staff(user, now), pk=contact_id).first())


def thread_for_reader(user: User, contact_id: uuid.UUID, now: dt.datetime) -> Contact:
    """Any thread that this member of staff may read: a family's contact or a consultation. The rule of
    guidance/rights.py. Raises Http404 for any other."""
    found = Contact.objects.with_row_details().select_related("consultation").filter(open_to_staff(user, now))
    return _one(found.filter(pk=contact_id).first())


def thread_for_writer(user: User, contact_id: uuid.UUID) -> Contact:
    """Any thread in which this member of staff may come to write: a contact or hand-over room of the own units, a
    consultation where they have a seat. Raises Http404 for any other."""
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    seat = ConsultationMember.objects.filter(user=user, left_at__isnull=True, consultation=OuterRef("pk"))
    own = Q(asked_by__isnull=True, unit_id__in=units) | Q(Exists(seat))
    return _one(Contact.objects.filter(own, pk=contact_id).first())


def consultation_for_answerer(user: User, contact_id: uuid.UUID) -> Contact:
    """A consultation that asks this member of staff, or has asked them and was answered by another meanwhile; or one in
    which they have a seat. Raises Http404 for any other."""
    seat = ConsultationMember.objects.filter(user=user, left_at__isnull=True, consultation=OuterRef("pk"))
    found = Contact.objects.with_row_details().select_related("consultation", "asked_by")
    return _one(found.filter(has_asked(user) | Q(Exists(seat)), pk=contact_id).first())


def consultation_for_member(user: User, contact_id: uuid.UUID) -> Contact:
    """A consultation in which this member of staff has a seat, to write and to decide in. Raises Http404 for any other,
    and for a hand-over room, which nobody closes or leaves."""
    seat = ConsultationMember.objects.filter(user=user, left_at__isnull=True, consultation=OuterRef("pk"))
    found = Contact.objects.with_row_details().select_related("consultation", "asked_by").filter(Exists(seat))
    return _one(found.filter(pk=contact_id, asked_by__isnull=False).first())


def thread_for_taker(user: User, contact_id: uuid.UUID) -> Contact:
    """What waits for this worker, or a consultation that asks (or has asked) this member of staff. Raises Http404 for
    any other."""
    if has_role(user, Role.WORKER):
        with suppress(Http404):
            return contact_for_taking(user, contact_id)
    return consultation_for_answerer(user, contact_id)


def thread_for_worker(user: User, contact_id: uuid.UUID) -> Contact:
    """A contact of the worker's own units, or a consultation in which this member of staff has a seat. Raises Http404
    for any other."""
    if has_role(user, Role.WORKER):
        with suppress(Http404):
            return contact_for_worker(user, contact_id)
    return consultation_for_member(user, contact_id)


def open_to_staff(user: User, now: dt.datetime) -> Q:
    """Which contacts this member of staff may read now: the rule of guidance/rights.py for lists."""
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    glass = Exists(BreakGlass.objects.filter(user=user, contact=OuterRef("pk"), until__gt=now))
    asked = Q(channel=Channel.CONSULTATION, asked_by__isnull=False)
    seat = ConsultationMember.objects.filter(user=user, left_at__isnull=True, consultation=OuterRef("pk"))
    of_unit = ~asked & Q(unit_id__in=units)
    return of_unit | (~asked & glass if units else Q()) | (asked & (Exists(seat) | asks(user)))


def is_reference(text: str) -> bool:
    """Whether this can be a contact's id or the eight signs that desks show of it; not whether there is one."""
    text = text.strip().lower()
    try:
        return bool(REFERENCE.fullmatch(text) or uuid.UUID(text))
    except ValueError:
        return False


def contact_by_reference(reference: str) -> Contact | None:
    """The contact by its whole id, or by the eight signs that desks show of it; None for anything else, and when two
    begin alike."""
    text = reference.strip().lower()
    if not is_reference(text):
        return None
    if REFERENCE.fullmatch(text):
        zeros, last = "0000-0000-0000-000000000000", "ffff-ffff-ffff-ffffffffffff"
        span = (uuid.UUID(f"{text}-{zeros}"), uuid.UUID(f"{text}-{last}"))
        found = list(Contact.objects.with_row_details().of_families().filter(pk__range=span)[:2])
        return found[0] if len(found) == 1 else None
    return Contact.objects.with_row_details().of_families().filter(pk=uuid.UUID(text)).first()


def contact_named_for_worker(user: User, name: str) -> Contact | None:
    """The family's contact by its id or reference, when it is the worker's (or supervisor's) to work with."""
    found = contact_by_reference(name)
    return found if found is not None and found.unit_id in unit_ids(user, Role.WORKER, Role.SUPERVISOR) else None


def live_glass(user: User, contact_id: uuid.UUID, now: dt.datetime) -> BreakGlass | None:
    """The worker's broken glass through which this contact may be read now."""
    return BreakGlass.objects.filter(user=user, contact_id=contact_id, until__gt=now).order_by("-until").first()


def _one(contact: Contact | None) -> Contact:
    if contact is None:
        raise Http404
    return contact


def continued_in(contact: Contact) -> Contact | None:
    """The contact that this one went on as, in another channel."""
    if contact.outcome != Contact.Outcome.CONTINUES:
        return None
    return contact.followed_by.order_by("opened_at").first()


def gone_live_from(contact: Contact) -> Contact | None:
    """The message that this chat went live from, as long as both are the same family's."""
    if contact.channel != Channel.CHAT or contact.follows_id is None:
        return None
    went_on = {"channel": Channel.MESSAGE, "outcome": Contact.Outcome.CONTINUES}
    same_family = {"pk": contact.follows_id, "relationship_id": contact.relationship_id}
    return Contact.objects.with_row_details().filter(**went_on, **same_family).first()


def messages_after(contact: Contact, after: int = 0) -> list[StoredMessage]:
    """The thread's messages with a higher number than `after`, in order."""
    rows = Message.objects.filter(contact=contact, seq__gt=after).select_related("staff").order_by("seq")
    return [_stored(row, contact.language) for row in rows]


def message_by_nonce(contact: Contact, nonce: uuid.UUID) -> StoredMessage:
    return _stored(Message.objects.select_related("staff").get(contact=contact, nonce=nonce), contact.language)


def _stored(row: Message, language: str) -> StoredMessage:
    return StoredMessage(
        row.contact_id, row.seq, row.nonce, row.kind, row.staff_id,
        row.staff.first_name if row.staff else None, row.staff.role_name(language) if row.staff else None,
        row.code, row.body, row.at,
    )  # fmt: skip


def desk_lists(user: User, now: dt.datetime) -> dict[str, list[Contact]]:
    """Every list of the desk, each row with its last words. The counts are the lengths of these lists.

    What waits in the common queue from another unit is `foreign`: that somebody waits, and none of their words.
    """
    in_common = waits_in_common() if unit_in_common_queue(user) is not None else Q(pk__in=[])
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    last = Message.objects.filter(contact=OuterRef("pk")).exclude(kind=Message.Kind.SYSTEM).order_by("-seq")
    live = (
        Contact.objects.with_row_details()
        .select_related("callback")
        .exclude(state=State.CLOSED)
        .of_families()
        .filter(Q(unit_id__in=units) | in_common)
        .annotate(last_words=Subquery(last.values("body")[:1]), last_kind=Subquery(last.values("kind")[:1]))
        .in_queue_order()
    )
    lists: dict[str, list[Contact]] = {name: [] for name in LISTS}
    for contact in live:
        contact.foreign = contact.unit_id not in units
        if contact.foreign:
            contact.last_words = contact.last_kind = None
        for name in _lists_of(contact, user):
            lists[name].append(contact)
    lists["consultations"] = consultations_on_desk(user)
    lists["waiting"].sort(key=lambda row: row.foreign and row.priority != Contact.Priority.CONFIRMED)
    lists["mine"].sort(key=lambda row: (row.turn != Contact.Turn.WORKER, row.last_message_at or row.opened_at))
    lists["callbacks"].sort(key=lambda row: calling_order(row, now))
    return lists


def _lists_of(contact: Contact, user: User) -> list[str]:
    if contact.state == State.OPEN and contact.worker_id == user.pk:
        return ["mine"]
    if contact.channel == Channel.CHAT:
        return ["waiting"] if contact.state == State.WAITING else []
    if contact.channel == Channel.MESSAGE:
        return ["messages"] if contact.state == State.WAITING else []
    if contact.channel == Channel.CALLBACK:
        return ["callbacks"] if contact.state == State.WAITING else []
    return []


def open_chats_of(user: User) -> int:
    return Contact.objects.open().filter(worker=user, channel=Channel.CHAT).count()


def open_chats_by_worker(user_ids: list[int]) -> dict[int, int]:
    """How many open chats each of these workers has."""
    rows = Contact.objects.open().filter(worker_id__in=user_ids, channel=Channel.CHAT)
    return dict(rows.values_list("worker_id").annotate(n=Count("pk")))


def relationship_contacts(contact: Contact, user: User) -> list[Contact]:
    """The relationship's other contacts that this member of staff may see, newest first."""
    units = unit_ids(user, Role.WORKER, Role.SUPERVISOR)
    others = Contact.objects.with_row_details().filter(relationship_id=contact.relationship_id)
    return list(others.of_units(units).exclude(pk=contact.pk).order_by("-opened_at")[:20])


def notes_of(contact: Contact, *, this_only: bool = False) -> list[Note]:
    """The notes that staff read beside a contact: those of its relationship (`this_only`: those written with this
    contact), and what was written with it while it was nameless, if it was bound to its person since."""
    here = Q(relationship_id=contact.relationship_id)
    if this_only:
        here &= Q(contact=contact)
    origins = contact.bindings.filter(undone_at__isnull=True).values("from_relationship")
    notes = Note.objects.filter(here | Q(contact=contact, relationship__in=origins))
    return list(notes.select_related("author"))


def ready_texts(contact: Contact) -> list[ReadyText]:
    """All ready texts: those for the contact's topic first, then the general ones, then other topics'."""

    def place(text: ReadyText) -> tuple[bool, bool, int]:
        own = contact.topic_id is not None and text.topic_id == contact.topic_id
        return not own, text.topic_id is not None, text.order

    return sorted(ReadyText.objects.select_related("topic"), key=place)


def erasures_of_key(key: VisitorKey, now: dt.datetime) -> list[Erasure]:
    """The identified person's own wishes for erasure, newest first."""
    if key.person_id is None or not key.speaks_for_person(now):
        return []
    return list(Erasure.objects.filter(relationship__person_id=key.person_id).order_by("-asked_at"))


def erasures_of_units(user: User) -> QuerySet[Erasure]:
    """Wishes for erasure that this supervisor decides on: of families with a contact in the own units."""
    units = unit_ids(user, Role.SUPERVISOR)
    theirs = ClientRelationship.objects.filter(contacts__unit__in=units).values("pk")
    return Erasure.objects.filter(relationship__in=theirs).select_related("relationship__person", "answered_by")


def corrections_of_units(user: User) -> QuerySet[CorrectionRequest]:
    """Wishes for correction that this supervisor answers: of families with a contact in the own units."""
    units = unit_ids(user, Role.SUPERVISOR)
    theirs = ClientRelationship.objects.filter(contacts__unit__in=units).values("pk")
    found = CorrectionRequest.objects.filter(relationship__in=theirs)
    return found.select_related("relationship__person", "answered_by")


def accessibility_feedback() -> QuerySet[AccessibilityFeedback]:
    """What has been told of accessibility: unanswered first, by the day it is due."""
    rows = AccessibilityFeedback.objects.select_related("answered_by")
    return rows.order_by(F("answered_at").asc(nulls_first=True), "due_on", "pk")
