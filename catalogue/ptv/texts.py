"""Texts of others into plain text of ours: no markup, scripts or control characters; addresses that can be followed."""

import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_SILENT_TAGS = {"script", "style", "template", "noscript", "iframe", "object", "svg", "head", "title"}
_BREAKING_TAGS = {"p", "div", "br", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"}
ADDRESS_LIMIT = 500
NUMBER_LIMIT = 40


class _PlainText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SILENT_TAGS:
            self._silent.append(tag)
        elif tag in _BREAKING_TAGS:
            self.parts.append("\n" if tag == "br" else "\n\n")
        elif tag == "li":
            self.parts.append("\n- ")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag not in _SILENT_TAGS:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _BREAKING_TAGS and tag != "br":
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(value: object) -> str:
    """The text without markup and control characters, paragraphs kept as empty lines; "" for anything but text."""
    if not isinstance(value, str):
        return ""
    text = value
    # What was written as entities is markup of somebody's after the first round: twice, and then it is only text.
    for _round in range(2):
        if not _MARKUP.search(text) and "&" not in text:
            break
        parser = _PlainText()
        parser.feed(text)
        parser.close()
        text = "".join(parser.parts)
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(value: object) -> str:
    return " ".join(plain_text(value).split())


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words with an ellipsis."""
    if len(text) <= limit:
        return text
    whole = text[: limit - 1]
    words = whole.rsplit(None, 1)[0] if re.search(r"\s", whole[limit // 2 :]) else whole
    return words.rstrip(" ,.;:\n") + "…"


def web_address(value: object) -> str | None:
    """An address of the web, "" for none; None when it is no such thing (another scheme, no host, too long)."""
    text = one_line(value)
    if not text:
        return ""
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", text) or re.match(r"[^/:]+\.[a-z]+:\d", text):
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError:
        return None
    ours = parts.scheme in ("http", "https") and "." in host and "@" not in parts.netloc and " " not in text
    return text if ours and len(text) <= ADDRESS_LIMIT else None


def email_address(value: object) -> str | None:
    """As `web_address`."""
    text = one_line(value).removeprefix("mailto:")
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        return None
    return text if len(text) <= 254 else None


def phone_number(prefix: object, number: object) -> str | None:
    """As people here write it: "09 310 12345"; a foreign one with its country. "" for none, None for no number."""
    written = one_line(number)
    if not written:
        return ""
    whole = f"{one_line(prefix)}{written.lstrip('0')}" if one_line(prefix) and not written.startswith("+") else written
    try:
        parsed = parse(whole, "FI")
        if is_valid_number(parsed):
            finnish = parsed.country_code == 358
            return format_number(parsed, PhoneNumberFormat.NATIONAL if finnish else PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        pass
    # Service numbers such as 116117 are no numbers to the library.
    plain = whole if whole.startswith("+") else written
    return plain if re.fullmatch(r"\+?[\d ()-]{3,30}", plain) and re.search(r"\d{3}", plain) else None
