"""The child and who holds gezag over it, with evidence and period."""

import json
from datetime import date
from uuid import UUID

from app.db import reach
from app.db.facts import finding_of
from app.db.reads import GEZAG_BODY, GUARDIAN_BODY, GUARDIAN_SEEN, YOUNG_PERSON_BODY
from app.db.session import Row
from app.db.tables import GezagFinding, Guardian, Guardianship, YoungPerson
from app.domain.actors import OrganisationKind
from app.domain.errors import Fault, Invalid, NotPermitted, NotVisible
from app.domain.gezag import MENDS, REPRESENTS_ADULT, GezagKind, Parent, relation_of, who_decides
from app.domain.policy import Action
from app.domain.rule_sets import rule_set_on
from app.services import partners
from app.services.bodies import GezagBody, GuardianBody, GuardianPatch, SearchBody, YoungPersonBody, YoungPersonPatch
from app.services.work import Work


async def _reached(work: Work, young_person_id: UUID, action: Action) -> Row | None:
    return await work.session.row(
        "select m.role, m.ground, case when m.ground = 'toestemming'"
        " then coalesce(app_consents(m.case_id, m.through), '{}') else '{}' end as consent_ids"
        f" from ({reach.children(work.roles, action)}) m where m.young_person_id = %(id)s"
        " order by m.role, m.ground = 'toestemming', m.ground limit 1",
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
    work.about.role, work.about.ground, work.about.consent_ids = row["role"], row["ground"], row["consent_ids"]
    if work.represents:
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
    work.tell_each_case_of(young_person_id)
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


async def search(work: Work, body: SearchBody) -> str:
    """Children by exact family name and birth date, of those for whom the caller may open a case; at most ten."""
    work.about.object_type = "young-person"
    reached = reach.children(work.roles, work.ask.action)
    row = await work.session.row(
        f"select coalesce(jsonb_agg(({YOUNG_PERSON_BODY}) order by x.id), '[]')::text as items,"
        f" {reach.OWN_TASK} as ground from (select * from young_people y"
        f" where y.id in (select m.young_person_id from ({reached}) m)"
        " and lower(y.family_name) = lower(%(family_name)s) and y.birth_date = %(birth_date)s"
        " order by y.id limit 10) x",
        **body.model_dump(),
    )
    work.about.ground = row["ground"] if row else None
    for child in json.loads(row["items"]) if row else []:
        # Who was found is told of each child by itself: nobody looks around unseen.
        work.record_about("young-person", UUID(child["id"]))
    return '{"items": ' + (str(row["items"]) if row else "[]") + ', "next": null}'


async def listed(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """The children that the caller may see, oldest entry first, as JSON texts."""
    work.about.object_type = "young-person"
    reached = reach.children(work.roles, Action.YOUNG_PERSON_READ)
    return await work.session.rows(
        f"select x.id, ({YOUNG_PERSON_BODY})::text as body, (select m.ground from ({reached}) m"
        " where m.young_person_id = x.id order by m.ground = 'toestemming', m.ground limit 1) as ground"
        f" from young_people x where x.id in (select m.young_person_id from ({reached}) m)"
        " and (%(after)s::uuid is null or x.id > %(after)s) order by x.id limit %(limit)s",
        after=after,
        limit=limit,
    )


async def guardians(work: Work, young_person_id: UUID) -> list[Row]:
    """The guardians of a child as JSON texts."""
    await child_in_reach(work, young_person_id)
    return await work.session.rows(
        f"select x.id, ({GUARDIAN_BODY})::text as body from guardianships x where x.young_person_id = %(id)s"
        f" and {GUARDIAN_SEEN} order by x.id",
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
        f"select x.young_person_id, ({GUARDIAN_BODY})::text as body from guardianships x where x.id = %(id)s"
        f" and {GUARDIAN_SEEN}",
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
    work.tell_each_case_of(young_person_id)
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
        work.tell_each_case_of(tie["young_person_id"])
    touched = await work.session.run(
        "update guardianships set gezag = %(gezag)s, evidence = %(evidence)s, evidence_date = %(evidence_date)s,"
        " conflict = coalesce(%(conflict)s, conflict), gezag_until = null where id = %(id)s",
        **body.model_dump(),
        id=guardianship_id,
    )
    if not touched:
        raise NotVisible
    work.fact("guardian.changed", object_id=work.about.object_id)
    return guardianship_id


async def gezag(work: Work, young_person_id: UUID) -> list[Row]:
    """What was looked up about the gezag over a child, newest first, as JSON texts."""
    await child_in_reach(work, young_person_id)
    return await work.session.rows(
        f"select x.id, ({GEZAG_BODY})::text as body from gezag_findings x where x.young_person_id = %(id)s"
        " order by x.sequence desc",
        id=young_person_id,
    )


async def found_gezag(work: Work, finding_id: UUID) -> str:
    """One of these, as JSON text."""
    row = await work.session.row(
        f"select x.young_person_id, ({GEZAG_BODY})::text as body from gezag_findings x where x.id = %(id)s",
        id=finding_id,
    )
    if row is None:
        raise NotVisible
    await child_in_reach(work, row["young_person_id"], Action.YOUNG_PERSON_READ)
    work.about.object_type, work.about.object_id = "gezag", finding_id
    return str(row["body"])


async def record_gezag(work: Work, young_person_id: UUID, body: GezagBody) -> UUID:
    """Record what was looked up about the gezag as a whole; each guardian's own gezag follows it, until its last day.

    From the commit on every consent is computed with it. Raises Invalid for what the relation cannot be.
    """
    await child_in_reach(work, young_person_id)
    await work.session.row("select id from young_people where id = %(id)s for update", id=young_person_id)
    rows = await work.session.rows(
        "select guardian_id, relation from guardianships_in_force where young_person_id = %(id)s", id=young_person_id
    )
    known = {row["guardian_id"] for row in rows if row["relation"] not in REPRESENTS_ADULT}
    if faults := [*_relation_faults(body, known), *_day_faults(body, await work.today())]:
        raise Invalid(*faults)
    if body.organisation_id is not None:
        kind = await work.session.row("select kind from organisations where id = %(id)s", id=body.organisation_id)
        if kind is None or kind["kind"] != OrganisationKind.GECERTIFICEERDE_INSTELLING:
            raise Invalid(
                Fault(
                    "/organisationId",
                    "geen_gecertificeerde_instelling",
                    "Alleen een gecertificeerde instelling kan de voogdij hebben.",
                    "Only a gecertificeerde instelling can have the voogdij.",
                )
            )
    work.tell_each_case_of(young_person_id)
    found = GezagFinding(
        young_person_id=young_person_id,
        **body.model_dump(exclude={"holders"}),
        holders=sorted(body.holders),
        recorded_by=work.actor.person_id,
        recorded_role=work.about.role or "",
        recorded_organisation_id=work.actor.organisation_id,
    )
    await work.session.insert(found)
    otherwise = "onbekend" if GezagKind(body.kind) is GezagKind.NIET_TE_BEPALEN else "nee"
    await work.session.run(
        "update guardianships set gezag = case when guardian_id = any (%(holders)s::uuid[]) then 'ja'"
        " else %(otherwise)s end, evidence = %(evidence)s, evidence_date = %(checked_on)s, gezag_until = %(until)s"
        " where young_person_id = %(id)s and guardian_id = any (%(known)s::uuid[])",
        holders=body.holders,
        otherwise=otherwise,
        evidence=body.evidence,
        checked_on=body.checked_on,
        until=body.valid_until,
        id=young_person_id,
        known=sorted(known),
    )
    work.about.object_type, work.about.object_id = "gezag", found.id
    work.fact("guardian.changed", object_id=young_person_id)
    return found.id


def _relation_faults(body: GezagBody, known: set[UUID]) -> list[Fault]:
    """Holders are guardians of this child, and as many as the relation has."""
    faults = [
        Fault(
            f"/holders/{index}",
            "geen_ouder_of_voogd",
            "Deze persoon is geen ouder of voogd van deze jeugdige. Leg die eerst vast.",
            "This person is no parent or guardian of this child. Record that first.",
        )
        for index, holder in enumerate(body.holders)
        if holder not in known
    ]
    if body.organisation_id is not None and GezagKind(body.kind) is not GezagKind.VOOGDIJ:
        faults.append(
            Fault(
                "/organisationId",
                "alleen_voogdij",
                "Een instelling heeft alleen voogdij.",
                "An organisation only has voogdij.",
            )
        )
    expected = {
        GezagKind.EENHOOFDIG: {1},
        GezagKind.TWEEHOOFDIG: {2},
        GezagKind.GEZAMENLIJK: {2},
        GezagKind.VOOGDIJ: {1, 2},
    }.get(GezagKind(body.kind), {0})
    if len(set(body.holders)) + (body.organisation_id is not None) not in expected:
        many = " of ".join(map(str, sorted(expected)))
        faults.append(
            Fault(
                "/holders",
                "aantal",
                f"Bij deze relatie horen {many} die het gezag hebben.",
                f"With this relation go {many.replace(' of ', ' or ')} who have gezag.",
            )
        )
    return faults


def _day_faults(body: GezagBody, today: date) -> list[Fault]:
    faults = [
        Fault(
            at, "toekomst", "Deze dag moet nog komen. Leg het dan vast.", "This day is still to come. Record it then."
        )
        for at, day in (("/validFrom", body.valid_from), ("/checkedOn", body.checked_on))
        if day > today
    ]
    if body.valid_until is not None and body.valid_until < body.valid_from:
        faults.append(
            Fault("/validUntil", "volgorde", "Deze dag ligt voor de eerste.", "This day lies before the first.")
        )
    return faults


async def deciders(work: Work, young_person_id: UUID, *, english: bool) -> str:
    """Who decides today about sharing what is known of a child, by the law alone, as JSON text."""
    await child_in_reach(work, young_person_id)
    row = await work.session.row(
        "select y.birth_date, app_today() as today, coalesce((select jsonb_agg(jsonb_build_array(g.guardian_id,"
        " g.gezag, g.conflict, g.relation) order by g.id) from guardianships_in_force g"
        " where g.young_person_id = y.id), '[]') as parents, (select jsonb_build_array(f.kind, f.valid_from,"
        " f.valid_until, f.organisation_id, f.evidence, f.checked_on) from gezag_findings f"
        " where f.young_person_id = y.id order by f.sequence desc limit 1) as finding"
        " from young_people y where y.id = %(id)s",
        id=young_person_id,
    )
    if row is None:
        raise NotVisible
    parents = [Parent(UUID(person), gezag, conflict, tie) for person, gezag, conflict, tie in row["parents"]]
    decided = who_decides(
        row["birth_date"],
        row["today"],
        [relation_of(parents, finding_of(row["finding"]))],
        rule_set_on(row["today"]),
        youth=young_person_id,
    )
    remedy = None if decided.unclear is None else MENDS[decided.unclear][english]
    return json.dumps(
        {
            "ruleSet": decided.rule_set,
            "deciders": [{"personId": str(each.person), "capacity": each.capacity} for each in decided.givers],
            "unclear": decided.unclear,
            "remedy": remedy,
        },
        ensure_ascii=False,
    )
