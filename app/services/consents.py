"""Consent as evidence: what was asked, what each answered; whether it is in force is computed at each use."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from app.db import reads
from app.db.session import Row
from app.db.tables import Consent, ConsentAnswer
from app.domain.actors import PersonKind
from app.domain.errors import Fault, Invalid, NotPermitted
from app.services import cases
from app.services.bodies import AnswerBody, ConsentBody, WithdrawalBody
from app.services.content import authored
from app.services.work import Work


def end_of_school_year(day: date) -> date:
    """31 July after (or on) the day: the default end of a consent. Policy, no law (domain.md §2.4, R11)."""
    this_year = date(day.year, 7, 31)
    return this_year if day <= this_year else date(day.year + 1, 7, 31)


async def ask(work: Work, case_id: UUID, body: ConsentBody) -> UUID:
    """Record what was asked of the family, and the answers that there are already."""
    await cases.open_for_writing(work, case_id)
    today = await work.today()
    until = body.valid_until or end_of_school_year(today)
    faults = await _recipient_faults(work, body)
    if until < today:
        faults.append(
            Fault("/validUntil", "verleden", "De einddatum ligt in het verleden.", "The end lies in the past.")
        )
    family = await _family(work, case_id)
    for index, answer in enumerate(body.answers):
        faults += _answer_faults(work, family, answer.giver_id, f"/answers/{index}")
        await _may_record_yes(work, case_id, answer, body.recipients)
    if len({answer.giver_id for answer in body.answers}) < len(body.answers):
        faults.append(Fault("/answers", "dubbel", "Iemand antwoordt hier twee keer.", "Somebody answers twice here."))
    if faults:
        raise Invalid(*faults)
    consent = Consent(
        **authored(work, case_id),
        purpose=body.purpose,
        recipients=sorted(set(body.recipients)),
        data_categories=sorted(set(body.data_categories)),
        told=body.told,
        valid_from=today,
        valid_until=until,
    )
    await work.session.insert(consent)
    await work.session.insert(*(_answer(work, consent.id, case_id, family, answer) for answer in body.answers))
    work.about.object_type, work.about.object_id = "consent", consent.id
    work.fact("consent.asked", case_id=case_id, object_id=consent.id)
    return consent.id


async def answer(work: Work, consent_id: UUID, body: AnswerBody) -> UUID:
    """One person's answer, appended: the latest of each person counts."""
    case = await work.object(reads.CONSENTS, consent_id, lock=True)
    family = await _family(work, case["case_id"])
    if faults := _answer_faults(work, family, body.giver_id, ""):
        raise Invalid(*faults)
    asked = await work.session.row("select recipients from consents where id = %(id)s", id=consent_id)
    await _may_record_yes(work, case["case_id"], body, asked["recipients"] if asked else [])
    await work.session.insert(_answer(work, consent_id, case["case_id"], family, body))
    work.about.on_behalf_of = body.giver_id
    work.fact("consent.answered", case_id=case["case_id"], object_id=consent_id, decision=body.decision)
    return consent_id


async def withdraw(work: Work, consent_id: UUID, body: WithdrawalBody) -> UUID:
    """As easy to withdraw as to give (AVG 7.3): from the commit on it opens nothing any more."""
    case = await work.object(reads.CONSENTS, consent_id, lock=True)
    family = await _family(work, case["case_id"])
    if faults := _answer_faults(work, family, body.giver_id, ""):
        raise Invalid(*faults)
    given = AnswerBody(giverId=body.giver_id, decision="geweigerd", form=body.form)
    row = _answer(work, consent_id, case["case_id"], family, given)
    row.decision = "ingetrokken"
    await work.session.insert(row)
    work.about.on_behalf_of = body.giver_id
    work.fact("consent.withdrawn", case_id=case["case_id"], object_id=consent_id)
    return consent_id


