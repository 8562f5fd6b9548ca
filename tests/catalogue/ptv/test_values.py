"""What the importer makes of single values: metres, hours, texts, addresses, numbers."""

import datetime as dt
from typing import Any

import pytest

from catalogue.ptv import texts
from catalogue.ptv.coordinates import OutsideFinland, to_degrees
from catalogue.ptv.hours import hours_of


def test_metres_become_degrees() -> None:
    # The worked example of JHS 197 (and of JHS 154 before it): 60° 23' 6.38474", 19° 50' 53.29237".
    lat, lon = to_degrees(6715706.37708, 106256.35961)
    assert abs(lat - (60 + 23 / 60 + 6.38474 / 3600)) < 1e-9
    assert abs(lon - (19 + 50 / 60 + 53.29237 / 3600)) < 1e-9
    lat, lon = to_degrees(6672000.0, 500000.0)
    assert lon == pytest.approx(27.0, abs=1e-12)  # the central meridian


@pytest.mark.parametrize(
    ("northing", "easting"),
    [(60.17, 24.94), (385800.0, 6672222.0), (0.0, 0.0), (float("nan"), 385800.0), (1e300, 1e300)],
)
def test_other_numbers_are_no_place(northing: float, easting: float) -> None:
    with pytest.raises(OutsideFinland):
        to_degrees(northing, easting)


def hour(kind: str = "DaysOfTheWeek", rows: Any = (), **other: Any) -> dict[str, Any]:
    keys = ("dayFrom", "dayTo", "from", "to")
    return {"serviceHourType": kind, "openingHour": [dict(zip(keys, row, strict=True)) for row in rows]} | other


ALWAYS = {(day, 0, 1440, None, None) for day in range(1, 8)}
EVE = dt.date(2026, 12, 24)


@pytest.mark.parametrize(
    ("entries", "weekly", "exceptional"),
    [
        ([hour(rows=[("Monday", "", "08:00:00", "16:00:00")])], {(1, 480, 960, None, None)}, set()),
        ([hour(rows=[("Monday", "Tuesday", "08:00", "12:00")])],
         {(1, 480, 720, None, None), (2, 480, 720, None, None)}, set()),
        # Midnight ends the day that it follows.
        ([hour(rows=[("Sunday", None, "08:00:00", "00:00:00")])], {(7, 480, 1440, None, None)}, set()),
        ([hour(rows=[("Monday", "", "22:00:00", "02:00:00")])],
         {(1, 1320, 1440, None, None), (2, 0, 120, None, None)}, set()),
        ([hour("OverMidnight", [("Saturday", "Monday", "18:00:00", "06:00:00")])],
         {(6, 1080, 1440, None, None), (7, 0, 1440, None, None), (1, 0, 360, None, None)}, set()),
        ([hour(isAlwaysOpen=True)], ALWAYS, set()),
        ([hour(rows=[("Monday", "", "08:00:00", "16:00:00")], validFrom="2026-06-01T00:00:00",
               validTo="2026-08-31T00:00:00")],
         {(1, 480, 960, dt.date(2026, 6, 1), dt.date(2026, 8, 31))}, set()),
        ([hour("Exceptional", isClosed=True, validFrom="2026-12-23T22:00:00Z",
               additionalInformation=[{"language": "fi", "value": "Jouluaatto"}])],
         set(), {(EVE, None, None, "Jouluaatto", "", "")}),
        ([hour("Exceptional", [("", "", "22:00:00", "02:00:00")], validFrom="2026-12-24T00:00:00")],
         set(), {(EVE, 1320, 1440, "", "", ""), (EVE + dt.timedelta(1), 0, 120, "", "", "")}),
        (None, set(), set()),
        ("soon", set(), set()),
    ],
)  # fmt: skip
def test_hours(entries: Any, weekly: set[Any], exceptional: set[Any]) -> None:
    hours = hours_of(entries)
    assert (hours.weekly, hours.exceptional, hours.remarks) == (weekly, exceptional, [])
    assert hours.open_on_holidays == (weekly == ALWAYS)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        hour("Sometimes"),
        hour(rows=[("Mondai", "", "08:00:00", "16:00:00")]),
        hour(rows=[("Monday", "", "25:00:00", "26:00:00")]),
        hour(rows=[("Monday", "", "08:00:00", "08:00:00")]),
        hour(rows=[("Monday", "", None, None)]),
        hour("Exceptional"),
        hour("Exceptional", isClosed=True, validFrom="2026-12-24", validTo="2029-12-24"),
        hour(validFrom="2026-12-24", validTo="2026-12-01"),
        hour(validFrom="yesterday"),
    ],
)
def test_wrong_hours_are_left_out_and_the_rest_stays(entry: Any) -> None:
    hours = hours_of([entry, hour(rows=[("Friday", "", "08:00:00", "12:00:00")])])
    assert hours.weekly == {(5, 480, 720, None, None)}
    assert [remark.reason.value for remark in hours.remarks] == ["wrong_hours"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Ikä < 18 ja tulot > 0 & muuta", "Ikä < 18 ja tulot > 0 & muuta"),
        ("<p>Yksi</p><p>Kaksi<br>kolme</p>", "Yksi\n\nKaksi\nkolme"),
        ("Hei<script>alert(1)</script> vain", "Hei vain"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Hei", "Hei"),
        ('<img src=x onerror="alert(1)">Kuva', "Kuva"),
        ("<ul><li>yksi</li><li>kaksi</li></ul>", "- yksi\n- kaksi"),
        ('<svg><path d="M0"/></svg>Hei', "Hei"),
        ("a\x00b\ud800c\u202ed\r\n\r\n\r\n\r\ne", "abcd\n\ne"),
        ("a\u0308iti", "äiti"),
        (None, ""),
        (12, ""),
    ],
)
def test_texts_become_plain(written: object, plain: str) -> None:
    assert texts.plain_text(written) == plain


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://example.fi/a?b=c", "https://example.fi/a?b=c"),
        ("www.example.fi/sivu", "https://www.example.fi/sivu"),
        ("example.fi:8443/sivu", "https://example.fi:8443/sivu"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://user:secret@example.fi", None),
        ("https://" + "a" * 600 + ".fi", None),
        ("http://[", None),
        ("", ""),
        (None, ""),
    ],
)
def test_addresses(written: object, kept: str | None) -> None:
    assert texts.web_address(written) == kept


@pytest.mark.parametrize(
    ("prefix", "number", "kept"),
    [
        ("+358", "0401234567", "040 1234567"),
        ("+358", "401234567", "040 1234567"),
        (None, "116117", "116117"),
        ("+46", "8 123 456 78", "+46 8 123 456 78"),
        ("+358", "soita", None),
        (None, None, ""),
    ],
)
def test_numbers(prefix: object, number: object, kept: str | None) -> None:
    assert texts.phone_number(prefix, number) == kept


def test_a_long_text_is_cut_between_words() -> None:
    assert texts.shortened("yksi kaksi kolme neljä", 16) == "yksi kaksi…"
    assert texts.shortened("a" * 20, 10) == "a" * 9 + "…"
