"""What may be written; the table of hostile texts is in tests/sockets/test_hostile_input.py, over real transports."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import BODY_LIMIT, BodyRefused, clean_body


@given(st.text(max_size=200))
def test_what_is_taken_is_kept_and_what_is_refused_has_a_reason(text: str) -> None:
    bad = [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t"]
    try:
        assert clean_body(text) == text
        assert not bad and text.strip()
        text.encode()
    except BodyRefused as refusal:
        assert bad or not text.strip()
        assert refusal.code == "invalid"


@pytest.mark.parametrize("char", ["a", "ä", "👶", "\u202e"])
def test_the_limit_counts_code_points(char: str) -> None:
    assert clean_body(char * BODY_LIMIT) == char * BODY_LIMIT
    with pytest.raises(BodyRefused) as refusal:
        clean_body(char * (BODY_LIMIT + 1))
    assert refusal.value.code == "too_long"
