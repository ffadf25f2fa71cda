"""How long a term lasts: which days count in which unit, and day by day why one does not.

Pure: the days come from outside.
Days are days in the Netherlands (Europe/Amsterdam); a clock that is put forward or back changes none of them. A term
begins on the day after its anchor, as the Algemene termijnenwet and the handbook (domain.md R17) count too.
"""

import calendar as months
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Amsterdam")
_DAY = timedelta(days=1)
_SATURDAY = 5


class Unit(StrEnum):
    """In what a term is counted. A week and a month are of calendar days."""

    SCHOOLDAG = "schooldag"
    WERKDAG = "werkdag"
    KALENDERDAG = "kalenderdag"
    WEEK = "week"
    MAAND = "maand"


class Because(StrEnum):
    """Why a day does not count; the code that a consumer may count on."""

    WEEKEND = "weekend"
    FEESTDAG = "feestdag"
    SCHOOLVAKANTIE = "schoolvakantie"
    SLUITING = "sluiting"
    PAUZE = "pauze"
    # The day counts, and the law lets the term end later than the count does.
    TERMIJNENWET = "termijnenwet"


class Region(StrEnum):
    """The three regions over which the school holidays are spread."""

    NOORD = "noord"
    MIDDEN = "midden"
    ZUID = "zuid"


@dataclass(frozen=True, slots=True)
class Free:
    """What makes a day not count, by its name in Dutch and English."""

    because: Because
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day up to and including the last, and what it is called."""

    first: date
    last: date
    name: str = ""

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last


class NotCounted(Exception):  # noqa: N818 - a term that cannot be dated, told as such; not a mistake of ours
    """A term cannot be dated; `code` for programs, `nl` and `en` say what is missing and how to add it."""

    def __init__(self, code: str, nl: str, en: str) -> None:
        super().__init__(en)
        self.code, self.nl, self.en = code, nl, en


Holidays = Callable[[int], Mapping[date, Free]]
"""The public holidays of a year."""
SchoolHolidays = Callable[[Region, date], Free | None]
"""The school holiday on a day in a region, or None. Raises NotCounted for a school year that nobody entered."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count for one school: its region, and its own study days and closures.

    `region` is None where it is not known; then `why` says so when school days are asked for.
    """

    public: Holidays
    school: SchoolHolidays
    region: Region | None = None
    why: NotCounted | None = None
    closures: tuple[Period, ...] = ()

    def free(self, day: date, unit: Unit) -> Free | None:
        """Why a day does not count in this unit; None: it counts.

        Raises:
            NotCounted: in school days, without a known region or outside the school years that are entered.
        """
        if unit not in {Unit.SCHOOLDAG, Unit.WERKDAG}:
            return None
        if day.weekday() >= _SATURDAY:
            return Free(Because.WEEKEND, "weekend", "weekend")
        found = self.public(day.year).get(day)
        if unit is Unit.WERKDAG:
            return found
        if self.region is None:
            raise self.why or _no_school()
        found = found or self.school(self.region, day)
        closed = next((each for each in self.closures if each.holds(day)), None)
        if found is None and closed is not None:
            found = Free(Because.SLUITING, closed.name, closed.name)
        return found

    def works(self, day: date) -> bool:
        """Whether it is a working day: no weekend, no public holiday."""
        return self.free(day, Unit.WERKDAG) is None


def _no_school() -> NotCounted:
    return NotCounted(
        "school_onbekend",
        "De school van de jeugdige is niet bekend, en dus ook niet wat haar schooldagen zijn. Leg de school vast.",
        "The school of the child is not known, so neither are its school days. Record the school.",
    )


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a count: whether it counted, and if not, why."""

    day: date
    counted: bool
    free: Free | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """The last day of a term, and every day from the one after the anchor up to it."""

    due: date
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Length:
    """How long: an amount of a unit. `law`: a term of a law, which the Algemene termijnenwet may lengthen."""

    amount: int
    unit: Unit
    law: bool = False


LONGEST_TERM: Mapping[Unit, int] = {
    Unit.SCHOOLDAG: 1000,
    Unit.WERKDAG: 1000,
    Unit.KALENDERDAG: 7300,
    Unit.WEEK: 1040,
    Unit.MAAND: 240,
}
"""How long a term of a route can be, in each unit: what is longer bounds nothing."""

