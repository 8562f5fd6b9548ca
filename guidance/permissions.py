"""Who may what with contacts."""

from enum import StrEnum

from django.http import HttpRequest

from accounts.models import Membership
from accounts.selectors import has_role
from core.permissions import Reach, Rule, declare
from guidance.consultations import ANSWERING_ROLES, CONSULTING_ROLES

Role = Membership.Role


class Action(StrEnum):
    OPEN_CONTACT = "guidance.open_contact"
    READ_OWN_CONTACT = "guidance.read_own_contact"
    WRITE_OWN_CONTACT = "guidance.write_own_contact"
    READ_CONTACT = "guidance.read_contact"
    READ_RELATIONSHIP = "guidance.read_relationship"
    ANSWER_FOR_FAMILIES = "guidance.answer_for_families"
    NAME_RESPONSIBLE = "guidance.name_responsible"
    READ_OR_WRITE_THREAD = "guidance.read_or_write_thread"
    WRITE_THREAD = "guidance.write_thread"
    TAKE_CONTACT = "guidance.take_contact"
    TAKE_THREAD = "guidance.take_thread"
    WORK_CONTACT = "guidance.work_contact"
    FIND_SERVICE = "guidance.find_service"
    WORK_THREAD = "guidance.work_thread"
    DECIDE_PRIORITY = "guidance.decide_priority"
    WRITE_NOTE = "guidance.write_note"
    ASK_IDENTIFICATION = "guidance.ask_identification"
    ANSWER_IDENTIFICATION = "guidance.answer_identification"
    UNDO_BINDING = "guidance.undo_binding"
    EXPORT_OWN_DATA = "guidance.export_own_data"
    ERASE_OWN_DATA = "guidance.erase_own_data"
    ANSWER_ERASURE = "guidance.answer_erasure"
    ASK_CORRECTION = "guidance.ask_correction"
    WITHDRAW_CORRECTION = "guidance.withdraw_correction"
    ANSWER_CORRECTION = "guidance.answer_correction"
    GIVE_ACCESSIBILITY_FEEDBACK = "guidance.give_accessibility_feedback"
    ANSWER_ACCESSIBILITY_FEEDBACK = "guidance.answer_accessibility_feedback"
    IDENTIFY = "guidance.identify"
    USE_OWN_PAGE = "guidance.use_own_page"
    KEEP_DRAFT = "guidance.keep_draft"
    KEEP_NOTICES = "guidance.keep_notices"
    STOP_NOTICES = "guidance.stop_notices"
    SHARE_THREAD = "guidance.share_thread"
    READ_SHARED_THREAD = "guidance.read_shared_thread"
    NAME_CHILD = "guidance.name_child"
    SHOW_IDENTITY_CODE = "guidance.show_identity_code"
    SHOW_CALLBACK_NUMBER = "guidance.show_callback_number"
    LOG_CONTACT = "guidance.log_contact"
    READ_OWN_LOOKS = "guidance.read_own_looks"
    ASK_OLDER_LOG = "guidance.ask_older_log"
    BREAK_GLASS = "guidance.break_glass"
    REVIEW_LOOKS = "guidance.review_looks"
    REVIEW_GLASS = "guidance.review_glass"
    ANSWER_OLDER_LOG = "guidance.answer_older_log"
    OPEN_CONSULTATION = "guidance.open_consultation"
    CONSULT_ABOUT = "guidance.consult_about"
    READ_CONSULTATION = "guidance.read_consultation"
    WRITE_CONSULTATION = "guidance.write_consultation"
    TAKE_CONSULTATION = "guidance.take_consultation"
    WORK_CONSULTATION = "guidance.work_consultation"
    LINK_CONSULTATION = "guidance.link_consultation"
    OPEN_ROOM = "guidance.open_room"


def anybody(request: HttpRequest) -> bool:
    return True


def is_worker(request: HttpRequest) -> bool:
    return has_role(request.user, Role.WORKER)


def reads_contacts(request: HttpRequest) -> bool:
    return has_role(request.user, Role.WORKER, Role.SUPERVISOR)


def is_supervisor(request: HttpRequest) -> bool:
    return has_role(request.user, Role.SUPERVISOR)


def consults(request: HttpRequest) -> bool:
    return has_role(request.user, *CONSULTING_ROLES)


def asks_and_answers(request: HttpRequest) -> bool:
    return has_role(request.user, *ANSWERING_ROLES)


def minds_accessibility(request: HttpRequest) -> bool:
    return has_role(request.user, Role.SUPERVISOR, Role.CATALOGUE_ADMIN)


OWN = (Reach.OWN,)
READERS = (Reach.HELD, Reach.UNIT, Reach.GLASS)

