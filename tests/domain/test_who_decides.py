"""Who decides: the worked cases of docs/who-decides.md, what must hold of every family, and nothing left untried."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import consent, gezag
from app.domain.actors import OrganisationKind
from app.domain.consent import Answer, Asked, Exceptional, Missing, Status, narrowed, standing
from app.domain.gezag import (
    MENDS,
    Capacity,
    Decision,
    Evidence,
    Finding,
    GezagKind,
    GezagRelation,
    Parent,
    ParentsAt1617,
    RouteAsks,
    Unclear,
    may_answer,
    relation_of,
    who_decides,
)
from app.domain.rule_sets import RULE_SETS, Exception1215, rule_set_on

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "who-decides.md"
RULES = RULE_SETS[-1]
NAMES = ("jeugdige", "moeder", "vader", "partner", "oom", "tante", "instelling", "curator", "mentor")
PEOPLE = {name: UUID(int=place) for place, name in enumerate(NAMES, 1)}
DAY = date(2026, 11, 21)
EARLIER = date(2000, 1, 1)


# --- The page ---------------------------------------------------------------------------------------------------------


def rows() -> Iterator[list[str]]:
    """The cells of each worked case."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].isdigit():
            yield cells


def people(names: str) -> frozenset[UUID]:
    return frozenset(PEOPLE[name.strip()] for name in names.split(",") if name.strip() not in {"", "–"})


def relation(words: str) -> GezagRelation:
    """`voogdij: oom; tot 2026-01-01`."""
    first, *more = (part.strip() for part in words.split(";"))
    kind, _, names = first.partition(":")
    found = GezagRelation(
        GezagKind(kind), people(names), EARLIER, evidence=Evidence.GEZAGSREGISTER, checked_on=date(2026, 9, 1)
    )
    for part in more:
        word, _, rest = part.partition(" ")
        match word:
            case "onbekend:":
                found = replace(found, unknown=people(rest))
            case "van":
                found = replace(found, start=date.fromisoformat(rest))
            case "tot":
                found = replace(found, end=date.fromisoformat(rest))
            case "zonder":
                found = replace(found, evidence=Evidence.GEEN)
            case "niet":
                found = replace(found, checked_on=None)
            case _:
                pytest.fail(f"the page says {part!r}, which this test does not know")
    return found


def route(words: str) -> RouteAsks | None:
    """`jeugdige vanaf 12; alleen vanaf 16; informed`."""
    if words == "–":
        return None
    numbers = [int(part.split()[-1]) for part in words.split(";") if part.split()[-1].isdigit()]
    if len(numbers) == 1:
        return RouteAsks(youth_from=numbers[0])
    return RouteAsks.of(numbers[0], numbers[1], ParentsAt1617(words.rsplit(";", 1)[1].strip()), RULES)


@pytest.mark.parametrize("case", list(rows()), ids=lambda case: case[0])
def test_a_worked_case(case: list[str]) -> None:
    _, born, day, relations, towards, asks, special, whose, told = case
    why, _, represent = special.partition(";")
    decided = who_decides(
        None if born == "onbekend" else date.fromisoformat(born),
        date.fromisoformat(day),
        [] if relations == "–" else [relation(each.strip()) for each in relations.split("+")],
        RULES,
        youth=PEOPLE["jeugdige"],
        towards=[OrganisationKind(kind.strip()) for kind in towards.split(",") if kind != "–"],
        route=route(asks),
        exception=Exception1215(why) if why in set(Exception1215) else None,
        able=why != "wilsonbekwaam",
        representatives=people(represent),
    )
    if whose in set(Unclear):
        assert (decided.unclear, decided.givers) == (whose, ())
    else:
        assert decided.unclear is None
        assert {giver.person for giver in decided.givers} == people(whose)
        assert len(decided.givers) == len(people(whose)), "one identity counts once"
    assert set(decided.inform) == people(told)


def test_there_are_enough_of_them_and_each_code_is_among_them() -> None:
    cases = list(rows())
    assert len(cases) >= 80
    assert [case[0] for case in cases] == [str(number) for number in range(1, len(cases) + 1)]
    assert {case[7] for case in cases} >= set(Unclear)
    assert MENDS.keys() == set(Unclear)


