"""Files of v11 records into the catalogue."""

import datetime as dt
import json
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from catalogue.models import (
    Channel,
    Code,
    ExceptionalDay,
    GeneralDescription,
    ImportLine,
    ImportRun,
    LifeSituation,
    Location,
    Provider,
    Service,
    ServiceChannel,
    ServiceLocation,
    WeeklyHours,
)
from catalogue.ptv.reasons import told
from catalogue.ptv.references import Limit
from catalogue.ptv.runs import LOCK, NothingToResume
from catalogue.ptv.v11 import files
from core.locks import AlreadyRunning, only_one
from tests.catalogue.ptv import source
from tests.catalogue.ptv.conftest import Import
from tests.catalogue.ptv.source import as_page, catalogue, number_channel, organisation, place, service, uid

pytestmark = pytest.mark.django_db

WRITTEN = (
    Provider, Location, Channel, Service, GeneralDescription, Code, WeeklyHours, ExceptionalDay, ServiceLocation,
    ServiceChannel, Service.areas.through, Service.codes.through, Service.situations.through,
)  # fmt: skip


def versions() -> dict[str, set[str]]:
    """Every row of the catalogue with the transaction that wrote it last: equal means that nothing was written."""
    found = {}
    with connection.cursor() as cursor:
        for model in WRITTEN:
            table = model._meta.db_table
            cursor.execute(f"SELECT ctid::text || '/' || xmin::text || '/' || cmin::text FROM {table}")
            found[table] = {row[0] for row in cursor.fetchall()}
    return found


def whys(run: ImportRun) -> set[str]:
    return {line.why.partition(":")[0] for line in run.lines.all() if line.why}


def test_a_service_with_its_place_and_number(import_items: Import) -> None:
    LifeSituation.objects.create(slug="lapsen-kasvatus", icon="blocks", name_fi="a", name_sv="b", name_en="c")
    run = import_items([service(1, places=(1,), numbers=(2,)), number_channel(2), place(1), organisation(1)])
    assert (run.state, run.counts) == ("done", {"added": 4})
    made = Service.objects.get(ptv_id=uid(4, 1))
    assert (made.status, made.name_fi, made.name_sv, made.name_en) == (
        "published", "Perheneuvola 1", "Familjerådgivning 1", "")  # fmt: skip
    assert made.alternative_names_fi == ["Kasvatusneuvola"]
    assert (made.summary_sv, made.how_to_fi) == ("Stöd i föräldraskapet.", "Soita ja varaa aika.")
    assert made.description_fi.endswith("raskasta.\n\nKäynnit ovat luottamuksellisia.")
    assert (made.price_kind, made.languages, made.keywords_fi) == ("free", ["fi", "sv"], ["vanhemmuus"])
    assert (made.reviewed_on, made.source_changed_at) == (None, dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC))
    assert {(area.kind, area.code) for area in made.areas.all()} == {("municipality", "091"), ("county", "08")}
    assert sorted(code.scheme for code in made.codes.all()) == ["ontology", "service_class", "target_group"]
    assert [situation.slug for situation in made.situations.all()] == ["lapsen-kasvatus"]
    assert made.provider.name_fi == "Koivurannan kunta 1"
    [at] = made.at_locations.all()
    assert (at.local, at.order, at.location.street_sv, at.location.postal_code) == (False, 0, "Strandvägen 2", "99999")
    assert (at.location.phone, at.location.email) == ("040 1234567", "perhekeskus@koivuranta.example.fi")
    assert (round(at.location.lat or 0, 3), round(at.location.lon or 0, 3)) == (60.171, 24.942)
    assert (at.location.municipality and at.location.municipality.code, at.location.provider) == ("091", made.provider)
    assert at.location.weekly.count() == 5
    [through] = made.through_channels.all()
    assert (through.channel.kind, through.channel.value, through.channel.charge) == ("phone", "09 1234567", "free")
    assert through.channel.note_fi == "Ma–pe · Neuvoo perheitä."
    event = AuditEvent.objects.get(code="catalogue.import.ended")
    assert (event.object_id, event.data["state"]) == (str(run.pk), "done")


