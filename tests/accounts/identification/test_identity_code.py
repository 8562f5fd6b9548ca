"""The Finnish personal identity code: forms, signs of the centuries, check characters, and codes that nobody has."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.identification.identity_code import InvalidIdentityCode, parse_identity_code
from tests.accounts.identification.provider import made_up_code

# Examples that the Digital and Population Data Services Agency has published: each sign, right check characters.
GOOD = {
    "131052-308T": dt.date(1952, 10, 13),
    "010594Y9032": dt.date(1994, 5, 1),
    "010594Y9021": dt.date(1994, 5, 1),
    "020594X903P": dt.date(1994, 5, 2),
    "030594W903B": dt.date(1994, 5, 3),
    "050594U903M": dt.date(1994, 5, 5),
    "010516B903X": dt.date(2016, 5, 1),
    "020516C903K": dt.date(2016, 5, 2),
}


@pytest.mark.parametrize(("code", "born"), GOOD.items())
def test_good_codes(code: str, born: dt.date) -> None:
    parsed = parse_identity_code(code, artificial_allowed=True)
    assert (parsed.code, parsed.birth_date) == (code, born)
    assert parsed.artificial is (code[7] == "9")


@pytest.mark.parametrize(
    ("signs", "century"), [("+", 1800), ("-UVWXY", 1900), ("ABCDEF", 2000)], ids=["1800", "1900", "2000"]
)
def test_every_sign_means_its_century(signs: str, century: int) -> None:
    for sign in signs:
        parsed = parse_identity_code(made_up_code("150350", sign, "123"), artificial_allowed=False)
        assert parsed.birth_date == dt.date(century + 50, 3, 15)


def test_small_letters_and_spaces_are_put_right() -> None:
    assert parse_identity_code(" 131052-308t ", artificial_allowed=False).code == "131052-308T"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "131052-308",
        "131052-308TT",
        "131052308T",
        "131052/308T",
        "131052G308T",
        "131052Z308T",
        "131052-308G",
        "131052-3O8T",
        "١٣١٠٥٢-308T",
        "131052-308T\n131052-308T",
        made_up_code("300299", "-", "123"),
        made_up_code("290299", "-", "123"),
        made_up_code("001052", "-", "308"),
        made_up_code("131352", "-", "308"),
        made_up_code("131052", "-", "000"),
        made_up_code("131052", "-", "001"),
    ],
)
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(InvalidIdentityCode) as refusal:
        parse_identity_code(text, artificial_allowed=True)
    assert not text or text not in str(refusal.value)


def test_each_other_check_character_is_wrong() -> None:
    for last in "0123456789ABCDEFHJKLMNPRSUVWXY":
        with pytest.raises(InvalidIdentityCode, match="check character"):
            parse_identity_code(f"131052-308{last}", artificial_allowed=True)


def test_the_900_series_belongs_to_nobody() -> None:
    for individual in ("900", "999"):
        code = made_up_code("010190", "-", individual)
        assert parse_identity_code(code, artificial_allowed=True).artificial
        with pytest.raises(InvalidIdentityCode, match="for tests"):
            parse_identity_code(code, artificial_allowed=False)
    assert not parse_identity_code(made_up_code("010190", "-", "899"), artificial_allowed=False).artificial


def test_a_code_does_not_show_itself() -> None:
    parsed = parse_identity_code("131052-308T", artificial_allowed=False)
    assert "131052" not in f"{parsed!r} {parsed} {[parsed]}"


@given(st.dates(dt.date(1800, 1, 1), dt.date(2099, 12, 31)), st.integers(2, 899))
def test_any_day_and_number_make_a_code_that_is_read_back(born: dt.date, individual: int) -> None:
    sign = {18: "+", 19: "-", 20: "A"}[born.year // 100]
    birth = f"{born.day:02d}{born.month:02d}{born.year % 100:02d}"
    code = made_up_code(birth, sign, f"{individual:03d}")
    assert parse_identity_code(code, artificial_allowed=False).birth_date == born


@given(st.text(max_size=14))
def test_no_text_makes_it_fall(text: str) -> None:
    try:
        parse_identity_code(text, artificial_allowed=True)
    except InvalidIdentityCode:
        return
    assert len(text.strip()) == 11
