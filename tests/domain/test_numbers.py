"""What a BSN and a PGN are, and to whom each may go."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.actors import OrganisationKind, PersonKind
from app.domain.numbers import (
    RECIPIENTS,
    REGISTRY,
    TASKS,
    NumberKind,
    NumberSource,
    NumberTask,
    for_recipient,
    is_bsn,
    is_onderwijsnummer,
    kind_of,
    read,
    tasks_for,
)

EVERYBODY = [*OrganisationKind, *PersonKind, REGISTRY, "onbekend"]
ASKING = [*OrganisationKind, *PersonKind]


@pytest.mark.parametrize("number", ["999990007", "999990019", "111222333", "123456782", "010000008", "10000008"])
def test_a_bsn_passes_the_eleven_test_also_with_its_leading_zero_left_out(number: str) -> None:
    assert is_bsn(number)
    assert read(number, NumberKind.BSN) == number.zfill(9)


@pytest.mark.parametrize(
    "text",
    # The official example of EDEXML (133456785) is no number; zeros pass every sum; ³ and ٣ are digits to Python alone.
    [
        "133456785",
        "999990008",
        "000000000",
        "00000000",
        "1234567",
        "1234567820",
        "",
        "12345678a",
        "99999000³",
        "٩٩٩٩٩٠٠٠٧",
    ],
)
def test_what_fails_the_test_is_no_bsn(text: str) -> None:
    assert not is_bsn(text)
    assert read(text, NumberKind.BSN) is None


@given(st.integers(10_000_000, 999_999_999))
def test_one_mistyped_digit_or_two_that_changed_places_are_noticed(number: int) -> None:
    digits = f"{number:09}"
    if not is_bsn(digits):
        return
    for place, digit in itertools.product(range(9), "0123456789"):
        if digits[place] != digit:
            assert not is_bsn(digits[:place] + digit + digits[place + 1 :])
    for place in range(8):
        one, other = digits[place], digits[place + 1]
        # Weights 2 and -1 of the last two differ by 3: also there a swap is noticed.
        if one != other:
            assert not is_bsn(digits[:place] + other + one + digits[place + 2 :])


def test_the_number_of_a_pupil_without_a_bsn_is_a_pgn_and_never_a_bsn() -> None:
    numbers = [f"10{middle:07}" for middle in range(0, 2_000_000, 97) if is_onderwijsnummer(f"10{middle:07}")]
    assert len(numbers) > 1_000
    assert not any(is_bsn(number) for number in numbers)
    assert read(numbers[0], NumberKind.PGN) == numbers[0]
    assert read(numbers[0], NumberKind.BSN) is None
    assert not is_onderwijsnummer("20" + numbers[0][2:])
    assert not is_onderwijsnummer(numbers[0][:8])


def test_what_a_school_supplied_is_a_pgn_whoever_writes_it_down() -> None:
    for source, home in itertools.product(NumberSource, OrganisationKind):
        of_school = source is NumberSource.SCHOOL or home is OrganisationKind.SCHOOL
        assert (kind_of(source, home) is NumberKind.PGN) is of_school


HELP = {
    "jeugdhulpaanbieder",
    "gecertificeerde_instelling",
    "sociaal_team",
    "gemeente",
    "jgz",
    "expertpool",
    "expertteam",
}


@pytest.mark.parametrize("recipient", EVERYBODY)
def test_a_number_from_a_school_travels_to_school_leerplicht_and_family_alone(recipient: str) -> None:
    """By hand, beside the table: WPO 178a; Jeugdwet 7.1.4.2; domain.md R43."""
    assert for_recipient(NumberKind.PGN, recipient) is (
        recipient in {"school", "leerplicht", "young_person", "guardian"}
    )
    if recipient in HELP | {"verwijsindex"}:
        assert not for_recipient(NumberKind.PGN, recipient)
        assert tasks_for(NumberKind.PGN, recipient) == ()


@pytest.mark.parametrize("recipient", EVERYBODY)
def test_a_bsn_goes_to_no_school_board_samenwerkingsverband_or_stranger(recipient: str) -> None:
    never = {"school", "schoolbestuur", "samenwerkingsverband", "stagnatiepunt", "expertpool", "expertteam", "overig"}
    assert for_recipient(NumberKind.BSN, recipient) is (recipient not in never | {"worker", "onbekend"})


def test_a_number_is_looked_at_for_a_task_of_ones_own_and_a_pgn_never_for_the_registry() -> None:
    for kind, asking, task in itertools.product(NumberKind, ASKING, NumberTask):
        allowed = for_recipient(kind, asking, task)
        assert allowed is (
            asking in RECIPIENTS[kind]
            and task in TASKS.get(asking, ())
            and not (kind is NumberKind.PGN and task is NumberTask.REGISTRY)
        )
        assert (task in tasks_for(kind, asking)) is allowed
    # Help may be told a number and looks none up itself.
    assert tasks_for(NumberKind.BSN, OrganisationKind.JEUGDHULPAANBIEDER) == ()
    assert tasks_for(NumberKind.PGN, OrganisationKind.LEERPLICHT) == (NumberTask.LEERPLICHT,)
    assert tasks_for(NumberKind.BSN, OrganisationKind.LEERPLICHT) == (NumberTask.LEERPLICHT, NumberTask.REGISTRY)