LONGEST_EXTENSION: Mapping[Unit, int] = {
    Unit.SCHOOLDAG: 400,
    Unit.WERKDAG: 520,
    Unit.KALENDERDAG: 730,
    Unit.WEEK: 104,
    Unit.MAAND: 24,
}
"""What one run of a term is extended by at most, all extensions together: about two years."""


def count(anchor: date, length: Length, calendar: Calendar, pauses: Iterable[Period] = ()) -> Count:
    """Counts a term from the day after `anchor`; a day in a pause does not count, whatever the unit.

    A month later is the same day of that month, or its last day when it is shorter (31 January: 28 or 29 February).

    Raises:
        NotCounted: a day had to be judged of which the calendar says nothing, or it is longer than any term.
        ValueError: the amount is not positive.
    """
    if length.amount < 1:
        raise ValueError(length.amount)
    if length.amount > LONGEST_TERM[length.unit] + LONGEST_EXTENSION[length.unit]:
        raise NotCounted(
            "te_lang",
            "Deze termijn is zo vaak verlengd dat geen datum meer te geven is.",
            "This term was extended so often that no date can be given any more.",
        )
    paused = tuple(pauses)
    left, day, days = _days(anchor, length), anchor, []
    while left:
        day += _DAY
        pause = next((each for each in paused if each.holds(day)), None)
        free = calendar.free(day, length.unit)
        # A day that would not have counted anyway keeps its own reason: a pause takes nothing from it.
        if free is None and pause is not None:
            free = Free(Because.PAUZE, pause.name, pause.name)
        days.append(Day(day, free is None, free))
        left -= free is None
    if length.law and _under_the_act(length):
        days += _lengthened(day, days, length, calendar)
    return Count(days[-1].day, tuple(days))


def _days(anchor: date, length: Length) -> int:
    """How many days count in it."""
    match length.unit:
        case Unit.WEEK:
            return 7 * length.amount
        case Unit.MAAND:
            return (months_later(anchor, length.amount) - anchor).days
        case _:
            return length.amount


def months_later(day: date, amount: int) -> date:
    """The same day so many months later, or the last day of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


# Algemene termijnenwet, article 4: longer terms are left alone. Terms in working or school days skip these days anyway.
_LONGEST = {Unit.KALENDERDAG: 90, Unit.WEEK: 12, Unit.MAAND: 3}
_SHORTEST_WITH_TWO = 3


def _under_the_act(length: Length) -> bool:
    return length.amount <= _LONGEST.get(length.unit, 0)


def _lengthened(last: date, days: list[Day], length: Length, calendar: Calendar) -> list[Day]:
    """What the Algemene termijnenwet adds to a term of a law.

    It ends on no Saturday, Sunday or public holiday (article 1), and one of at least three days holds two days that are
    none of these (article 2).
    """
    added: list[Day] = []
    working = sum(calendar.works(each.day) for each in days)
    wanted = 2 if length.unit is not Unit.KALENDERDAG or length.amount >= _SHORTEST_WITH_TWO else 0
    day = last
    while not calendar.works(day) or working < wanted:
        day += _DAY
        works = calendar.works(day)
        working += works
        added.append(
            Day(day, counted=False, free=Free(Because.TERMIJNENWET, "Algemene termijnenwet", "General Terms Act"))
        )
    return added


def before(due: date, amount: int, unit: Unit, calendar: Calendar) -> date:
    """The day so many days of this kind before a day; weeks and months go by calendar days."""
    day, left = due, amount
    while left:
        day -= _DAY
        left -= calendar.free(day, unit) is None
    return day


def last_working_day(day: date, calendar: Calendar) -> date:
    """The day itself when it is a working day, otherwise the last one before it."""
    while not calendar.works(day):
        day -= _DAY
    return day


def birthday(born: date, years: int) -> date:
    """The day on which somebody reaches an age; born on 29 February: 1 March, as `app.domain.consent.age_on` counts."""
    year = born.year + years
    leap = (born.month, born.day) == (2, 29)
    return date(year, 3, 1) if leap and not months.isleap(year) else born.replace(year=year)


def local_day(moment: datetime) -> date:
    """The day in the Netherlands at a moment."""
    return moment.astimezone(HERE).date()


def in_working_hours(moment: datetime, calendar: Calendar, opens: time, closes: time) -> bool:
    """Whether at a moment it is a working day here, and the clock stands between the two."""
    here = moment.astimezone(HERE)
    return calendar.works(here.date()) and opens <= here.time() < closes
