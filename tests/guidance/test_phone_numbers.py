"""Numbers as people type them, and what is refused."""

import pytest

from guidance.phone_numbers import NumberRefused, PhoneNumber, parse_number

FINNISH = "+358457396012"
SWEDISH = "+46701740605"  # of the range that Sweden keeps for films and books


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0457396012", FINNISH),
        (" 045 739 6012 ", FINNISH),
        ("045-7396012", FINNISH),
        ("+358 45 739 6012", FINNISH),
        ("00358457396012", FINNISH),
        ("+358 (0)45 7396012", FINNISH),
        ("(045) 739.60/12", FINNISH),
        ("045\u00a0739\u202f6012", FINNISH),
        ("٠٤٥٧٣٩٦٠١٢", FINNISH),  # Arabic-Indic digits: a keyboard in one's own language
        ("０４５７３９６０１２", FINNISH),  # full width
        ("+46 70-174 06 05", SWEDISH),
        ("0046701740605", SWEDISH),
        ("09 310 1234", "+35893101234"),
        ("020 123 4567", "+358201234567"),  # many people's number at work
    ],
)
def test_every_usual_form_is_one_number(typed: str, e164: str) -> None:
    assert parse_number(typed).e164 == e164


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "soita äidille",
        "0️⃣4️⃣5️⃣7️⃣3️⃣9️⃣6️⃣0️⃣1️⃣2️⃣",  # keycap emoji
        "𝟘𝟜𝟝x",
        "1" * 10_000,
        "+" * 40,
        "0457396012 ext 12",
        "0457396012;ext=12",
        "tel:0457396012",
        "0457396012\n0457396013",
        "\x000457396012",
        "112",
        "123",
        "04573",  # hardly a number
        "0457396012345678",
        "0600 12345",  # costs the caller
        "0700 12345",
        "0800 123 456",  # a service, no person
        "+44 909 8790000",  # the same abroad
        "+881 612345678",  # satellites
        "+870 773 123 456",
        "+999 123456789",
        "+46 123",
    ],
)
def test_what_is_no_persons_number_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        parse_number(typed)
    assert refused.value.detail.endswith(".") and "\n" not in refused.value.detail


def test_how_a_number_is_shown() -> None:
    home, abroad = PhoneNumber(FINNISH), PhoneNumber(SWEDISH)
    assert (home.spoken.replace(" ", ""), home.end, home.country) == ("0457396012", "012", "")
    assert (abroad.spoken, abroad.end, abroad.country) == ("+46 70 174 06 05", "605", "SE")