def test_an_import_again_writes_nothing(import_items: Import) -> None:
    items = catalogue(60)
    assert import_items(items).counts["added"] == 140
    before = versions()
    for row in items:  # another order of hours and records says nothing new
        for hours in row.get("serviceHours") or ():
            hours["openingHour"].reverse()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        run = import_items(items[::-1], full=True)
    assert run.counts == {"unchanged": 140}
    assert versions() == before
    told_tables = {"catalogue_importrun", "catalogue_importline", "audit_auditevent"}
    writing = [sql["sql"] for sql in queries if sql["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writing and all(any(f'"{table}"' in sql for table in told_tables) for sql in writing), writing
    assert not run.lines.exists()


def test_only_what_changed_is_written(import_items: Import) -> None:
    items = [organisation(1), place(1, services=[1]), number_channel(1), service(1, places=(1,), numbers=(1,))]
    import_items(items)
    made = Service.objects.get(ptv_id=uid(4, 1))
    hours = source.week("10:00:00", "14:00:00")
    changed = [organisation(1), place(1, services=[1], serviceHours=hours), number_channel(1),
               service(1, places=(1,), serviceChargeType="Chargeable", keywords=None)]  # fmt: skip
    run = import_items(changed)
    assert run.counts == {"changed": 2, "unchanged": 2}
    lines = {line.kind: line.fields for line in run.lines.all()}
    assert lines == {"location": ["weekly"], "service": ["price_kind", "keywords_fi", "channels"]}
    made.refresh_from_db()
    assert (made.price_kind, made.keywords_fi, made.through_channels.count()) == ("fee", [], 0)
    assert set(WeeklyHours.objects.values_list("opens_minute", "closes_minute")) == {(600, 840), (540, 900)}


def test_connections_come_whichever_end_is_first(import_items: Import) -> None:
    import_items([service(1, places=(1,))])
    assert not ServiceLocation.objects.exists()
    import_items([place(1, services=[1])])  # the service itself did not come along
    [at] = ServiceLocation.objects.all()
    assert (at.local, at.service.ptv_id.__str__()) == (False, uid(4, 1))
    # And the service, unchanged in the source, finds what it refers to.
    assert import_items([service(1, places=(1,))]).counts.get("added") is None
    assert ServiceLocation.objects.get().order == 0


def test_a_general_description_fills_what_the_service_does_not_tell(import_items: Import) -> None:
    general = {"id": uid(5, 1), "names": source.texts("Perheneuvonta", kind="Name"),
               "descriptions": source.texts("Yhteinen kuvaus.", "Gemensam beskrivning.", "Description"),
               "generalDescriptionType": "Municipality",
               "lifeEvents": [{"code": "KE7", "uri": "http://uri.suomi.fi/codelist/ptv/ptvelti/code/KE7"}]}  # fmt: skip
    own = source.texts("Oma kuvaus.", kind="Description") + source.texts("Yhteinen ohje.", kind="GD_UserInstruction")
    import_items([service(1, generalDescriptionId=uid(5, 1), serviceDescriptions=own), general])
    made = Service.objects.get()
    assert (made.description_fi, made.description_sv) == ("Oma kuvaus.", "Gemensam beskrivning.")
    assert (made.how_to_fi, made.general and made.general.name_fi) == ("Yhteinen ohje.", "Perheneuvonta")
    assert made.codes.filter(notation="KE7").exists()


def test_archived_and_missing_are_withdrawn_and_come_back(import_items: Import) -> None:
    items = [organisation(1), place(1), place(2), service(1, places=(1, 2)), service(2), service(3)]
    import_items(items)
    Service.objects.filter(ptv_id=uid(4, 3)).update(status=Service.Status.PAUSED)
    run = import_items([organisation(1), place(1), service(1, places=(1,), publishingStatus="Archived")], full=True)
    assert (run.counts["withdrawn"], run.counts["conflict"]) == (3, 1)  # two services and a place; the paused one
    status = dict(Service.objects.values_list("name_fi", "status"))
    assert status == {"Perheneuvola 1": "withdrawn", "Perheneuvola 2": "withdrawn", "Perheneuvola 3": "paused"}
    assert (Location.objects.count(), ServiceLocation.objects.count()) == (2, 1)
    assert whys(run) == {"gone", "gone_but_kept"}
    assert not import_items([organisation(1), place(1)], full=True).lines.exists()  # said once
    import_items(items, full=True)
    status = dict(Service.objects.values_list("name_fi", "status"))
    assert status == {"Perheneuvola 1": "published", "Perheneuvola 2": "published", "Perheneuvola 3": "paused"}
    assert ServiceLocation.objects.count() == 2


def test_a_full_pass_that_finds_far_fewer_withdraws_nothing(import_items: Import) -> None:
    import_items(catalogue(24))
    run = import_items(catalogue(4), full=True)
    assert (run.state, run.cursor) == ("stopped", {})
    assert run.why_stopped.startswith("far_fewer: ") and not told(run.why_stopped).startswith("far_fewer")
    assert Service.objects.published().count() == 24


def test_only_a_county(import_items: Import) -> None:
    far = [{"type": "Municipality", "code": "890", "municipalities": [{"code": "890"}]}]
    import_items([service(1), service(2)])
    run = import_items(
        [service(1), service(2, areas=far), service(3, areas=far), service(4, areas=None, areaType="Nationwide"),
         place(1), place(2, areas=far, addresses=None)],
        limit=Limit.of_county("08"),
    )  # fmt: skip
    assert (run.counts["outside"], run.counts["withdrawn"], run.counts["added"]) == (3, 1, 2)
    assert set(Service.objects.published().values_list("name_fi", "nationwide")) == {
        ("Perheneuvola 1", False), ("Perheneuvola 4", True)}  # fmt: skip


# -- broken input -----------------------------------------------------------------------------

WHOLE = [organisation(1), service(1), service(2)]


@pytest.mark.parametrize(
    ("content", "why", "added"),
    [
        (b"\xef\xbb\xbf" + json.dumps(as_page(WHOLE)).encode(), "", 3),  # a byte-order mark
        (json.dumps(WHOLE[0]).encode(), "", 1),
        (b"[]", "", 0),
        (json.dumps(as_page([])).replace("[]", "null").encode(), "", 0),
        (json.dumps(WHOLE)[:-200].encode(), "cut_short", 2),
        (json.dumps(as_page(WHOLE))[:-200].encode(), "cut_short", 2),
        (json.dumps(WHOLE).replace("},", "} ", 1).encode(), "cut_short", 0),
        (json.dumps(WHOLE).encode() + b"]", "not_json", 3),
        (b"", "cut_short", 0),
        (b"<html></html>", "not_json", 0),
        (b"[" * 100_000, "not_json", 0),
        (json.dumps(WHOLE).encode("utf-16"), "not_utf8", 0),
    ],
)
def test_broken_files(import_items: Import, content: bytes, why: str, added: int) -> None:
    run = import_items(content)
    assert run.state == ("stopped" if why else "done")
    assert run.why_stopped.partition(":")[0] == why
    assert run.counts.get("added", 0) == added
    if why:
        run = import_items(WHOLE, resume=True)
        assert (run.state, run.why_stopped) == ("done", "")
        assert Service.objects.count() == 2


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (None, "not_a_record"),
        (["service"], "not_a_record"),
        ({"id": uid(4, 9), "swimmingPool": True}, "unknown_type"),
        (service(9, id="P1"), "without_id"),
        (service(9, id=None), "without_id"),
        (service(9, serviceNames=None), "without_name"),
        (service(9, serviceNames=[{"language": "fi", "value": "<b></b>", "type": "Name"}]), "without_name"),
        (service(9, organizations=None), "without_provider"),
        (service(9, publishingStatus="Draft"), "not_published"),
        (place(9, serviceChannelType="Aeroplane"), "unknown_type"),
        (number_channel(9, phoneNumbers=None), "without_value"),
        (number_channel(9, serviceChannelType="WebPage", webPages=[{"url": "javascript:x", "language": "fi"}]),
         "without_value"),
    ],
)  # fmt: skip
def test_refused_records_leave_their_neighbours_be(import_items: Import, item: Any, why: str) -> None:
    run = import_items([service(1), item, service(2)])
    assert (run.state, run.counts["added"], run.counts["refused"]) == ("done", 2, 1)
    [line] = run.lines.filter(act="refused")
    assert line.why.partition(":")[0] == why
    assert told(line.why) != line.why  # said in words


