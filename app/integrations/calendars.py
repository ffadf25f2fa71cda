"""Public holidays and school holidays: from the package `holidays`, and from our own file.

`docs/terms.md` tells how to add a school year, and what was held against the dates of the government.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from holidays import country_holidays
from holidays.constants import OPTIONAL, PUBLIC, SCHOOL

from app.domain.calendar import Because, Calendar, Free, NotCounted, Period, Region

_DATA = Path(__file__).parent / "data"
REGIONS, YEARS = _DATA / "school_regions.toml", _DATA / "school_holidays.toml"
_TOLD = "docs/terms.md"

BREAKS = {
    "herfstvakantie": ("Herfstvakantie", "Autumn holiday"),
    "kerstvakantie": ("Kerstvakantie", "Christmas holiday"),
    "voorjaarsvakantie": ("Voorjaarsvakantie", "Spring holiday"),
    "meivakantie": ("Meivakantie", "May holiday"),
    "zomervakantie": ("Zomervakantie", "Summer holiday"),
}
"""The five holidays of a school year, in order, by their key in our file; their names in Dutch and English."""

# The school years (by the year in which they begin) of which the package holds all five holidays for every region.
_OF_THE_PACKAGE = range(2014, 2030)
_AUGUST = 8
# Between which months a holiday falls: the year after the beginning of the school year (0 or 1), and the month.
_FALLS = {
    "herfstvakantie": ((0, 9), (0, 12)),
    "kerstvakantie": ((0, 12), (1, 1)),
    "voorjaarsvakantie": ((1, 1), (1, 12)),
    "meivakantie": ((1, 1), (1, 12)),
    "zomervakantie": ((1, 1), (1, 12)),
}
SchoolYear = Mapping[Region, Mapping[str, Period]]


class BadCalendarError(ValueError):
    """Our own file says something that cannot be; each fault names the file, the year and the remedy."""


@lru_cache(maxsize=256)
def public_holidays(year: int) -> Mapping[date, Free]:
    """The public holidays of a year, as the Algemene termijnenwet has them: 5 May every year, and Good Friday."""
    dutch, english = (
        country_holidays("NL", years=year, categories=(PUBLIC, OPTIONAL), language=language)
        for language in ("nl", "en_US")
    )
    return MappingProxyType({day: Free(Because.FEESTDAG, dutch[day], english[day]) for day in dutch})


def school_holiday(region: Region, day: date) -> Free | None:
    """The school holiday on a day in a region, or None. Raises NotCounted for a school year that is not entered."""
    began = day.year if day.month >= _AUGUST else day.year - 1
    if began not in covered():
        raise _not_entered(began)
    found = _free(region, began).get(day)
    # The summer holiday of the school year before goes on in August and September.
    return found or (_free(region, began - 1).get(day) if began - 1 in covered() else None)


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """The school years that can be counted in, each by the year in which it begins."""
    return frozenset(_OF_THE_PACKAGE) | entered().keys()


@lru_cache(maxsize=64)
def _free(region: Region, began: int) -> Mapping[date, Free]:
    days = {}
    for key, period in school_year(began)[region].items():
        free = Free(Because.SCHOOLVAKANTIE, *BREAKS[key])
        day = period.first
        while day <= period.last:
            days[day] = free
            day += timedelta(days=1)
    return days


@lru_cache(maxsize=32)
def school_year(began: int) -> SchoolYear:
    """The five holidays of a school year for each region: of our own file, otherwise of the package.

    Raises NotCounted for a year that neither has.
    """
    if began in entered():
        return entered()[began]
    if began not in _OF_THE_PACKAGE:
        raise _not_entered(began)
    return {region: _of_the_package(region, began) for region in Region}


def _of_the_package(region: Region, began: int) -> Mapping[str, Period]:
    listed = country_holidays(
        "NL", years=(began, began + 1), subdiv=region.capitalize(), categories=(SCHOOL,), language="nl"
    )
    days: dict[str, list[date]] = {}
    for day in sorted(listed):
        key = listed[day].lower()
        first, last = _FALLS[key]
        if (began + first[0], first[1]) <= (day.year, day.month) <= (began + last[0], last[1]):
            days.setdefault(key, []).append(day)
    return {key: Period(days[key][0], days[key][-1], BREAKS[key][0]) for key in BREAKS}


@lru_cache(maxsize=1)
def entered() -> Mapping[int, SchoolYear]:
    """The school years of our own file. Raises BadCalendarError with every fault in it."""
    return read_years(YEARS)


def read_years(file: Path) -> Mapping[int, SchoolYear]:
    """The school years that a file adds or corrects: each whole, five holidays for three regions, with its source."""
    faults: list[str] = []
    found: dict[int, SchoolYear] = {}
    for table in tomllib.loads(file.read_text("utf-8")).get("year", ()):
        began, year = _read_year(table, faults)
        if began in found:
            faults.append(f"{began}-{began + 1} stands there twice: keep one")
        found[began] = year
    if faults:
        raise BadCalendarError("; ".join(f"{file.name}: {fault}" for fault in faults))
    return found


def _read_year(table: dict[str, Any], faults: list[str]) -> tuple[int, SchoolYear]:
    began = table.get("begins")
    if not isinstance(began, int):
        faults.append("a year without `begins`: write the year in which the school year begins, like 2030")
        return 0, {}
    if not isinstance(table.get("source"), str):
        faults.append(f"{began}: no `source`: write where the dates were published")
    year: dict[Region, dict[str, Period]] = {region: {} for region in Region}
    for region in Region:
        last = date(began, 8, 1)
        for key, (name, _) in BREAKS.items():
            match table.get(region, {}).get(key):
                case [date() as first, date() as until] if last < first <= until < date(began + 1, 10, 1):
                    year[region][key] = Period(first, until, name)
                    last = until
                case _:
                    faults.append(
                        f"{began}: {region}.{key} is not two dates in order, after the holiday before it: write"
                        f" {key} = [first day, last day], like {began}-10-12"
                    )
    return began, year


def _not_entered(began: int) -> NotCounted:
    return NotCounted(
        "schooljaar_niet_ingevoerd",
        f"De schoolvakanties van {began}-{began + 1} zijn nog niet ingevoerd. De beheerder van de dienst voegt dat"
        f" schooljaar toe aan {YEARS.name} ({_TOLD} zegt hoe).",
        f"The school holidays of {began}-{began + 1} are not entered yet. Whoever runs the service adds that school"
        f" year to {YEARS.name} ({_TOLD} tells how).",
    )


@dataclass(frozen=True, slots=True)
class _Places:
    municipalities: Mapping[str, Region]
    parts: Mapping[tuple[str, str], Region]


@lru_cache(maxsize=1)
def _places() -> _Places:
    told = tomllib.loads(REGIONS.read_text("utf-8"))
    return _Places(
        {code: region for region in Region for code in told["municipalities"][region]},
        {
            (part["municipality"], digits): Region(part["region"])
            for part in told["part"]
            for digits in part["postcodes"]
        },
    )


def region_of(municipality: str | None, postcode: str | None) -> Region | None:
    """In which region a school takes its holidays: by its municipality, or by its postcode where that is divided.

    None where nobody settled it, also for a divided municipality without a postcode: never a guess.
    """
    places = _places()
    divided = {code for code, _ in places.parts}
    if municipality in divided and not postcode:
        return None
    return places.parts.get((municipality or "", (postcode or "")[:4]), places.municipalities.get(municipality or ""))


def calendar_of(
    *, school: bool, municipality: str | None, postcode: str | None = None, closures: Iterable[Period] = ()
) -> Calendar:
    """The calendar of one school; of none (`school` is false) it knows working days alone."""
    region = region_of(municipality, postcode) if school else None
    why = _no_region(municipality) if school and region is None else None
    return Calendar(public_holidays, school_holiday, region, why, tuple(closures))


def _no_region(municipality: str | None) -> NotCounted:
    where, there = (f"gemeente {municipality}", f"municipality {municipality}") if municipality else ("leeg", "empty")
    return NotCounted(
        "vakantieregio_onbekend",
        f"Van de school is niet bekend in welke vakantieregio zij ligt ({where}). De beheerder van de dienst legt"
        f" gemeente en postcode van de school vast, of vult {REGIONS.name} aan ({_TOLD} zegt hoe).",
        f"In which holiday region the school lies is not known ({there}). Whoever runs the service records municipality"
        f" and postcode of the school, or completes {REGIONS.name} ({_TOLD} tells how).",
    )


WORKING_DAYS = calendar_of(school=False, municipality=None)
"""Working days alone: weekends and public holidays."""