def test_a_rule_set_in_force_stays_as_it_is() -> None:
    """Another rule is another version: who was asked under this one must be able to read it back."""
    first = RULE_SETS[0]
    assert (first.code, first.in_force_from) == ("jeugdwet@1", date(2015, 1, 1))
    assert (first.youth_from, first.youth_alone_from, first.adult_from) == (12, 16, 18)
    assert {role.value for role in first.exception_roles} == {
        "jeugdverpleegkundige",
        "jeugdarts",
        "jeugdhulpverlener",
        "behandelaar",
    }
    assert all(line.source and line.nl and line.en for line in first.lines)
    with pytest.raises(LookupError):
        rule_set_on(date(2014, 12, 31))
    stricter = replace(first, version=2, in_force_from=date(2030, 1, 1), youth_from=10)
    assert rule_set_on(date(2029, 12, 31), (first, stricter)) is first
    assert rule_set_on(date(2030, 1, 1), (first, stricter)) is stricter


# --- What must hold of every family -----------------------------------------------------------------------------------

YOUTH = PEOPLE["jeugdige"]
births = st.one_of(st.none(), st.dates(date(2006, 1, 1), date(2026, 1, 1)))
guardians = st.lists(
    st.builds(
        Parent,
        st.sampled_from([PEOPLE["moeder"], PEOPLE["vader"], PEOPLE["oom"]]),
        st.sampled_from(["ja", "ja", "ja", "nee", "onbekend"]),
        st.booleans(),
        st.sampled_from(["ouder", "ouder", "voogd", "curator"]),
    ),
    max_size=3,
    unique_by=lambda parent: parent.person_id,
)
findings = st.one_of(
    st.none(),
    st.builds(
        Finding,
        st.sampled_from([kind for kind in GezagKind if kind is not GezagKind.PER_PERSOON]),
        st.just(EARLIER),
        st.sampled_from([None, DAY, DAY - timedelta(days=1)]),
        st.none(),
        st.just(Evidence.BRP),
        st.just(DAY),
    ),
)
routes = st.one_of(st.none(), st.builds(RouteAsks, st.integers(1, 18), st.integers(1, 18), st.booleans()))
said = st.dictionaries(
    st.sampled_from([YOUTH, PEOPLE["moeder"], PEOPLE["vader"], PEOPLE["oom"]]),
    st.builds(
        Answer,
        st.sampled_from(["gegeven", "gegeven", "gegeven", "geweigerd", "ingetrokken"]),
        st.sampled_from(["zelf", "zelf", "via_andere_ouder"]),
    ),
)
askings = st.builds(
    Asked,
    st.just(DAY),
    st.sampled_from([DAY, DAY + timedelta(days=9)]),
    st.sampled_from([(), (OrganisationKind.JGZ,), (OrganisationKind.JGZ, OrganisationKind.SCHOOL)]),
    routes,
    st.sampled_from(Exceptional),
    st.booleans(),
)
FAMILY = {"birth": births, "parents": guardians, "finding": findings, "answers": said, "asked": askings}


def stands(
    birth: date | None, parents: list[Parent], finding: Finding | None, answers: dict[UUID, Answer], asked: Asked
) -> consent.Standing:
    return standing(
        day=DAY, birth_date=birth, youth=YOUTH, parents=parents, finding=finding, answers=answers, asked=asked
    )


def decides(
    birth: date | None, parents: list[Parent], finding: Finding | None, asks: RouteAsks | None, *, able: bool
) -> Decision:
    return who_decides(birth, DAY, [relation_of(parents, finding)], RULES, youth=YOUTH, route=asks, able=able)


@settings(max_examples=150, deadline=None)
@given(person=st.sampled_from([YOUTH, PEOPLE["moeder"], PEOPLE["vader"]]), no=st.booleans(), **FAMILY)
def test_one_no_more_never_opens(
    birth: date | None,
    parents: list[Parent],
    finding: Finding | None,
    answers: dict[UUID, Answer],
    asked: Asked,
    person: UUID,
    no: bool,  # noqa: FBT001 — drawn
) -> None:
    before = stands(birth, parents, finding, answers, asked)
    after = stands(birth, parents, finding, {**answers, person: Answer("geweigerd" if no else "ingetrokken")}, asked)
    assert before.in_force or not after.in_force
    # The youth's no closes always, whatever is recorded about who decides.
    assert person != YOUTH or not after.in_force


@settings(max_examples=150, deadline=None)
@given(**FAMILY)
def test_the_order_of_people_does_not_matter_and_the_verdict_is_whole(
    birth: date | None, parents: list[Parent], finding: Finding | None, answers: dict[UUID, Answer], asked: Asked
) -> None:
    first = stands(birth, parents, finding, answers, asked)
    for shuffled in permutations(parents):
        turned = dict(reversed(answers.items()))
        assert stands(birth, list(shuffled), finding, turned, asked) == first
    assert first.in_force is (first.code is None) is (first.status is Status.VAN_KRACHT)
    assert bool(first.open) <= bool(first.waits_for)
    assert len({giver.person for giver in first.open}) == len(first.open)


