"""Cases to another version of their route: in portions that stand or fall as a whole, with a report on every case.

One at a time for a route. What was broken off goes on where it was; a case that does not fit stays where it is, and the
report says why. A batch can be put back, but for the cases that went on since.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.db import case_versions as kept
from app.db import facts as case_facts
from app.db.case_versions import Connection, Move, Moved, Standing
from app.workflow.model import Route, Text
from app.workflow.versions import KINDS, Renaming, maps, misfits, translated

PORTION = 100


class Outcome(StrEnum):
    """What becomes of a case."""

    MOVED = "moved"
    PUT_BACK = "put_back"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CaseReport:
    """One case: what becomes of it, from which step to which, and why not."""

    case_id: UUID
    outcome: Outcome
    from_step: str
    to_step: str
    reasons: tuple[Text, ...] = ()


@dataclass(slots=True)
class Report:
    """Every case that was looked at. `batch` is None when nothing was, or would be, moved."""

    batch: UUID | None = None
    cases: list[CaseReport] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        """How many cases became this."""
        return sum(case.outcome is outcome for case in self.cases)


class Busy(Exception):  # noqa: N818 — reads as the fact it states
    """Somebody else moves cases of this route at this moment."""


class Unsound(Exception):  # noqa: N818 — same
    """The mapping does not carry every state of the old version to one of the new."""


class NoBatch(Exception):  # noqa: N818 — same
    """There is no such batch of this route."""


Told = Callable[[int], None]


def migrate(
    connection: Connection,
    old: Route,
    new: Route,
    renaming: Renaming,
    reason: str,
    *,
    dry_run: bool,
    done: Told,
    portion: int = PORTION,
) -> Report:
    """Bring every case on the old version to the new one, as far as it fits there; `done` hears of each portion.

    The connection commits by itself and is the owner's; each portion is a transaction. Dry, everything is looked at and
    written, and nothing kept.

    Raises:
        Unsound: the mapping does not do; nothing is looked at.
        Busy: cases of this route are being moved already.
    """
    if maps(old, new, renaming):
        raise Unsound
    if not kept.alone(connection, old.key):
        raise Busy
    told = renaming.told()
    report = Report(batch=kept.unfinished(connection, old.key, old.version, new.version, told))
    after: UUID | None = None
    while True:
        batch = report.batch
        with connection.transaction(force_rollback=dry_run):
            cases = kept.portion(connection, old.key, old.version, after, portion)
            looked = [_look(new, renaming, case) for case in cases]
            fitting = {each.case_id for each in looked if each.outcome is Outcome.MOVED}
            if fitting and batch is None:
                batch = kept.begin(connection, old.key, old.version, new.version, told, reason)
            if fitting and batch is not None:
                _move(connection, batch, renaming, reason, [case for case in cases if case.case_id in fitting])
        report.batch = None if dry_run else batch
        report.cases += looked
        if not looked:
            break
        after = looked[-1].case_id
        done(len(looked))
    if report.batch is not None:
        kept.finish(connection, report.batch)
    return report


def _look(new: Route, renaming: Renaming, case: Standing) -> CaseReport:
    known = translated(case.facts, renaming)
    reasons = tuple(misfits(new, renaming, case.in_use, case_facts.of_nobody(known)))
    outcome = Outcome.REFUSED if reasons else Outcome.MOVED
    return CaseReport(case.case_id, outcome, case.facts["step"], known["step"], reasons)


def _move(connection: Connection, batch: UUID, renaming: Renaming, reason: str, cases: list[Standing]) -> None:
    was = kept.renamed(connection, [case.case_id for case in cases], renaming.told())
    moves = []
    for case in cases:
        step, regie = case.facts["step"], case.facts["regie"]
        moves.append(
            Move(
                case.case_id,
                step,
                renaming.image("steps", step),
                None if regie is None else renaming.image("regie", regie),
                {"step": step, "regie": regie, "renamed": was.get(case.case_id, {})},
            )
        )
    kept.move(connection, batch, renaming.new, reason, moves, back=False)


def put_back(
    connection: Connection,
    batch: UUID,
    old: Route,
    reason: str,
    *,
    dry_run: bool,
    done: Told,
    portion: int = PORTION,
) -> Report:
    """Bring the cases of a batch back to the version where they were, as far as they did not go on since.

    Raises:
        NoBatch: it is none of this route and version.
        Busy: cases of this route are being moved already.
    """
    found = kept.batch_of(connection, batch)
    if found is None or (found["route"], found["from_version"]) != (old.key, old.version):
        raise NoBatch
    if not kept.alone(connection, old.key):
        raise Busy
    if not dry_run:
        kept.undo(connection, batch)
    report = Report(batch=batch)
    after: UUID | None = None
    while True:
        with connection.transaction(force_rollback=dry_run):
            cases = kept.moved_by(connection, batch, after, portion)
            now = {each.case_id: each for each in kept.standing(connection, [case.case_id for case in cases])}
            added = kept.added(connection, cases)
            looked = [
                _look_back(old, case, now[case.case_id], found["to_version"], added.get(case.case_id, []))
                for case in cases
            ]
            back = [case for case, each in zip(cases, looked, strict=True) if each.outcome is Outcome.PUT_BACK]
            kept.restored(connection, [case.was["renamed"] for case in back])
            moves = [
                Move(case.case_id, now[case.case_id].facts["step"], case.was["step"], case.was["regie"], {})
                for case in back
            ]
            kept.move(connection, batch, old.version, reason, moves, back=True)
        report.cases += looked
        if not looked:
            return report
        after = looked[-1].case_id
        done(len(looked))


def _look_back(old: Route, case: Moved, now: Standing, version: int, added: list[str]) -> CaseReport:
    reasons = []
    strange = [word for word in added if not any(word in getattr(old, table) for table in KINDS)]
    if now.sequence != case.sequence or now.facts["version"] != version:
        reasons.append(Text("de zaak is sindsdien verder gegaan", "the case went on since"))
    elif strange:
        words = ", ".join(strange)
        reasons.append(
            Text(
                f"sindsdien is vastgelegd wat versie {old.version} niet kent: {words}",
                f"since then something was recorded that version {old.version} does not know: {words}",
            )
        )
    outcome = Outcome.REFUSED if reasons else Outcome.PUT_BACK
    return CaseReport(case.case_id, outcome, now.facts["step"], case.was["step"], tuple(reasons))
