"""The own page of an identified family with all that it can have: every face in three languages and two widths."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from accounts.models import Person, VisitorKey
from core import clock
from core.opening_hours import local_date
from guidance.models import ClientRelationship, Contact, Feedback, ResponsibleWorker
from referrals import services
from referrals.models import Receiver
from segments.instruments import Axis
from segments.models import Assessment
from segments.services import answer_demand, start_assessment
from tests.cast import Cast, Visitor, bind, close, make_person, make_visitor, open_chat, take
from tests.segments.making import answers_of, by_family, decide, publish

SHOTS = os.environ.get("SHOTS")
DAY = dt.timedelta(days=1)


def a_path(house: Cast, now: dt.datetime) -> tuple[Visitor, Person, list[str]]:
    """Two conversations that were, one with its feeling; somebody who answers; a referral that has begun, one that
    waits for an answer, one that asks for consent. Returns the family's own pages too."""
    visitor, eka = make_visitor(now - 40 * DAY), make_person("Eka Huoltaja", now - 40 * DAY)
    chat = bind(take(open_chat(visitor, now=now - 40 * DAY), house.worker, now - 40 * DAY), visitor, house.worker, eka)
    chat = close(chat, house.worker, house.topic, now - 39 * DAY, step="Soitamme sinulle huomenna.")
    Feedback.objects.create(contact=chat, helped="partly", feeling=2, at=now - 39 * DAY)
    family = ClientRelationship.objects.get(person=eka)
    letter = open_chat(visitor, now=now - 12 * DAY, channel="message")
    Contact.objects.filter(pk=letter.pk).update(relationship=family, visitor=None)
    take(letter, house.colleague, now - 11 * DAY)
    ResponsibleWorker.objects.create(
        relationship=family, worker=house.worker, unit=house.unit, role="responsible", state="accepted",
        proposed_by=house.worker, proposed_at=now - 10 * DAY, answered_at=now - 9 * DAY,
    )  # fmt: skip
    receiver = Receiver.objects.create(
        name_fi="Pohjoisen perhetyö", name_sv="Norra familjearbetet", name_en="Northern family work",
        unit=house.other_unit, assesses_needs=True,
    )  # fmt: skip
    begun = _referral(house, family, receiver, now - 30 * DAY)
    sent(house, eka, begun, now - 29 * DAY)
    services.accept(referral_id=begun, worker=house.outsider, now=now - 22 * DAY)
    services.start(referral_id=begun, worker=house.outsider, now=now - 10 * DAY)
    services.tell_feeling(referral_id=begun, person=eka, feeling=4, word="Meitä kuunneltiin.", now=now - 8 * DAY)
    waiting = _referral(house, family, receiver, now - DAY, kind="needs_assessment")
    sent(house, eka, waiting, now - DAY)
    asked = _referral(house, family, receiver, now)
    _ask(house, asked, now)
    publish()
    decided = _assessed(house, family, eka, now - 20 * DAY)
    opened = start_assessment(relationship_id=family.pk, worker=house.worker, unit=house.unit, now=now)
    pages = [f"me/assessments/{row.pk}/" for row in (decided, opened)]
    return visitor, eka, [*pages, *(f"me/referrals/{number}/" for number in (begun, waiting, asked))]


def _assessed(house: Cast, family: ClientRelationship, eka: Person, now: dt.datetime) -> Assessment:
    row = start_assessment(relationship_id=family.pk, worker=house.worker, unit=house.unit, now=now)
    by_family(row, eka, view="Toivomme apua öihin.", own_choice="yhteiso", now=now)
    answers = answers_of(Axis.DEMAND, high=True)
    answer_demand(assessment_id=row.pk, worker=house.worker, answers=answers, now=now)
    return decide(row, house.worker, reason="Uupumus on kestänyt pitkään.", now=now)


def _referral(house: Cast, family: ClientRelationship, receiver: Receiver, now: dt.datetime, **given: str) -> object:
    words = {"summary": "Vauva herää öisin tunnin välein.\nVanhemmat ovat uupuneita.", "wish": "Kotikäynti."}
    worker = {"worker": house.worker, "unit": house.unit, "receiver": receiver, "now": now}
    return services.make_draft(relationship_id=family.pk, **worker, **words, **given).pk


def _ask(house: Cast, referral_id: object, now: dt.datetime) -> int:
    until = local_date(now) + 90 * DAY
    asked = {"items": ["summary", "name", "plan"], "others_too": True, "until_on": until}
    return services.ask_consent(referral_id=referral_id, worker=house.worker, **asked, now=now).pk


def sent(house: Cast, eka: Person, referral_id: object, now: dt.datetime) -> None:
    services.give_consent(consent_id=_ask(house, referral_id, now), person=eka, now=now)
    services.send(referral_id=referral_id, worker=house.worker, now=now)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_own_situation_has_no_violation(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    now = clock.now()
    visitor, eka, pages = a_path(house, now)
    VisitorKey.objects.filter(pk=visitor.key.pk).update(person=eka, person_until=now + DAY)
    page = new_page(visitor=visitor, language=language, desk=True)
    _look_through(page, ("me/", *pages), language, "me", axe)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_smaller_page_without_a_name_has_no_violation(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    now, visitor = clock.now(), make_visitor(clock.now())
    ended = take(open_chat(visitor, now=now - 3 * DAY), house.worker, now - 3 * DAY)
    ended = close(ended, house.worker, house.topic, now - 2 * DAY, step="Soitamme sinulle huomenna.")
    Feedback.objects.create(contact=ended, helped="yes", feeling=5, at=now - 2 * DAY)
    close(take(open_chat(visitor, now=now - DAY), house.worker, now - DAY), house.worker, house.topic, now - DAY)
    open_chat(visitor, now=now, channel="message")
    page = new_page(visitor=visitor, language=language, desk=True)
    _look_through(page, ("me/",), language, "nameless", axe)


def _look_through(page: Page, paths: tuple[str, ...], language: str, name: str, axe: Callable[[Page], None]) -> None:
    prefix = "/" if language == "fi" else f"/{language}/"
    for number, path in enumerate(paths):
        answer = page.goto(prefix + path)
        assert answer is not None and answer.status == 200, path
        for fold in page.locator("details").all():
            fold.evaluate("fold => { fold.open = true; }")
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{path} is too wide"
            axe(page)
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{number}-{language}-{width}.png", full_page=True)
