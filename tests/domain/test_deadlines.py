"""When a term ends."""

from datetime import date

from app.domain.deadlines import due_on


def test_six_weeks_end_on_the_same_weekday_and_a_calendar_day_is_a_day() -> None:
    assert due_on(date(2026, 11, 21), 6, "week") == date(2027, 1, 2)
    assert due_on(date(2026, 12, 31), 1, "kalenderdag") == date(2027, 1, 1)


def test_a_school_day_is_not_dated_without_a_school_calendar() -> None:
    assert due_on(date(2026, 11, 21), 5, "schooldag") is None
