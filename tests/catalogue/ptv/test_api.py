"""The v11 interface over HTTP, as a small server of our own gives it, with its bad days."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.test import override_settings

from catalogue.models import ImportRun, Location, Service
from catalogue.ptv.nightly import import_nightly
from catalogue.ptv.runs import run_import
from catalogue.ptv.v11 import api
from catalogue.ptv.v11.api import ApiReader
from catalogue.tasks import import_ptv
from tests.catalogue.ptv.conftest import NOW
from tests.catalogue.ptv.source import organisation, place, service, uid

pytestmark = pytest.mark.django_db
ADDRESS = "https://ptv.example.fi/api/v11"
Answer = Callable[[httpx.Request], httpx.Response | None]


class Interface:
    """Ids by the page, records by their ids; `trouble` answers first, when it has something to answer."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {"Organization": [], "ServiceChannel": [], "Service": []}
        self.archived: dict[str, list[str]] = {}
        self.trouble: Answer = lambda request: None
        self.asked: list[httpx.URL] = []
        self.pauses: list[float] = []
        self.page_size = 2

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        return self.trouble(request) or self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name, _slash, what = request.url.path.removeprefix("/api/v11/").partition("/")
        asked = request.url.params
        if name not in self.records:
            return httpx.Response(404)
        if what == "list":
            guids = asked["guids"].split(",")
            return httpx.Response(200, json=[row for row in self.records[name] if row["id"] in guids])
        if asked.get("status") in ("Archived", "Withdrawn"):
            ids = self.archived.get(name, []) if asked["status"] == "Archived" else []
        else:
            since = asked.get("date", "")
            ids = [row["id"] for row in self.records[name] if row["modified"] >= since]
        page = int(asked["page"])
        some = ids[(page - 1) * self.page_size : page * self.page_size]
        count = -(-len(ids) // self.page_size)
        items = [{"id": one, "name": "x"} for one in some]
        return httpx.Response(200, json={"pageNumber": page, "pageCount": count, "itemList": items or None})

    def reader(self) -> ApiReader:
        return ApiReader(ADDRESS, transport=httpx.MockTransport(self), pause=self.pauses.append)

    def run(self, mode: str = "full", *, at: dt.datetime = NOW, **options: Any) -> ImportRun:
        return run_import(self.reader(), mode=ImportRun.Mode(mode), clock=lambda: at, **options)


@pytest.fixture
def interface(areas: None) -> Interface:
    made = Interface()
    made.records["Organization"] = [organisation(n) for n in range(5)]
    made.records["ServiceChannel"] = [place(n) for n in range(5)]
    made.records["Service"] = [service(n, places=(n,)) for n in range(5)]
    return made


def once(answer: Callable[[], httpx.Response], *, at: int, of: str) -> Answer:
    """That answer to the `at`th request for a path that ends so."""
    left = iter(range(at, -1, -1))

    def trouble(request: httpx.Request) -> httpx.Response | None:
        return answer() if request.url.path.endswith(of) and next(left, -1) == 0 else None

    return trouble


def timeout() -> httpx.Response:
    raise httpx.ReadTimeout("too slow")


def test_everything_then_the_changes_and_what_was_archived(interface: Interface) -> None:
    run = interface.run()
    assert (run.state, run.counts, run.covers_until) == ("done", {"added": 15}, NOW)
    assert all("serviceWithGD" in str(url) for url in interface.asked if "/Service/list" in str(url))
    interface.asked.clear()
    interface.records["Service"][1] |= {"modified": "2026-11-23T12:00:00", "serviceChargeType": "Chargeable"}
    interface.archived["Service"] = [uid(4, 2), uid(4, 77)]
    interface.archived["ServiceChannel"] = [uid(2, 3)]
    run = interface.run("changes", at=NOW + dt.timedelta(days=1))
    assert run.counts == {"changed": 1, "withdrawn": 2}
    assert {url.params["date"] for url in interface.asked if "date" in url.params} == {"2026-11-22T23:20:00"}
    assert Service.objects.get(ptv_id=uid(4, 2)).status == "withdrawn"
    assert not Location.objects.get(ptv_id=uid(2, 3)).services.exists()


@pytest.mark.parametrize(
    ("answer", "pauses"),
    [
        (lambda: httpx.Response(500), [1]),
        (lambda: httpx.Response(429, headers={"Retry-After": "7"}), [7]),
        (lambda: httpx.Response(503, headers={"Retry-After": "Mon, 23 Nov 2026 01:20:40 GMT",
                                              "Date": "Mon, 23 Nov 2026 01:20:10 GMT"}), [30]),
        (lambda: httpx.Response(200, content=b'[{"id": "'), [1]),
        (timeout, [1]),
    ],
)  # fmt: skip
def test_passing_trouble_is_waited_out(interface: Interface, answer: Any, pauses: list[float]) -> None:
    interface.trouble = once(answer, at=1, of="/Service/list")
    assert interface.run().counts == {"added": 15}
    assert interface.pauses == pauses


@pytest.mark.parametrize(
    ("answer", "why", "pauses"),
    [
        (lambda: httpx.Response(500), "source_refused: 500 Service/list", list(api.PAUSES)),
        (lambda: httpx.Response(403), "source_refused: 403 Service/list", []),
        (lambda: httpx.Response(429, headers={"Retry-After": "86400"}), "source_refused: 429 Service/list", []),
        (timeout, "source_silent: ReadTimeout Service/list", list(api.PAUSES)),
        (lambda: httpx.Response(302, headers={"Location": "http://10.0.0.1/"}), "source_refused: 302 Service/list", []),
    ],
)
def test_lasting_trouble_stops_the_run_which_goes_on_there(
    interface: Interface, answer: Any, why: str, pauses: list[float]
) -> None:
    began: list[httpx.Request] = []

    def trouble(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/Service/list"):
            began.append(request)
            return answer() if len(began) > 1 else None
        return None

    interface.trouble = trouble
    run = interface.run()
    assert (run.state, run.why_stopped, interface.pauses) == ("stopped", why, pauses)
    assert Service.objects.count() == interface.page_size  # the first page stands, whole
    interface.trouble = lambda request: None
    interface.asked.clear()
    again = interface.run(resume=True)
    assert (again.pk, again.state, again.counts) == (run.pk, "done", {"added": 15})
    assert Service.objects.count() == 5
    assert not any("Organization" in str(url) for url in interface.asked)  # it did not begin anew


def test_what_slips_between_pages_is_not_withdrawn(interface: Interface) -> None:
    interface.run()
    asked = iter(range(100))

    def slip(request: httpx.Request) -> httpx.Response | None:
        """The last service is on no page of ids, though the source has it."""
        if request.url.path.endswith("/Service") and next(asked) >= 0:
            ids = [uid(4, n) for n in range(4)]
            return httpx.Response(200, json={"pageCount": 1, "itemList": [{"id": one} for one in ids]})
        return None

    interface.trouble = slip
    assert interface.run().counts == {"unchanged": 15}
    interface.records["Service"].pop()  # now it has it no more
    run = interface.run()
    assert (run.counts["withdrawn"], Service.objects.published().count()) == (1, 4)


def test_the_night(interface: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalogue.ptv.nightly.source_of", lambda sources: interface.reader())
    days = iter(NOW + dt.timedelta(days=n) for n in range(10))

    def night() -> ImportRun:
        at = next(days)
        return import_nightly(address=ADDRESS, county="08", clock=lambda: at)

    assert [night().mode for _night in range(8)] == ["full", *["changes"] * 5, "full", "changes"]  # Monday to Monday
    interface.trouble = lambda request: httpx.Response(403) if "/ServiceChannel" in request.url.path else None
    interface.records["Organization"][0]["modified"] = "2026-12-01T12:00:00"
    stopped = night()
    interface.trouble = lambda request: None
    assert (stopped.state, night().pk) == ("stopped", stopped.pk)


def test_the_task_asks_nobody_without_an_address(interface: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("catalogue.tasks.import_nightly", lambda **options: asked.append(options))
    import_ptv()
    assert asked == []
    with override_settings(PTV_ADDRESS=ADDRESS, PTV_COUNTY="08"):
        import_ptv()
    assert [(one["address"], one["county"]) for one in asked] == [(ADDRESS, "08")]
