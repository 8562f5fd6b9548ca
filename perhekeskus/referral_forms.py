"""The forms of a referral at the desk: what was typed, what of it is wrong and where, and how it goes to the services.
Nothing that was typed is lost on the way."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from chat.views_family import typed_text
from core.opening_hours import local_date
from core.text import BodyRefused
from guidance.services.errors import ContactRefused
from referrals import errors
from referrals.models import Consent, Receiver, Referral
from referrals.services import Asking
from referrals.staff import full_name, named_receivers, receivers

USUAL_DAYS = dt.timedelta(days=90)
USUAL_ITEMS = (Consent.Item.SUMMARY.value, Consent.Item.NAME.value)
# Whether the family is asked now.
LATER, OWN_PAGE, SPOKEN = "later", "own_page", "spoken"
WHERE: dict[type[Exception], str] = {
    errors.ReceiverUnfit: "receiver",
    errors.SummaryMissing: "summary",
    errors.ConsentEmpty: "along",
    errors.ConsentDaysWrong: "until_on",
}


@dataclass
class Typed:
    """`wrong`: in words what is wrong, by the name of the field; "" is the whole form."""

    receiver: str = ""
    kind: str = Referral.Kind.SERVICE.value
    urgency: str = Referral.Urgency.NORMAL.value
    summary: str = ""
    wish: str = ""
    is_warm: bool = False
    asking: str = OWN_PAGE
    items: tuple[str, ...] = USUAL_ITEMS
    until_on: str = ""
    others_too: bool = False
    wrong: dict[str, str] = field(default_factory=dict)

    def refused(self, refusal: ContactRefused | BodyRefused) -> int:
        """Keep what was refused beside its field; the answer's status."""
        self.wrong[WHERE.get(type(refusal), "")] = refusal.detail
        return getattr(refusal, "http_status", 422)


def fresh(now: dt.datetime) -> Typed:
    return Typed(until_on=(local_date(now) + USUAL_DAYS).isoformat())


def of_draft(row: Referral) -> Typed:
    return Typed(
        receiver=full_name(row.receiver),
        kind=row.kind,
        urgency=row.urgency,
        summary=row.summary,
        wish=row.wish,
        is_warm=row.is_warm,
    )


def typed(request: HttpRequest) -> Typed:
    told = request.POST
    return Typed(
        receiver=told.get("receiver", "")[:300],
        kind=_one_of(told, "kind", Referral.Kind.values),
        urgency=_one_of(told, "urgency", Referral.Urgency.values),
        summary=typed_text(request, "summary"),
        wish=typed_text(request, "wish"),
        is_warm=told.get("is_warm") == "yes",
        asking=_one_of(told, "asking", [LATER, OWN_PAGE, SPOKEN]),
        items=tuple(item for item in Consent.Item.values if item in told.getlist("items")),
        until_on=told.get("until_on", "")[:10],
        others_too=told.get("others_too") == "yes",
    )


def chosen_receiver(sheet: Typed) -> Receiver | None:
    """The one that was meant; else the sheet says what to do."""
    found = named_receivers(sheet.receiver, receivers())
    if len(found) == 1:
        return found[0]
    if found:
        names = "; ".join(full_name(one) for one in found[:6])
        sheet.wrong["receiver"] = _("Nimi sopii moneen. Tarkoititko: %(names)s?") % {"names": names}
    else:
        sheet.wrong["receiver"] = _("Valitse vastaanottaja luettelosta. Kirjoita osa nimestä, niin se löytyy.")
    return None


def asking_of(sheet: Typed) -> Asking | None:
    """The question that goes along; None when it is asked later, and when its day is no day, which the sheet says."""
    if sheet.asking == LATER:
        return None
    day = _day(sheet.until_on)
    if day is None:
        sheet.wrong["until_on"] = errors.ConsentDaysWrong().detail
        return None
    return Asking(items=sheet.items, until_on=day, others_too=sheet.others_too, spoken=sheet.asking == SPOKEN)


def choices() -> dict[str, Any]:
    """What the form offers."""
    return {
        "receivers": [full_name(one) for one in receivers()],
        "kinds": Referral.Kind.choices,
        "urgencies": Referral.Urgency.choices,
        "items": Consent.Item.choices,
        "askings": [
            (OWN_PAGE, _("Kysy perheeltä sen omalla sivulla")),
            (SPOKEN, _("Perhe antoi luvan puhuen, kirjaan sen")),
            (LATER, _("Ei vielä, jätän luonnokseksi")),
        ],
    }


def _one_of(told: Mapping[str, str], name: str, values: list[str]) -> str:
    """One of the values; the first of them for anything else."""
    return told[name] if told.get(name) in values else values[0]


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:  # a day that no month has
        return None
