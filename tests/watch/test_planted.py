"""The search over the whole run (tests/planted.py) finds what is planted, and leaves alone what is nobody's."""

import pytest

from app.demo.people import PEOPLE
from tests.planted import Searched

PLANTED = [
    *(person.display_name for person in PEOPLE if person.kind != "system"),
    "Mila",
    "nummer 999990007.",
    "bel 06-12345678",
    "zwaantje@gezin.voorbeeld.invalid",
    "Bearer eyJhbGciOiJSUzI1NiJ9.eyJz",
    "demo-leerkracht",
    "Leest met moeite.",
    r"Saar Co\u00f6rdinator-Voorbeeld",
]


@pytest.mark.parametrize("text", PLANTED)
def test_what_is_planted_is_found_wherever_it_stands(text: str) -> None:
    searched = Searched()
    searched.look("logs", f'{{"event": "x {text} y"}}')
    assert len(searched.taken()) == 1
    assert searched.taken() == []


@pytest.mark.parametrize(
    "text", ["demo", "0199a5c0-7d1e-7000-8999-999990007000", "Basisschool", "Milaan", "demo-vlieger"]
)
def test_what_is_nobody_s_is_left_alone(text: str) -> None:
    searched = Searched()
    searched.look("logs", text)
    assert searched.taken() == []
