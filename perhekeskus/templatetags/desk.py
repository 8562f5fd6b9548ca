"""Words of the desk: what a row's clock says, how full the seats are, what a number of new messages is called."""

import datetime as dt
from dataclasses import dataclass

from django import template
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.identification.interface import Level
from accounts.models import User
from chat.models import Presence
from core import clock
from core.opening_hours import local_date
from core.templatetags.words import ago
from guidance.consultations import asked_kind, asked_name
from guidance.identification import Passage
from guidance.models import Contact
from guidance.services.children import Standing, age_on
from perhekeskus.templatetags.family import near_moment

register = template.Library()

# A waiting chat is late when the promise has run out, and "soon" from half of it on; where nothing is promised, this
# stands for it. The words change before the colours do.
UNPROMISED = dt.timedelta(minutes=10)
MINUTE = dt.timedelta(minutes=1)
MESSAGE_SOON = dt.timedelta(hours=3)


@dataclass(frozen=True)
class RowClock:
    """`level`: "" (calm), "soon" or "over"; `since`: the moment that the words count from."""

    words: str
    level: str
    since: dt.datetime


@register.filter
def row_clock(contact: Contact) -> RowClock:
    """Whose turn it is and for how long, in words."""
    now = clock.now()
    if contact.state == Contact.State.WAITING:
        if contact.channel == Contact.Channel.CALLBACK:
            return _waiting_call(contact, now)
        return _waiting_message(contact, now) if contact.channel == Contact.Channel.MESSAGE else _waiting(contact, now)
    since = contact.last_message_at or contact.opened_at
    if contact.left_at is not None:
        return RowClock(_("perhe lähti %(ago)s sitten") % {"ago": ago(contact.left_at)}, "", contact.left_at)
    if contact.answer_due_at is not None:
        return _answer_due(contact.answer_due_at, now)
    if contact.turn == Contact.Turn.WORKER:
        words = _("soita nyt") if contact.channel == Contact.Channel.CALLBACK else _("vastaa nyt")
        return RowClock(words, "soon", since)
    words = _("vuoro perheellä %(ago)s") % {"ago": ago(since)} if now - since >= MINUTE else _("vuoro perheellä")
    return RowClock(words, "", since)


def _waiting(contact: Contact, now: dt.datetime) -> RowClock:
    since = contact.returned_at or contact.queued_at
    waited = now - since
    within = contact.due_at - contact.opened_at if contact.due_at else UNPROMISED
    if waited >= within:
        return RowClock(_("odottanut jo %(ago)s") % {"ago": ago(since)}, "over", since)
    if waited < MINUTE:
        return RowClock(_("odottanut alle minuutin"), "", since)
    return RowClock(_("odottanut %(ago)s") % {"ago": ago(since)}, "soon" if 2 * waited >= within else "", since)


def _waiting_message(contact: Contact, now: dt.datetime) -> RowClock:
    due = contact.due_at
    if due is None:
        return RowClock(_("odottanut %(ago)s") % {"ago": ago(contact.queued_at)}, "", contact.queued_at)
    if now > due:
        return RowClock(_("lupaus ylittyi"), "over", due)
    level = "soon" if due - now <= MESSAGE_SOON else ""
    return RowClock(_("viimeistään %(when)s") % {"when": near_moment(due)}, level, due)


def _answer_due(due: dt.datetime, now: dt.datetime) -> RowClock:
    """The worker's own turn in a message: by when."""
    if now > due:
        return RowClock(_("lupaus ylittyi, vastaa nyt"), "over", due)
    level = "soon" if due - now <= MESSAGE_SOON else ""
    return RowClock(_("vastaa viimeistään %(when)s") % {"when": near_moment(due)}, level, due)


@register.filter
def consultation_clock(contact: Contact) -> RowClock:
    """How long a consultation has waited for an answer, or when something was last said in it."""
    if contact.state == Contact.State.WAITING:
        since = contact.returned_at or contact.queued_at
        if clock.now() - since < MINUTE:
            return RowClock(_("odottanut alle minuutin"), "", since)
        return RowClock(_("odottanut %(ago)s") % {"ago": ago(since)}, "", since)
    since = contact.last_message_at or contact.opened_at
    if clock.now() - since < MINUTE:
        return RowClock(_("juuri nyt"), "", since)
    return RowClock(_("%(ago)s sitten") % {"ago": ago(since)}, "", since)


@register.filter
def whom_asked(contact: Contact) -> str:
    """A consultation's one who is asked, in words."""
    words = {"worker": _("kollegalta: %(name)s"), "profession": _("ammattiryhmältä: %(name)s")}
    return words.get(asked_kind(contact), _("yksiköltä: %(name)s")) % {"name": asked_name(contact)}