@pytest.mark.parametrize(
    ("item", "why", "field"),
    [
        (service(9, serviceDescriptions=source.texts("x " * 400, kind="Summary")), "too_long", "summary_fi"),
        (service(9, serviceNames=source.texts("x" * 900, kind="Name")), "too_long", "name_fi"),
        (service(9, areas=[{"type": "Municipality", "code": "999"}]), "unknown_municipality", "areas"),
        (service(9, modified="tomorrow"), "wrong_time", "source_changed_at"),
        (service(9, serviceClasses=[{"code": "P9", "uri": "P9"}]), "wrong_code", "codes"),
        (place(9, emails=[{"value": "nobody at all", "language": "fi"}]), "wrong_email", "email"),
        (place(9, serviceHours=[{"serviceHourType": "Never"}]), "wrong_hours", "weekly"),
        (place(9, addresses=[{"streetAddress": {"latitude": "60.1", "longitude": "x"}}]), "wrong_coordinates", "lat"),
        (place(9, phoneNumbers=[{"type": "Phone", "number": "soita", "language": "fi"}]), "wrong_number", "phone"),
    ],
)
def test_wrong_parts_are_left_out_with_a_line(import_items: Import, item: Any, why: str, field: str) -> None:
    run = import_items([item])
    assert (run.state, run.counts["added"], run.counts["left_out"]) == ("done", 1, 1)
    [line] = run.lines.filter(act="refused")
    assert (line.why.partition(":")[0], line.fields) == (why, [field])


