"""Formulas are harmless on the way out, and what they were on the way in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.transfer.armour import harmless, plain

BAD = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "\uff1d1", " =1", "'=1", "a;=1", "a\t=1"]


@pytest.mark.parametrize("text", BAD)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    armoured = harmless(text)
    assert armoured != text
    assert plain(armoured) == text


@pytest.mark.parametrize("text", ["", "Ana", "ana+tag@example.org", "O'Brien", "a-b", "1 = 1"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
    assert plain(text) == text


@given(st.text(alphabet="=+-@'\t\r\n ;|,a\uff1d\uff20"))
def test_nothing_is_lost_on_the_way_out_and_in(text: str) -> None:
    armoured = harmless(text)
    assert plain(armoured) == text
    for cell in armoured.replace("\t", ";").replace("|", ";").split(";"):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\uff1d", "\uff20"))
    assert not armoured.startswith(("\t", "\r", "\n"))
