from datetime import date

import holidays
import pytest

from core.finnish_holidays import finnish_holidays


@pytest.mark.parametrize("year", range(2000, 2101))
def test_every_year_as_the_package_of_the_worlds_holidays_has_it(year: int) -> None:
    assert list(finnish_holidays(year)) == sorted(holidays.country_holidays("FI", years=year))


def test_the_days_of_2027_by_name() -> None:
    days = {on: names["fi"] for on, names in finnish_holidays(2027).items()}
    assert days == {
        date(2027, 1, 1): "Uudenvuodenpäivä",
        date(2027, 1, 6): "Loppiainen",
        date(2027, 3, 26): "Pitkäperjantai",
        date(2027, 3, 28): "Pääsiäispäivä",
        date(2027, 3, 29): "Toinen pääsiäispäivä",
        date(2027, 5, 1): "Vappu",
        date(2027, 5, 6): "Helatorstai",
        date(2027, 5, 16): "Helluntaipäivä",
        date(2027, 6, 25): "Juhannusaatto",
        date(2027, 6, 26): "Juhannuspäivä",
        date(2027, 11, 6): "Pyhäinpäivä",
        date(2027, 12, 6): "Itsenäisyyspäivä",
        date(2027, 12, 24): "Jouluaatto",
        date(2027, 12, 25): "Joulupäivä",
        date(2027, 12, 26): "Tapaninpäivä",
    }


def test_two_holidays_on_one_day() -> None:
    assert finnish_holidays(2008)[date(2008, 5, 1)]["fi"] == "Vappu"  # Ascension Day too


def test_every_name_in_three_languages() -> None:
    assert all(set(names) == {"fi", "sv", "en"} and all(names.values()) for names in finnish_holidays(2026).values())
