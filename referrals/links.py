"""A receiver outside the platform: the link in its letter, the code that a person of the sender's says aloud, and the
browser that may read after that.

The link is signed and names a row; by itself it opens a page that asks for a code and tells nothing. The code goes
another way than the letter, opens one browser and is then worth nothing. Of code and browser only keyed hashes are
kept.
"""

import datetime as dt
import hmac
import secrets
import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.visitors import keyed_hash
from core import outbox
from core.letters import Letter
from core.outbox import Maker, Payload
from referrals.models import ReceiverLink, Referral

# The longest that a consent can last: what ends earlier ends the access earlier (referrals/rights.py).
LINK_LASTS = dt.timedelta(days=367)
CODE_LASTS = dt.timedelta(hours=24)
BROWSER_LASTS = dt.timedelta(days=14)
TRIES = 5
CODE_DIGITS = 8
LETTER = "receiver_link"
_SIGNER = "referrals.receiver_link"


def open_link(referral: Referral, now: dt.datetime) -> ReceiverLink:
    """A new link to the present receiver, and its letter. Inside the caller's transaction, after `end_links`."""
    link = ReceiverLink.objects.create(
        referral=referral, receiver=referral.receiver, made_at=now, expires_at=now + LINK_LASTS
    )
    payload = {"link": link.pk.hex}
    outbox.enqueue(key=f"receiver-link-{link.pk.hex}", kind=LETTER, payload=payload, due_at=now, now=now)
    return link


def end_links(referral: Referral, now: dt.datetime) -> list[ReceiverLink]:
    """Whatever link there is works no more; inside the caller's transaction."""
    ended = list(ReceiverLink.objects.filter(referral=referral, ended_at__isnull=True))
    for link in ended:
        link.ended_at = max(now, link.made_at)
        link.code_hash, link.code_sent_at, link.browser_hash, link.browser_until = "", None, "", None
        link.save()
    return ended


def token_of(link: ReceiverLink) -> str:
    """What stands in the address; it is good for this link and for nothing else."""
    return Signer(salt=_SIGNER).sign(link.pk.hex)


def link_by_token(token: str) -> ReceiverLink | None:
    """The link of an address that we have signed, whether it still works or not."""
    try:
        link_id = uuid.UUID(hex=Signer(salt=_SIGNER).unsign(token))
    except (BadSignature, ValueError):
        return None
    return ReceiverLink.objects.select_related("referral__receiver", "receiver").filter(pk=link_id).first()


def address_of(link: ReceiverLink, language: str) -> str:
    with translation.override(language):
        return f"{settings.PUBLIC_ADDRESS}{reverse('receiver_link')}?t={token_of(link)}"


def new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def code_hash(link: ReceiverLink, code: str) -> str:
    return keyed_hash(f"receiver-code:{link.pk.hex}:{code}")


def browser_hash(link: ReceiverLink, secret: str) -> str:
    return keyed_hash(f"receiver-browser:{link.pk.hex}:{secret}")


def is_browser_of(link: ReceiverLink, secret: str, now: dt.datetime) -> bool:
    """Whether this browser gave the right code, not too long ago."""
    if not secret or not link.browser_hash or link.browser_until is None or link.browser_until <= now:
        return False
    return hmac.compare_digest(link.browser_hash, browser_hash(link, secret))


def letter(payload: Payload, now: dt.datetime) -> Letter | None:
    """That a referral waits, in three languages since nobody knows the reader's, and nothing of whom or what. None
    when the link works no more."""
    link = ReceiverLink.objects.select_related("receiver").filter(pk=payload["link"], ended_at__isnull=True).first()
    if link is None:
        return None
    parts, subjects = [], []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subjects.append(_("Ohjaus odottaa"))
            lines = (
                _("Hei,"),
                _("teille on lähetetty ohjaus: %(address)s") % {"address": address_of(link, language)},
                _("Sivu kysyy koodia. Lähettäjä sanoo sen puhelimessa. Älä lähetä linkkiä eteenpäin."),
            )
            parts.append("\n\n".join(lines))
    return Letter(to=link.receiver.email, subject=" / ".join(subjects), body="\n\n—\n\n".join(parts) + "\n")


def register_letters() -> None:
    outbox.register(LETTER, Maker(letter))
