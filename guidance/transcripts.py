"""A conversation as a text to keep: for its family, in the contact's language, with the names that the page shows."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogue.cards import service_address
from core import clock
from core.templatetags.words import clock_time, full_date, weekday_date
from core.translations import localized
from guidance.message_log import StoredMessage
from guidance.models import Contact
from guidance.selectors import gone_live_from, messages_after
from guidance.signposts import told_in

LINE = "\r\n"  # the one that every program on every device reads
Owner = Contact.NextStepOwner


def transcript_of(contact: Contact, now: dt.datetime) -> str:
    """The whole conversation so far, from its first words: the message that it went live from, too. What people have
    written is indented, so that nothing in it can look like another's line."""
    with translation.override(contact.language):
        earlier = gone_live_from(contact)
        begun = earlier or contact
        lines = [_("Keskustelu perhekeskuksen kanssa"), _("Alkoi %(day)s") % {"day": full_date(begun.opened_at)}]
        if contact.topic:
            lines.append(_("Aihe: %(topic)s") % {"topic": localized(contact.topic, "name")})
        lines.append(_("Tallennettu %(day)s klo %(time)s") % {"day": full_date(now), "time": clock_time(now)})
        messages = messages_after(contact)
        lines += _spoken([*messages_after(earlier), *messages] if earlier else messages)
        lines += closing_summary(contact)
        lines += services_told(contact)
        return LINE.join(lines) + LINE


def closing_summary(contact: Contact) -> list[str]:
    """What was agreed, the next step and whose it is; empty while the conversation goes on."""
    if not contact.is_closed or not contact.next_step:
        return []
    worker = contact.worker.first_name if contact.worker else ""
    whose = (
        {
            Owner.WORKER: _("%(name)s vastaa seuraavasta askeleesta.") % {"name": worker} if worker else "",
            Owner.SERVICE: _("Palvelu vastaa seuraavasta askeleesta. Sinun ei tarvitse tehdä mitään."),
            Owner.FAMILY: _("Seuraava askel on sinulla. Jos se tuntuu vaikealta, kirjoita meille."),
        }.get(Owner(contact.next_step_owner), "")
        if contact.next_step_owner
        else ""
    )
    step = [f"  {line}" for line in contact.next_step.splitlines()]
    return ["", _("Mitä seuraavaksi tapahtuu"), *step, *([whose] if whose else [])]


def services_told(contact: Contact) -> list[str]:
    """What the family was told of the catalogue, with the pages to go to; empty while the conversation goes on."""
    told = told_in(contact) if contact.is_closed else []
    if not told:
        return []
    named = [
        [f"  {one.name}", *([f"  {service_address(one.slug, contact.language)}"] if one.slug else [])] for one in told
    ]
    return ["", _("Sinulle kerrottiin näistä palveluista"), *(line for lines in named for line in lines)]


def _spoken(messages: Iterable[StoredMessage]) -> Iterator[str]:
    day = None
    for message in messages:
        local = timezone.localtime(message.at, clock.HELSINKI)
        if local.date() != day:
            day = local.date()
            yield from ("", weekday_date(local))
        yield from ("", f"{clock_time(message.at)} {_who(message)}")
        yield from (f"  {line}" for line in message.body.splitlines())


def _who(message: StoredMessage) -> str:
    if message.kind == "client":
        return _("Sinä")
    if message.kind == "system":
        return _("Perhekeskus")
    return ", ".join(part for part in (message.name or _("Ohjaaja"), message.role) if part)
