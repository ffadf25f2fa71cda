"""The terms of a case: when each is due and how that was counted; pausing and extending them.

Source: the terms of each route (`[[term]]`), domain.md R17; the dates are counted anew at each look.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from app.db import reads
from app.db.session import Database
from app.db.tables import TermExtension, TermPause
from app.domain.calendar import LONGEST_EXTENSION, Calendar, Period, Unit
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted
from app.domain.policy import Action
from app.integrations.calendars import calendar_of
from app.services import cases
from app.services.bodies import ExtensionBody, PauseBody
from app.services.content import authored
from app.services.work import Ask, Work, look
from app.workflow.loader import pinned
from app.workflow.model import Route
from app.workflow.terms import COUNTING, Deadline, State, deadlines, is_birthday, read_clock

LONGEST_PAUSE = 366
"""Days from the first to the last day of a pause at most, as the database holds too."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The terms of a case for one caller, with the pauses and extensions as that caller sees them."""

    route: Route
    deadlines: tuple[Deadline, ...]
    pauses: list[dict[str, Any]]
    extensions: list[dict[str, Any]]
    withheld: list[str]


def calendar(clock: Mapping[str, Any]) -> Calendar:
    """The calendar by which a case is counted: that of the child's school."""
    return calendar_of(
        school=clock["school"],
        municipality=clock["municipality"],
        postcode=clock["postcode"],
        closures=[
            Period(date.fromisoformat(first), date.fromisoformat(last), name) for first, last, name in clock["closures"]
        ],
    )


def counted(clock: Mapping[str, Any], told: Mapping[str, Any], birth_date: str | None) -> Dates:
    """The terms of a case counted from its clock, with the pauses and extensions told beside it."""
    route = pinned(clock["route"], clock["version"])
    found = deadlines(route, read_clock(clock, route.start, birth_date=birth_date), calendar(clock))
    return Dates(route, found, told["pauses"], told["extensions"], [])


async def read(database: Database, ask: Ask, case_id: UUID) -> Dates:
    """Every term of a case that began, counted day by day; the birthdays for who may see the child's own data.

    Raises NotVisible, and NotPermitted for who may not see how the case proceeds.
    """
    told = await look(database, ask, reads.case_dates(ask.subject.roles, case_id))
    found = json.loads(told.rows[0]["body"])
    dates = counted(found["clock"], found, found["birthDate"])
    return dates if found["knowsChild"] else replace(dates, withheld=["verjaardagen"])


async def pause(work: Work, case_id: UUID, body: PauseBody) -> UUID:
    """Days from today on that do not count in a term, with the reason.

    Raises:
        NotPermitted: neither a role that changes the case nor its regiehouder.
        Invalid: no such term, days that are not in order or lie behind us.
        Conflict: the term is fixed, does not run, or has passed.
    """
    running, today = await _running(work, case_id, body.term)
    faults = []
    if body.first_day < today:
        faults.append(
            Fault("/firstDay", "verleden", "Een pauze begint vandaag of later.", "A pause begins today or later.")
        )
    if not 0 <= (body.last_day - body.first_day).days <= LONGEST_PAUSE:
        faults.append(
            Fault(
                "/lastDay",
                "volgorde",
                "De laatste dag ligt op of na de eerste, en ten hoogste een jaar later.",
                "The last day is the first or a later one, a year later at most.",
            )
        )
    if faults:
        raise Invalid(*faults)
    paused = TermPause(
        **authored(work, case_id),
        term=running.term.key,
        first_day=body.first_day,
        last_day=body.last_day,
        reason=body.reason,
    )
    await work.session.insert(paused)
    work.about.object_type, work.about.object_id = "pause", paused.id
    work.fact("deadline.paused", case_id=case_id, object_id=paused.id, term=running.term.key)
    return paused.id


async def extend(work: Work, case_id: UUID, body: ExtensionBody) -> UUID:
    """A longer term, in its own unit, with the reason. Raises as `pause`; Invalid also for too much together."""
    running, _ = await _running(work, case_id, body.term)
    left = LONGEST_EXTENSION[Unit(running.term.unit)] - running.extended_by
    if body.amount > left:
        raise Invalid(
            Fault(
                "/amount",
                "te_lang",
                f"Alle verlengingen samen duren ten hoogste twee jaar: er kan nog {max(left, 0)} bij.",
                f"All extensions together last two years at most: {max(left, 0)} can still be added.",
            )
        )
    extension = TermExtension(
        **authored(work, case_id),
        term=running.term.key,
        anchored_on=running.anchored_on,
        amount=body.amount,
        reason=body.reason,
    )
    await work.session.insert(extension)
    work.about.object_type, work.about.object_id = "extension", extension.id
    work.fact("deadline.extended", case_id=case_id, object_id=extension.id, term=running.term.key)
    return extension.id


async def _running(work: Work, case_id: UUID, term: str) -> tuple[Deadline, date]:
    """The run of a term that this caller may change now, and today; the case stays locked."""
    route = await cases.open_for_writing(work, case_id)
    await _keeps_dates(work, case_id)
    row = await work.session.row("select case_clock(%(id)s) as clock", id=case_id)
    told = (row or {})["clock"]
    clock = read_clock(told, route.start)
    if term not in route.terms and not is_birthday(term):
        known = ", ".join(sorted(route.terms)) or "geen"
        raise Invalid(
            Fault(
                "/term",
                "onbekende_termijn",
                f"Deze route kent deze termijn niet. Zij kent: {known}.",
                f"The route has no such term. It has: {known}.",
            )
        )
    found = next((each for each in deadlines(route, clock, calendar(told)) if each.term.key == term), None)
    if is_birthday(term) or (found is not None and found.term.hard):
        raise Conflict(
            "Deze termijn ligt vast: de wet of de route laat geen pauze of verlenging toe.",
            "This term is fixed: the law or the route allows no pause or extension.",
            code="termijn-ligt-vast",
        )
    if found is None or found.state not in COUNTING:
        raise Conflict(
            "Deze termijn loopt nu niet: zij is nog niet begonnen, of al voorbij.",
            "This term does not run now: it has not begun yet, or is over.",
            code="termijn-loopt-niet",
        )
    if found.state is State.PASSED:
        raise Conflict(
            "Deze termijn is al verstreken. Zet een stap die daarop antwoordt (`wayOn`).",
            "This term has passed already. Take a step that answers it (`wayOn`).",
            code="termijn-verstreken",
        )
    return found, clock.today


async def _keeps_dates(work: Work, case_id: UUID) -> None:
    """Who may change the case keeps its dates; another only as its regiehouder, by name. Raises NotPermitted."""
    changes, regie = await work.session.ask(
        reads.case_state(work.roles, Action.CASE_UPDATE, case_id), reads.functions_of(case_id, work.actor.person_id)
    )
    if (changes and changes[0]["permitted"]) or any("regiehouder" in row["functions"] for row in regie):
        return
    raise NotPermitted(
        "Een termijn wordt gepauzeerd of verlengd door wie de zaak mag wijzigen, of door de regiehouder.",
        "A term is paused or extended by who may change the case, or by the regiehouder.",
    )
