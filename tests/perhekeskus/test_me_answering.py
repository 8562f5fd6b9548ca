"""The own page names who answers for the family: nobody before the acceptance, and the day's substitute."""

import datetime as dt

import pytest
import time_machine

from accounts.models import User
from guidance.models import Contact, ResponsibleWorker
from guidance.services import responsible as acts
from tests.cast import NOW, Cast, Visitor, ask, take
from tests.stand_in import browser_of, identify

pytestmark = pytest.mark.usefixtures("stand_in")


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_named_when_accepted_and_with_the_substitute(cast: Cast, chat: Contact, visitor: Visitor) -> None:
    browser = browser_of(visitor.secret)
    contact = ask(take(chat, cast.worker), cast.worker)
    identify(browser, "eka", contact.pk)
    relationship = Contact.objects.get(pk=contact.pk).relationship
    colleague = User.objects.get(pk=cast.colleague.pk)

    def page() -> str:
        return browser.get("/me/").content.decode()

    assert "Kuka vastaa asiastasi" not in page()
    term = acts.propose_responsible(
        relationship=relationship,
        worker=colleague,
        unit=cast.unit,
        role=ResponsibleWorker.Role.RESPONSIBLE,
        by=cast.worker,
        now=NOW,
    )
    assert "Kuka vastaa asiastasi" not in page(), "a proposal is not an answer"
    acts.accept_responsible(term=term, by=colleague, now=NOW)
    told = page()
    assert "Kuka vastaa asiastasi" in told and colleague.first_name in told and "sijaistaa" not in told
    worker = User.objects.get(pk=cast.worker.pk)
    today = NOW.date()
    acts.name_substitute(
        term=term, worker=worker, from_on=today, until_on=today + dt.timedelta(days=1), by=colleague, now=NOW
    )
    assert f"Tänään häntä sijaistaa {worker.first_name}." in page()
