"""Whom the demo refers families to, and a few referrals on their way: made by the services, so that each has its steps,
its permission and its record."""

import datetime as dt
from collections.abc import Sequence

from accounts.models import Unit, User
from core.opening_hours import local_date
from guidance.models import ClientRelationship, Contact
from referrals import services
from referrals.models import Consent, Receiver, Referral

DAY = dt.timedelta(days=1)
Item = Consent.Item
# (unit or "", e-mail, assesses needs, days to answer, name in three languages)
RECEIVERS = (
    ("pohjoinen", "", True, 5, "Pohjoisen perhetyö", "Familjearbetet i norr", "Northern family work"),
    ("asiakasohjaus", "", False, 3, "Perhekeskuksen asiakasohjaus", "Familjecentrets klienthandledning",
     "Family centre guidance"),
    ("", "poliklinikka@sairaala.example", False, 10, "Lastenpsykiatrian poliklinikka",
     "Barnpsykiatriska polikliniken", "Child psychiatry clinic"),
    ("", "vertaistuki@jarjesto.example", False, 5, "Vanhempien vertaistuki", "Kamratstöd för föräldrar",
     "Peer support for parents"),
)  # fmt: skip
SUMMARIES = (
    "Vauva herää tunnin välein, ja vanhempi on öisin yksin. Unta on ollut kahden kuukauden ajan hyvin vähän.",
    "Kotona riidellään usein, ja lapsi on alkanut pelätä nukkumaanmenoa. Perhe toivoo, että joku tulee kotiin.",
    "Vanhempi on uupunut ja kaipaa arviota siitä, mikä tuki perheelle sopisi.",
    "Perhe kaipaa tukea arjen rytmiin ja ruokailuihin.",
)


def load_receivers(units: Sequence[Unit]) -> None:
    by_slug = {unit.slug: unit for unit in units}
    for order, (slug, email, assesses, days, fi, sv, en) in enumerate(RECEIVERS):
        if slug and slug not in by_slug:
            continue
        Receiver.objects.create(
            name_fi=fi, name_sv=sv, name_en=en, unit=by_slug.get(slug), email=email, answer_days=days,
            assesses_needs=assesses, order=order,
        )  # fmt: skip


def write_referrals(now: dt.datetime) -> None:
    """One that asks the family, one that the receiver looks into, one that has begun, one that was declined."""
    worker, north = (User.objects.get(email=f"ohjaaja{number}@demo.test") for number in (1, 3))
    unit = Unit.objects.get(slug="asiakasohjaus")
    theirs = Contact.objects.filter(unit=unit, relationship__person__isnull=False).order_by("-opened_at", "pk")
    families = list(dict.fromkeys(theirs.values_list("relationship_id", flat=True)))
    receiver = Receiver.objects.filter(unit__slug="pohjoinen").first()
    if not families or receiver is None:
        return
    kinds = (Referral.Kind.SERVICE, Referral.Kind.SERVICE, Referral.Kind.NEEDS_ASSESSMENT, Referral.Kind.SERVICE)
    days = (1, 2, 9, 4)
    made = [
        _asked(
            families[number % len(families)], worker, unit, receiver, kinds[number], number, now - days[number] * DAY
        )
        for number in range(len(kinds))
    ]
    for referral in made[1:]:
        _allowed_and_sent(referral, worker, referral.made_at)
    _looked_into, started, declined = made[1:]
    services.receive(referral_id=_looked_into.pk, worker=north, now=now - DAY)
    services.accept(
        referral_id=started.pk, worker=north, words="Tulemme käymään maanantaina klo 10.", now=now - 7 * DAY
    )
    services.start(referral_id=started.pk, worker=north, now=now - 3 * DAY)
    services.decline(
        referral_id=declined.pk, worker=north, reason="Perhetyössä on kahden kuukauden jono.", now=now - 2 * DAY
    )


def _asked(
    family: int, worker: User, unit: Unit, receiver: Receiver, kind: Referral.Kind, number: int, at: dt.datetime
) -> Referral:
    relationship = ClientRelationship.objects.get(pk=family)
    contact = Contact.objects.filter(relationship=relationship, unit=unit).order_by("-opened_at").first()
    return services.refer(
        relationship_id=family,
        worker=worker,
        unit=unit,
        receiver=receiver,
        kind=kind,
        urgency=Referral.Urgency.SOON if number == 1 else Referral.Urgency.NORMAL,
        service=None,
        contact_id=contact.pk if contact else None,
        summary=SUMMARIES[number],
        wish="Kotikäynti kahden viikon sisällä." if number == 1 else "",
        is_warm=number == 1,
        asking=services.Asking(
            items=[Item.SUMMARY, Item.NAME], until_on=local_date(at) + 90 * DAY, others_too=number == 1
        ),
        now=at,
    )


def _allowed_and_sent(referral: Referral, worker: User, at: dt.datetime) -> None:
    """The family says yes on its own page, and the worker sends it."""
    consent, person = referral.consents.get(), referral.relationship.person
    assert person is not None
    services.give_consent(consent_id=consent.pk, person=person, now=at + dt.timedelta(hours=1))
    services.send(referral_id=referral.pk, worker=worker, now=at + dt.timedelta(hours=2))
