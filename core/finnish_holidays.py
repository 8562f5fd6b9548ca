"""Finnish days off, worked out by their rules. Pure arithmetic, as core/opening_hours.py.

Our own few lines, since the package that knows the holidays of the whole world takes most of a second to load, in
the first request of every process. The tests compare every year from 2000 to 2100 with that package.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

Words = Mapping[str, str]


def _names(fi: str, sv: str, en: str) -> Words:
    return {"fi": fi, "sv": sv, "en": en}


_FIXED = {
    (1, 1): _names("Uudenvuodenpäivä", "Nyårsdagen", "New Year's Day"),
    (1, 6): _names("Loppiainen", "Trettondagen", "Epiphany"),
    (5, 1): _names("Vappu", "Första maj", "May Day"),
    (12, 6): _names("Itsenäisyyspäivä", "Självständighetsdagen", "Independence Day"),
    (12, 24): _names("Jouluaatto", "Julafton", "Christmas Eve"),
    (12, 25): _names("Joulupäivä", "Juldagen", "Christmas Day"),
    (12, 26): _names("Tapaninpäivä", "Annandag jul", "Boxing Day"),
}
# Days from Easter Sunday.
_MOVABLE = {
    -2: _names("Pitkäperjantai", "Långfredagen", "Good Friday"),
    0: _names("Pääsiäispäivä", "Påskdagen", "Easter Sunday"),
    1: _names("Toinen pääsiäispäivä", "Annandag påsk", "Easter Monday"),
    39: _names("Helatorstai", "Kristi himmelsfärdsdag", "Ascension Day"),
    49: _names("Helluntaipäivä", "Pingstdagen", "Pentecost"),
}
_MIDSUMMER_EVE = _names("Juhannusaatto", "Midsommarafton", "Midsummer Eve")
_MIDSUMMER_DAY = _names("Juhannuspäivä", "Midsommardagen", "Midsummer Day")
_ALL_SAINTS = _names("Pyhäinpäivä", "Alla helgons dag", "All Saints' Day")


@lru_cache(maxsize=256)
def finnish_holidays(year: int) -> Mapping[date, Words]:
    """Days when Finnish public services are shut, with their names in fi, sv and en, for years after 1991.

    The church's and the nation's days (Kirkkolaki 652/2023, laki 388/1937, laki 272/1944), and the eves of
    Christmas and Midsummer, which the collective agreements make days off. Midsummer Day is the Saturday from
    20 to 26 June, All Saints' Day the Saturday from 31 October to 6 November.
    """
    easter = _easter_sunday(year)
    midsummer = _saturday_from(date(year, 6, 20))
    days = {date(year, month, day): names for (month, day), names in _FIXED.items()}
    # Where a movable day falls on a fixed one (Ascension Day on 1 May 2008), the fixed name stays.
    days = {easter + timedelta(days=number): names for number, names in _MOVABLE.items()} | days
    days |= {
        midsummer - timedelta(days=1): _MIDSUMMER_EVE,
        midsummer: _MIDSUMMER_DAY,
        _saturday_from(date(year, 10, 31)): _ALL_SAINTS,
    }
    return dict(sorted(days.items()))


def _saturday_from(day: date) -> date:
    return day + timedelta(days=(5 - day.weekday()) % 7)


def _easter_sunday(year: int) -> date:
    """The Gregorian Easter by the anonymous algorithm (Meeus, Astronomical Algorithms, chapter 8)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_correction + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
