"""A family's referrals in its own words: what they are called, how they stand, whose turn it is, what was agreed."""

from django import template
from django.utils.translation import gettext as _

from core.templatetags.words import full_date, weekday_date
from core.translations import localized
from perhekeskus.templatetags.family import near_day_moment
from referrals.models import Consent, Referral, ReferralStep
from referrals.own import OwnReferral, Word
from referrals.transitions import Act, Clock, Turn

register = template.Library()
State, Outcome, By = Referral.State, Referral.Outcome, ReferralStep.By


@register.filter
def called(own: OwnReferral) -> str:
    """What the referral is about."""
    row = own.row
    if row.kind == Referral.Kind.NEEDS_ASSESSMENT:
        return _("Palvelutarpeen arviointi")
    if row.service is not None:
        return localized(row.service, "name")
    return row.service_name or row.receiver.name


@register.filter
def turn_in_words(own: OwnReferral) -> str:
    """Vuorossa: sinä; nothing when it is nobody's turn."""
    who = {Turn.FAMILY: _("sinä"), Turn.SENDER: own.row.made_by.first_name, Turn.RECEIVER: own.row.receiver.name}
    return _("Vuorossa: %(who)s") % {"who": who[own.turn]} if own.turn in who else ""


@register.filter
def standing(own: OwnReferral) -> str:
    """How it stands, in a sentence or two."""
    row = own.row
    names = {"sender": row.made_by.first_name, "receiver": row.receiver.name}
    if row.state in (State.SENT, State.RECEIVED):
        return _waiting(own) % {**names, "when": near_day_moment(row.answer_due_at)}
    if row.state in (State.ACCEPTED, State.STARTED):
        return " ".join(part for part in (_taken(row) % names, _law(own)) if part)
    if row.state == State.DRAFT:
        return _draft(own) % names
    if row.state == State.RETURNED and own.word == Word.ASKED:
        return _("%(receiver)s pyysi lisätietoja. Ohjaus lähetetään uudelleen, jos annat luvan.") % names
    if row.state == State.WITHDRAWN:
        return _withdrawn(own)
    if row.state == State.COMPLETED:
        return _outcomes()[row.outcome]
    if own.row.seen_to_at is not None:
        return _("%(receiver)s ei ottanut ohjausta. Jatko on sovittu toisin.") % names
    return {
        State.RETURNED: _("%(receiver)s pyysi lisätietoja. %(sender)s täydentää ohjausta."),
        State.DECLINED: _("%(receiver)s ei voinut ottaa ohjausta vastaan. %(sender)s miettii kanssasi, mitä nyt."),
        State.LAPSED: _("%(receiver)s ei vastannut ajoissa. %(sender)s miettii kanssasi, mitä nyt."),
    }[State(row.state)] % names


def _draft(own: OwnReferral) -> str:
    return {
        Word.ASKED: _("Odottaa lupaasi. Mitään ei lähetetä ennen sitä."),
        Word.GIVEN: _("Annoit luvan. %(sender)s lähettää ohjauksen."),
        Word.REFUSED: _("Et antanut lupaa. Mitään ei ole lähetetty."),
        Word.REVOKED: _("Peruit luvan. Mitään ei ole lähetetty."),
        Word.PASSED: _("Lupasi ehti päättyä. %(sender)s kysyy sitä uudelleen, jos ohjausta vielä tarvitaan."),
        None: _("%(sender)s muuttaa ohjausta ja kysyy lupaasi uudelleen."),
    }[own.word]


def _waiting(own: OwnReferral) -> str:
    if own.is_late:
        return _("%(receiver)s ei ole vielä vastannut, vaikka vastauksen piti tulla. %(sender)s selvittää asiaa.")
    if own.row.state == State.RECEIVED:
        return _("%(receiver)s on saanut ohjauksen ja vastaa viimeistään %(when)s.")
    return _("Ohjaus on lähetetty. %(receiver)s vastaa viimeistään %(when)s.")


def _taken(row: Referral) -> str:
    if row.state == State.STARTED:
        return _("Palvelu on alkanut: %(receiver)s.")
    return _("%(receiver)s ottaa sinut vastaan ja on sinuun yhteydessä.")


def _law(own: OwnReferral) -> str:
    """The time limit of a service-needs assessment that runs now."""
    if own.clock == Clock.START and own.row.start_due_on is not None:
        return _("Arviointi alkaa viimeistään %(day)s.") % {"day": weekday_date(own.row.start_due_on)}
    if own.clock == Clock.READY and own.row.ready_due_on is not None:
        return _("Arviointi on valmis viimeistään %(day)s.") % {"day": full_date(own.row.ready_due_on)}
    return ""


def _withdrawn(own: OwnReferral) -> str:
    last = own.steps[-1] if own.steps else None
    return _("Peruit ohjauksen.") if last and last.by == By.FAMILY else _("Ohjaus peruttiin.")


def _outcomes() -> dict[str, str]:
    return {
        Outcome.HELPED: _("Päättynyt: sait apua."),
        Outcome.PARTLY: _("Päättynyt: sait osan avusta."),
        Outcome.NOT_NEEDED: _("Päättynyt: apua ei enää tarvittu."),
        Outcome.FAMILY_STOPPED: _("Päättynyt: et halunnut jatkaa."),
        Outcome.NO_CONTACT: _("Päättynyt: palvelu ei tavoittanut sinua."),
    }


@register.filter
def step_in_words(step: ReferralStep) -> str:
    """What happened, after its day."""
    name = {"receiver": step.receiver.name}
    return {
        Act.MAKE: _("Ohjausta alettiin valmistella."),
        Act.SEND: _("Ohjaus lähetettiin: %(receiver)s."),
        Act.RECEIVE: _("%(receiver)s sai ohjauksen."),
        Act.ACCEPT: _("%(receiver)s otti ohjauksen vastaan."),
        Act.DECLINE: _("%(receiver)s ei voinut ottaa ohjausta vastaan."),
        Act.RETURN: _("%(receiver)s pyysi lisätietoja."),
        Act.REROUTE: _("Ohjaus siirrettiin sopivampaan paikkaan: %(receiver)s."),
        Act.START: _("Palvelu alkoi."),
        Act.COMPLETE: _("Palvelu päättyi."),
        Act.LAPSE: _("Vastausta ei tullut ajoissa."),
        Act.WITHDRAW: _("Peruit ohjauksen.") if step.by == By.FAMILY else _("Ohjaus peruttiin."),
    }[Act(step.transition)] % name


@register.filter
def item_words(consent: Consent) -> list[str]:
    """What goes along, as the choices call it."""
    return [str(Consent.Item(item).label) for item in consent.items]


@register.filter
def consent_in_words(own: OwnReferral) -> str:
    """The family's word on it, beside the switch."""
    consent = own.consent
    if consent is None:
        return ""
    names = {"receiver": consent.receiver.name, "day": full_date(consent.until_on)}
    return {
        Word.ASKED: _("%(receiver)s: kysymme lupaasi."),
        Word.GIVEN: _("%(receiver)s saa nähdä tietojasi, viimeistään %(day)s asti."),
        Word.PASSED: _("%(receiver)s sai nähdä tietojasi %(day)s asti."),
        Word.REFUSED: _("%(receiver)s: et antanut lupaa."),
        Word.REVOKED: _("%(receiver)s: peruit luvan."),
    }[own.word or Word.ASKED] % names
