"""The table of retention classes: every kind of organisation has one, terms go by the calendar, nothing goes early."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.actors import OrganisationKind as Kind
from app.domain.retention import (
    BY_KEY,
    CLASSES,
    SIGNAL_ONLY,
    Facts,
    Part,
    Term,
    Unit,
    anchored_on,
    class_of,
    due_on,
    overridden,
    years,
)

DAYS = st.dates(date(1995, 1, 1), date(2035, 12, 31))
FACTS = st.builds(
    Facts,
    part=st.sampled_from(Part),
    owner=st.sampled_from(Kind),
    last_change=DAYS,
    last_decision=st.none() | DAYS,
    birth_date=st.none() | DAYS,
    closed_on=st.none() | DAYS,
    left_school_on=st.none() | DAYS,
    to_special_school=st.booleans(),
    involved=st.booleans(),
    others_left=st.booleans(),
    signal_only=st.booleans(),
)
CHANGED, CLOSED, BORN, LEFT = date(2020, 2, 29), date(2020, 6, 1), date(2008, 3, 14), date(2020, 7, 31)


def part(owner: Kind, kind: Part = Part.CONTENT, **more: object) -> Facts:
    known: dict[str, object] = {
        "last_change": CHANGED,
        "birth_date": BORN,
        "closed_on": CLOSED,
        "left_school_on": LEFT if owner in {Kind.SCHOOL, Kind.SCHOOLBESTUUR} else None,
    }
    return Facts(part=kind, owner=owner, **{**known, **more})  # type: ignore[arg-type]  # named as the fields are


@pytest.mark.parametrize("owner", Kind)
@pytest.mark.parametrize("kind", Part)
def test_every_part_of_every_organisation_has_exactly_one_class(owner: Kind, kind: Part) -> None:
    found = class_of(part(owner, kind))
    assert BY_KEY[found.key] is found
    fitting = [each for each in CLASSES if each.part is Part.CONTENT and owner in each.owners]
    assert len(fitting) == (2 if owner in {Kind.SCHOOL, Kind.SCHOOLBESTUUR} else 1)  # the other: referred to so


@pytest.mark.parametrize(
    ("facts", "key", "due"),
    [
        (part(Kind.SCHOOL), "leerlingdossier", date(2022, 7, 31)),
        (part(Kind.SCHOOL, to_special_school=True), "leerlingdossier_verwezen", date(2023, 7, 31)),
        (part(Kind.SCHOOL, Part.ABSENCE), "verzuimgegevens", date(2025, 7, 31)),
        (part(Kind.SCHOOL, left_school_on=None), "leerlingdossier", date(2030, 3, 14)),
        (part(Kind.SAMENWERKINGSVERBAND), "swv_dossier", date(2023, 2, 28)),
        (part(Kind.SAMENWERKINGSVERBAND, last_decision=date(2019, 1, 2)), "swv_dossier", date(2022, 1, 2)),
        (part(Kind.JEUGDHULPAANBIEDER), "jeugdhulpdossier", date(2040, 2, 29)),
        (part(Kind.SOCIAAL_TEAM), "jeugdhulp_toegang", date(2040, 2, 29)),
        (part(Kind.JGZ), "jgz_dossier", date(2040, 2, 29)),
        (part(Kind.LEERPLICHT, Part.ABSENCE), "leerplicht", date(2027, 3, 14)),
        (part(Kind.GECERTIFICEERDE_INSTELLING), "ots_voogdij", date(2056, 3, 14)),
        (part(Kind.EXPERTPOOL), "meegekeken", date(2022, 6, 1)),
        (part(Kind.SCHOOL, Part.SHARED), "gedeeld_zaakdossier", date(2022, 6, 1)),
        (part(Kind.SCHOOL, Part.SHARED, signal_only=True, closed_on=None), SIGNAL_ONLY, date(2020, 8, 29)),
    ],
)
def test_what_the_sources_say_of_each(facts: Facts, key: str, due: date) -> None:
    assert (class_of(facts).key, due_on(facts)) == (key, due)


@pytest.mark.parametrize(
    "facts",
    [
        part(Kind.JGZ, involved=True),
        part(Kind.EXPERTPOOL, closed_on=None),
        part(Kind.LEERPLICHT, birth_date=None),
        part(Kind.SCHOOL, left_school_on=None, birth_date=None),
        part(Kind.SCHOOL, Part.SHARED, others_left=True),
        part(Kind.SCHOOL, Part.SHARED, closed_on=None),
    ],
)
def test_while_nobody_can_say_or_somebody_still_takes_part_nothing_is_due(facts: Facts) -> None:
    assert due_on(facts) is None


@given(FACTS)
def test_nothing_is_due_before_its_whole_term_has_passed(facts: Facts) -> None:
    found, due = class_of(facts), due_on(facts)
    if due is None:
        return
    began = anchored_on(found.anchor, facts)
    assert began is not None
    assert due == found.term.after(began) > began
    if not facts.signal_only:
        assert not facts.involved
        assert found.part is not Part.SHARED or (facts.closed_on is not None and not facts.others_left)


@given(FACTS, st.integers(1, 400))
def test_a_longer_term_is_never_due_sooner(facts: Facts, more: int) -> None:
    found = class_of(facts)
    longer = overridden([f"{found.key}={(found.term.amount + more)} {found.term.unit}"])
    usual, later = due_on(facts), due_on(facts, longer) if _representable(facts, longer[found.key].term) else None
    assert (usual is None) or later is None or usual < later


def _representable(facts: Facts, term: Term) -> bool:
    began = anchored_on(class_of(facts).anchor, facts)
    return began is None or began.year + term.amount < 9000


@given(DAYS, st.integers(1, 60))
def test_a_term_in_years_ends_on_the_same_day_of_the_month(day: date, amount: int) -> None:
    after = years(amount).after(day)
    assert (after.year, after.month) == (day.year + amount, day.month)
    assert after.day == day.day or (day.month, day.day, after.day) == (2, 29, 28)
    assert Term(amount, Unit.DAYS).after(day) == day + timedelta(days=amount)


def test_every_class_says_where_its_term_stands_and_disputed_ones_the_other_reading() -> None:
    assert [each.key for each in CLASSES if not each.source] == []
    assert {each.key for each in CLASSES if each.disputed} == {
        "jeugdhulpdossier",
        "jeugdhulp_toegang",
        "jgz_dossier",
        "leerplicht",
        "meldcode_hulp",
        "meldcode_onderwijs",
    }
    assert [each.key for each in CLASSES if each.automatic] == [SIGNAL_ONLY]


@pytest.mark.parametrize("line", ["leerlingdossier", "onbekend=3 jaar", "leerlingdossier=0 jaar", "leerlingdossier=3"])
def test_a_setting_that_is_no_term_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=line):
        overridden([line, "swv_dossier=4 jaar"])
    assert overridden(["swv_dossier=4 jaar"])["swv_dossier"].term == years(4)
