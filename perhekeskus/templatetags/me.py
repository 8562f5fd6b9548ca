"""Words of the family's own page: what a contact is called, how it stands, what has come and gone."""

from django import template
from django.utils.translation import gettext as _

from accounts.models import Person
from core.templatetags.words import full_date, weekday_date
from guidance.identification import Passage
from guidance.models import Contact
from guidance.promises import mark_answers_due
from guidance.services import asks_feedback
from perhekeskus.templatetags.family import near_day_moment

register = template.Library()


@register.filter
def calling_name(person: Person) -> str:
    """The first of the given names: how one greets somebody."""
    return person.given_names.split(" ")[0] or person.full_name


@register.filter
def opened_in_words(contact: Contact) -> str:
    if contact.channel == Contact.Channel.MESSAGE:
        return _("Viesti")
    if contact.channel == Contact.Channel.CHAT:
        return _("Chat-keskustelu")
    return contact.get_channel_display()


@register.filter
def state_in_words(contact: Contact) -> str:
    """How a contact stands, for its family: whose turn it is, and until when."""
    worker = contact.worker.first_name if contact.worker else ""
    if contact.is_closed:
        return _ended(contact)
    if contact.left_at is not None and contact.channel == Contact.Channel.CALLBACK:
        return _("Peruit soittopyynnön.")
    if contact.left_at is not None:
        return _("Lähdit keskustelusta. Kirjoittamasi on tallessa.")
    if contact.state == Contact.State.WAITING:
        return _waiting(contact)
    if contact.channel == Contact.Channel.CALLBACK:
        return _("%(name)s soittaa sinulle pian.") % {"name": worker}
    if contact.turn == Contact.Turn.WORKER:
        mark_answers_due([contact])
        if contact.answer_due_at is not None:
            when = {"name": worker, "when": near_day_moment(contact.answer_due_at)}
            return _("%(name)s vastaa sinulle viimeistään %(when)s.") % when
        return _("%(name)s vastaa sinulle seuraavaksi.") % {"name": worker}
    return _("%(name)s on vastannut. Voit jatkaa keskustelua.") % {"name": worker}


def _waiting(contact: Contact) -> str:
    if contact.channel == Contact.Channel.CALLBACK:
        if contact.due_at is None:
            return _("Soittopyyntösi on hoidossa. Soitamme sinulle.")
        return _("Soittopyyntösi on hoidossa. Soitamme viimeistään %(when)s.") % {
            "when": near_day_moment(contact.due_at)
        }
    if contact.channel == Contact.Channel.CHAT:
        return _("Odottaa ohjaajaa. Paikkasi jonossa säilyy.")
    if contact.due_at is None:
        return _("Viestisi on perillä. Vastaamme siihen.")
    return _("Viestisi on perillä. Vastaamme viimeistään %(when)s.") % {"when": near_day_moment(contact.due_at)}


def _ended(contact: Contact) -> str:
    if contact.outcome == Contact.Outcome.CONTINUES:
        return _("Asia jatkui toisessa kanavassa.")
    if contact.next_step:
        return _("Päättyi. Seuraavaksi: %(step)s") % {"step": contact.next_step}
    return _("Päättyi %(day)s.") % {"day": full_date(contact.closed_at)}


@register.filter
def feeling_in_words(contact: Contact) -> str:
    """Tuntui: 4/5; nothing when the family has not told."""
    feedback = getattr(contact, "feedback", None)
    return _("Tuntui: %(n)s/5") % {"n": feedback.feeling} if feedback and feedback.feeling else ""


@register.filter
def asks_feeling(contact: Contact) -> bool:
    """May the family still tell how it felt?"""
    return asks_feedback(contact) and getattr(contact, "feedback", None) is None


@register.filter
def passage_for_family(passage: Passage) -> str:
    what = {"channel": passage.channel.lower(), "day": weekday_date(passage.opened_at)}
    if passage.kind == "came":
        return _("Nimettömänä aloittamasi keskustelu (%(channel)s, alkoi %(day)s) siirtyi omiin tietoihisi.") % what
    return _("Ohjaaja irrotti keskustelun (%(channel)s, alkoi %(day)s) tiedoistasi. Se jatkui nimettömänä.") % what
