"""A BSN, a phone number and a mail address in a free text: found however written, and what only looks like one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.free_text import Kind, found_in, kinds_in, refused_towards_registry, without

NUMBERS = [
    "999990007",
    "BSN 999990007.",
    "bsn:999990007,",
    "BSN999990007",
    "9999.90.007",
    "999 990 007",
    "999-990-007",
    "9999 90\u00a0007",
    "999\u2011990\u2013007",
    "9\u200b9\u200b9990007",
    "\uff19\uff19\uff19\uff19\uff19\uff10\uff10\uff10\uff17",
    "groep 8 999990007 dus",
    "10000008",
    "kind van 8: 999990007",
    "Geboren 14-03-2018, 999990007",
]
PHONES = [
    "06-12345678",
    "0612345678",
    "06 12 34 56 78",
    "bel (050) 123 45 67 even",
    "0598-123456",
    "+31612345678",
    "+31 (0)6 12345678",
    "0031 6 1234 5678",
    "+32 470 12 34 56",
    "tel:0612345678!",
]
MAILS = ["zwaantje@gezin.voorbeeld.invalid", "Mail: Z.Bedenksel+thuis@school.voorbeeld.nl.", "<a@b.nl>", "z\uff20b.nl"]
NOTHING = [
    "",
    "Leest met moeite hardop.",
    "Op 20-11-2026 om 15.30 uur, en op 01-02-2026 12:00 weer.",
    "2026-11-20T15:30:00+01:00",
    "geboren 20112026 of 20261120",
    "Groep 7, 28 leerlingen, 2026-2027, blz. 1-2-3-4",
    "123456789",
    "112 of 0800-2000",
    "zaak 0199a5c0-7d1e-7000-8999-999990007000",
    "999990007123456",
    "artikel 7.1.4.2 en 7.3.11",
    "a@b, @iedereen, 3@2",
    "€ 1.250,00 en 12,5%",
]


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert Kind.NUMBER in kinds_in(text)
    assert "007" not in without(text)


@pytest.mark.parametrize("text", PHONES)
def test_a_phone_number_is_found(text: str) -> None:
    assert Kind.PHONE in kinds_in(text)
    assert "[telefoon]" in without(text) or "[bsn]" in without(text)
    assert not [each for each in ("1234", "12 34", "123456") if each in without(text)]


@pytest.mark.parametrize("text", MAILS)
def test_a_mail_address_is_found(text: str) -> None:
    assert kinds_in(text) == [Kind.MAIL]
    assert "b.nl" not in without(text)
    assert "voorbeeld" not in without(text)


@pytest.mark.parametrize("text", NOTHING)
def test_days_ids_pages_and_amounts_are_nobody_s(text: str) -> None:
    assert found_in(text) == []
    assert without(text) == text


def test_all_of_them_in_one_text_are_told_once_each_and_taken_out() -> None:
    text = "Bel 06-12345678 of 06-87654321, mail a@b.nl; nummer 999990007 (of 999990019)."
    assert kinds_in(text) == [Kind.NUMBER, Kind.PHONE, Kind.MAIL]
    assert without(text) == "Bel [telefoon] of [telefoon], mail [e-mail]; nummer [bsn] (of [bsn])."


@given(st.text(max_size=60), st.sampled_from([*NUMBERS, *PHONES, *MAILS]), st.text(max_size=60))
def test_what_stands_apart_is_found_between_whatever_text(before: str, text: str, after: str) -> None:
    whole = f"{before}; {text} ;{after}"
    assert set(kinds_in(text)) <= set(kinds_in(whole))
    assert all(0 <= each.start < each.end <= len(whole) for each in found_in(whole))


@given(st.text())
def test_a_text_without_any_stays_as_it_is(text: str) -> None:
    assert (without(text) == text) is (found_in(text) == [])
    assert without(without(text)) == without(text)


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "1 " * 5_000, "0" * 10_000, "a@" * 5_000, "+31(0)" * 1_600, "1-1-" * 2_500]
)
def test_the_longest_text_is_looked_through_at_once(text: str) -> None:
    began = time.process_time()
    found_in(text)
    assert time.process_time() - began < 0.5


def test_towards_the_registry_each_of_them_is_refused_with_its_place_and_without_its_text() -> None:
    refused_towards_registry({"/content": "Leest met moeite.", "/reason": ""})
    with pytest.raises(Invalid) as refusal:
        refused_towards_registry({"/content": "Bel 0612345678, 999990007", "/reason": "a@b.nl"})
    told = [(fault.pointer, fault.code) for fault in refusal.value.faults]
    assert told == [
        ("/content", "persoonsgegeven_bsn"),
        ("/content", "persoonsgegeven_telefoon"),
        ("/reason", "persoonsgegeven_e_mail"),
    ]
    assert "0612345678" not in str(refusal.value.faults)
    assert "a@b.nl" not in str(refusal.value.faults)