@settings(max_examples=150, deadline=None)
@given(asks=routes, able=st.booleans(), birth=births, parents=guardians, finding=findings)
def test_a_route_never_asks_less_than_the_law(
    birth: date | None,
    parents: list[Parent],
    finding: Finding | None,
    asks: RouteAsks | None,
    able: bool,  # noqa: FBT001
) -> None:
    law, more = decides(birth, parents, finding, None, able=able), decides(birth, parents, finding, asks, able=able)
    assert more.unclear is not None or set(law.givers) <= set(more.givers)
    assert law.unclear is None or more.unclear is not None


@settings(max_examples=150, deadline=None)
@given(**FAMILY)
def test_without_everybody_s_yes_nothing_opens_and_unknown_gezag_never_does(
    birth: date | None, parents: list[Parent], finding: Finding | None, answers: dict[UUID, Answer], asked: Asked
) -> None:
    verdict = stands(birth, parents, finding, answers, asked)
    if verdict.in_force:
        assert any(answer.in_person for answer in answers.values()), "somebody said yes in person"
        assert birth is not None
        left = {person: answer for person, answer in answers.items() if not answer.in_person}
        assert not stands(birth, parents, finding, left, asked).in_force
    if verdict.status is Status.ONDUIDELIJK:
        assert verdict.code is not None
        assert verdict.code.value in {each.value for each in Unclear}
    age = None if birth is None else gezag.age_on(birth, DAY)
    unknown = any(parent.gezag == "onbekend" and parent.relation != "curator" for parent in parents)
    if verdict.in_force and unknown and age is not None and age < RULES.youth_from:
        pytest.fail("of a parent it is not known whether he or she has gezag")


@settings(max_examples=100, deadline=None)
@given(birth=births, parents=guardians, finding=findings, asks=routes, able=st.booleans())
def test_whoever_must_answer_may_answer(
    birth: date | None,
    parents: list[Parent],
    finding: Finding | None,
    asks: RouteAsks | None,
    able: bool,  # noqa: FBT001
) -> None:
    decided = who_decides(
        birth,
        DAY,
        [relation_of(parents, finding)],
        RULES,
        youth=YOUTH,
        route=asks,
        able=able,
        representatives=[each.person_id for each in parents if each.relation == "curator" and each.gezag == "ja"],
    )
    circle = may_answer(birth, DAY, parents, finding, RULES, youth=YOUTH, route=asks, able=able)
    assert {giver.person: giver.capacity for giver in decided.givers}.items() <= circle.items()


# --- Answers ----------------------------------------------------------------------------------------------------------

MOTHER, FATHER = PEOPLE["moeder"], PEOPLE["vader"]
BOTH = [Parent(MOTHER, "ja"), Parent(FATHER, "ja")]
CHILD, TEENAGER, GROWN = date(2019, 6, 1), date(2013, 6, 1), date(2010, 6, 1)
YES, NO, VIA = Answer("gegeven"), Answer("geweigerd"), Answer("gegeven", "via_andere_ouder")
OPEN = Asked(DAY, DAY, (OrganisationKind.JGZ,))


def test_nobody_speaks_for_the_other_who_did_not_say_yes_in_person() -> None:
    assert stands(CHILD, BOTH, None, {MOTHER: YES, FATHER: VIA}, OPEN).in_force
    assert stands(CHILD, BOTH, None, {MOTHER: VIA, FATHER: VIA}, OPEN).code is Missing.NOT_ANSWERED
    assert stands(TEENAGER, BOTH, None, {MOTHER: YES, FATHER: YES, YOUTH: VIA}, OPEN).waits_for == ("jeugdige",)
    quarrel = [Parent(MOTHER, "ja", conflict=True), Parent(FATHER, "ja")]
    assert stands(CHILD, quarrel, None, {MOTHER: YES, FATHER: VIA}, OPEN).code is Missing.NOT_ANSWERED
    guarded = Finding(GezagKind.VOOGDIJ, EARLIER, checked_on=DAY)
    assert stands(CHILD, BOTH, guarded, {MOTHER: YES, FATHER: VIA}, OPEN).waits_for == ("wettelijk_vertegenwoordiger",)


