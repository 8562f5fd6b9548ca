"""The export holds everything that is the family's, and nothing of anybody else."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from audit.codes import AuditCode
from audit.models import AuditEvent
from guidance.own_data import export_own_data
from tests.cast import NOW, Cast, Visitor, make_person, make_visitor, open_chat
from tests.guidance.test_erasing import DAY, bind, full_life, relationship_of, speaks_for

pytestmark = pytest.mark.django_db


def as_text(data: dict[str, object]) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)


def test_an_anonymous_visitor_gets_their_own(cast: Cast, visitor: Visitor, stranger: Visitor) -> None:
    chat = open_chat(visitor, body="Minun sanani")
    full_life(cast, chat, visitor)
    open_chat(stranger, body="Vieraan sanat")
    text = as_text(data := export_own_data(key=visitor.key, now=NOW))
    assert "Minun sanani" in text and "Lisää" in text and "Kiitos" in text
    assert "Vieraan sanat" not in text and "Merkintä" not in text
    assert data["person"] is None and data["notes_of_staff"] == 1 and len(data["contacts"]) == 1
    looks = data["looks"]
    assert isinstance(looks, list) and {row["who"] for row in looks} >= {cast.worker.full_name}
    assert visitor.secret not in text and "hash" not in text
    event = AuditEvent.objects.get(code=AuditCode.DATA_EXPORTED)
    assert (event.actor_kind, event.relationship_id, event.ground) == ("client", chat.relationship_id, "own")


def test_an_identified_person_gets_what_is_in_their_name_while_it_lasts(cast: Cast, visitor: Visitor) -> None:
    chat = open_chat(visitor, body="Nimelläni")
    person = make_person("Eka Huoltaja")
    speaks_for(visitor, person)
    bind(chat, person, worker=cast.worker)
    other = make_visitor()
    speaks_for(other, person)
    text = as_text(export_own_data(key=other.key, now=NOW))
    assert "Nimelläni" in text and "Huoltaja" in text and "Ajanvaraus" in text
    assert AuditEvent.objects.filter(
        code=AuditCode.DATA_EXPORTED, actor_kind="person", relationship_id=relationship_of(person).pk
    ).exists()
    later = as_text(export_own_data(key=other.key, now=NOW + 2 * DAY))
    assert "Nimelläni" not in later and "Huoltaja" not in later
    assert "Nimelläni" in as_text(export_own_data(key=visitor.key, now=NOW + 2 * DAY)), "the device that opened it"


def test_questions_do_not_grow_with_the_contacts(cast: Cast, visitor: Visitor, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for n in range(6):
        open_chat(visitor, body=f"Asia {n}")
    with django_assert_max_num_queries(30):
        export_own_data(key=visitor.key, now=NOW)
