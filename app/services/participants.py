"""Who is involved in a case: for which organisation and role, on which ground, from when until when."""

from uuid import UUID

from app.db import reads
from app.db.session import Row
from app.db.tables import Participant
from app.domain.actors import HOMES, OrganisationKind, Role
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, RouteRefusal, UnmetReason
from app.domain.grounds import OTHER_GROUNDS, OWN_GROUND, WITHOUT_CONSENT, lacking
from app.services import cases, partners, regie
from app.services.bodies import ParticipantBody, ParticipantPatch
from app.services.work import Work


async def involve(work: Work, case_id: UUID, body: ParticipantBody) -> UUID:
    """Involve an organisation, a role or a worker.

    On consent: only while a consent in force names that organisation. Without consent: only who has a legal task of
    its own in the case (school and board of enrolment, samenwerkingsverband of the school, leerplicht), with a
    motivation; colleagues join on the ground on which their organisation is involved already.

    Raises:
        Invalid: every fault of the body.
        RouteRefusal: no consent in force names the organisation.
        Conflict: this involvement exists already.
    """
    route = await cases.open_for_writing(work, case_id)
    organisation_id = await _organisation_of(work, body)
    organisation = await partners.organisation(work, organisation_id) if organisation_id else None
    if organisation_id is None or organisation is None:
        raise Invalid(
            Fault(
                "/organisationId",
                "onbekende_organisatie",
                "Deze organisatie of medewerker is niet bekend.",
                "This organisation or worker is not known.",
            )
        )
    kind = OrganisationKind(organisation["kind"])
    if faults := _faults(body, kind):
        raise Invalid(*faults)
    if "casemanager" in body.functions and organisation_id != work.actor.organisation_id:
        raise Invalid(
            Fault(
                "/functions",
                "niet_uw_organisatie",
                "Een casemanager wordt aangewezen door de eigen organisatie.",
                "A casemanager is appointed by the own organisation.",
            )
        )
    await _ground_holds(work, case_id, organisation_id, kind, body)
    await _not_twice(work, case_id, organisation_id, body)
    if "regiehouder" in body.functions:
        await regie.hand_over(work, case_id, route, role=body.role, worker_id=body.worker_id)
    participant = Participant(
        case_id=case_id,
        organisation_id=organisation_id,
        role=body.role,
        worker_id=body.worker_id,
        functions=sorted(set(body.functions)),
        ground=body.ground,
        motivation=body.motivation,
        added_by=work.actor.person_id,
    )
    await work.session.insert(participant)
    work.about.object_type, work.about.object_id = "participant", participant.id
    work.fact("participant.involved", case_id=case_id, object_id=participant.id, ground=body.ground)
    return participant.id


async def _organisation_of(work: Work, body: ParticipantBody) -> UUID | None:
    """The organisation meant: that of the worker, who must work there; otherwise the one named."""
    if body.worker_id is None:
        return body.organisation_id
    row = await work.session.row("select organisation_id from workers where id = %(id)s", id=body.worker_id)
    if row is None or body.organisation_id not in {None, row["organisation_id"]}:
        return None
    found: UUID = row["organisation_id"]
    return found


def _faults(body: ParticipantBody, kind: OrganisationKind) -> list[Fault]:
    faults = []
    if body.worker_id is not None and body.role is None:
        faults.append(Fault("/role", "rol_ontbreekt", "In welke rol is deze medewerker betrokken?", "In which role?"))
    if body.role is not None and kind not in HOMES.get(body.role, frozenset(OrganisationKind)):
        faults.append(
            Fault("/role", "rol_past_niet", "Deze rol bestaat niet bij deze organisatie.", "Not a role there.")
        )
    if body.functions and body.worker_id is None:
        faults.append(
            Fault("/workerId", "medewerker_ontbreekt", "Een functie heeft iemand bij naam.", "A function has a name.")
        )
    if "casemanager" in body.functions and body.role is not Role.CASEMANAGER_JEUGD:
        faults.append(
            Fault("/functions", "rol_past_niet", "Casemanager is een casemanager jeugd.", "Needs a casemanager jeugd.")
        )
    if body.ground != "toestemming" and body.motivation is None:
        faults.append(
            Fault(
                "/motivation",
                "motivering_ontbreekt",
                "Zonder toestemming is een motivering nodig.",
                "Without consent a motivation is needed.",
            )
        )
    return faults


