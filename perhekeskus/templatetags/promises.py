"""The customer promise in the reader's words, from what has been promised."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.models import Contact, CustomerPromise

register = template.Library()
Channel = Contact.Channel


@register.simple_tag
def promises_in_short() -> str:
    """Chatissa 10 minuutissa, viestiin viimeistään seuraavana arkipäivänä. Empty while nothing is promised."""
    answers = {promise.channel: promise for promise in CustomerPromise.objects.all()}
    chat, message = answers.get(Channel.CHAT), answers.get(Channel.MESSAGE)
    if chat is None or message is None:
        return ""
    both = {"chat": within_words(chat), "message": within_words(message)}
    return _("Chatissa %(chat)s, viestiin %(message)s.") % both


@register.filter
def within_words(promise: CustomerPromise) -> str:
    """10 minuutissa; viimeistään seuraavana arkipäivänä; viimeistään 2. arkipäivänä"""
    n = promise.within
    if promise.measure == CustomerPromise.Measure.MINUTES:
        return ngettext("%(n)s minuutissa", "%(n)s minuutissa", n) % {"n": n}
    if n == 1:
        return _("viimeistään seuraavana arkipäivänä")
    return _("%(n)s arkipäivän kuluessa") % {"n": n}


@register.filter
def promise_heading(promise: CustomerPromise) -> str:
    """Chatissa 10 minuutissa"""
    within = {"within": within_words(promise)}
    if promise.channel == Channel.CHAT:
        return _("Chatissa %(within)s") % within
    if promise.channel == Channel.CALLBACK:
        return _("Soitamme %(within)s") % within
    return _("Viestiin %(within)s") % within
