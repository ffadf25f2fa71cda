"""The child and who holds gezag over it, with evidence and period."""

import json
from uuid import UUID

from app.db import reach
from app.db.reads import GUARDIAN_BODY, YOUNG_PERSON_BODY
from app.db.session import Row
from app.db.tables import Guardian, Guardianship, YoungPerson
from app.domain.actors import OrganisationKind, PersonKind
from app.domain.errors import Fault, Invalid, NotPermitted, NotVisible
from app.domain.policy import Action
from app.services import partners
from app.services.bodies import GuardianBody, GuardianPatch, SearchBody, YoungPersonBody, YoungPersonPatch
from app.services.work import Work


async def _reached(work: Work, young_person_id: UUID, action: Action) -> Row | None:
    return await work.session.row(
        f"select m.role from ({reach.children(work.roles, action)}) m where m.young_person_id = %(id)s"
        " order by m.role limit 1",
        id=young_person_id,
    )


async def child_in_reach(work: Work, young_person_id: UUID, action: Action | None = None) -> None:
    """404 for a child that the caller cannot see, then 403 for what he or she may not do with it."""
    work.about.object_type, work.about.object_id = "young-person", young_person_id
    row = await _reached(work, young_person_id, action or work.ask.action)
    if row is None:
        if await _reached(work, young_person_id, Action.YOUNG_PERSON_READ) is None:
            raise NotVisible
        raise NotPermitted
    work.about.role = row["role"]
    if work.actor.person_kind is PersonKind.GUARDIAN:
        work.about.on_behalf_of = young_person_id


async def seen(work: Work, young_person_id: UUID, *, reading: bool = False) -> str:
    """A child as JSON text; with `reading` for what the caller may see, whatever else is being done."""
    await child_in_reach(work, young_person_id, Action.YOUNG_PERSON_READ if reading else None)
    return await entered(work, young_person_id)


async def entered(work: Work, young_person_id: UUID) -> str:
    """A child as JSON text, for whoever just entered it and could still do so."""
    if work.ask.action is Action.YOUNG_PERSON_CREATE and await _reached(work, young_person_id, work.ask.action) is None:
        raise NotVisible
    row = await work.session.row(
        f"select ({YOUNG_PERSON_BODY})::text as body from young_people x where x.id = %(id)s", id=young_person_id
    )
    if row is None:
        raise NotVisible
    return str(row["body"])


async def enter(work: Work, body: YoungPersonBody) -> UUID:
    """Enter a child: at the own school, or living in the municipality that the own organisation works for.

    Elsewhere would be of no use to the caller, who could not see it afterwards.
    """
    home = await partners.organisation(work, work.actor.organisation_id) if work.actor.organisation_id else None
    faults = await partners.school_faults(work, body.school_id)
    own = home is not None and (
        body.school_id == home["id"]
        if home["kind"] == OrganisationKind.SCHOOL
        else body.municipality_code == home["municipality_code"]
    )
    if not own:
        faults.append(
            Fault(
                "/schoolId" if home and home["kind"] == OrganisationKind.SCHOOL else "/municipalityCode",
                "niet_uw_werkgebied",
                "Een school voert haar eigen leerlingen in, een ander de jeugdigen van de eigen gemeente.",
                "A school enters its own pupils, others the young people of their own municipality.",
            )
        )
    if faults:
        raise Invalid(*faults)
    young = YoungPerson(**body.model_dump(), created_by=work.actor.person_id)
    await work.session.insert(young)
    work.about.object_type, work.about.object_id = "young-person", young.id
    work.fact("young-person.entered", object_id=young.id)
    return young.id


async def change(work: Work, young_person_id: UUID, body: YoungPersonPatch) -> str:
    """Change what is known of a child; what was left out stays. Answers it as it has become.

    Answered from the change itself: who records that a pupil leaves does not see the pupil afterwards.
    """
    await child_in_reach(work, young_person_id)
    await work.session.row("select id from young_people where id = %(id)s for update", id=young_person_id)
    work.match(await seen(work, young_person_id, reading=True))
    if faults := await partners.school_faults(work, body.school_id):
        raise Invalid(*faults)
    await told_in_each_case(work, young_person_id)
    row = await work.session.row(
        "update young_people x set given_name = coalesce(%(given_name)s, given_name),"
        " family_name = coalesce(%(family_name)s, family_name), birth_date = coalesce(%(birth_date)s, birth_date),"
        " school_id = coalesce(%(school_id)s, school_id),"
        " municipality_code = coalesce(%(municipality_code)s, municipality_code) where id = %(id)s"
        f" returning ({YOUNG_PERSON_BODY})::text as body",
        **body.model_dump(),
        id=young_person_id,
    )
    if row is None:
        raise NotVisible
    work.fact("young-person.changed", object_id=young_person_id)
    return str(row["body"])


async def told_in_each_case(work: Work, young_person_id: UUID) -> None:
    """What is changed about a child or its parents stands in the log of each of its cases: consent may hang on it."""
    rows = await work.session.rows("select app_cases_of(%(id)s) as case_id", id=young_person_id)
    for row in rows:
        work.record_in(row["case_id"])


