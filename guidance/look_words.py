"""What is told to a family of an event of the record: every code that concerns one, in plain words, and no other."""

from django.utils.translation import gettext_lazy as _

from audit.codes import AuditCode, AuditGround

# Who did it stands beside it, so each begins with a verb in the third person.
FAMILY_WORDS = {
    AuditCode.CONTACT_OPENED: _("Aloitti yhteydenoton"),
    AuditCode.CONTACT_TAKEN: _("Otti keskustelun hoitaakseen"),
    AuditCode.CONTACT_RELEASED: _("Palautti keskustelun jonoon"),
    AuditCode.CONTACT_RETURNED: _("Palautti keskustelun jonoon, koska työntekijän yhteys katkesi"),
    AuditCode.CONTACT_TRANSFERRED: _("Siirsi keskustelun toiselle työntekijälle tai toiseen yksikköön"),
    AuditCode.CONTACT_CLOSED: _("Päätti keskustelun"),
    AuditCode.CONTACT_LEFT: _("Lähti keskustelusta"),
    AuditCode.CONTACT_CARRIED_OVER: _("Muutti chatin viestiksi"),
    AuditCode.CONTACT_VIEWED: _("Luki keskustelun"),
    AuditCode.TOPIC_CHOSEN: _("Valitsi aiheen"),
    AuditCode.MESSAGE_WRITTEN: _("Kirjoitti viestin"),
    AuditCode.NOTE_WRITTEN: _("Kirjoitti merkinnän muille työntekijöille"),
    AuditCode.FEEDBACK_GIVEN: _("Antoi palautteen"),
    AuditCode.IDENTITY_CODE_SHOWN: _("Katsoi henkilötunnuksesi"),
    AuditCode.IDENTIFICATION_ASKED: _("Pyysi sinua tunnistautumaan"),
    AuditCode.IDENTIFICATION_DECLINED: _("Jatkoi nimettömänä"),
    AuditCode.IDENTIFICATION_WITHDRAWN: _("Perui tunnistautumispyynnön"),
    AuditCode.CONTACT_BOUND: _("Liitti keskustelun sinun nimiisi"),
    AuditCode.CONTACT_UNBOUND: _("Irrotti keskustelun sinun nimestäsi"),
    AuditCode.CHILD_NAMED: _("Kirjasi lapsen, jota asia koskee"),
    AuditCode.MATURITY_JUDGED: _("Arvioi, kuka lapsen asiassa päättää"),
    AuditCode.THREAD_SHARED: _("Teki koodin, jolla keskustelun voi jakaa"),
    AuditCode.THREAD_SHARE_USED: _("Otti jaetun keskustelun vastaan"),
    AuditCode.THREAD_SHARE_REVOKED: _("Lopetti keskustelun jakamisen"),
    AuditCode.THREAD_READ_AS_SHARED: _("Luki keskustelun, jonka jaoit"),
    AuditCode.RELATIONSHIP_VIEWED: _("Näki luettelon muista yhteydenotoistasi"),
    AuditCode.NOTES_VIEWED: _("Näki työntekijöiden merkinnät"),
    AuditCode.GLASS_BROKEN: _("Avasi keskustelun hätäpääsyllä"),
    AuditCode.BREAK_GLASS_REVIEWED: _("Tarkisti, miksi hätäpääsyä käytettiin"),
    AuditCode.OLDER_LOG_ASKED: _("Pyysi nähdä vanhempia merkintöjä"),
    AuditCode.OLDER_LOG_ANSWERED: _("Vastasi pyyntöösi nähdä vanhempia merkintöjä"),
    AuditCode.DATA_EXPORTED: _("Latasi tietosi"),
    AuditCode.ERASURE_ASKED: _("Pyysi tietojen poistamista"),
    AuditCode.ERASURE_ANSWERED: _("Vastasi poistopyyntöösi"),
    AuditCode.DATA_ERASED: _("Poisti tietoja"),
}

# Why it was done, as an answer to the family's question. What the platform did needs no reason of its own.
FAMILY_GROUNDS = {
    AuditGround.OWN: _("oma asia"),
    AuditGround.TASK: _("hoitaa asiaasi"),
    AuditGround.UNIT: _("asiasi on hänen yksikössään"),
    AuditGround.SUPERVISION: _("valvoo yksikön työtä esihenkilönä"),
    AuditGround.BREAK_GLASS: _("tarvitsi tietoa kiireesti toisessa yksikössä"),
    AuditGround.SHARED: _("jaoit keskustelun"),
    AuditGround.PLATFORM: _("järjestelmä toimi itse"),
}

# Events that are about no family's record, or about a device or an attempt of one's own.
NOT_SHOWN = {
    AuditCode.VISITOR_RETURNED,
    AuditCode.DEVICE_FORGOTTEN,
    AuditCode.RETURN_CODE_RENEWED,
    AuditCode.PERSON_IDENTIFIED,
    AuditCode.PERSON_SIGNED_OUT,
    AuditCode.IDENTIFICATION_CANCELLED,
    AuditCode.IDENTIFICATION_FAILED,
    AuditCode.IDENTITY_KEYS_ROTATED,
    AuditCode.ACCOUNT_CHANGED,
    AuditCode.MEMBERSHIP_CHANGED,
    AuditCode.PRESENCE_CHANGED,
    AuditCode.REFERENCE_DATA_CHANGED,
    AuditCode.STAFF_SIGNED_IN,
    AuditCode.STAFF_SIGNED_OUT,
    AuditCode.STAFF_SIGN_IN_FAILED,
    AuditCode.STAFF_REAUTHENTICATED,
    AuditCode.STAFF_SESSIONS_ENDED,
    AuditCode.STAFF_SECOND_STEP_CHANGED,
    AuditCode.STAFF_PASSWORD_CHANGED,
    AuditCode.LISTS_VIEWED,  # of a whole unit; the page says in a sentence who sees them
    AuditCode.BREAK_GLASS_REFUSED,
    AuditCode.LOOKS_REVIEWED,
    AuditCode.DATA_PURGED,
    AuditCode.ACCESSIBILITY_FEEDBACK_GIVEN,
    AuditCode.ACCESSIBILITY_FEEDBACK_ANSWERED,
}