async def _ground_holds(
    work: Work, case_id: UUID, organisation_id: UUID, kind: OrganisationKind, body: ParticipantBody
) -> None:
    """The ground is real: consent in force, the same ground as colleagues, or an own legal task in this case."""
    if work.about.ground == "toestemming" and body.ground != "toestemming":
        # Who is here on consent alone brings nobody in on another ground: that would outlive the consent.
        raise Invalid(
            Fault(
                "/ground",
                "alleen_toestemming",
                "U bent hier op toestemming; een ander betrekken kan dan ook alleen met toestemming.",
                "You are here on consent; you can involve another on consent only.",
            )
        )
    if body.ground == "toestemming":
        if organisation_id not in await partners.with_consent(work, case_id, kind):
            raise RouteRefusal(
                UnmetReason(
                    "toestemming_ontbreekt",
                    "Er is geen geldige toestemming om met deze organisatie te delen.",
                    "There is no consent in force to share with this organisation.",
                    ("ouder", "jeugdige"),
                    "consent.create",
                    {"recipients": [str(organisation_id)]},
                )
            )
        return
    colleagues = await work.session.row(
        "select from participants_in_force where case_id = %(case)s and organisation_id = %(organisation)s"
        " and ground = %(ground)s limit 1",
        case=case_id,
        organisation=organisation_id,
        ground=body.ground,
    )
    if colleagues is not None:
        return
    ground = OTHER_GROUNDS.get(body.ground)
    role = Role(work.about.role or "")
    if ground is None or kind not in ground.lets_in or lacking(body.ground, role, motivation=body.motivation):
        raise Invalid(
            Fault(
                "/ground",
                "grondslag_past_niet",
                "Op deze grond kunt u deze organisatie niet betrekken. Wel met toestemming.",
                "You cannot involve this organisation on this ground. With consent you can.",
            )
        )
    if kind not in WITHOUT_CONSENT or OWN_GROUND[kind] != body.ground:
        return
    around = await partners.around(work, case_id, kind)
    if organisation_id not in around:
        raise Invalid(
            Fault(
                "/organisationId",
                "niet_van_deze_jeugdige",
                "Deze organisatie hoort niet bij deze jeugdige: de school van inschrijving, haar bestuur en haar"
                " samenwerkingsverband, en leerplicht van de woongemeente.",
                "This organisation does not belong to this child's school or municipality.",
            )
        )


async def _not_twice(work: Work, case_id: UUID, organisation_id: UUID, body: ParticipantBody) -> None:
    existing = await work.session.row(
        "select from participants where case_id = %(case)s and organisation_id = %(organisation)s and ended_at is null"
        " and role is not distinct from %(role)s and worker_id is not distinct from %(worker)s limit 1",
        case=case_id,
        organisation=organisation_id,
        role=body.role,
        worker=body.worker_id,
    )
    if existing is not None:
        raise Conflict("Deze betrokkenheid bestaat al.", "This involvement exists already.", code="al-betrokken")


def _may_end(work: Work, row: Row) -> bool:
    """Nobody pushes another out: a worker ends the own house only, the family whom it asked itself.

    Who is here on consent leaves with that consent, which is the family's to withdraw and no colleague's.
    """
    if work.of_family:
        return bool(row["ground"] == "eigen_verzoek")
    return bool(row["organisation_id"] == work.actor.organisation_id)


async def change(work: Work, participant_id: UUID, body: ParticipantPatch) -> UUID:
    """Change the functions of somebody who is involved by name."""
    case = await work.object(reads.PARTICIPANTS, participant_id, lock=True)
    work.match(await work.seen(reads.PARTICIPANTS, participant_id))
    route = await cases.open_for_writing(work, case["case_id"])
    row = await work.session.row(
        "select role, worker_id, organisation_id, ended_at, functions from participants where id = %(id)s",
        id=participant_id,
    )
    if row is None or row["ended_at"] is not None:
        raise Conflict("Deze betrokkenheid is beëindigd.", "This involvement has ended.", code="beeindigd")
    faults = []
    if body.functions and row["worker_id"] is None:
        faults.append(
            Fault("/functions", "medewerker_ontbreekt", "Een functie heeft iemand bij naam.", "A function has a name.")
        )
    changes_casemanager = ("casemanager" in body.functions) != ("casemanager" in row["functions"])
    if changes_casemanager and (
        row["role"] != Role.CASEMANAGER_JEUGD or row["organisation_id"] != work.actor.organisation_id
    ):
        faults.append(
            Fault(
                "/functions",
                "rol_past_niet",
                "Een casemanager jeugd wordt aangewezen door de eigen organisatie.",
                "A casemanager jeugd is appointed by the own organisation.",
            )
        )
    if faults:
        raise Invalid(*faults)
    if "regiehouder" in body.functions:
        await regie.hand_over(work, case["case_id"], route, role=row["role"], worker_id=row["worker_id"])
    elif "regiehouder" in row["functions"]:
        await regie.may_let_go(work, case["case_id"])
    await work.session.run(
        "update participants set functions = %(functions)s where id = %(id)s",
        functions=sorted(set(body.functions)),
        id=participant_id,
    )
    work.fact("participant.changed", case_id=case["case_id"], object_id=participant_id)
    return participant_id


async def end(work: Work, participant_id: UUID) -> UUID:
    """End an involvement: from the commit on it opens nothing. The row stays, as history."""
    case = await work.object(reads.PARTICIPANTS, participant_id)
    await work.case(case["case_id"], lock=True)
    work.about.object_type, work.about.object_id = "participant", participant_id
    work.match(await work.seen(reads.PARTICIPANTS, participant_id))
    row = await work.session.row(
        "select organisation_id, ground from participants where id = %(id)s", id=participant_id
    )
    if row is None or not _may_end(work, row):
        raise NotPermitted(
            "U kunt alleen de eigen organisatie laten vertrekken; het gezin wie het zelf vroeg. Wie er op toestemming"
            " is, vertrekt als het gezin die intrekt.",
            "You can let only your own organisation go; the family whom it asked itself. Who is there on consent leaves"
            " when the family withdraws that consent.",
        )
    touched = await work.session.run(
        "update participants set ended_at = now(), ended_by = %(by)s where id = %(id)s and ended_at is null",
        by=work.actor.person_id,
        id=participant_id,
    )
    if not touched:
        raise Conflict("Deze betrokkenheid is al beëindigd.", "This involvement has ended.", code="beeindigd")
    work.fact("participant.ended", case_id=case["case_id"], object_id=participant_id)
    return participant_id
