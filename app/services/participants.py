"""Who is involved in a case: for which organisation and role, on which ground, from when until when."""

from datetime import date
from uuid import UUID

from app.db import reads
from app.db.session import Row
from app.db.tables import Participant
from app.domain.actors import HOMES, OrganisationKind, Role
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, RouteRefusal, UnmetReason
from app.domain.grounds import OTHER_GROUNDS, OWN_GROUND, WITHOUT_CONSENT, Ground, lacking
from app.services import cases, partners, regie
from app.services.bodies import ParticipantBody, ParticipantPatch
from app.services.work import Work


async def involve(work: Work, case_id: UUID, body: ParticipantBody) -> UUID:
    """Involve an organisation, a role or a worker.

    On consent: only while a consent in force names that organisation. Without consent: only who has a legal task of
    its own in the case (school and board of enrolment, samenwerkingsverband of the school, leerplicht), with a
    motivation; a gecertificeerde instelling with the measure that it carries out; colleagues join on the ground on
    which their organisation is involved already.

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
    if faults := _faults(body, kind) + _faults_of_measure(body, await work.today()):
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
        measure=body.measure.kind if body.measure else None,
        measure_from=body.measure.valid_from if body.measure else None,
        measure_until=body.measure.valid_until if body.measure else None,
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
                "Wie zonder toestemming iemand betrekt, legt vast waarom (AVG 5 lid 2): geef een motivering.",
                "Who involves somebody without consent records why (AVG 5 lid 2): give a motivation.",
            )
        )
    return faults


def _faults_of_measure(body: ParticipantBody, today: date) -> list[Fault]:
    """A gecertificeerde instelling carries out a measure of the court that is in force; nobody else has one."""
    measure = body.measure
    if body.ground != "gecertificeerde_instelling":
        return (
            []
            if measure is None
            else [
                Fault(
                    "/measure",
                    "maatregel_hoort_hier_niet",
                    "Een maatregel hoort bij de grond «gecertificeerde_instelling». Laat hem weg, of kies die grond.",
                    "A measure belongs with the ground «gecertificeerde_instelling». Leave it out, or choose that one.",
                )
            ]
        )
    if measure is None:
        return [
            Fault(
                "/measure",
                "maatregel_ontbreekt",
                "Zonder toestemming doet een gecertificeerde instelling alleen mee als zij een maatregel van de rechter"
                " uitvoert (Jeugdwet 7.3.11 lid 4). Leg vast welke, en van wanneer tot wanneer: dat staat in de"
                " beschikking. Is er geen, vraag dan toestemming.",
                "Without consent a gecertificeerde instelling takes part only when it carries out a measure of the"
                " court (Jeugdwet 7.3.11 lid 4). Record which, and from when until when: the decision of the court says"
                " so. If there is none, ask for consent.",
            )
        ]
    faults = []
    if measure.valid_until is None and measure.kind != "voogdij":
        faults.append(
            Fault(
                "/measure/validUntil",
                "einddag_ontbreekt",
                "Alleen een voogdij heeft geen einddag. Neem die van de beschikking over.",
                "Only a voogdij has no last day. Take that of the decision of the court.",
            )
        )
    if today < measure.valid_from or (measure.valid_until is not None and measure.valid_until < today):
        faults.append(
            Fault(
                "/measure",
                "maatregel_geldt_niet",
                "Deze maatregel geldt vandaag niet, dus de grond ook niet (Jeugdwet 7.3.11 lid 4). Neem de maatregel"
                " die nu geldt, of vraag toestemming.",
                "This measure is not in force today, so neither is the ground (Jeugdwet 7.3.11 lid 4). Take the measure"
                " in force, or ask for consent.",
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
                "U bent hier op toestemming. Wie u erbij haalt zou na een intrekking blijven, dus dat kan alleen ook"
                " met toestemming (AVG 7 lid 3): vraag die, of laat het doen door wie hier op een eigen taak is.",
                "You are here on consent. Whom you bring in would stay after a withdrawal, so that takes consent too"
                " (AVG 7 lid 3): ask for it, or leave it to somebody who is here on a task of the own.",
            )
        )
    if body.ground == "toestemming":
        if organisation_id not in await partners.with_consent(work, case_id, kind):
            raise RouteRefusal(
                UnmetReason(
                    "toestemming_ontbreekt",
                    "Delen met deze organisatie kan pas als wie beslist ja heeft gezegd (AVG 6 lid 1 onder a; Jeugdwet"
                    " 7.3.11). Er is nu geen geldige toestemming: vraag die.",
                    "Sharing with this organisation takes the yes of who decides (AVG 6 lid 1 onder a; Jeugdwet"
                    " 7.3.11). There is no consent in force now: ask for it.",
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
        raise Invalid(_does_not_fit(ground))
    if kind not in WITHOUT_CONSENT or OWN_GROUND[kind] != body.ground:
        return
    around = await partners.around(work, case_id, kind)
    if organisation_id not in around:
        raise Invalid(
            Fault(
                "/organisationId",
                "niet_van_deze_jeugdige",
                "Een wettelijke taak geldt alleen voor de school van inschrijving, haar bestuur en haar"
                " samenwerkingsverband, en leerplicht van de woongemeente (domeinhandboek R7). Deze organisatie hoort"
                " daar niet bij: betrek haar met toestemming.",
                "A task of law is only that of the school of enrolment, its board and its samenwerkingsverband, and of"
                " leerplicht of the home municipality. This organisation is none of them: involve it with consent.",
            )
        )


def _does_not_fit(ground: Ground | None) -> Fault:
    """Whom the ground lets in, and who invokes it: the law as it stands, nothing of this case."""
    if ground is None or not ground.lets_in:
        return Fault(
            "/ground",
            "grondslag_past_niet",
            "Op deze grond doet alleen mee wie hier al op die grond is, met de eigen collega's (AVG 6 lid 1). Betrek"
            " deze organisatie met toestemming.",
            "On this ground only who is here on it already takes part, with colleagues (AVG 6 lid 1). Involve this"
            " organisation with consent.",
        )
    kinds, roles = ", ".join(sorted(ground.lets_in)), ", ".join(sorted(ground.roles))
    return Fault(
        "/ground",
        "grondslag_past_niet",
        f"Deze grond ({ground.source}) is voor {kinds}, en wordt ingeroepen door {roles}. Vraag een van hen, of betrek"
        " deze organisatie met toestemming.",
        f"This ground ({ground.source}) is for {kinds}, and is invoked by {roles}. Ask one of them, or involve this"
        " organisation with consent.",
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
            " is, vertrekt als het gezin die intrekt (AVG 7 lid 3); wie er op een eigen taak is, beslist daar zelf"
            " over.",
            "You can let only your own organisation go; the family whom it asked itself. Who is there on consent leaves"
            " when the family withdraws that (AVG 7 lid 3); who is there on a task of the own decides about it.",
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
