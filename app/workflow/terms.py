"""Which terms of a route run in a case: from which moment, met by what, due when. Facts in, dates out.

A run begins with the first anchor after the run before it was over: whoever records the same again gains no time. It is
met by what the route says; leaving the step whose wait it bounds, or closing the case, ends it unmet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain.actors import Role
from app.domain.calendar import (
    Calendar,
    Count,
    Length,
    NotCounted,
    Period,
    Unit,
    before,
    birthday,
    count,
    last_working_day,
    local_day,
)
from app.workflow.model import Basis, Moment, Route, Term, Text


class State(StrEnum):
    """How a run of a term stands on a day."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    ENDED = "ended"  # the case went another way before it was met
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened in a case, and when."""

    moment: Moment
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """What the terms of a case are counted from; of its present round."""

    today: date
    step: str
    log: tuple[Happened, ...]
    closed_at: datetime | None
    opened_at: datetime
    birth_date: date | None
    pauses: tuple[tuple[str, Period], ...]
    extensions: tuple[tuple[str, date, int], ...]  # of which term, of the run that began when, how much


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term of a case, in its present run."""

    term: Term
    state: State
    anchored_at: datetime | None  # None for a birthday, which no moment of the case begins
    anchored_on: date  # of a birthday: the day on which the case was opened
    due: date | None
    remind_on: date | None
    met_on: date | None
    extended_by: int
    count: Count | None
    fault: NotCounted | None = None

    @property
    def late(self) -> bool:
        """It was met, but after its day."""
        return self.met_on is not None and self.due is not None and self.met_on > self.due


LEFT = "left"
"""The kind of moment at which a case leaves a step for another."""

# Jeugdwet 7.3.4, 7.3.5 and 7.3.15; Burgerlijk Wetboek 1:233 and Jeugdwet 1.1. Reminded four weeks ahead: then there is
# time to prepare the child, to ask anew what must be asked, and to arrange who goes on.
BIRTHDAYS: Mapping[int, tuple[Text, str]] = {
    12: (
        Text("12 jaar: de jeugdige beslist mee over toestemming", "12 years: the youth consents too"),
        "Jeugdwet 7.3.4 en 7.3.5",
    ),
    16: (
        Text("16 jaar: de jeugdige beslist zelf over toestemming", "16 years: the youth alone consents"),
        "Jeugdwet 7.3.4 en 7.3.15",
    ),
    18: (
        Text("18 jaar: meerderjarig; het gezag en de jeugdhulp eindigen", "18 years: of age; gezag and jeugdhulp end"),
        "BW 1:233 en Jeugdwet 1.1",
    ),
    23: (
        Text("23 jaar: verlengde jeugdhulp eindigt", "23 years: prolonged jeugdhulp ends"),
        "Jeugdwet 1.1",
    ),
}
_BIRTHDAY = "verjaardag_"
BIRTH = "birth"


def birthday_terms() -> tuple[Term, ...]:
    """The birthdays by which the law changes who decides: terms of every case, whatever its route."""
    return tuple(
        Term(
            key=f"{_BIRTHDAY}{years}",
            title=title,
            step=None,
            anchor=Moment(BIRTH),
            until=(),
            amount=12 * years,
            unit=Unit.MAAND,
            hard=True,
            basis=Basis.LAW,
            remind_before=28,
            way_on=(),
            source=source,
        )
        for years, (title, source) in BIRTHDAYS.items()
    )


def is_birthday(term: str) -> bool:
    """Whether this is the key of a birthday: it tells the birth date, which not everybody in a case may see."""
    return term.startswith(_BIRTHDAY)


def read_clock(told: Mapping[str, Any], start: str, *, birth_date: str | None = None) -> Clock:
    """The clock of a case as the database tells it (`case_clock`, migrations/sql); `start` is its route's first step.

    `birth_date` where the caller may see it and the clock does not tell it.
    """
    opened, since = datetime.fromisoformat(told["openedAt"]), datetime.fromisoformat(told["roundSince"])
    born = told.get("birthDate") or birth_date
    log = [Happened(Moment("case"), opened)]
    if since <= opened:
        log.append(Happened(Moment("step", start), opened))
    for kind, key, at, origin, target in told["moments"]:
        moment = datetime.fromisoformat(at)
        if origin is not None and origin != target:
            log.append(Happened(Moment(LEFT, origin), moment))
        log.append(Happened(Moment(kind, key), moment))
        if origin is not None and origin != target:
            log.append(Happened(Moment("step", target), moment))
    return Clock(
        today=date.fromisoformat(told["today"]),
        step=told["step"],
        log=tuple(sorted(log, key=lambda each: each.at)),
        closed_at=datetime.fromisoformat(told["closedAt"]) if told["closedAt"] else None,
        opened_at=opened,
        birth_date=date.fromisoformat(born) if born else None,
        pauses=tuple(
            (term, Period(date.fromisoformat(first), date.fromisoformat(last), "pauze"))
            for term, first, last in told["pauses"]
        ),
        extensions=tuple((term, date.fromisoformat(day), amount) for term, day, amount in told["extensions"]),
    )


