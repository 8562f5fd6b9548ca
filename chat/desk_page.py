"""What the desk's page shows: the lists on the left, and the open contact in the middle and on the right."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.selectors import Role, has_role, role_in, roles_of, unit_ids, units_of
from catalogue.selectors import topics
from chat.alarms import waiting_for_supervisor
from chat.lookers import colleagues_looking, families_here, looking_too
from chat.models import Presence
from chat.presence import colleagues_in, presence_with_chats
from chat.thread_rows import blank_rows, staff_rows
from core.opening_hours import local_date
from core.translations import localized
from guidance.callbacks import callback_of
from guidance.consultations import ANSWERING_ROLES, consultations_beside
from guidance.identification import (
    ShownState,
    asked_request,
    evidence_of,
    identification_state,
    live_binding,
    passages_of,
)
from guidance.models import Contact, Etiquette
from guidance.promises import mark_answers_due
from guidance.selectors import (
    desk_lists,
    gone_live_from,
    live_glass,
    messages_after,
    notes_of,
    ready_texts,
    relationship_contacts,
)
from guidance.services import SHEET_OUTCOMES, CodeReason, drafts_of
from guidance.services.children import standing_of
from guidance.signposts import mark_told, told_in

# The lists that have something in them in this version, in the order they stand.
LISTS = ("mine", "waiting", "messages", "callbacks", "consultations")
CAPACITIES = range(1, 9)


@dataclass(frozen=True)
class OfferedText:
    """A ready text in the contact's language."""

    title: str
    body: str
    topic: str
    slug: str


def list_choices(user: User) -> list[tuple[str, str]]:
    """The lists that somebody of these roles has. Families' are for whoever reads their contacts."""
    among_staff = [("consultations", _("Konsultaatiot"))]
    if has_role(user, Role.WORKER, Role.SUPERVISOR):
        of_families = [("mine", _("Omat")), ("waiting", _("Odottaa")), ("messages", _("Viestit"))]
        return [*of_families, ("callbacks", _("Soitot")), *among_staff]
    return among_staff if has_role(user, Role.PROFESSIONAL) else []


def desk_context(user: User, list_name: str, now: dt.datetime) -> dict[str, Any]:
    """The lists and the top bar. The counts are the lengths of the very lists."""
    choices = list_choices(user)
    names = [name for name, _label in choices]
    lists = {name: rows for name, rows in desk_lists(user, now).items() if name in LISTS}
    mark_answers_due(row for rows in lists.values() for row in rows)
    return bar_context(user, now) | {
        "list_name": list_name if list_name in names else next(iter(names), ""),
        "lists": lists,
        "lookers": colleagues_looking([row.pk for rows in lists.values() for row in rows], user.pk, now),
        "families_here": families_here([row.pk for rows in lists.values() for row in rows], now),
        "counts": {name: len(rows) for name, rows in lists.items()},
        "list_choices": choices,
        "room_units": list(Unit.objects.filter(pk__in=unit_ids(user, Role.WORKER, Role.SUPERVISOR))),
        "contact": None,
        "notice": "",
    }


def bar_context(user: User, now: dt.datetime) -> dict[str, Any]:
    """The top bar, for every page of staff."""
    is_worker = has_role(user, Role.WORKER)
    presence, chats = presence_with_chats(user, now) if has_role(user, *ANSWERING_ROLES) else (None, 0)
    waiting = waiting_for_supervisor(user, now)
    return {
        "list_name": "mine",
        "presence": presence,
        "open_chats": chats,
        "presence_states": Presence.State.choices,
        "pause_reasons": Presence.PauseReason.choices,
        "capacities": CAPACITIES,
        "units": units_of(user),
        "is_worker": is_worker,
        "reads_contacts": is_worker or has_role(user, Role.SUPERVISOR),
        "roles": roles_of(user),
        "to_review": waiting.matters,
        "alarms": waiting.alarms,
        "now": now,
    }