@register.filter
def member_names(contact: Contact) -> str:
    """Who takes part in a consultation now, by name."""
    seats = sorted(contact.consultation.members.all(), key=lambda seat: seat.joined_at)
    return ", ".join(seat.user.full_name for seat in seats if seat.left_at is None)


def _waiting_call(contact: Contact, now: dt.datetime) -> RowClock:
    """By when a waiting callback is to be called, or called again."""
    callback = contact.callback
    if not callback.number_sealed:
        return RowClock(_("odottaa oikeaa numeroa"), "", contact.last_message_at or contact.queued_at)
    again = callback.next_try_at
    if again is not None and again > now:
        return RowClock(_("soita uudelleen %(when)s") % {"when": near_moment(again)}, "", again)
    if again is not None:
        return RowClock(_("soita uudelleen nyt"), "soon", again)
    due = contact.due_at
    if due is None:
        return RowClock(_("odottanut %(ago)s") % {"ago": ago(contact.queued_at)}, "", contact.queued_at)
    if now > due:
        return RowClock(_("lupaus ylittyi"), "over", due)
    level = "soon" if due - now <= MESSAGE_SOON else ""
    return RowClock(_("soita viimeistään %(when)s") % {"when": near_moment(due)}, level, due)


@register.filter
def client_name(contact: Contact) -> str:
    """The identified client's name; for everybody else what an anonymous family is called."""
    person = contact.person
    return person.full_name if person else _("Nimetön")


@register.filter
def age_today(birth_date: dt.date) -> int:
    return age_on(birth_date, local_date(clock.now()))


@register.filter
def level_name(acr: str) -> str:
    """How strongly somebody was identified, in words."""
    words = {
        Level.SUBSTANTIAL: _("vahva, korotettu taso"),
        Level.HIGH: _("vahva, korkea taso"),
        Level.EIDAS_SUBSTANTIAL: _("eIDAS, korotettu taso"),
        Level.EIDAS_HIGH: _("eIDAS, korkea taso"),
    }
    return words.get(acr, acr)  # type: ignore[call-overload]


@register.filter
def standing_in_words(standing: str) -> str:
    """Who acts for the child."""
    words = {
        Standing.GUARDIAN: _("Alle 12-vuotias: huoltaja asioi."),
        Standing.UNJUDGED: _("Kypsyyttä ei ole arvioitu."),
        Standing.GUARDIAN_BY_JUDGEMENT: _("Arvioitu: huoltaja voi asioida."),
        Standing.CHILD: _("Arvioitu: lapsi päättää itse."),
        Standing.OF_AGE: _("Täysi-ikäinen."),
    }
    return words.get(Standing(standing), "") if standing else ""


@register.filter
def passage_for_staff(passage: Passage) -> str:
    """What came to this relationship and what left it; the other relationship is not named."""
    words = {
        "left": _("%(channel)s siirtyi tunnistautuneen asiakkaan tietoihin."),
        "came_back": _("%(channel)s palasi nimettömäksi."),
        "came": _("%(channel)s alkoi nimettömänä ja liitettiin tähän."),
        "went_back": _("%(channel)s irrotettiin ja jatkui nimettömänä."),
    }
    return words[passage.kind] % {"channel": passage.channel}


@register.filter
def new_messages(count: int) -> str:
    """2 uutta"""
    return ngettext("%(n)s uusi", "%(n)s uutta", count) % {"n": count}


@register.filter
def look_too(users: list[User]) -> str:
    """Maija Mäkelä ja Pekka Virtanen katsovat myös tätä"""
    names = [user.full_name for user in users]
    all_names = names[0]
    if len(names) > 1:
        all_names = _("%(names)s ja %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
    words = ngettext("%(names)s katsoo myös tätä", "%(names)s katsovat myös tätä", len(names))
    return words % {"names": all_names}


@register.filter
def first_names(users: list[User]) -> str:
    """Annika, Päivi +2: at most two names, where there is little room."""
    names = ", ".join(user.first_name for user in users[:2])
    return f"{names} +{len(users) - 2}" if len(users) > 2 else names


@register.filter
def open_conversations(count: int) -> str:
    return ngettext("%(n)s keskustelu", "%(n)s keskustelua", count) % {"n": count}


@register.filter
def seats(presence: Presence, taken: int) -> list[bool]:
    """The worker's seats, taken ones first: what the little boxes beside the presence show."""
    return [seat < taken for seat in range(max(presence.capacity, taken))]


@register.simple_tag
def demo_accounts() -> list[tuple[str, str]]:
    """(account, what it is) of the demo's cast; empty in production."""
    if not settings.DEMO_MODE:
        return []
    from perhekeskus.demo.cast import CAST

    return [(person.email, str(person.role.label)) for person in CAST]


@register.simple_tag
def demo_password() -> str:
    if not settings.DEMO_MODE:
        return ""
    from perhekeskus.demo.cast import PASSWORD

    return PASSWORD
