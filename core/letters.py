"""Handing a letter to the mail server, and telling apart what is known of it afterwards."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class Delivered(StrEnum):
    SENT = "sent"
    LATER = "later"  # certainly not taken, and worth another try
    REFUSED = "refused"  # certainly not taken, nor will it be
    UNKNOWN = "unknown"  # the server had the text, and its answer was lost


@dataclass(frozen=True)
class Answer:
    """`reason` is a code for people who run the platform: never an address, never the server's own words."""

    outcome: Delivered
    reason: str = ""
    address_refused: bool = False


class _Conversation:
    """What smtplib cannot tell afterwards: whether the server had been given the text when the connection broke."""

    handed_over = False

    def data(self, msg: Any) -> Any:
        self.handed_over = True
        answer = super().data(msg)  # type: ignore[misc]
        self.handed_over = False  # it has answered: whatever it said is known
        return answer


class _PlainConversation(_Conversation, smtplib.SMTP):
    pass


class _SealedConversation(_Conversation, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Django's own, with conversations that remember how far they came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SealedConversation if self.use_ssl else _PlainConversation


def deliver(letter: Letter) -> Answer:
    """One conversation with the mail server. Never raises for what the server or the network does."""
    link: Any = get_connection()
    replies = [settings.NOTICE_REPLY_TO] if settings.NOTICE_REPLY_TO else None
    headers = {"Auto-Submitted": "auto-generated", **letter.headers}
    message = EmailMessage(letter.subject, letter.body, None, [letter.to], headers=headers, reply_to=replies)
    try:
        link.open()
    except (OSError, smtplib.SMTPException):
        return Answer(Delivered.LATER, "no_connection")
    try:
        link.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refused:
        return _judged(max(code for code, _words in refused.recipients.values()), at_address=True)
    except smtplib.SMTPResponseException as refused:
        return _judged(refused.smtp_code)
    except (OSError, smtplib.SMTPException):
        if getattr(getattr(link, "connection", None), "handed_over", False):
            return Answer(Delivered.UNKNOWN, "connection_lost")
        return Answer(Delivered.LATER, "connection_lost")
    except ValueError:  # no address, or a line break in a header
        return Answer(Delivered.REFUSED, "unsendable", address_refused=True)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            link.close()
    return Answer(Delivered.SENT)


def _judged(code: int, *, at_address: bool = False) -> Answer:
    if 400 <= code < 500:
        return Answer(Delivered.LATER, f"smtp_{code}")
    return Answer(Delivered.REFUSED, f"smtp_{code}", address_refused=at_address)