def test_under_an_exception_a_parent_s_no_does_not_close_but_the_youth_s_does() -> None:
    excepted = replace(OPEN, exceptional=Exceptional.WELOVERWOGEN_WENS)
    assert stands(TEENAGER, BOTH, None, {YOUTH: YES, MOTHER: NO}, excepted).in_force
    assert stands(TEENAGER, BOTH, None, {YOUTH: NO, MOTHER: YES, FATHER: YES}, excepted).code is Missing.REFUSED
    assert stands(CHILD, BOTH, None, {YOUTH: YES, MOTHER: NO}, excepted).code is Missing.REFUSED
    unable = replace(OPEN, exceptional=Exceptional.WILSONBEKWAAM)
    assert stands(GROWN, BOTH, None, {MOTHER: YES, FATHER: YES}, unable).in_force


def test_each_state_by_itself() -> None:
    def state(answers: dict[UUID, Answer], asked: Asked = OPEN, birth: date | None = CHILD) -> Status:
        return stands(birth, BOTH, None, answers, asked).status

    yes = {MOTHER: YES, FATHER: YES}
    assert state(yes) is Status.VAN_KRACHT
    assert state({MOTHER: YES}) is Status.WACHT_OP
    assert state({MOTHER: YES, FATHER: NO}) is Status.TEGENSTRIJDIG
    assert state({FATHER: NO}) is Status.GEWEIGERD
    assert state({MOTHER: YES, FATHER: Answer("ingetrokken")}) is Status.INGETROKKEN
    assert state(yes, replace(OPEN, nothing_left=True)) is Status.INGETROKKEN
    assert state(yes, replace(OPEN, valid_from=DAY + timedelta(days=1))) is Status.VERLOPEN
    assert state(yes, replace(OPEN, replaced=True)) is Status.TE_VERNIEUWEN
    # In force at eleven, and now the child is twelve.
    assert state(yes, replace(OPEN, completed=True), TEENAGER) is Status.TE_VERNIEUWEN
    assert state(yes, birth=None) is Status.ONDUIDELIJK


def test_what_anybody_leaves_out_is_left_out() -> None:
    one, other = PEOPLE["oom"], PEOPLE["tante"]
    without = Answer("gegeven", without_recipients=frozenset({one}), without_categories=frozenset({"leren"}))
    assert narrowed([one, other], ["leren", "leven"], [YES, without]) == (frozenset({other}), frozenset({"leven"}))
    assert narrowed([one], ["leren"], [replace(without, decision="geweigerd")]) == (
        frozenset({one}),
        frozenset({"leren"}),
    )


def test_who_may_answer() -> None:
    def circle(birth: date | None, finding: Finding | None = None, *, able: bool = True) -> dict[UUID, Capacity]:
        known = [Parent(MOTHER, "ja"), Parent(FATHER, "nee"), Parent(PEOPLE["oom"], "onbekend")]
        known.append(Parent(PEOPLE["curator"], "ja", relation="curator"))
        return may_answer(birth, DAY, known, finding, RULES, youth=YOUTH, able=able)

    assert circle(CHILD) == {MOTHER: Capacity.GEZAG, PEOPLE["oom"]: Capacity.GEZAG}
    assert circle(None).keys() == {MOTHER, PEOPLE["oom"], YOUTH}
    assert circle(GROWN) == {YOUTH: Capacity.JEUGDIGE}
    assert circle(GROWN, able=False).keys() == {MOTHER, PEOPLE["oom"], YOUTH}
    assert circle(date(2005, 1, 1)) == {PEOPLE["curator"]: Capacity.VERTEGENWOORDIGER, YOUTH: Capacity.JEUGDIGE}
    body = Finding(GezagKind.VOOGDIJ, EARLIER, organisation=PEOPLE["instelling"], checked_on=DAY)
    assert circle(CHILD, body)[PEOPLE["instelling"]] is Capacity.VOOGD


def test_every_branch_of_the_rule_is_tried(tmp_path: Path) -> None:
    """By the examples of this folder, without what is drawn: a branch that nothing tries may say anything."""
    environment = {**os.environ, "COVERAGE_FILE": str(tmp_path / "branches")}
    rule = "app/domain/consent.py,app/domain/gezag.py,app/domain/rule_sets.py"

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 — our own interpreter, our own arguments
            [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    tried = python(
        *("coverage", "run", "--branch", f"--include={rule}", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("-p", "no:xdist", "-o", "addopts=", "-m", "not hypothesis", "-k", "not every_branch"),
        *("tests/domain/test_who_decides.py", "tests/domain/test_consent.py"),
    )
    assert tried.returncode == 0, tried.stdout[-2000:]
    report = python("coverage", "report", "--show-missing", "--fail-under=100", "--precision=2")
    assert report.returncode == 0, report.stdout
    assert report.stdout.count("100.00%") == 4, report.stdout