async def _may_record_yes(work: Work, case_id: UUID, body: AnswerBody, recipients: Sequence[UUID]) -> None:
    """A professional may record another's yes, but not to his or her own benefit, nor over that person's own no.

    Raises NotPermitted: the own organisation would receive what is said yes to; or this person said no him- or
    herself to sharing with one of these organisations, and has not come back on it in person.
    """
    if work.actor.person_kind is not PersonKind.WORKER or body.decision != "gegeven":
        return
    if work.actor.organisation_id in recipients:
        raise NotPermitted(
            "Een toestemming om met uw eigen organisatie te delen legt een ander vast, of geeft het gezin zelf.",
            "Consent to share with your own organisation is recorded by another, or given by the family itself.",
            code="eigen-belang",
        )
    own = await work.session.row(
        "select a.decision from consent_answers a join consents k on k.id = a.consent_id"
        " where a.case_id = %(case)s and a.giver_id = %(giver)s and a.recorded_by = a.giver_id"
        " and k.recipients && %(recipients)s::uuid[] order by a.sequence desc limit 1",
        case=case_id,
        giver=body.giver_id,
        recipients=list(recipients),
    )
    if own is not None and own["decision"] != "gegeven":
        raise NotPermitted(
            "Deze persoon heeft zelf nee gezegd. Alleen hij of zij kan daarop terugkomen, met de eigen login.",
            "This person said no in person. Only he or she can come back on that, with the own login.",
            code="zelf-geweigerd",
        )


async def _family(work: Work, case_id: UUID) -> dict[UUID, str]:
    """Who may answer today, and as what: under 16 guardians whose gezag is not denied; from 12 the youth."""
    rows: Iterable[Row] = await work.session.rows(
        "select g.guardian_id as person, 'gezag' as capacity, g.gezag <> 'nee' and coalesce(a.years, 0) < 16 as may"
        " from cases c join young_people y on y.id = c.young_person_id"
        " cross join lateral (select date_part('year', age(app_today(), y.birth_date)) as years) a"
        " join guardianships_in_force g on g.young_person_id = y.id where c.id = %(id)s"
        " union all select y.id, 'jeugdige', coalesce(date_part('year', age(app_today(), y.birth_date)), 12) >= 12"
        " from cases c join young_people y on y.id = c.young_person_id where c.id = %(id)s",
        id=case_id,
    )
    return {row["person"]: row["capacity"] for row in rows if row["may"]}


def _answer_faults(work: Work, family: dict[UUID, str], giver: UUID, at: str) -> list[Fault]:
    if giver not in family:
        return [
            Fault(
                f"{at}/giverId",
                "kan_niet_beslissen",
                "Deze persoon kan hierover niet beslissen: alleen een ouder of voogd met gezag, of de jeugdige zelf.",
                "This person cannot decide: only a parent or guardian with gezag, or the youth.",
            )
        ]
    if work.actor.person_kind is not PersonKind.WORKER and giver != work.actor.person_id:
        raise NotPermitted("U kunt alleen voor uzelf antwoorden.", "You can only answer for yourself.")
    return []


async def _recipient_faults(work: Work, body: ConsentBody) -> list[Fault]:
    rows = await work.session.rows("select id from organisations where id = any (%(ids)s)", ids=list(body.recipients))
    known = {row["id"] for row in rows}
    return [
        Fault(
            f"/recipients/{index}",
            "onbekende_organisatie",
            "Deze organisatie is niet bekend.",
            "This organisation is not known.",
        )
        for index, each in enumerate(body.recipients)
        if each not in known
    ]


def _answer(work: Work, consent_id: UUID, case_id: UUID, family: dict[UUID, str], body: AnswerBody) -> ConsentAnswer:
    return ConsentAnswer(
        case_id=case_id,
        consent_id=consent_id,
        giver_id=body.giver_id,
        capacity=family[body.giver_id],
        decision=body.decision,
        form=body.form,
        basis=body.basis,
        recorded_by=work.actor.person_id,
        recorded_role=work.about.role or "",
    )
