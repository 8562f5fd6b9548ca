"""Local work survives every re-import, whatever the source says meanwhile."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import (
    Channel,
    ExceptionalDay,
    LifeSituation,
    LocalEdit,
    Location,
    Service,
    ServiceChannel,
    ServiceLocation,
    Synonym,
    WeeklyHours,
)
from catalogue.ptv.overlay import as_json
from tests.catalogue.ptv import source
from tests.catalogue.ptv.conftest import NOW, Import
from tests.catalogue.ptv.source import place, service, uid

pytestmark = pytest.mark.django_db
EVE = dt.date(2026, 12, 24)

# {field: (the JSON of the source that says so, by a value)}; every value is one that the column takes as it is.
FIELDS = {
    "summary_fi": lambda value: {"serviceDescriptions": source.texts(value, kind="Summary") if value else None},
    "price_kind": lambda value: {"serviceChargeType": value},
    "keywords_fi": lambda value: {"keywords": source.texts(value) if value else None},
}
SOURCE_SAYS = {
    "summary_fi": {"": "", "a": "a", "b": "b"},
    "price_kind": {"": "", "a": "free", "b": "fee"},
    "keywords_fi": {"": [], "a": ["a"], "b": ["b"]},
}
IN_SOURCE = {"price_kind": {"": "Other", "a": "Free", "b": "Chargeable"}}


def said(field: str, letter: str) -> dict[str, Any]:
    return FIELDS[field](IN_SOURCE.get(field, {}).get(letter, letter))


def a_service(letters: dict[str, str]) -> dict[str, Any]:
    other: dict[str, Any] = {}
    for field, letter in letters.items():
        other |= said(field, letter)
    return service(1, places=(1,), **other)


letter = st.sampled_from(["", "a", "b"])
one_state = st.fixed_dictionaries(dict.fromkeys(FIELDS, letter))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=one_state,
    ours=st.dictionaries(st.sampled_from(sorted(FIELDS)), letter),
    later=st.lists(one_state, min_size=3, max_size=3),
)
def test_own_texts_hold_over_three_imports(
    import_items: Import, first: dict[str, str], ours: dict[str, str], later: list[dict[str, str]]
) -> None:
    with transaction.atomic():
        import_items([a_service(first)])
        made = Service.objects.get(ptv_id=uid(4, 1))
        # What an editor does: writes the column, and what the source said.
        edited = {field: mine for field, mine in ours.items() if mine != first[field]}
        for field, mine in edited.items():
            LocalEdit.objects.create(service=made, field=field, source_value=getattr(made, field), made_at=NOW)
            setattr(made, field, SOURCE_SAYS[field][mine])
        made.save()
        model = dict(edited)  # the fields that are still ours
        for state in later:
            run = import_items([a_service(state)])
            made.refresh_from_db()
            edits = {edit.field: edit for edit in LocalEdit.objects.all()}
            model = {field: mine for field, mine in model.items() if mine != state[field]}
            assert set(edits) == set(model)
            for field in FIELDS:
                wanted = SOURCE_SAYS[field][model.get(field, state[field])]
                assert getattr(made, field) == wanted, field
                if field in model:
                    theirs, before = (
                        as_json(SOURCE_SAYS[field][state[field]]),
                        as_json(SOURCE_SAYS[field][first[field]]),
                    )
                    in_conflict = theirs != before
                    assert (edits[field].conflict_since is not None) == in_conflict
                    assert as_json(edits[field].newer_value) == (theirs if in_conflict else None)
            told = {field for line in run.lines.filter(act="conflict") for field in line.fields}
            assert told <= set(model)
        transaction.set_rollback(True)


def test_what_is_only_ours_is_never_touched(import_items: Import) -> None:
    import_items([place(1), service(1, places=(1,))])
    made, where = Service.objects.get(), Location.objects.get()
    situation = LifeSituation.objects.create(slug="oma", icon="cup", name_fi="a", name_sv="b", name_en="c")
    made.situations.set([situation])
    chat = Channel.objects.create(kind="chat", value="https://chat.example.fi")
    ServiceChannel.objects.create(service=made, channel=chat, note_fi="Meidän chat")
    ExceptionalDay.objects.create(location=where, date=EVE, reason_fi="Jouluaatto")
    Synonym.objects.create(language="fi", words=["itkuinen"]).services.add(made)
    Service.objects.update(tip_fi="Vihje", status=Service.Status.PAUSED, waiting_weeks=3)
    for number in range(3):
        hours = source.week(f"0{number + 7}:00:00") + [
            {"serviceHourType": "Exceptional", "isClosed": True, "validFrom": f"2026-12-{24 + number}T00:00:00"}
        ]
        run = import_items(
            [
                place(1, serviceHours=hours),
                service(1, places=(1,), serviceNames=source.texts(f"Nimi {number}", kind="Name")),
            ]
        )
        assert run.counts["changed"] == 2
    made.refresh_from_db()
    assert (made.name_fi, made.tip_fi, made.status, made.waiting_weeks) == ("Nimi 2", "Vihje", "paused", 3)
    assert [one.slug for one in made.situations.all()] == ["oma"] and made.synonyms.count() == 1
    assert [row.note_fi for row in made.through_channels.all()] == ["Meidän chat"]
    days = set(where.exceptions.values_list("date", "local"))
    assert days == {(EVE, True), (EVE + dt.timedelta(2), False)}


def test_hours_and_places_that_people_here_wrote(import_items: Import) -> None:
    import_items([place(1, services=[1]), place(2), service(1, places=(1,))])
    made, where = Service.objects.get(), Location.objects.get(ptv_id=uid(2, 1))
    LocalEdit.objects.create(
        location=where, field="weekly", made_at=NOW, source_value=[[day, 480, 960, "", ""] for day in range(1, 6)]
    )
    where.weekly.all().delete()
    WeeklyHours.objects.create(location=where, weekday=6, opens_minute=600, closes_minute=720)
    LocalEdit.objects.create(service=made, field="locations", source_value=[where.pk], made_at=NOW)
    ServiceLocation.objects.all().delete()
    changed = [
        place(1, services=[1], serviceHours=source.week("07:00:00")),
        place(2, services=[1]),
        service(1, places=(1, 2)),
    ]
    run = import_items(changed)
    assert set(where.weekly.values_list("weekday", "opens_minute")) == {(6, 600)}
    assert not ServiceLocation.objects.exists()
    assert sorted(line.fields for line in run.lines.filter(act="conflict")) == [["locations"], ["weekly"]]
    conflicts = {edit.field: edit.newer_value for edit in LocalEdit.objects.all()}
    assert conflicts["weekly"][0] == [1, 420, 960, "", ""]
    other = Location.objects.get(ptv_id=uid(2, 2))
    assert conflicts["locations"] == sorted([where.pk, other.pk])
    assert not import_items(changed).lines.exists()  # a conflict is told once
