"""Every audited act, in the past tense: a closed list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditCode(models.TextChoices):
    MESSAGE_WRITTEN = (
        "guidance.message.written"  # first: the constraint compares in this order, and most rows are these
    )
    CONTACT_OPENED = "guidance.contact.opened"
    CONTACT_TAKEN = "guidance.contact.taken"
    CONTACT_RELEASED = "guidance.contact.released"
    CONTACT_RETURNED = "guidance.contact.returned"  # by the platform: its worker vanished
    CONTACT_TRANSFERRED = "guidance.contact.transferred"
    CONTACT_CLOSED = "guidance.contact.closed"
    CONTACT_LEFT = "guidance.contact.left"
    CONTACT_CARRIED_OVER = "guidance.contact.carried_over"
    CONTACT_VIEWED = "guidance.contact.viewed"
    TOPIC_CHOSEN = "guidance.topic.chosen"
    NOTE_WRITTEN = "guidance.note.written"
    FEEDBACK_GIVEN = "guidance.feedback.given"
    VISITOR_RETURNED = "accounts.visitor.returned"
    DEVICE_FORGOTTEN = "accounts.device.forgotten"
    RETURN_CODE_RENEWED = "accounts.return_code.renewed"
    ACCOUNT_CHANGED = "accounts.user.changed"
    MEMBERSHIP_CHANGED = "accounts.membership.changed"
    PRESENCE_CHANGED = "chat.presence.changed"
    REFERENCE_DATA_CHANGED = "catalogue.reference_data.changed"
    CATALOGUE_IMPORTED = "catalogue.import.ended"
    CATALOGUE_LOADED = "catalogue.bulk.loaded"  # a file of many services, by a person
    CATALOGUE_UNDONE = "catalogue.change.undone"
    LOCAL_EDIT_SETTLED = "catalogue.local_edit.settled"  # ours kept, or the source's taken
    SERVICE_REVIEWED = "catalogue.service.reviewed"
    PERSON_IDENTIFIED = "accounts.person.identified"
    PERSON_SIGNED_OUT = "accounts.person.signed_out"
    IDENTIFICATION_CANCELLED = "accounts.identification.cancelled"
    IDENTIFICATION_FAILED = "accounts.identification.failed"
    IDENTITY_CODE_SHOWN = "accounts.identity_code.shown"
    IDENTITY_KEYS_ROTATED = "accounts.identity_keys.rotated"
    STAFF_SIGNED_IN = "accounts.staff.signed_in"
    STAFF_SIGNED_OUT = "accounts.staff.signed_out"
    STAFF_SIGN_IN_FAILED = "accounts.staff.sign_in_failed"
    STAFF_REAUTHENTICATED = "accounts.staff.reauthenticated"
    STAFF_SESSIONS_ENDED = "accounts.staff.sessions_ended"
    STAFF_SECOND_STEP_CHANGED = "accounts.staff.second_step_changed"
    STAFF_PASSWORD_CHANGED = "accounts.staff.password_changed"
    IDENTIFICATION_ASKED = "guidance.identification.asked"
    IDENTIFICATION_DECLINED = "guidance.identification.declined"
    IDENTIFICATION_WITHDRAWN = "guidance.identification.withdrawn"
    CONTACT_BOUND = "guidance.contact.bound"
    CONTACT_UNBOUND = "guidance.contact.unbound"
    CHILD_NAMED = "guidance.child.named"
    MATURITY_JUDGED = "guidance.maturity.judged"
    THREAD_SHARED = "guidance.thread.shared"
    THREAD_SHARE_USED = "guidance.thread.share_used"
    THREAD_SHARE_REVOKED = "guidance.thread.share_revoked"
    THREAD_READ_AS_SHARED = "guidance.thread.read_as_shared"
    RELATIONSHIP_VIEWED = "guidance.relationship.viewed"
    NOTES_VIEWED = "guidance.notes.viewed"
    LISTS_VIEWED = "guidance.lists.viewed"  # the unit's lists, with the last words of each contact in them
    GLASS_BROKEN = "guidance.break_glass.opened"
    BREAK_GLASS_REFUSED = "guidance.break_glass.refused"  # no contact answers to the reference
    BREAK_GLASS_REVIEWED = "guidance.break_glass.reviewed"
    LOOKS_REVIEWED = "guidance.looks.reviewed"
    OLDER_LOG_ASKED = "guidance.older_log.asked"
    OLDER_LOG_ANSWERED = "guidance.older_log.answered"
    DATA_EXPORTED = "guidance.relationship.exported"
    ERASURE_ASKED = "guidance.erasure.asked"
    ERASURE_ANSWERED = "guidance.erasure.answered"
    DATA_ERASED = "guidance.relationship.erased"
    DATA_PURGED = "core.data.purged"
    CONTACT_LOGGED = "guidance.contact.logged"  # a call or a visit, written down afterwards
    CONTACT_WENT_LIVE = "guidance.contact.went_live"
    CONTACT_POOLED = "guidance.contact.pooled"
    CONTACT_RECONCILED = "guidance.contact.reconciled"  # by the platform: a state that should not have been
    PRIORITY_SUSPECTED = "guidance.priority.suspected"
    PRIORITY_DECIDED = "guidance.priority.decided"
    CALLBACK_NUMBER_SHOWN = "guidance.callback.number_shown"
    CALLBACK_NUMBER_CHANGED = "guidance.callback.number_changed"
    CALLBACK_ATTEMPTED = "guidance.callback.attempted"
    CONSULTATION_INVITED = "guidance.consultation.invited"
    CONSULTATION_LEFT = "guidance.consultation.left"
    CONSULTATION_LINKED = "guidance.consultation.linked"
    CONSULTATION_UNLINKED = "guidance.consultation.unlinked"
    CONSULTATION_VIEWED = "guidance.consultation.viewed"
    SERVICE_HANDED_OVER = "guidance.service.handed_over"
    TRANSCRIPT_SAVED = "guidance.transcript.saved"
    RESPONSIBLE_PROPOSED = "guidance.responsible.proposed"
    RESPONSIBLE_ACCEPTED = "guidance.responsible.accepted"
    RESPONSIBLE_DECLINED = "guidance.responsible.declined"
    RESPONSIBLE_WITHDRAWN = "guidance.responsible.withdrawn"
    RESPONSIBLE_ENDED = "guidance.responsible.ended"
    SUBSTITUTE_NAMED = "guidance.substitute.named"
    SUBSTITUTE_CANCELLED = "guidance.substitute.cancelled"
    CORRECTION_ASKED = "guidance.correction.asked"
    CORRECTION_ANSWERED = "guidance.correction.answered"
    CORRECTION_WITHDRAWN = "guidance.correction.withdrawn"
    INSTRUMENT_PUBLISHED = "segments.instrument.published"
    ASSESSMENT_STARTED = "segments.assessment.started"
    ASSESSMENT_ANSWERED = "segments.assessment.answered"  # by the family
    DEMAND_ANSWERED = "segments.assessment.demand_answered"  # by the professional
    ASSESSMENT_WITHDRAWN = "segments.assessment.withdrawn"
    SEGMENT_DECIDED = "segments.segment.decided"
    PLAN_MADE = "segments.plan.made"
    PLAN_CHANGED = "segments.plan.changed"
    PLAN_PROPOSED = "segments.plan.proposed"
    PLAN_CONFIRMED = "segments.plan.confirmed"
    PLAN_SENT_BACK = "segments.plan.sent_back"  # the family wants something changed
    PLAN_REVIEWED = "segments.plan.reviewed"
    PLAN_ENDED = "segments.plan.ended"
    STEP_DONE = "segments.step.done"
    REFERRAL_MADE = "referrals.referral.made"
    REFERRAL_CHANGED = "referrals.referral.changed"  # a draft's words
    REFERRAL_SENT = "referrals.referral.sent"
    REFERRAL_RECEIVED = "referrals.referral.received"
    REFERRAL_ACCEPTED = "referrals.referral.accepted"
    REFERRAL_DECLINED = "referrals.referral.declined"
    REFERRAL_RETURNED = "referrals.referral.returned"
    REFERRAL_REROUTED = "referrals.referral.rerouted"
    REFERRAL_STARTED = "referrals.referral.started"
    REFERRAL_COMPLETED = "referrals.referral.completed"
    REFERRAL_LAPSED = "referrals.referral.lapsed"
    REFERRAL_WITHDRAWN = "referrals.referral.withdrawn"
    REFERRAL_SEEN_TO = "referrals.referral.seen_to"
    REFERRAL_HANDED_OVER = "referrals.referral.handed_over"  # warmly, with the family
    REFERRAL_REMINDED = "referrals.referral.reminded"
    REFERRAL_ESCALATED = "referrals.referral.escalated"
    REFERRAL_FELT = "referrals.referral.felt"
    REFERRAL_VIEWED = "referrals.referral.viewed"
    CONSENT_ASKED = "referrals.consent.asked"
    CONSENT_GIVEN = "referrals.consent.given"
    CONSENT_REFUSED = "referrals.consent.refused"
    CONSENT_REVOKED = "referrals.consent.revoked"
    LINK_MADE = "referrals.link.made"
    LINK_OPENED = "referrals.link.opened"
    LINK_REFUSED = "referrals.link.refused"  # a wrong code
    LINK_CODE_MADE = "referrals.link.code_made"
    LINK_ENDED = "referrals.link.ended"
    ALARM_SEEN = "chat.alarm.seen"
    NOTICE_ADDRESS_ADDED = "accounts.notice_address.added"
    NOTICE_ADDRESS_VERIFIED = "accounts.notice_address.verified"
    NOTICE_ADDRESS_REMOVED = "accounts.notice_address.removed"
    ACCESSIBILITY_FEEDBACK_GIVEN = "core.accessibility_feedback.given"
    ACCESSIBILITY_FEEDBACK_ANSWERED = "core.accessibility_feedback.answered"


# Looks, as against acts.
LOOKS = (
    AuditCode.CONTACT_VIEWED,
    AuditCode.RELATIONSHIP_VIEWED,
    AuditCode.NOTES_VIEWED,
    AuditCode.LISTS_VIEWED,
    AuditCode.REFERRAL_VIEWED,
)


class AuditGround(models.TextChoices):
    """Why somebody acted or looked: the task behind it, as the law asks the log to tell."""

    NONE = "", _("ei tiedossa")
    OWN = "own", _("oma asia")
    TASK = "task", _("oma asiakastyö")
    UNIT = "unit", _("yksikön asiakastyö")
    SUPERVISION = "supervision", _("esihenkilön valvonta")
    BREAK_GLASS = "break_glass", _("hätäpääsy")
    SHARED = "shared", _("jaettu keskustelu")
    PLATFORM = "platform", _("järjestelmän työ")