def nulls(item: Any) -> Any:
    return {key: value if key in ("id", "serviceChannelType") else None for key, value in item.items()}


def test_nulls_everywhere_and_wrong_shapes(import_items: Import) -> None:
    names = {
        "serviceNames": source.texts("Neuvola", kind="Name"),
        "serviceChannelNames": source.texts("Talo", kind="Name"),
    }
    bare = [
        {key: names.get(key, value) for key, value in nulls(place(1)).items()},
        {key: names.get(key, value) for key, value in nulls(service(1)).items()}
        | {"organizations": service(1)["organizations"]},
    ]
    assert import_items(bare).counts["added"] == 2
    for wrong in (0, "x", True, {}, [None], [[]], [{"language": 3, "value": [], "type": {}}]):
        odd = [
            dict.fromkeys(one, wrong) | {"id": one["id"]}
            for one in (place(2), service(2), number_channel(2), organisation(2))
        ]
        assert import_items(odd).state == "done"
    assert Service.objects.count() == 1


def test_of_two_with_one_id_the_last_wins(import_items: Import) -> None:
    run = import_items([service(1, serviceChargeType="Chargeable"), service(1)])
    assert Service.objects.get().price_kind == "free"
    assert whys(run) == {"twice"}
    apart = [service(1, serviceChargeType="Chargeable"), *(service(n) for n in range(2, 110)), service(1)]
    assert whys(import_items(apart)) == {"twice"}
    assert Service.objects.get(ptv_id=uid(4, 1)).price_kind == "free"


def test_markup_becomes_text(import_items: Import) -> None:
    evil = "<p>Apua</p><script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;heti&lt;/b&gt;"
    import_items([service(1, serviceDescriptions=source.texts(evil, kind="Description"))])
    assert Service.objects.get().description_fi == "Apua\n\nheti"


# -- a run ------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_source(import_items: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PAGE_SIZE", 20)

    def peak_and_size(services: int) -> tuple[int, int]:
        content = json.dumps(catalogue(services)).encode()
        tracemalloc.start()
        import_items(content)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak, len(content)

    import_items(catalogue(150))  # so that what follows only reads, and what is loaded once is there
    (small, few), (large, many) = peak_and_size(25), peak_and_size(150)
    # Held whole, the source would be there as objects, several times its bytes; a few numbers a record may be kept,
    # and other threads of the process (a test's server) allocate too.
    assert large - small < many - few, (small, large, few, many)


def test_a_dry_run_writes_nothing(import_items: Import) -> None:
    run = import_items([service(1), service(2, id="x")], dry_run=True)
    assert (run.counts["added"], run.counts["refused"]) == (1, 1)
    assert not any(model._default_manager.exists() for model in (Service, Provider, ImportRun, ImportLine, AuditEvent))


def test_one_at_a_time_and_nothing_to_resume(import_items: Import) -> None:
    with pytest.raises(NothingToResume):
        import_items([service(1)], resume=True)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with only_one(LOCK):
            held.set()
            let_go.wait(20)
        connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(20)
    try:
        with pytest.raises(AlreadyRunning):
            import_items([service(1)])
    finally:
        let_go.set()
        other.join()


def test_the_command_tells_what_it_did(areas: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = source.write(tmp_path / "records.json", [service(1), service(2, organizations=None)])
    call_command("import_ptv", str(tmp_path), "--full")
    out = capsys.readouterr().out
    assert "added             1" in out and "refused           1" in out
    assert f"refused: service {uid(4, 2)} Perheneuvola 2: the service has no organisation" in out
    file.write_text("[")
    with pytest.raises(CommandError, match="ends in the middle"):
        call_command("import_ptv", str(file))
    for wrong, words in (("http://example.fi/api", "https"), (str(tmp_path / "none"), "no JSON files")):
        with pytest.raises(CommandError, match=words):
            call_command("import_ptv", wrong)
    with pytest.raises(CommandError, match="no county 77"):
        call_command("import_ptv", str(file), "--county", "77")
    with pytest.raises(CommandError, match="no run of this source"):
        call_command("import_ptv", str(tmp_path), "--resume")