async def search(work: Work, body: SearchBody) -> str:
    """Children by exact family name and birth date, of those for whom the caller may open a case; at most ten."""
    work.about.object_type = "young-person"
    reached = reach.children(work.roles, work.ask.action)
    row = await work.session.row(
        f"select coalesce(jsonb_agg(({YOUNG_PERSON_BODY}) order by x.id), '[]')::text as items from (select * from"
        f" young_people y where y.id in (select m.young_person_id from ({reached}) m)"
        " and lower(y.family_name) = lower(%(family_name)s) and y.birth_date = %(birth_date)s"
        " order by y.id limit 10) x",
        **body.model_dump(),
    )
    for child in json.loads(row["items"]) if row else []:
        # Who was found is told of each child by itself: nobody looks around unseen.
        work.record_about("young-person", UUID(child["id"]))
    return '{"items": ' + (str(row["items"]) if row else "[]") + ', "next": null}'


async def listed(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """The children that the caller may see, oldest entry first, as JSON texts."""
    work.about.object_type = "young-person"
    reached = reach.children(work.roles, Action.YOUNG_PERSON_READ)
    return await work.session.rows(
        f"select x.id, ({YOUNG_PERSON_BODY})::text as body from young_people x"
        f" where x.id in (select m.young_person_id from ({reached}) m)"
        " and (%(after)s::uuid is null or x.id > %(after)s) order by x.id limit %(limit)s",
        after=after,
        limit=limit,
    )


async def guardians(work: Work, young_person_id: UUID) -> list[Row]:
    """The guardians of a child as JSON texts."""
    await child_in_reach(work, young_person_id)
    return await work.session.rows(
        f"select x.id, ({GUARDIAN_BODY})::text as body from guardianships x where x.young_person_id = %(id)s"
        " order by x.id",
        id=young_person_id,
    )


def _evidence_faults(body: GuardianBody | GuardianPatch) -> list[Fault]:
    """Whether somebody has gezag, or has not, appears from somewhere and was looked up some day (domain.md R11)."""
    faults = []
    if body.gezag != "onbekend" and body.evidence == "geen":
        faults.append(
            Fault(
                "/evidence",
                "bewijs_ontbreekt",
                "Dit blijkt uit het gezagsregister of een verklaring; kies anders «onbekend» tot het is nagegaan.",
                "This appears from the register or a declaration; otherwise choose «onbekend».",
            )
        )
    if body.gezag != "onbekend" and body.evidence_date is None:
        faults.append(Fault("/evidenceDate", "datum_ontbreekt", "Wanneer is dit nagegaan?", "When was this looked up?"))
    return faults


async def guardian(work: Work, guardianship_id: UUID) -> str:
    """One guardian of a child, as JSON text."""
    row = await work.session.row(
        f"select x.young_person_id, ({GUARDIAN_BODY})::text as body from guardianships x where x.id = %(id)s",
        id=guardianship_id,
    )
    if row is None:
        raise NotVisible
    await child_in_reach(work, row["young_person_id"])
    work.about.object_type, work.about.object_id = "guardian", guardianship_id
    return str(row["body"])


async def add_guardian(work: Work, young_person_id: UUID, body: GuardianBody) -> UUID:
    """Record a parent, carer or legal guardian, with what is known of the gezag and from what it appears (R11)."""
    await child_in_reach(work, young_person_id)
    if faults := _evidence_faults(body):
        raise Invalid(*faults)
    await told_in_each_case(work, young_person_id)
    person = Guardian(display_name=body.display_name, created_by=work.actor.person_id)
    tie = Guardianship(
        young_person_id=young_person_id,
        guardian_id=person.id,
        **body.model_dump(exclude={"display_name"}),
        valid_from=await work.today(),
    )
    await work.session.insert(person)
    await work.session.insert(tie)
    work.about.object_type, work.about.object_id = "guardian", tie.id
    work.fact("guardian.entered", object_id=young_person_id)
    return tie.id


async def change_guardian(work: Work, guardianship_id: UUID, body: GuardianPatch) -> UUID:
    """What was found out about somebody's gezag. From the commit on every consent is computed with it."""
    await guardian(work, guardianship_id)
    # Whoever changed it while we waited for the lock made this version stale.
    await work.session.row("select id from guardianships where id = %(id)s for update", id=guardianship_id)
    work.match(await guardian(work, guardianship_id))
    if faults := _evidence_faults(body):
        raise Invalid(*faults)
    tie = await work.session.row("select young_person_id from guardianships where id = %(id)s", id=guardianship_id)
    if tie is not None:
        await told_in_each_case(work, tie["young_person_id"])
    touched = await work.session.run(
        "update guardianships set gezag = %(gezag)s, evidence = %(evidence)s, evidence_date = %(evidence_date)s,"
        " conflict = coalesce(%(conflict)s, conflict) where id = %(id)s",
        **body.model_dump(),
        id=guardianship_id,
    )
    if not touched:
        raise NotVisible
    work.fact("guardian.changed", object_id=work.about.object_id)
    return guardianship_id
