"""A referral in the words of the desk: what it is called, how it stands, whose turn it is and by when."""

import datetime as dt
from dataclasses import dataclass

from django import template
from django.utils.translation import gettext as _

from core import clock
from core.opening_hours import local_date
from core.templatetags.words import ago, full_date, weekday_date
from core.translations import localized
from perhekeskus.templatetags.family import near_moment
from referrals.models import Consent, Referral, ReferralStep
from referrals.own import Word
from referrals.staff import StaffReferral
from referrals.transitions import Act, Clock, Turn

register = template.Library()
State, By = Referral.State, ReferralStep.By
SOON = dt.timedelta(days=1)


@dataclass(frozen=True)
class ReferralClock:
    """`level`: "" (calm), "soon" or "over"."""

    words: str
    level: str = ""


@register.filter
def family_name(told: StaffReferral) -> str:
    """The family's name where the reader may know it; else a word that names nobody."""
    return told.person.full_name if told.person else _("Perhe %(reference)s") % {"reference": told.reference}


@register.filter
def asked_for(told: StaffReferral) -> str:
    """The service that is asked for, or what kind of referral it is."""
    row = told.row
    if row.service is not None:
        return localized(row.service, "name")
    return row.service_name or str(Referral.Kind(row.kind).label).capitalize()


@register.filter
def desk_turn(told: StaffReferral) -> str:
    """Vuorossa: perhe; nothing when it is nobody's turn."""
    who = {
        Turn.FAMILY: _("perhe"),
        Turn.SENDER: _("te") if told.is_sender else localized(told.row.unit, "name"),
        Turn.RECEIVER: _("te") if told.is_receiver else told.row.receiver.name,
    }
    return _("Vuorossa: %(who)s") % {"who": who[told.turn]} if told.turn in who else ""


@register.filter
def desk_clock(told: StaffReferral) -> ReferralClock | None:
    """What runs meanwhile, and by when."""
    row, now = told.row, clock.now()
    if told.clock == Clock.ANSWER and row.answer_due_at is not None:
        if told.is_late:
            return ReferralClock(_("vastaus myöhässä %(ago)s") % {"ago": ago(row.answer_due_at)}, "over")
        level = "soon" if row.answer_due_at - now <= SOON else ""
        return ReferralClock(_("vastaus viimeistään %(when)s") % {"when": near_moment(row.answer_due_at)}, level)
    if told.clock == Clock.START and row.start_due_on is not None:
        return _day(_("arviointi alkaa viimeistään %(day)s"), row.start_due_on, weekday_date(row.start_due_on))
    if told.clock == Clock.READY and row.ready_due_on is not None:
        return _day(_("arviointi valmis viimeistään %(day)s"), row.ready_due_on, full_date(row.ready_due_on))
    return None


def _day(words: str, day: dt.date, named: str) -> ReferralClock:
    left = day - local_date(clock.now())
    level = "over" if left < dt.timedelta() else "soon" if left <= SOON else ""
    return ReferralClock(words % {"day": named}, level)


@register.filter
def desk_standing(told: StaffReferral) -> str:
    """What to do next, in a sentence."""
    row, names = told.row, {"receiver": told.row.receiver.name, "sender": localized(told.row.unit, "name")}
    if row.state in (State.DRAFT, State.RETURNED) and told.is_sender:
        return _unsent(told) % names
    if told.waits_to_be_seen_to:
        return _("%(receiver)s ei ottanut ohjausta. Sovi perheen kanssa, mitä nyt, ja merkitse se tähän.") % names
    return {
        State.SENT: _("Lähetetty. %(receiver)s ei ole vielä avannut sitä."),
        State.RECEIVED: _("%(receiver)s on nähnyt ohjauksen ja vastaa siihen."),
        State.ACCEPTED: _("%(receiver)s ottaa perheen vastaan. Palvelu ei ole vielä alkanut."),
        State.STARTED: _("Palvelu on alkanut: %(receiver)s."),
        State.RETURNED: _("%(receiver)s palautti ohjauksen täydennettäväksi."),
        State.DECLINED: _("%(receiver)s ei ottanut ohjausta. Jatkosta on sovittu."),
        State.LAPSED: _("%(receiver)s ei vastannut. Jatkosta on sovittu."),
        State.COMPLETED: _("Päättynyt."),
        State.WITHDRAWN: _("Peruttu."),
        State.DRAFT: _("Luonnos."),
    }[State(row.state)] % names


def _unsent(told: StaffReferral) -> str:
    if told.may_send:
        return _("Perhe on antanut luvan. Voit lähettää ohjauksen.")
    if told.word == Word.ASKED:
        return _("Perheeltä on kysytty lupaa. Mitään ei lähetetä ennen vastausta.")
    if told.word == Word.REFUSED:
        return _("Perhe ei antanut lupaa. Mitään ei lähetetä.")
    if told.word == Word.REVOKED:
        return _("Perhe perui luvan. Mitään ei lähetetä.")
    if told.row.state == State.RETURNED:
        return _("%(receiver)s pyysi lisätietoja. Täydennä ohjausta ja lähetä se uudelleen.")
    return _("Kirjoita yhteenveto ja kysy perheeltä lupa.")


@register.filter
def desk_consent(told: StaffReferral) -> str:
    """The family's word, with its day."""
    consent = told.consent
    if consent is None:
        return _("Lupaa ei ole kysytty.")
    words = {
        Word.ASKED: _("Kysytty %(asked)s, odottaa vastausta."),
        Word.GIVEN: _("Annettu, voimassa %(until)s asti."),
        Word.PASSED: _("Päättyi %(until)s."),
        Word.REFUSED: _("Ei annettu."),
        Word.REVOKED: _("Peruttu."),
    }[told.word or Word.ASKED]
    return words % {"asked": full_date(consent.asked_at), "until": full_date(consent.until_on)}


@register.filter
def goes_along(consent: Consent) -> list[str]:
    """What the receiver may read, as staff call it."""
    names = {
        Consent.Item.SUMMARY: _("yhteenveto ja pyyntö"),
        Consent.Item.NAME: _("perheen nimi"),
        Consent.Item.CHILDREN: _("lapsen nimi ja syntymäaika"),
        Consent.Item.PLAN: _("suunnitelma"),
        Consent.Item.SEGMENT: _("arvio tuen tarpeesta"),
        Consent.Item.CONVERSATION: _("keskustelu, josta ohjaus lähti"),
    }
    return [names[Consent.Item(item)] for item in consent.items]


@register.filter
def desk_step(step: ReferralStep) -> str:
    """What happened, by whom."""
    name = {"receiver": step.receiver.name}
    words = {
        Act.MAKE: _("Luonnos tehtiin"),
        Act.SEND: _("Lähetettiin: %(receiver)s"),
        Act.RECEIVE: _("Vastaanotettiin: %(receiver)s"),
        Act.ACCEPT: _("Hyväksyttiin: %(receiver)s"),
        Act.DECLINE: _("Ei otettu vastaan: %(receiver)s"),
        Act.RETURN: _("Palautettiin täydennettäväksi: %(receiver)s"),
        Act.REROUTE: _("Siirrettiin: %(receiver)s"),
        Act.START: _("Palvelu alkoi"),
        Act.COMPLETE: _("Palvelu päättyi"),
        Act.LAPSE: _("Raukesi, vastausta ei tullut"),
        Act.WITHDRAW: _("Peruttiin"),
    }[Act(step.transition)] % name
    by = _("perhe") if step.by == By.FAMILY else step.staff.full_name if step.staff else ""
    return f"{words} ({by})" if by else words