declare(
    Rule(Action.OPEN_CONTACT, ("client",), "anybody, for themselves", anybody),
    Rule(Action.READ_OWN_CONTACT, ("client",), "the family whose contact it is", anybody, OWN),
    Rule(Action.WRITE_OWN_CONTACT, ("client",), "the family whose contact it is", anybody, OWN),
    Rule(
        Action.READ_OR_WRITE_THREAD,
        ("client", "worker", "professional", "supervisor"),
        "the family whose contact it is; staff of its unit; any other for an hour by breaking the glass; a "
        "consultation's members and whom it asks; a hand-over room's unit",
        anybody,
        (*OWN, *READERS, Reach.SEAT, Reach.ASKED, Reach.ROOM),
        among_staff=(Role.PROFESSIONAL,),
    ),
    Rule(
        Action.WRITE_THREAD,
        ("client", "worker", "professional", "supervisor"),
        "the family whose contact it is; whoever of its unit has it; a consultation's members; a hand-over room's unit",
        anybody,
        (*OWN, Reach.HELD, Reach.SEAT, Reach.ROOM),
        among_staff=(Role.PROFESSIONAL,),
    ),
    Rule(
        Action.READ_CONTACT,
        ("worker", "supervisor"),
        "contacts of the own units; any other for an hour by breaking the glass",
        reads_contacts,
        READERS,
    ),
    Rule(
        Action.READ_RELATIONSHIP,
        ("worker", "supervisor"),
        "families with a contact in the own units, and those that one answers for, today's substitute included",
        reads_contacts,
        (Reach.HELD, Reach.UNIT, Reach.RESPONSIBLE),
    ),
    Rule(
        Action.ANSWER_FOR_FAMILIES,
        ("worker", "supervisor"),
        "families that one answers for, or has been asked to answer for",
        reads_contacts,
    ),
    Rule(
        Action.NAME_RESPONSIBLE,
        ("worker", "supervisor"),
        "families with a contact in the own units, and those that one answers for; a proposal is answered by the one "
        "asked, and a term ended by its worker or a supervisor of the unit",
        reads_contacts,
        (Reach.HELD, Reach.UNIT, Reach.RESPONSIBLE),
    ),
    Rule(
        Action.TAKE_CONTACT,
        ("worker",),
        "waiting contacts of the own units, and of the common queue when the own unit takes part in it",
        is_worker,
        (Reach.HELD, Reach.UNIT, Reach.POOL),
    ),
    Rule(
        Action.TAKE_THREAD,
        ("worker", "professional"),
        "what waits for the worker, as by take_contact; consultations that ask one, as by take_consultation",
        asks_and_answers,
        (Reach.HELD, Reach.UNIT, Reach.POOL, Reach.SEAT, Reach.ASKED),
        among_staff=(Role.PROFESSIONAL,),
    ),
    Rule(Action.WORK_CONTACT, ("worker",), "open contacts that the worker has", is_worker, (Reach.HELD,)),
    Rule(
        Action.FIND_SERVICE,
        ("worker",),
        "contacts of the own units, to look for services beside them",
        is_worker,
        (Reach.HELD, Reach.UNIT),
    ),
    Rule(
        Action.WORK_THREAD,
        ("worker", "professional", "supervisor"),
        "open contacts that the worker has; consultations where one has a seat",
        consults,
        (Reach.HELD, Reach.SEAT),
        among_staff=(Role.PROFESSIONAL, Role.SUPERVISOR),
    ),
    Rule(
        Action.DECIDE_PRIORITY,
        ("worker", "supervisor"),
        "contacts of the own units that have not ended",
        reads_contacts,
        (Reach.HELD, Reach.UNIT),
    ),
    Rule(
        Action.WRITE_NOTE,
        ("worker",),
        "relationships with a contact in the own units",
        is_worker,
        (Reach.HELD, Reach.UNIT),
    ),
    Rule(Action.IDENTIFY, ("client",), "anybody, for themselves", anybody),
    Rule(Action.USE_OWN_PAGE, ("client",), "what the device or the identified person has", anybody),
    Rule(
        Action.KEEP_DRAFT,
        ("worker", "professional", "supervisor"),
        "one's own draft, in contacts and hand-over rooms of the own units and where one has a seat",
        consults,
        (Reach.HELD, Reach.UNIT, Reach.SEAT, Reach.ROOM),
        among_staff=(Role.PROFESSIONAL,),
    ),
    Rule(Action.KEEP_NOTICES, ("client",), "the identified person's own address", anybody),
    Rule(Action.STOP_NOTICES, ("client",), "the address whose letter had the link", anybody),
    Rule(Action.SHARE_THREAD, ("client",), "the identified person whose contact it is", anybody, OWN),
    Rule(Action.READ_SHARED_THREAD, ("client",), "the person it is shared with", anybody, (Reach.SHARED,)),
    Rule(Action.NAME_CHILD, ("worker",), "open identified contacts that the worker has", is_worker, (Reach.HELD,)),
    Rule(
        Action.SHOW_IDENTITY_CODE,
        ("worker",),
        "open identified contacts that the worker has, with a reason, after confirming who one is",
        is_worker,
        (Reach.HELD,),
    ),
    Rule(
        Action.SHOW_CALLBACK_NUMBER,
        ("worker",),
        "open callbacks that the worker has; each time written into the record",
        is_worker,
        (Reach.HELD,),
    ),
    Rule(Action.LOG_CONTACT, ("worker",), "calls and visits of the own units", is_worker, (Reach.HELD, Reach.UNIT)),
    Rule(Action.ASK_IDENTIFICATION, ("worker",), "open contacts that the worker has", is_worker, (Reach.HELD,)),
    Rule(Action.ANSWER_IDENTIFICATION, ("client",), "the family whose contact it is", anybody, OWN),
    Rule(
        Action.UNDO_BINDING,
        ("worker",),
        "identified contacts of the units where the worker works",
        is_worker,
        (Reach.HELD, Reach.UNIT),
    ),
    Rule(Action.EXPORT_OWN_DATA, ("client",), "what this device may see of itself", anybody),
    Rule(Action.ERASE_OWN_DATA, ("client",), "the own conversations, or the own wish", anybody),
    Rule(
        Action.ANSWER_ERASURE,
        ("supervisor",),
        "wishes of families with a contact in the own units",
        is_supervisor,
        (Reach.UNIT,),
    ),
    Rule(Action.ASK_CORRECTION, ("client",), "the identified person's own record", anybody),
    Rule(Action.WITHDRAW_CORRECTION, ("client",), "the identified person whose wish it is", anybody, OWN),
    Rule(
        Action.ANSWER_CORRECTION,
        ("supervisor",),
        "wishes of families with a contact in the own units",
        is_supervisor,
        (Reach.UNIT,),
    ),
    Rule(Action.GIVE_ACCESSIBILITY_FEEDBACK, ("client",), "anybody", anybody),
    Rule(
        Action.ANSWER_ACCESSIBILITY_FEEDBACK,
        ("supervisor", "catalogue_admin"),
        "all feedback on accessibility",
        minds_accessibility,
    ),
    Rule(Action.READ_OWN_LOOKS, ("client",), "looks at the own contacts and record", anybody),
    Rule(Action.ASK_OLDER_LOG, ("client",), "the own record", anybody),
    Rule(
        Action.BREAK_GLASS,
        ("worker", "supervisor"),
        "any contact, with a reason, after confirming oneself: to read for an hour",
        reads_contacts,
    ),
    Rule(Action.REVIEW_LOOKS, ("supervisor",), "looks in the units that one supervises", is_supervisor),
    Rule(
        Action.REVIEW_GLASS,
        ("supervisor",),
        "broken glass before contacts of the units that one supervises",
        is_supervisor,
        (Reach.UNIT,),
    ),
    Rule(
        Action.ANSWER_OLDER_LOG,
        ("supervisor",),
        "wishes of families of the units that one supervises",
        is_supervisor,
        (Reach.UNIT,),
    ),
    Rule(
        Action.OPEN_CONSULTATION,
        ("worker", "professional"),
        "a question to a colleague, a profession or a unit, without naming a family",
        asks_and_answers,
    ),
    Rule(
        Action.CONSULT_ABOUT,
        ("worker",),
        "contacts of the own units; nothing of the contact goes into it",
        is_worker,
        (Reach.HELD, Reach.UNIT),
    ),
    Rule(
        Action.READ_CONSULTATION,
        ("worker", "professional", "supervisor"),
        "consultations where one has a seat or, while they wait, which ask one; the own units' hand-over rooms",
        consults,
        (Reach.SEAT, Reach.ASKED, Reach.ROOM),
    ),
    Rule(
        Action.WRITE_CONSULTATION,
        ("worker", "professional", "supervisor"),
        "consultations where one has a seat; the own units' hand-over rooms",
        consults,
        (Reach.SEAT, Reach.ROOM),
    ),
    Rule(
        Action.TAKE_CONSULTATION,
        ("worker", "professional"),
        "consultations that wait and ask one by name, by profession or by unit",
        asks_and_answers,
        (Reach.SEAT, Reach.ASKED),
    ),
    Rule(
        Action.WORK_CONSULTATION,
        ("worker", "professional", "supervisor"),
        "consultations where one has a seat: invite, leave; the asker or the answerer closes",
        consults,
        (Reach.SEAT,),
    ),
    Rule(
        Action.LINK_CONSULTATION,
        ("worker",),
        "consultations where one has a seat, to a relationship with a contact in the own units",
        is_worker,
        (Reach.SEAT,),
    ),
    Rule(
        Action.OPEN_ROOM,
        ("worker", "supervisor"),
        "the hand-over room of one's own unit",
        reads_contacts,
    ),
)
