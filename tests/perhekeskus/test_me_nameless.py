"""The smaller own page of a visitor without a name: what waits, what has been and how it felt, and nothing of anybody
else's."""

import datetime as dt

import pytest
import time_machine

from accounts.visitors import redeem_return_code
from guidance.models import ClientRelationship, Contact, Feedback
from tests.cast import NOW, Cast, Visitor, close, make_person, open_chat, take
from tests.stand_in import browser_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(secret: str) -> str:
    answer = browser_of(secret).get("/me/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_by_the_return_code_another_device_sees_the_same(cast: Cast, visitor: Visitor, stranger: Visitor) -> None:
    ended = close(take(open_chat(visitor, now=NOW - 9 * MINUTE), cast.worker, NOW), cast.worker, cast.topic, NOW)
    told = close(take(open_chat(visitor, now=NOW - 8 * MINUTE), cast.worker, NOW), cast.worker, cast.topic, NOW)
    Feedback.objects.create(contact=told, feeling=4, at=NOW)
    open_chat(visitor, channel="message")
    _visitor, secret = redeem_return_code(code=visitor.code, now=NOW)
    for page in (page_of(visitor.secret), page_of(secret)):
        assert page.index("Mitä seuraavaksi") < page.index("Nimettömät keskustelusi")
        assert "Viestisi on perillä." in page and "Polkusi kuvana" in page
        assert "Tuntui: 4/5" in page and page.count("Kerro, miltä tuntui") == 1
        assert f"/contacts/{ended.pk}/#feedback" in page
    for other in (page_of(stranger.secret), page_of("")):
        assert "Mitä seuraavaksi" not in other and "Polkusi kuvana" not in other and str(told.pk) not in other


def test_what_moved_to_a_name_is_gone_from_it(
    cast: Cast, visitor: Visitor, eka_relationship: ClientRelationship
) -> None:
    chat, letter = open_chat(visitor), open_chat(visitor, channel="message")
    assert f"/contacts/{chat.pk}/" in page_of(visitor.secret)
    Contact.objects.filter(pk=chat.pk).update(relationship=eka_relationship)
    page = page_of(visitor.secret)
    assert f"/contacts/{chat.pk}/" not in page and f"/contacts/{letter.pk}/" in page
    assert page.count('class="mark contact"') == 1


@pytest.fixture
def eka_relationship(db: None) -> ClientRelationship:
    return ClientRelationship.objects.create(person=make_person(), created_at=NOW)
