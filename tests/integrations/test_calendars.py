"""The school holidays that we count with, held against what the government published; and our own file."""

from datetime import date
from pathlib import Path

import pytest

from app.domain.calendar import Because, NotCounted, Region
from app.integrations import calendars
from app.integrations.calendars import (
    BREAKS,
    BadCalendarError,
    covered,
    entered,
    public_holidays,
    read_years,
    region_of,
    school_holiday,
    school_year,
)

N, M, Z = Region.NOORD, Region.MIDDEN, Region.ZUID
EVERYWHERE = (N, M, Z)

# As published, by hand. The two whole years: «Overzicht schoolvakanties 2027-2028» and «2028-2029» of rijksoverheid.nl.
# The years before: Regeling vaststelling schoolvakanties 2016-2019, articles 5 and 6 (Stcrt. 2015, 35695).
PUBLISHED = [
    (2027, "herfstvakantie", (N, M), "2027-10-16", "2027-10-24"),
    (2027, "herfstvakantie", (Z,), "2027-10-23", "2027-10-31"),
    (2027, "kerstvakantie", EVERYWHERE, "2027-12-25", "2028-01-09"),
    (2027, "voorjaarsvakantie", (N,), "2028-02-19", "2028-02-27"),
    (2027, "voorjaarsvakantie", (M, Z), "2028-02-26", "2028-03-05"),
    (2027, "meivakantie", EVERYWHERE, "2028-04-29", "2028-05-07"),
    (2027, "zomervakantie", (N,), "2028-07-15", "2028-08-27"),
    (2027, "zomervakantie", (M,), "2028-07-08", "2028-08-20"),
    (2027, "zomervakantie", (Z,), "2028-07-22", "2028-09-03"),
    (2028, "herfstvakantie", (N,), "2028-10-14", "2028-10-22"),
    (2028, "herfstvakantie", (M, Z), "2028-10-21", "2028-10-29"),
    (2028, "kerstvakantie", EVERYWHERE, "2028-12-23", "2029-01-07"),
    (2028, "voorjaarsvakantie", (N, M), "2029-02-17", "2029-02-25"),
    (2028, "voorjaarsvakantie", (Z,), "2029-02-10", "2029-02-18"),
    (2028, "meivakantie", EVERYWHERE, "2029-04-28", "2029-05-06"),
    (2028, "zomervakantie", (N,), "2029-07-21", "2029-09-02"),
    (2028, "zomervakantie", (M,), "2029-07-07", "2029-08-19"),
    (2028, "zomervakantie", (Z,), "2029-07-14", "2029-08-26"),
    (2016, "kerstvakantie", EVERYWHERE, "2016-12-24", "2017-01-08"),
    (2016, "meivakantie", EVERYWHERE, "2017-04-22", "2017-04-30"),
    (2016, "zomervakantie", (N,), "2017-07-22", "2017-09-03"),
    (2016, "zomervakantie", (M,), "2017-07-08", "2017-08-20"),
    (2016, "zomervakantie", (Z,), "2017-07-15", "2017-08-27"),
    (2017, "kerstvakantie", EVERYWHERE, "2017-12-23", "2018-01-07"),
    (2017, "meivakantie", EVERYWHERE, "2018-04-28", "2018-05-06"),
    (2017, "zomervakantie", (N,), "2018-07-21", "2018-09-02"),
    (2018, "kerstvakantie", EVERYWHERE, "2018-12-22", "2019-01-06"),
    (2018, "meivakantie", EVERYWHERE, "2019-04-27", "2019-05-05"),
    (2018, "zomervakantie", (M,), "2019-07-20", "2019-09-01"),
]


@pytest.mark.parametrize(("began", "holiday", "regions", "first", "last"), PUBLISHED)
def test_as_the_government_published(
    began: int, holiday: str, regions: tuple[Region, ...], first: str, last: str
) -> None:
    for region in regions:
        period = school_year(began)[region][holiday]
        assert (str(period.first), str(period.last)) == (first, last)


def test_every_school_year_has_its_five_holidays_in_order_for_each_region() -> None:
    for began in covered():
        for holidays in school_year(began).values():
            assert tuple(holidays) == tuple(BREAKS)
            ends = [day for period in holidays.values() for day in (period.first, period.last)]
            assert ends == sorted(ends)
            assert date(began, 8, 1) < ends[0] < ends[-1] < date(began + 1, 10, 1)


