"""Study days and closures of a school, kept by the school itself: they do not count as school days."""

from uuid import UUID

from app.db import reads
from app.db.session import Row
from app.db.tables import Closure
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from app.services.bodies import ClosureBody
from app.services.work import Work

LONGEST = 100
"""Days from the first to the last day of a closure at most, as the database holds too."""


async def listed(work: Work, organisation_id: UUID, *, after: UUID | None, limit: int) -> list[Row]:
    """The closures of a school that count, in the order in which they were entered: id, and body as text."""
    work.about.object_type, work.about.object_id = "organisation", organisation_id
    return await reads.closures(work.session, organisation_id, after=after, limit=limit)


async def shown(work: Work, closure_id: UUID, organisation_id: UUID | None = None) -> str:
    """One closure (of this school), as JSON text. Raises NotVisible."""
    row = await reads.closure(work.session, closure_id)
    if row is None or organisation_id not in {None, row["organisation_id"]}:
        raise NotVisible
    return str(row["body"])


async def add(work: Work, organisation_id: UUID, body: ClosureBody) -> UUID:
    """Enter a closure of the own school. Raises NotPermitted for another, NotVisible for none, Invalid."""
    await _own_school(work, organisation_id)
    if not 0 <= (body.last_day - body.first_day).days <= LONGEST:
        raise Invalid(
            Fault(
                "/lastDay",
                "volgorde",
                f"De laatste dag ligt op of na de eerste, en ten hoogste {LONGEST} dagen later.",
                f"The last day is the first or a later one, {LONGEST} days later at most.",
            )
        )
    closure = Closure(
        organisation_id=organisation_id,
        kind=body.kind,
        first_day=body.first_day,
        last_day=body.last_day,
        name=body.name,
        created_by=work.actor.person_id,
    )
    await work.session.insert(closure)
    work.about.object_type, work.about.object_id = "closure", closure.id
    work.fact("closure.entered", object_id=closure.id)
    return closure.id


async def remove(work: Work, organisation_id: UUID, closure_id: UUID) -> UUID:
    """Take a closure of the own school back: these days count again.

    Raises NotPermitted for another school, NotVisible for no closure of it, MatchRequired, Stale, and Conflict when it
    was taken back already.
    """
    await _own_school(work, organisation_id)
    work.about.object_type, work.about.object_id = "closure", closure_id
    found = await work.session.row(
        "select removed_at from closures where id = %(id)s and organisation_id = %(organisation)s for update",
        id=closure_id,
        organisation=organisation_id,
    )
    if found is None:
        raise NotVisible
    work.match(await shown(work, closure_id))
    if found["removed_at"] is not None:
        raise Conflict("Deze sluiting is al ingetrokken.", "This closure was taken back already.", code="beeindigd")
    await work.session.run(
        "update closures set removed_at = now(), removed_by = app_person() where id = %(id)s", id=closure_id
    )
    work.fact("closure.removed", object_id=closure_id)
    return closure_id


async def _own_school(work: Work, organisation_id: UUID) -> None:
    work.about.object_type, work.about.object_id = "organisation", organisation_id
    row = await work.session.row("select kind from organisations where id = %(id)s", id=organisation_id)
    if row is None:
        raise NotVisible
    if organisation_id != work.actor.organisation_id:
        raise NotPermitted
    if row["kind"] != "school":
        raise Invalid(
            Fault("", "geen_school", "Alleen een school legt sluitingen vast.", "Only a school enters closures.")
        )
