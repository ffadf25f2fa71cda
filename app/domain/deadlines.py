"""When a term ends: counted from the day after it began, as the calendar goes.

School days and working days need the calendars of a region; a route that uses them cannot be dated yet.
"""

from datetime import date, timedelta

DAYS = {"kalenderdag": 1, "week": 7}


def due_on(start: date, amount: int, unit: str) -> date | None:
    """The last day of a term that began on `start`; None for a unit that needs a school or working calendar."""
    return start + timedelta(days=amount * DAYS[unit]) if unit in DAYS else None
