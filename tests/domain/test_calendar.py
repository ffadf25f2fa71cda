"""How long a term lasts: each unit, the edges of the calendar, and what must hold of every count."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import (
    Because,
    Calendar,
    Free,
    Length,
    NotCounted,
    Period,
    Region,
    Unit,
    before,
    birthday,
    count,
    in_working_hours,
    last_working_day,
    local_day,
)
from app.domain.consent import age_on
from app.integrations.calendars import WORKING_DAYS, calendar_of

SCHOOL = calendar_of(school=True, municipality="GM1952")
DAYS = st.dates(date(2024, 8, 1), date(2028, 12, 31))
UNITS = st.sampled_from(list(Unit))


def due(anchor: str, amount: int, unit: Unit, calendar: Calendar = SCHOOL, **more: bool) -> str:
    return str(count(date.fromisoformat(anchor), Length(amount, unit, **more), calendar).due)


@pytest.mark.parametrize(
    ("anchor", "amount", "unit", "expected"),
    [
        # From the day after: five school days from a Thursday end the next Thursday.
        ("2026-11-19", 5, Unit.SCHOOLDAG, "2026-11-26"),
        # The autumn holiday of region noord lies between (10 to 18 October 2026).
        ("2026-10-08", 2, Unit.SCHOOLDAG, "2026-10-19"),
        ("2026-10-08", 2, Unit.WERKDAG, "2026-10-12"),
        # From the last school day before Christmas to the first one after, over New Year.
        ("2026-12-18", 1, Unit.SCHOOLDAG, "2027-01-04"),
        # Christmas 2026 falls on Friday and Saturday; New Year's Day on a Friday.
        ("2026-12-24", 1, Unit.WERKDAG, "2026-12-28"),
        ("2026-12-31", 1, Unit.WERKDAG, "2027-01-04"),
        # Good Friday 26 March and Easter Monday 29 March 2027.
        ("2027-03-25", 1, Unit.WERKDAG, "2027-03-30"),
        # 5 May is a holiday every year (Algemene termijnenwet, article 3), not once in five; then Ascension Day.
        ("2027-05-04", 1, Unit.WERKDAG, "2027-05-07"),
        # King's Day falls on a Sunday in 2025, and is on the Saturday before.
        ("2025-04-25", 1, Unit.WERKDAG, "2025-04-28"),
        ("2026-11-21", 1, Unit.KALENDERDAG, "2026-11-22"),
        ("2026-11-21", 6, Unit.WEEK, "2027-01-02"),
        # The ends of months, in common and leap years.
        ("2026-01-31", 1, Unit.MAAND, "2026-02-28"),
        ("2028-01-31", 1, Unit.MAAND, "2028-02-29"),
        ("2028-02-29", 12, Unit.MAAND, "2029-02-28"),
        ("2026-08-31", 1, Unit.MAAND, "2026-09-30"),
        ("2026-11-30", 3, Unit.MAAND, "2027-02-28"),
        # The clock goes forward on 28 March 2027 and back on 25 October 2026: a day is a day.
        ("2027-03-27", 2, Unit.KALENDERDAG, "2027-03-29"),
        ("2026-10-24", 1, Unit.WEEK, "2026-10-31"),
    ],
)
def test_each_unit_at_the_edges(anchor: str, amount: int, unit: Unit, expected: str) -> None:
    assert due(anchor, amount, unit) == expected


def test_a_term_of_a_law_ends_on_no_weekend_or_holiday_and_a_policy_term_may() -> None:
    """Algemene termijnenwet, articles 1, 2 and 4."""
    saturday = "2027-01-02"
    assert due("2026-11-21", 6, Unit.WEEK) == saturday
    assert due("2026-11-21", 6, Unit.WEEK, law=True) == "2027-01-04"
    # Three days over Christmas hold no working day: it ends when there were two.
    assert due("2026-12-24", 3, Unit.KALENDERDAG, law=True) == "2026-12-29"
    # Longer than twelve weeks: left alone.
    assert due("2026-11-21", 13, Unit.WEEK, law=True) == due("2026-11-21", 13, Unit.WEEK) == "2027-02-20"
    # What was added is told.
    days = count(date(2026, 11, 21), Length(6, Unit.WEEK, law=True), SCHOOL).days
    assert [each.free and each.free.because for each in days[-3:]] == [None, *[Because.TERMIJNENWET] * 2]


def test_every_day_is_told_with_why_it_does_not_count() -> None:
    closed = calendar_of(
        school=True, municipality="GM1952", closures=[Period(date(2026, 10, 20), date(2026, 10, 20), "Studiedag")]
    )
    told = count(
        date(2026, 10, 8), Length(3, Unit.SCHOOLDAG), closed, [Period(date(2026, 10, 21), date(2026, 10, 21), "ziek")]
    )
    found = {str(each.day): each.free.nl if each.free else None for each in told.days}
    assert found["2026-10-09"] is None
    assert found["2026-10-10"] == "weekend"
    assert found["2026-10-12"] == "Herfstvakantie"
    assert found["2026-10-20"] == "Studiedag"
    assert found["2026-10-21"] == "ziek"
    assert told.due == date(2026, 10, 22)


def test_the_region_decides_and_an_unknown_one_is_said_not_guessed() -> None:
    zuid = calendar_of(school=True, municipality="GM0935")
    assert due("2026-10-09", 1, Unit.SCHOOLDAG, zuid) == "2026-10-12"
    assert due("2026-10-09", 1, Unit.SCHOOLDAG) == "2026-10-19"
    nowhere = calendar_of(school=True, municipality="GM9999")
    with pytest.raises(NotCounted, match="GM9999") as refused:
        due("2026-10-09", 1, Unit.SCHOOLDAG, nowhere)
    assert refused.value.code == "vakantieregio_onbekend"
    assert due("2026-10-09", 1, Unit.WERKDAG, nowhere) == "2026-10-12"
    with pytest.raises(NotCounted) as no_school:
        due("2026-10-09", 1, Unit.SCHOOLDAG, WORKING_DAYS)
    assert no_school.value.code == "school_onbekend"


def test_a_school_year_that_is_not_entered_says_how_to_enter_it() -> None:
    assert due("2030-07-10", 1, Unit.SCHOOLDAG) == "2030-07-11"
    with pytest.raises(NotCounted, match="2030-2031") as refused:
        due("2030-07-30", 1, Unit.SCHOOLDAG)
    assert refused.value.code == "schooljaar_niet_ingevoerd"
    assert "docs/terms.md" in refused.value.nl


def test_birthdays_fall_on_the_day_that_consent_counts_by() -> None:
    assert birthday(date(2014, 11, 22), 12) == date(2026, 11, 22)
    leap = date(2012, 2, 29)
    assert birthday(leap, 16) == date(2028, 2, 29)
    assert birthday(leap, 18) == date(2030, 3, 1)
    for years in (12, 16, 18, 23):
        day = birthday(leap, years)
        assert (age_on(leap, day), age_on(leap, day - timedelta(days=1))) == (years, years - 1)


def test_working_hours_are_those_of_the_clock_here() -> None:
    opens, closes = time(8), time(18)

    def at(moment: str) -> bool:
        return in_working_hours(datetime.fromisoformat(moment), WORKING_DAYS, opens, closes)

    # 07:30 UTC is 08:30 in winter, and half past nine in summer.
    assert at("2026-11-23T07:00:00Z")
    assert not at("2026-11-23T06:59:59Z")
    assert not at("2026-11-23T17:00:00Z")
    assert at("2026-07-06T06:00:00Z")
    assert not at("2026-07-06T05:59:59Z")
    assert not at("2026-11-22T12:00:00Z"), "a Sunday"
    assert not at("2026-12-25T12:00:00Z"), "Christmas"
    assert local_day(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == date(2026, 11, 23)


def test_reminders_fall_before_the_date() -> None:
    assert before(date(2026, 11, 26), 2, Unit.SCHOOLDAG, SCHOOL) == date(2026, 11, 24)
    assert before(date(2026, 10, 19), 1, Unit.SCHOOLDAG, SCHOOL) == date(2026, 10, 9)
    assert before(date(2026, 11, 26), 3, Unit.WEEK, SCHOOL) == date(2026, 11, 23)
    assert last_working_day(date(2026, 11, 22), SCHOOL) == date(2026, 11, 20)


def test_no_amount_is_no_term() -> None:
    with pytest.raises(ValueError, match="0"):
        count(date(2026, 1, 1), Length(0, Unit.WEEK), SCHOOL)


# --- What must hold of every count ------------------------------------------------------------------------------------


@given(DAYS, st.integers(1, 60), UNITS)
def test_the_explanation_adds_up_to_the_date(anchor: date, amount: int, unit: Unit) -> None:
    told = count(anchor, Length(amount, unit), SCHOOL)
    assert [each.day for each in told.days] == [anchor + timedelta(days=n + 1) for n in range((told.due - anchor).days)]
    counted = sum(each.counted for each in told.days)
    assert counted == (amount if unit not in {Unit.WEEK, Unit.MAAND} else (told.due - anchor).days)
    assert all(each.counted == (each.free is None) for each in told.days)


@given(DAYS, st.integers(1, 60), UNITS)
def test_it_ends_on_a_day_that_counts(anchor: date, amount: int, unit: Unit) -> None:
    assert SCHOOL.free(count(anchor, Length(amount, unit), SCHOOL).due, unit) is None


@given(DAYS, st.integers(0, 40), st.integers(1, 40), st.integers(0, 10), UNITS)
def test_later_or_longer_never_ends_earlier(anchor: date, later: int, amount: int, longer: int, unit: Unit) -> None:
    first = count(anchor, Length(amount, unit), SCHOOL).due
    assert count(anchor + timedelta(days=later), Length(amount, unit), SCHOOL).due >= first
    assert count(anchor, Length(amount + longer, unit), SCHOOL).due >= first


@given(DAYS, st.integers(1, 30), UNITS, st.integers(0, 60), st.integers(0, 20))
def test_a_pause_adds_exactly_the_days_it_takes(anchor: date, amount: int, unit: Unit, start: int, long: int) -> None:
    first = anchor + timedelta(days=start)
    pause = Period(first, first + timedelta(days=long), "afwezig")
    without = count(anchor, Length(amount, unit), SCHOOL)
    paused = count(anchor, Length(amount, unit), SCHOOL, [pause])
    taken = [each.day for each in paused.days if each.free and each.free.because is Because.PAUZE]
    assert all(pause.holds(day) and SCHOOL.free(day, unit) is None for day in taken)
    # As many days that count came after the old date as the pause took before the new one.
    added = [each for each in paused.days if each.day > without.due and SCHOOL.free(each.day, unit) is None]
    assert len(added) == len(taken)


@given(DAYS, st.integers(1, 12), st.sampled_from([Unit.KALENDERDAG, Unit.WEEK, Unit.MAAND]))
def test_a_term_of_a_law_is_never_shorter(anchor: date, amount: int, unit: Unit) -> None:
    plain = count(anchor, Length(amount, unit), SCHOOL)
    law = count(anchor, Length(amount, unit, law=True), SCHOOL)
    assert law.due >= plain.due
    if unit is not Unit.MAAND or amount <= 3:
        assert SCHOOL.works(law.due)


def test_the_calendar_is_asked_and_nothing_else() -> None:
    """A made-up calendar in which every day but the first of a month is a holiday."""

    def public(year: int) -> Mapping[date, Free]:
        day, found = date(year, 1, 1), {}
        while day.year == year:
            if day.day != 1:
                found[day] = Free(Because.FEESTDAG, "verzonnen", "invented")
            day += timedelta(days=1)
        return found

    odd = Calendar(public, lambda _region, _day: None, Region.NOORD)
    assert due("2026-05-15", 1, Unit.WERKDAG, odd) == "2026-06-01"