def contact_context(user: User, contact: Contact, now: dt.datetime) -> dict[str, Any]:
    """The thread and the relationship. Texts to keep after a refusal are given over these."""
    mine = contact.worker_id == user.pk
    glass = None if role_in(user, contact.unit_id) else live_glass(user, contact.pk, now)
    is_worker = has_role(user, Role.WORKER) and glass is None
    others = relationship_contacts(contact, user)
    mark_told(others)
    told = told_in(contact)
    offered = [_offered(text, contact) for text in ready_texts(contact)]
    return {
        "contact": contact,
        "looking_too": looking_too(contact, user.pk, now),
        "glass": glass,
        "is_worker": is_worker,
        "family_here": contact.pk in families_here([contact.pk], now),
        "rows": staff_rows(contact, messages_after(contact), user.pk, now),
        **_earlier_context(user, contact, now),
        "blanks": blank_rows("client"),
        "mine": mine and contact.state == Contact.State.OPEN,
        "may_decide": role_in(user, contact.unit_id) in (Role.WORKER, Role.SUPERVISOR),
        "may_take": is_worker and contact.state == Contact.State.WAITING,
        "family_left": contact.left_at is not None,
        "call": callback_of(contact),
        "shown_number": None,
        "attempt_nonce": uuid.uuid4(),
        "others": others,
        "beside": [] if glass else consultations_beside(contact, user),
        "courteous_line": courteous_line(contact.language),
        "notes": notes_of(contact, this_only=glass is not None),
        "drafts": drafts_of(user, contact),
        "note_body": "",
        "note_error": "",
        "body": "",
        "attached": None,
        "told": told,
        "nonce": uuid.uuid4(),
        "error": "",
        "ready_texts": offered,
        "ready_topics": _topics_of(offered),
        "etiquette": list(Etiquette.objects.all()) if is_worker else [],
        "topics": topics(),
        "sheet": {
            "topic": contact.topic.slug if contact.topic else "",
            "outcome": Contact.Outcome.SIGNPOSTED.value if told else "",
            "next_step": "",
            "next_step_owner": "",
        },
        "sheet_error": "",
        "sheet_open": False,
        "outcomes": [(value.value, value.label) for value in SHEET_OUTCOMES],
        "owners": Contact.NextStepOwner.choices,
        "colleagues": colleagues_in(contact.unit_id, user, now),
        "other_units": Unit.objects.exclude(pk=contact.unit_id),
        "transfer_error": "",
        "notice": "",
        **_identity_context(user, contact, now),
    }


def _earlier_context(user: User, contact: Contact, now: dt.datetime) -> dict[str, Any]:
    """The message thread that this chat went live from, for the staff of its unit."""
    earlier = gone_live_from(contact)
    if earlier is None or role_in(user, earlier.unit_id) not in (Role.WORKER, Role.SUPERVISOR):
        return {"earlier": None, "earlier_rows": []}
    return {"earlier": earlier, "earlier_rows": staff_rows(earlier, messages_after(earlier), user.pk, now)}


def _identity_context(user: User, contact: Contact, now: dt.datetime) -> dict[str, Any]:
    """Who the family is, as far as it has said; what has been asked, and what may be asked or undone."""
    person, binding = contact.person, live_binding(contact)
    mine = contact.worker_id == user.pk and contact.state == Contact.State.OPEN
    state = identification_state(contact)
    return {
        "person": person,
        "evidence": evidence_of(contact, binding),
        "identification_state": state,
        "asked": asked_request(contact),
        "may_ask": mine and person is None and contact.left_at is None and state != ShownState.ASKED,
        "may_undo": binding is not None and contact.unit_id in unit_ids(user, Role.WORKER),
        "ready_reasons": ready_reasons(contact.language),
        "ask_reason": "",
        "ask_error": "",
        "undo_reason": "",
        "undo_error": "",
        **_child_context(contact, mine=mine, now=now),
        "may_show_code": mine and person is not None,
        "code_reasons": CodeReason.choices,
        "shown_code": None,
        "passages": passages_of(contact.family) if contact.unit_id in unit_ids(user) else [],
    }


def _child_context(contact: Contact, *, mine: bool, now: dt.datetime) -> dict[str, Any]:
    """The child that the contact is about, those that the relationship has already, and who acts for them."""
    today = local_date(now)
    children = list(contact.family.children.prefetch_related("judgements").order_by("-birth_date", "pk"))
    standings = {child.pk: standing_of(child, today) for child in children}
    return {
        "children": children,
        "child": contact.about_child,
        "child_standing": standings.get(contact.about_child_id or 0),
        "may_name_child": mine and contact.person is not None,
        "child_sheet": {"child": "", "name": "", "birth_date": "", "may_act": "", "reason": ""},
        "child_error": "",
        "child_wrong": "",  # which part of the sheet: child, may_act, reason
    }


def courteous_line(language: str) -> str:
    """What a worker may tell the family while asking a colleague, in its language. Only the worker sends it."""
    with translation.override(language):
        return _("Kysyn tästä kollegalta ja palaan pian. Voit kirjoittaa lisää sillä välin.")


def ready_reasons(language: str) -> list[str]:
    """Reasons to start from, in the family's language; the worker edits them before sending."""
    with translation.override(language):
        return [
            _("Voin varata sinulle ajan vasta, kun tiedän, kuka olet."),
            _("Voin ohjata sinut palveluun vasta, kun tiedän, kuka olet."),
            _("Haluan jatkaa asiaasi kanssasi niin, että mikään ei katoa matkalla. Siihen tarvitsen nimesi."),
            _("Lapsesi asioista voin puhua tarkemmin vasta, kun tiedän, kuka olet."),
        ]


def _topics_of(texts: list[OfferedText]) -> list[tuple[str, str]]:
    """The topics that have ready texts, by name."""
    return sorted({(text.slug, text.topic) for text in texts if text.slug}, key=lambda pair: pair[1].lower())


def _offered(text: Any, contact: Contact) -> OfferedText:
    topic, slug = (localized(text.topic, "name", contact.language), text.topic.slug) if text.topic else ("", "")
    return OfferedText(
        localized(text, "title", contact.language), localized(text, "body", contact.language), topic, slug
    )
