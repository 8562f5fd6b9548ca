"""The desk's sheets about who is who: what is refused comes back beside the field that is wrong."""

import datetime as dt

import pytest

from core import clock
from guidance.models import Child, Contact
from tests.cast import Cast, bind, make_person, make_visitor, open_chat, take
from tests.clients import at_desk

pytestmark = pytest.mark.django_db
TEENAGER = {"name": "Ville", "birth_date": "2012-05-05"}


@pytest.fixture
def talk(cast: Cast) -> Contact:
    now, visitor = clock.now(), make_visitor(clock.now())
    return bind(
        take(open_chat(visitor, now=now), cast.worker, now), visitor, cast.worker, make_person(now=now), now=now
    )


@pytest.mark.parametrize(
    ("sheet", "wrong", "words"),
    [
        ({}, "child", "Tarkista lapsen nimi"),
        ({"name": "Ville", "birth_date": "1999-01-01"}, "child", "alle 18-vuotias"),
        (TEENAGER, "may_act", "Arvioi ensin"),
        ({**TEENAGER, "may_act": "yes", "reason": " "}, "reason", "Kirjoita perustelu."),
    ],
)
def test_the_childs_sheet_tells_which_part_of_it_is_wrong(
    cast: Cast, talk: Contact, sheet: dict[str, str], wrong: str, words: str
) -> None:
    client = at_desk(cast.worker)
    answer = client.post(f"/desk/contacts/{talk.pk}/child/", sheet)
    assert (answer.status_code, answer.context["child_wrong"]) == (422, wrong)
    page = answer.content.decode()
    dialog = page[page.index('<dialog class="sheet" id="child"') :].partition("</dialog>")[0]
    assert words in dialog and dialog.count('id="child-wrong"') == 1
    faulty = {"child": 'id="child-name"', "may_act": "<fieldset", "reason": 'id="child-reason"'}[wrong]
    told = [tag for tag in dialog.split("<") if 'aria-describedby="child-wrong"' in tag]
    assert told and faulty.strip("<") in told[0]
    assert ('aria-invalid="true"' in dialog) is (wrong != "may_act")
    assert not Child.objects.exists()
    assert client.post(f"/desk/contacts/{talk.pk}/child/", {"name": "Aino", "birth_date": _born(5)}).status_code == 302


def _born(years: int) -> str:
    return (clock.now().date() - dt.timedelta(days=366 * years)).isoformat()