def test_today_and_the_years_ahead_are_covered() -> None:
    """Fails two years before the last school year is over: time to add the next (docs/terms.md)."""
    assert max(covered()) >= date.today().year + 2  # noqa: DTZ011 - a year's margin needs no zone


def test_the_summer_goes_on_in_the_next_school_year() -> None:
    found = school_holiday(Z, date(2028, 9, 1))
    assert found is not None
    assert found.because is Because.SCHOOLVAKANTIE
    assert school_holiday(Z, date(2028, 9, 4)) is None
    with pytest.raises(NotCounted):
        school_holiday(Z, date(2030, 8, 1))


def test_public_holidays_are_those_of_the_algemene_termijnenwet() -> None:
    found = {str(day)[5:]: free.nl for day, free in public_holidays(2027).items()}
    assert found == {
        "01-01": "Nieuwjaarsdag",
        "03-26": "Goede vrijdag",
        "03-28": "Eerste paasdag",
        "03-29": "Tweede paasdag",
        "04-27": "Koningsdag",
        "05-05": "Bevrijdingsdag",
        "05-06": "Hemelvaartsdag",
        "05-16": "Eerste pinksterdag",
        "05-17": "Tweede pinksterdag",
        "12-25": "Eerste kerstdag",
        "12-26": "Tweede kerstdag",
    }


@pytest.mark.parametrize(
    ("municipality", "postcode", "region"),
    [
        ("GM1952", None, N),  # Midden-Groningen
        ("GM0344", None, M),  # Utrecht
        ("GM0935", None, Z),  # Maastricht
        ("GM0244", None, N),  # Hattem, alone in Gelderland
        ("GM0228", None, M),  # Ede
        ("GM0202", None, Z),  # Arnhem
        ("GM0317", None, N),  # Eemnes, in Utrecht
        ("GM0050", None, M),  # Zeewolde, in Flevoland
        ("GM1955", "6942VA", Z),  # Didam
        ("GM1955", "7038AL", M),  # the rest of Montferland
        ("GM1955", None, None),  # divided, and nobody says where
        ("GM0096", None, None),  # Vlieland has a summer of its own
        ("GM9999", "9999XX", None),
        (None, None, None),
    ],
)
def test_where_a_school_lies_decides_its_region(
    municipality: str | None, postcode: str | None, region: Region | None
) -> None:
    assert region_of(municipality, postcode) is region


def year(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "years.toml"
    file.write_text(text, "utf-8")
    return file


WHOLE = "[[year]]\nbegins = 2030\nsource = 'Stcrt.'\n" + "".join(
    f"[year.{region}]\nherfstvakantie = [2030-10-12, 2030-10-20]\nkerstvakantie = [2030-12-21, 2031-01-05]\n"
    "voorjaarsvakantie = [2031-02-15, 2031-02-23]\nmeivakantie = [2031-04-26, 2031-05-04]\n"
    "zomervakantie = [2031-07-12, 2031-08-24]\n"
    for region in Region
)


def test_a_year_is_added_by_our_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "YEARS", year(tmp_path, WHOLE))
    for cached in (entered, covered, school_year, calendars._free):  # noqa: SLF001 - what is kept of the real file
        cached.cache_clear()
    try:
        found = school_holiday(N, date(2030, 10, 14))
        assert found is not None
        assert found.nl == "Herfstvakantie"
        assert school_holiday(N, date(2030, 10, 21)) is None
    finally:
        monkeypatch.undo()
        for cached in (entered, covered, school_year, calendars._free):  # noqa: SLF001 - as above
            cached.cache_clear()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (WHOLE.replace("[2030-10-12, 2030-10-20]", "[2030-10-20, 2030-10-12]", 1), "2030: noord.herfstvakantie"),
        (WHOLE.replace("zomervakantie = [2031-07-12, 2031-08-24]\n", "", 1), "2030: noord.zomervakantie"),
        (WHOLE.replace("source = 'Stcrt.'\n", ""), "no `source`"),
        (WHOLE.replace("begins = 2030\n", ""), "without `begins`"),
        (WHOLE + WHOLE, "twice"),
    ],
)
def test_a_year_that_is_not_whole_is_refused_with_the_remedy(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(BadCalendarError, match=r"years\.toml") as refused:
        read_years(year(tmp_path, wrong))
    assert said in str(refused.value)
