"""Which terms run in a case, and how each stands: over made-up logs, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.domain.actors import Role
from app.domain.calendar import Unit
from app.integrations.calendars import calendar_of
from app.workflow.loader import current
from app.workflow.model import Basis, Moment, Term, Text
from app.workflow.terms import Deadline, State, deadlines, is_birthday, of_the_step, on_turn, read_clock
from tests.workflow.termed import with_terms

SCHOOL = calendar_of(school=True, municipality="GM1952")
TABLE = Term(
    key="tafel",
    title=Text("Tafel binnen vijf schooldagen", "Table within five school days"),
    step="signaal",
    anchor=Moment("step", "signaal"),
    until=(Moment("meeting", "overleg"),),
    amount=5,
    unit=Unit.SCHOOLDAG,
    hard=False,
    basis=Basis.POLICY,
    remind_before=2,
    way_on=("signaal_afsluiten",),
    source="verzonnen",
)
ROUTE = with_terms(TABLE)


def told(today: str, *moments: list[Any], **more: Any) -> dict[str, Any]:
    """What the database says of a case that was opened on Monday 2 November 2026."""
    opened = "2026-11-02T09:00:00+00:00"
    return {
        "today": today,
        "step": "signaal",
        "openedAt": opened,
        "roundSince": opened,
        "closedAt": None,
        "birthDate": None,
        "moments": list(moments),
        "pauses": [],
        "extensions": [],
    } | more


def found(today: str, *moments: list[Any], term: Term = TABLE, **more: Any) -> Deadline:
    clock = read_clock(told(today, *moments, **more), ROUTE.start)
    return next(each for each in deadlines(with_terms(term), clock, SCHOOL) if not is_birthday(each.term.key))


def stood(today: str, *moments: list[Any], **more: Any) -> tuple[State, str]:
    deadline = found(today, *moments, **more)
    return deadline.state, str(deadline.due)


LEFT = ["transition", "onderzoek_starten", "2026-11-05T10:00:00+00:00", "signaal", "onderzoek"]
BACK = ["transition", "terug", "2026-11-12T10:00:00+00:00", "onderzoek", "signaal"]
STAYED = ["transition", "hulp_vragen_school", "2026-11-04T10:00:00+00:00", "signaal", "signaal"]
HELD = ["meeting", "overleg", "2026-11-06T10:00:00+00:00", None, None]


def test_it_runs_and_passes_on_the_day_after_its_last() -> None:
    assert stood("2026-11-02") == (State.RUNNING, "2026-11-09")
    assert stood("2026-11-09") == (State.RUNNING, "2026-11-09")
    assert stood("2026-11-10") == (State.PASSED, "2026-11-09")
    assert str(found("2026-11-02").remind_on) == "2026-11-05"


def test_what_the_route_names_meets_it_also_late() -> None:
    met = found("2026-11-10", HELD)
    assert (met.state, str(met.met_on), met.late) == (State.MET, "2026-11-06", False)
    late = found("2026-11-20", ["meeting", "overleg", "2026-11-11T10:00:00+00:00", None, None])
    assert (late.state, late.late) == (State.MET, True)


def test_leaving_the_step_ends_the_wait_and_coming_back_begins_it_anew() -> None:
    assert stood("2026-11-10", LEFT)[0] is State.ENDED
    assert stood("2026-11-13", LEFT, BACK) == (State.RUNNING, "2026-11-19")
    assert stood("2026-11-06", STAYED) == (State.RUNNING, "2026-11-09"), "it never left"
    assert stood("2026-11-10", closedAt="2026-11-05T10:00:00+00:00")[0] is State.ENDED


def test_without_an_until_leaving_the_step_meets_it() -> None:
    assert found("2026-11-10", LEFT, term=replace(TABLE, until=())).state is State.MET


def test_recording_the_anchor_again_gives_no_more_time() -> None:
    noted = replace(TABLE, anchor=Moment("note", "gesprek"), step=None)
    first = ["note", "gesprek", "2026-11-02T10:00:00+00:00", None, None]
    again = ["note", "gesprek", "2026-11-05T10:00:00+00:00", None, None]
    assert found("2026-11-06", first, again, term=noted).due == date(2026, 11, 9)
    # Once it was met, the next one begins a new run.
    after = ["note", "gesprek", "2026-11-10T10:00:00+00:00", None, None]
    assert found("2026-11-11", first, HELD, after, term=noted).due == date(2026, 11, 17)


def test_a_term_whose_anchor_did_not_happen_is_not_there() -> None:
    waiting = replace(TABLE, anchor=Moment("meeting", "overleg"))
    clock = read_clock(told("2026-11-10"), ROUTE.start)
    assert not [each for each in deadlines(with_terms(waiting), clock, SCHOOL) if each.term.key == "tafel"]


def test_pauses_and_extensions_move_it() -> None:
    pause = [["tafel", "2026-11-04", "2026-11-08"], ["een_andere", "2026-11-04", "2026-11-30"]]
    assert stood("2026-11-05", pauses=pause) == (State.PAUSED, "2026-11-12")
    assert stood("2026-11-10", pauses=pause) == (State.RUNNING, "2026-11-12")
    assert stood("2026-11-10", extensions=[["tafel", "2026-11-02", 2]]) == (State.RUNNING, "2026-11-11")
    # Of another run, it does nothing for this one.
    assert stood("2026-11-10", extensions=[["tafel", "2026-10-01", 2]]) == (State.PASSED, "2026-11-09")


def test_an_old_round_counts_no_more() -> None:
    reopened = ["transition", "heropenen", "2026-11-20T10:00:00+00:00", "afgesloten", "signaal"]
    again = found("2026-11-23", reopened, roundSince="2026-11-20T10:00:00+00:00")
    assert (again.state, again.anchored_on) == (State.RUNNING, date(2026, 11, 20))


def test_a_moment_late_in_the_evening_is_of_the_day_here() -> None:
    """23:30 UTC is half past midnight here: the next day."""
    late = ["transition", "terug", "2026-11-03T23:30:00+00:00", "onderzoek", "signaal"]
    left = ["transition", "onderzoek_starten", "2026-11-03T09:00:00+00:00", "signaal", "onderzoek"]
    assert found("2026-11-04", left, late).anchored_on == date(2026, 11, 4)


@pytest.mark.parametrize(
    ("today", "states"),
    [
        ("2026-11-21", [State.RUNNING] * 4),
        ("2026-11-22", [State.MET] + [State.RUNNING] * 3),
        ("2032-11-22", [State.MET] * 3 + [State.RUNNING]),
    ],
)
def test_birthdays_are_terms_of_every_case(today: str, states: list[State]) -> None:
    clock = read_clock(told(today, birthDate="2014-11-22"), ROUTE.start)
    birthdays = [each for each in deadlines(ROUTE, clock, SCHOOL) if is_birthday(each.term.key)]
    assert [each.term.key for each in birthdays] == [f"verjaardag_{years}" for years in (12, 16, 18, 23)]
    assert [str(each.due)[:4] for each in birthdays] == ["2026", "2030", "2032", "2037"]
    assert [each.state for each in birthdays] == states
    assert all(each.term.source and each.term.hard for each in birthdays)
    # Four weeks ahead, and never on a weekend.
    assert str(birthdays[0].remind_on) == "2026-10-23"


def test_who_may_see_the_birth_date_is_told_the_birthdays_and_nobody_else() -> None:
    assert not any(
        is_birthday(each.term.key) for each in deadlines(ROUTE, read_clock(told("2026-11-21"), ROUTE.start), SCHOOL)
    )
    known = read_clock(told("2026-11-21"), ROUTE.start, birth_date="2014-11-22")
    assert any(is_birthday(each.term.key) for each in deadlines(ROUTE, known, SCHOOL))


def test_of_a_step_the_first_to_end_leads_and_what_is_over_is_left_out() -> None:
    longer = replace(TABLE, key="langer", amount=9)
    route = with_terms(longer, TABLE)
    clock = read_clock(told("2026-11-03"), ROUTE.start)
    assert [each.term.key for each in of_the_step(route, clock, SCHOOL)] == ["tafel", "langer"]
    assert of_the_step(route, read_clock(told("2026-11-10", HELD), ROUTE.start), SCHOOL) == ()


def test_who_is_on_turn_is_what_the_route_says_else_who_can_go_on() -> None:
    plain = current("midden-groningen")
    assert Role.LEERKRACHT in on_turn(plain, "signaal")
    assert on_turn(plain, "nergens") == frozenset()


def test_a_moment_is_read_with_its_zone() -> None:
    clock = read_clock(told("2026-11-03", HELD), ROUTE.start)
    assert clock.log[-1].at == datetime(2026, 11, 6, 10, tzinfo=UTC)