def deadlines(route: Route, clock: Clock, calendar: Calendar) -> tuple[Deadline, ...]:
    """Every term of the route that began, and the birthdays, in the order of the route and of life."""
    found = (_deadline(term, clock, calendar) for term in route.terms.values())
    return (*(each for each in found if each is not None), *_birthdays(clock, calendar))


def of_the_step(route: Route, clock: Clock, calendar: Calendar) -> tuple[Deadline, ...]:
    """The terms that bound the wait in the step where the case is and still count, the first to end first."""
    found = (_deadline(term, clock, calendar) for term in route.terms_of(clock.step))
    here = [each for each in found if each is not None and each.state in COUNTING]
    return tuple(sorted(here, key=lambda each: each.due or date.max))


def on_turn(route: Route, step: str) -> frozenset[Role]:
    """The roles that are «aan zet» in a step; of a route that names none, those that can make a transition from it."""
    named = frozenset(role for role, each in route.roles.items() if step in each.turn)
    return named or frozenset(
        role for each in route.transitions.values() if step in each.origins for role in each.roles
    )


COUNTING = frozenset({State.RUNNING, State.PAUSED, State.PASSED})
"""States of a term for which something is still to be done."""


@dataclass(frozen=True, slots=True)
class _Run:
    began: datetime
    met: datetime | None = None
    ended: datetime | None = None


def _deadline(term: Term, clock: Clock, calendar: Calendar) -> Deadline | None:
    run = _last_run(term, clock)
    if run is None:
        return None
    began = local_day(run.began)
    more = sum(amount for key, day, amount in clock.extensions if (key, day) == (term.key, began))
    pauses = [period for key, period in clock.pauses if key == term.key]
    met = local_day(run.met) if run.met else None
    unit = Unit(term.unit)
    due = remind = counted = fault = None
    try:
        counted = count(began, Length(term.amount + more, unit, law=term.basis is Basis.LAW), calendar, pauses)
        due = counted.due
        remind = last_working_day(max(before(due, term.remind_before, unit, calendar), began), calendar)
    except NotCounted as why:
        fault = why
    state = _state(run, due, clock.today, pauses)
    return Deadline(term, state, run.began, began, due, remind, met, more, counted, fault)


def _last_run(term: Term, clock: Clock) -> _Run | None:
    met_by = term.until or (Moment(LEFT, term.step or ""),)
    run: _Run | None = None
    for each in clock.log:
        if run is None or run.met or run.ended:
            run = _Run(each.at) if each.moment == term.anchor else run
        elif each.moment in met_by:
            run = _Run(run.began, met=each.at)
        elif term.step and each.moment == Moment(LEFT, term.step):
            run = _Run(run.began, ended=each.at)
    if run is not None and clock.closed_at is not None and not run.met and not run.ended:
        run = _Run(run.began, ended=clock.closed_at)
    return run


def _state(run: _Run, due: date | None, today: date, pauses: Sequence[Period]) -> State:
    if run.met:
        return State.MET
    if run.ended:
        return State.ENDED
    if due is not None and today > due:
        return State.PASSED
    return State.PAUSED if any(pause.holds(today) for pause in pauses) else State.RUNNING


def _birthdays(clock: Clock, calendar: Calendar) -> Iterable[Deadline]:
    if clock.birth_date is None:
        return
    for term in birthday_terms():
        due = birthday(clock.birth_date, term.amount // 12)
        reached = due <= clock.today
        state = State.MET if reached else State.ENDED if clock.closed_at else State.RUNNING
        remind = last_working_day(before(due, term.remind_before, Unit.KALENDERDAG, calendar), calendar)
        yield Deadline(term, state, None, local_day(clock.opened_at), due, remind, due if reached else None, 0, None)
