"""Whose yes counts on this day: each rule of consent by itself."""

from datetime import date
from uuid import UUID

import pytest

from app.domain.consent import Answer, Asked, Missing, Standing, Status, age_on, standing
from app.domain.gezag import Capacity, Giver, Parent

TODAY = date(2026, 11, 21)
YOUTH, MOTHER, FATHER = (UUID(int=number) for number in (1, 2, 3))
YES, NO, GONE = Answer("gegeven"), Answer("geweigerd"), Answer("ingetrokken")
BOTH = (Parent(MOTHER, "ja"), Parent(FATHER, "ja"))


def stands(
    birth_date: date | None,
    answers: dict[UUID, Answer],
    parents: tuple[Parent, ...] = BOTH,
    valid: tuple[date, date] = (TODAY, TODAY),
) -> Standing:
    return standing(
        day=TODAY,
        birth_date=birth_date,
        youth=YOUTH,
        parents=parents,
        answers=answers,
        asked=Asked(*valid),
    )


def born(years: int, *, days_ago: int = 0) -> date:
    """Whose birthday it was so many days ago; negative: whose birthday is still to come."""
    return date(TODAY.year - years, TODAY.month, TODAY.day - days_ago)


def test_under_twelve_both_parents_decide_and_the_child_need_not() -> None:
    assert stands(born(8), {MOTHER: YES, FATHER: YES}).in_force
    assert stands(born(8), {MOTHER: YES}) == Standing(
        in_force=False,
        code=Missing.NOT_ANSWERED,
        waits_for=("ouder",),
        status=Status.WACHT_OP,
        open=(Giver(FATHER, Capacity.GEZAG),),
    )
    assert stands(born(8), {MOTHER: YES, FATHER: YES, YOUTH: YES}).in_force


@pytest.mark.parametrize(("days_ago", "open_"), [(1, False), (0, False), (-1, True)])
def test_who_turned_twelve_yesterday_or_today_is_asked_too_tomorrow_not_yet(days_ago: int, open_: bool) -> None:  # noqa: FBT001 — a column of the table above
    verdict = stands(born(12, days_ago=days_ago), {MOTHER: YES, FATHER: YES})
    assert verdict.in_force is open_
    assert verdict.waits_for == (() if open_ else ("jeugdige",))
    assert stands(born(12, days_ago=days_ago), {MOTHER: YES, FATHER: YES, YOUTH: YES}).in_force


@pytest.mark.parametrize(("days_ago", "open_"), [(1, True), (0, True), (-1, False)])
def test_from_sixteen_the_youth_decides_alone(days_ago: int, open_: bool) -> None:  # noqa: FBT001 — same
    assert not stands(born(16, days_ago=days_ago), {MOTHER: YES, FATHER: YES}).in_force
    nobody = stands(born(16, days_ago=days_ago), {YOUTH: YES}, parents=(Parent(MOTHER, "onbekend"),))
    assert nobody.in_force is open_


def test_a_no_closes_for_good_whatever_becomes_known_of_gezag_or_age_later() -> None:
    without_father = (Parent(MOTHER, "ja"), Parent(FATHER, "nee"))
    assert stands(born(8), {MOTHER: YES, FATHER: NO}, without_father).code is Missing.REFUSED
    assert stands(born(8), {MOTHER: YES, FATHER: GONE}, without_father).code is Missing.WITHDRAWN
    assert stands(born(16), {YOUTH: YES, MOTHER: NO}).code is Missing.REFUSED
    assert stands(born(8), {MOTHER: YES, FATHER: YES, YOUTH: GONE}).code is Missing.WITHDRAWN


def test_one_no_or_one_withdrawal_is_enough() -> None:
    assert stands(born(8), {MOTHER: YES, FATHER: NO}).code is Missing.REFUSED
    assert stands(born(8), {MOTHER: GONE, FATHER: YES}).code is Missing.WITHDRAWN
    assert stands(born(13), {MOTHER: YES, FATHER: YES, YOUTH: NO}) == Standing(
        in_force=False,
        code=Missing.REFUSED,
        waits_for=("jeugdige",),
        status=Status.TEGENSTRIJDIG,
        open=(Giver(YOUTH, Capacity.JEUGDIGE),),
    )
    # A refusal is told before a withdrawal, and that before an answer that is still to come.
    assert stands(born(13), {MOTHER: NO, FATHER: GONE}).code is Missing.REFUSED
    assert stands(born(13), {MOTHER: YES, FATHER: GONE}).code is Missing.WITHDRAWN
    assert stands(born(13), {MOTHER: NO, FATHER: GONE}).waits_for == ("jeugdige", "ouder")


def test_gezag_decides_and_unknown_gezag_opens_nothing() -> None:
    answers = {MOTHER: YES, FATHER: YES}
    assert stands(born(8), answers, (Parent(MOTHER, "ja"), Parent(FATHER, "nee"))).in_force
    for parents in ((Parent(MOTHER, "ja"), Parent(FATHER, "onbekend")), (Parent(MOTHER, "nee"),), ()):
        assert stands(born(8), answers, parents).code is Missing.GEZAG_UNKNOWN


def test_one_parent_speaks_for_the_other_unless_they_are_in_conflict() -> None:
    told = {MOTHER: YES, FATHER: Answer("gegeven", "via_andere_ouder")}
    assert stands(born(8), told).in_force
    apart = (Parent(MOTHER, "ja"), Parent(FATHER, "ja", conflict=True))
    assert stands(born(8), told, apart).code is Missing.NOT_ANSWERED
    assert stands(born(8), {MOTHER: YES, FATHER: YES}, apart).in_force


def test_it_holds_from_its_first_day_through_its_last() -> None:
    yes = {MOTHER: YES, FATHER: YES}
    before, after = date(2026, 11, 20), date(2026, 11, 22)
    for valid, open_ in (
        ((before, after), True),
        ((TODAY, after), True),
        ((before, TODAY), True),
        ((before, before), False),
        ((after, after), False),
    ):
        verdict = stands(born(8), yes, valid=valid)
        assert verdict.in_force is open_
        assert verdict.code is (None if open_ else Missing.EXPIRED)


def test_without_a_birth_date_nobody_knows_who_must_answer() -> None:
    assert stands(None, {MOTHER: YES, FATHER: YES, YOUTH: YES}).code is Missing.BIRTH_DATE_UNKNOWN


def test_a_leap_child_is_a_year_older_on_the_first_of_march() -> None:
    birth = date(2016, 2, 29)
    assert age_on(birth, date(2028, 2, 28)) == 11
    assert age_on(birth, date(2028, 2, 29)) == 12
    assert age_on(birth, date(2027, 2, 28)) == 10
    assert age_on(birth, date(2027, 3, 1)) == 11
