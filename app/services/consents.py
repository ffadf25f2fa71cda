"""Consent as evidence: what was asked, what each answered; whether it is in force is computed at each use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.db import reads
from app.db.facts import finding_of, parents_of
from app.db.session import Row
from app.db.tables import Consent, ConsentAnswer, ConsentException
from app.domain import choices
from app.domain.actors import FAMILY_ROLES, OrganisationKind
from app.domain.calendar import months_later
from app.domain.consent import Exceptional
from app.domain.consent_texts import SHARING, newest
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted
from app.domain.gezag import (
    Capacity,
    Finding,
    Parent,
    RouteAsks,
    Unclear,
    age_on,
    holders_on,
    may_answer,
    relation_of,
)
from app.domain.rule_sets import RuleSet, rule_set_on
from app.services import cases
from app.services.bodies import AnswerBody, ConsentBody, ConsentExceptionBody, NarrowingBody, WithdrawalBody
from app.services.content import authored
from app.services.work import Work


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is around a child, and the consent that it is about."""

    youth: UUID
    birth_date: date | None
    today: date
    parents: tuple[Parent, ...]
    finding: Finding | None

    @property
    def rules(self) -> RuleSet:
        """The rule set that holds today."""
        return rule_set_on(self.today)

    @property
    def conflict(self) -> bool:
        """The parents do not speak for each other."""
        return any(parent.conflict for parent in self.parents)

    def may_answer(self, route: RouteAsks, *, able: bool = True) -> dict[UUID, Capacity]:
        """Who can say something that counts, and as what."""
        return may_answer(
            self.birth_date,
            self.today,
            self.parents,
            self.finding,
            self.rules,
            youth=self.youth,
            route=route,
            able=able,
        )


def end_of_school_year(day: date) -> date:
    """31 July after (or on) the day, or the day that was chosen: the default end of a consent (domain.md §2.4, R11)."""
    month, last = choices.now(choices.CONSENT_ENDS)
    this_year = date(day.year, month, last)
    return this_year if day <= this_year else date(day.year + 1, month, last)


def latest_end(day: date) -> date:
    """Until when a consent that is asked on this day can hold at most: not for longer than is needed (AVG 5.1 e)."""
    return months_later(day, choices.now(choices.CONSENT_MONTHS))


async def ask(work: Work, case_id: UUID, body: ConsentBody) -> UUID:
    """Record what was asked of the family, and the answers that there are already.

    What replaces an earlier question closes that one: what was agreed then is not what is done now.
    """
    route = await cases.open_for_writing(work, case_id)
    circle = await circle_of(work, case_id)
    rule = route.consent
    asks = RouteAsks.of(rule.youth_from, rule.youth_alone_from, rule.parents_16_17, circle.rules)
    until = body.valid_until or min(end_of_school_year(circle.today), latest_end(circle.today))
    faults = await _recipient_faults(work, body)
    faults += _period_faults(body, circle.today, until)
    if body.replaces is not None:
        faults += await _replaces_faults(work, case_id, body.replaces)
    family = circle.may_answer(asks)
    for index, answer in enumerate(body.answers):
        faults += _answer_faults(work, circle, family, answer.giver_id, f"/answers/{index}", basis=answer.basis)
        faults += await _witness_faults(work, answer, f"/answers/{index}")
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
        valid_from=circle.today,
        valid_until=until,
        replaces=body.replaces,
        text_key=SHARING,
        text_version=newest(SHARING).version,
        youth_from=asks.youth_from,
        parents_until=asks.parents_until,
        parents_informed=asks.inform_parents,
        data_from=body.data_from,
        data_until=body.data_until,
        answer_by=body.answer_by,
    )
    await work.session.insert(consent)
    version = consent.text_version
    await work.session.insert(*(_answer(work, consent.id, case_id, family, answer, version) for answer in body.answers))
    await _completed(work, consent.id)
    work.about.object_type, work.about.object_id = "consent", consent.id
    work.fact("consent.asked", case_id=case_id, object_id=consent.id)
    return consent.id


async def answer(work: Work, consent_id: UUID, body: AnswerBody) -> UUID:
    """One person's answer, appended: the latest of each person counts.

    Raises Conflict when the question was replaced by another.
    """
    case = await work.object(reads.CONSENTS, consent_id, lock=True)
    circle, asked = await circle_of(work, case["case_id"]), await _asked(work, consent_id)
    if asked["replaced"]:
        raise Conflict(
            "Deze vraag is vervangen door een nieuwe. Antwoord op die.",
            "This question was replaced by a newer one. Answer that one.",
            code="toestemming-vervangen",
        )
    family = circle.may_answer(_route_of(asked), able=asked["exceptional"] != Exceptional.WILSONBEKWAAM)
    faults = _answer_faults(work, circle, family, body.giver_id, "", basis=body.basis)
    if faults := faults + await _witness_faults(work, body, ""):
        raise Invalid(*faults)
    await _may_record_yes(work, case["case_id"], body, asked["recipients"])
    row = _answer(work, consent_id, case["case_id"], family, body, asked["text_version"])
    latest = await _latest(work, consent_id, body.giver_id)
    if latest is not None and body.decision == "gegeven" and not _speaks_for_self(work, body.giver_id):
        # What somebody left out is given by that person alone.
        row.without_recipients, row.without_categories = latest["without_recipients"], latest["without_categories"]
    await work.session.insert(row)
    await _completed(work, consent_id)
    work.about.on_behalf_of = body.giver_id
    work.fact("consent.answered", case_id=case["case_id"], object_id=consent_id)
    return consent_id


async def withdraw(work: Work, consent_id: UUID, body: WithdrawalBody) -> UUID:
    """As easy to withdraw as to give (AVG 7.3): from the commit on it opens nothing any more."""
    case = await work.object(reads.CONSENTS, consent_id, lock=True)
    giver, row = await _said(work, consent_id, case["case_id"], body.giver_id, body.form)
    row.decision = "ingetrokken"
    await work.session.insert(row)
    if choices.now(choices.GOES_ON) is choices.YesNo.NO:
        # What began with this yes ends with it, unless another yes names the same house.
        await work.session.run(
            "update participants p set ended_at = now(), ended_by = %(by)s from consents k where k.id = %(consent)s"
            " and p.case_id = k.case_id and p.ended_at is null and p.ground = 'jeugdwet_toegang'"
            " and p.organisation_id = any (k.recipients) and not exists (select from consents_in_force f"
            " where f.case_id = k.case_id and p.organisation_id = any (f.recipients))",
            by=work.actor.person_id,
            consent=consent_id,
        )
    work.about.on_behalf_of = giver
    work.fact("consent.withdrawn", case_id=case["case_id"], object_id=consent_id)
    return consent_id


async def narrow(work: Work, consent_id: UUID, body: NarrowingBody) -> UUID:
    """Take recipients or subjects off one's own yes: from the commit on these are not shared any more.

    Raises:
        Invalid: nothing is named, what is named is not of this consent, or nothing would be left.
        Conflict: this person's latest answer is no yes.
    """
    case = await work.object(reads.CONSENTS, consent_id, lock=True)
    giver, row = await _said(work, consent_id, case["case_id"], body.giver_id, body.form)
    asked, latest = await _asked(work, consent_id), await _latest(work, consent_id, giver)
    recipients, categories = set(body.recipients), {str(each) for each in body.data_categories}
    if faults := _narrowing_faults(asked, recipients, categories):
        raise Invalid(*faults)
    if latest is None or latest["decision"] != "gegeven":
        raise Conflict(
            "Beperken doet wie ja zei (AVG 7 lid 3); van deze persoon is er geen ja, dus hierdoor wordt niets gedeeld."
            " Wil hij of zij een deel wel, vraag dan daarvoor toestemming.",
            "Who said yes narrows it (AVG 7 lid 3); of this person there is no yes, so nothing is shared by it. If he"
            " or she does want a part of it, ask for consent to that.",
            code="geen-ja",
        )
    recipients |= set(latest["without_recipients"])
    categories |= set(latest["without_categories"])
    if recipients >= set(asked["recipients"]) or categories >= set(asked["data_categories"]):
        raise Invalid(
            Fault(
                "/recipients" if recipients >= set(asked["recipients"]) else "/dataCategories",
                "niets_over",
                "Zo blijft er niets over om te delen. Trek de toestemming dan in.",
                "That leaves nothing to share. Withdraw the consent instead.",
            )
        )
    row.decision = "gegeven"
    row.basis = "zelf" if _speaks_for_self(work, giver) else latest["basis"]
    row.without_recipients, row.without_categories = sorted(recipients), sorted(categories)
    await work.session.insert(row)
    work.about.on_behalf_of = giver
    work.fact("consent.changed", case_id=case["case_id"], object_id=consent_id)
    return consent_id


async def except_(work: Work, consent_id: UUID, body: ConsentExceptionBody) -> UUID:
    """Record that another decides in this matter than usually (Jeugdwet 7.3.4 lid 2, 7.3.15 lid 2); the newest counts.

    Raises Invalid where it cannot hold: another age, a recipient that is no jeugdhulp or youth health care, or a wish
    that is said to outlast a refusal that nobody with gezag gave; and NotPermitted for a role that was not chosen for
    it. To take it back is for every role that the policy lets.
    """
    if body.kind != "geen" and not work.roles & choices.now(choices.EXCEPTION_ROLES):
        raise NotPermitted(
            "Dat een ander beslist dan gewoonlijk legt alleen vast wie daartoe is aangewezen in de jeugdhulp of de"
            " jeugdgezondheidszorg (Jeugdwet 7.3.4 lid 2, 7.3.15 lid 2; BW7 450, 465). Vraag het hun.",
            "That another decides than usually is recorded only by who was chosen for it in jeugdhulp or youth health"
            " care (Jeugdwet 7.3.4 lid 2, 7.3.15 lid 2; BW7 450, 465). Ask them.",
        )
    case = await work.object(reads.CONSENTS, consent_id, lock=True)
    circle, asked = await circle_of(work, case["case_id"]), await _asked(work, consent_id)
    if faults := await _exception_faults(work, circle, consent_id, asked, Exceptional(body.kind)):
        raise Invalid(*faults)
    await work.session.insert(
        ConsentException(
            **authored(work, case["case_id"]), consent_id=consent_id, kind=body.kind, motivation=body.motivation
        )
    )
    await _completed(work, consent_id)
    work.fact("consent.changed", case_id=case["case_id"], object_id=consent_id)
    return consent_id


async def circle_of(work: Work, case_id: UUID) -> Circle:
    """Who is around the child of a case, as far as it decides about consent; one statement."""
    row = await work.session.row(
        "select y.id, y.birth_date, app_today() as today, app_consent_facts(c.id) as known"
        " from cases c join young_people y on y.id = c.young_person_id where c.id = %(id)s",
        id=case_id,
    )
    if row is None:
        raise LookupError(case_id)
    known: dict[str, Any] = row["known"]
    return Circle(row["id"], row["birth_date"], row["today"], parents_of(known), finding_of(known["finding"]))


async def _asked(work: Work, consent_id: UUID) -> Row:
    row = await work.session.row(
        "select k.recipients, k.data_categories, k.text_version, k.youth_from, k.parents_until,"
        " coalesce(k.parents_informed, false) as inform, exists (select from consents n where n.replaces = k.id) as"
        " replaced, coalesce((select x.kind from consent_exceptions x where x.consent_id = k.id"
        " order by x.sequence desc limit 1), 'geen') as exceptional from consents k where k.id = %(id)s",
        id=consent_id,
    )
    if row is None:
        raise LookupError(consent_id)
    return row


def _route_of(asked: Row) -> RouteAsks:
    return RouteAsks(asked["youth_from"], asked["parents_until"], asked["inform"])


async def _latest(work: Work, consent_id: UUID, giver: UUID) -> Row | None:
    return await work.session.row(
        "select decision, basis, without_recipients, without_categories from consent_answers"
        " where consent_id = %(consent)s and giver_id = %(giver)s order by sequence desc limit 1",
        consent=consent_id,
        giver=giver,
    )


async def _said(
    work: Work, consent_id: UUID, case_id: UUID, giver: UUID | None, form: str | None
) -> tuple[UUID, ConsentAnswer]:
    """Who takes something back, and the row of it; the caller, where nobody is named."""
    alone = work.of_family
    who = giver or (work.voice if alone else None)
    faults = []
    if who is None:
        faults.append(Fault("/giverId", "ontbreekt", "Zeg van wie dit komt.", "Say whose this is."))
    if form is None and not alone:
        faults.append(Fault("/form", "ontbreekt", "Zeg hoe dit is gezegd.", "Say how this was said."))
    circle, asked = await circle_of(work, case_id), await _asked(work, consent_id)
    family = circle.may_answer(_route_of(asked), able=asked["exceptional"] != Exceptional.WILSONBEKWAAM)
    if who is not None:
        faults += _answer_faults(work, circle, family, who, "")
    if who is None or faults:
        raise Invalid(*faults)
    said = AnswerBody.model_validate(
        {"giverId": who, "decision": "geweigerd", "form": form or "digitaal"}, by_alias=True
    )
    return who, _answer(work, consent_id, case_id, family, said, asked["text_version"])


async def _completed(work: Work, consent_id: UUID) -> None:
    """Keep that it came in force: what opens no more after that is to be renewed, not still to be answered."""
    await work.session.run(
        "update consents set completed_at = now() where id = %(id)s and completed_at is null"
        " and exists (select from consents_in_force f where f.consent_id = %(id)s)",
        id=consent_id,
    )


def _speaks_for_self(work: Work, giver: UUID) -> bool:
    """The giver with the own login, or the organisation that is the guardian by who signs for it."""
    return giver == work.voice


async def _may_record_yes(work: Work, case_id: UUID, body: AnswerBody, recipients: Sequence[UUID]) -> None:
    """A professional may record another's yes, but not to his or her own benefit, nor over that person's own no.

    Raises NotPermitted: the own organisation would receive what is said yes to; or this person said no him- or
    herself to sharing with one of these organisations, and has not come back on it in person.
    """
    if work.of_family or body.decision != "gegeven":
        return
    if work.actor.organisation_id in recipients:
        raise NotPermitted(
            "Wie de gegevens krijgt, bewijst niet zelf dat het mag (AVG 7 lid 1). Laat een andere organisatie dit ja"
            " vastleggen, of het gezin het zelf geven, met de eigen login.",
            "Who receives the data does not prove by itself that this is allowed (AVG 7 lid 1). Have another"
            " organisation record this yes, or the family give it with the own login.",
            code="eigen-belang",
        )
    own = await work.session.row(
        "select a.decision from consent_answers a join consents k on k.id = a.consent_id"
        " where a.case_id = %(case)s and a.giver_id = %(giver)s"
        " and (a.recorded_by = a.giver_id or a.recorded_role = any (%(family)s))"
        " and k.recipients && %(recipients)s::uuid[] order by a.sequence desc limit 1",
        case=case_id,
        giver=body.giver_id,
        recipients=list(recipients),
        family=sorted(FAMILY_ROLES),
    )
    if own is not None and own["decision"] != "gegeven":
        raise NotPermitted(
            "Deze persoon heeft zelf nee gezegd, en dat staat vrij (AVG 7). Alleen hij of zij kan daarop terugkomen,"
            " met de eigen login.",
            "This person said no in person, as anybody is free to (AVG 7). Only he or she can come back on that, with"
            " the own login.",
            code="zelf-geweigerd",
        )


def _answer_faults(
    work: Work, circle: Circle, family: dict[UUID, Capacity], giver: UUID, at: str, *, basis: str = "zelf"
) -> list[Fault]:
    if giver not in family:
        return [
            Fault(
                f"{at}/giverId",
                "kan_niet_beslissen",
                "Hierover beslist een ouder of voogd met gezag, vanaf 12 jaar ook en vanaf 16 alleen de jeugdige"
                " (Jeugdwet 7.3.4, 7.3.5, 7.3.15). Deze persoon is dat niet. Klopt het gezag niet, leg dat dan eerst"
                " vast.",
                "A parent or guardian with gezag decides, from 12 years the youth too and from 16 the youth alone"
                " (Jeugdwet 7.3.4, 7.3.5, 7.3.15). This person is none of them. If the gezag is not right, record that"
                " first.",
            )
        ]
    if work.of_family and giver != work.voice:
        raise NotPermitted(
            "Van het gezin antwoordt ieder voor zichzelf (AVG 7 lid 1). Laat de ander met de eigen login antwoorden, of"
            " het een medewerker zeggen.",
            "Of the family each answers for himself or herself (AVG 7 lid 1). Let the other answer with the own login,"
            " or tell a professional.",
        )
    if basis == "zelf":
        return []
    if choices.now(choices.VOUCHING) is choices.YesNo.NO:
        return [
            Fault(
                f"{at}/basis",
                "alleen_zelf",
                "Elke ouder antwoordt hier zelf (domeinhandboek R13; AVG 7 lid 1). Vraag het deze ouder.",
                "Each parent answers in person here (domain handbook R13; AVG 7 lid 1). Ask this parent.",
            )
        ]
    if family[giver] is not Capacity.GEZAG or _speaks_for_self(work, giver):
        return [
            Fault(
                f"{at}/basis",
                "alleen_andere_ouder",
                "Alleen het antwoord van een ouder met gezag kan via de andere ouder komen (domeinhandboek R13). Vraag"
                " het deze persoon zelf.",
                "Only the answer of a parent with gezag can come through the other parent (domain handbook R13). Ask"
                " this person in person.",
            )
        ]
    if circle.conflict:
        return [
            Fault(
                f"{at}/basis",
                "ouders_in_conflict",
                "In een conflict spreken ouders niet voor elkaar (domeinhandboek R13). Vraag het deze ouder zelf.",
                "In a conflict parents do not speak for each other (domain handbook R13). Ask this parent in person.",
            )
        ]
    return []


async def _witness_faults(work: Work, body: AnswerBody, at: str) -> list[Fault]:
    """A spoken answer was heard by another than who records it: else it proves nothing (AVG 7.1).

    To take a yes back or to narrow it asks no witness: that is as easy as can be (AVG 7.3).
    """
    if body.form != "mondeling" or body.giver_id == work.actor.person_id:
        return []
    if body.witness_id is None and body.witness_name is None:
        return [
            Fault(
                f"{at}/witnessName",
                "getuige_ontbreekt",
                "Een mondeling antwoord moet te bewijzen zijn (AVG 7 lid 1). Noem wie het nog meer hoorde: een collega"
                " (`witnessId`) of een ander (`witnessName`). Was er"
                " niemand, vraag het dan schriftelijk of met de eigen login.",
                "A spoken answer must be provable (AVG 7 lid 1). Name who else heard it: a colleague (`witnessId`) or"
                " another (`witnessName`). If nobody did,"
                " ask for it in writing or with the own login.",
            )
        ]
    named = (body.witness_name or "").casefold()
    row = await work.session.row(
        "select exists (select from workers w where w.id = %(witness)s) as known,"
        " exists (select from workers w where w.id = %(me)s and lower(w.display_name) = %(named)s) as myself",
        witness=body.witness_id,
        me=work.actor.person_id,
        named=named,
    )
    if body.witness_id == work.actor.person_id or (row is not None and row["myself"]):
        return [
            Fault(
                f"{at}/witnessName" if body.witness_id is None else f"{at}/witnessId",
                "getuige_is_vastlegger",
                "De getuige is een ander dan wie het antwoord vastlegt, anders bewijst het niets (AVG 7 lid 1). Noem"
                " een ander, of vraag het schriftelijk of met de eigen login.",
                "The witness is another than who records the answer, else it proves nothing (AVG 7 lid 1). Name"
                " another, or ask for it in writing or with the own login.",
            )
        ]
    if body.witness_id is not None and (row is None or not row["known"]):
        return [
            Fault(
                f"{at}/witnessId",
                "onbekende_medewerker",
                "Deze medewerker is niet bekend. Was de getuige geen medewerker, vul dan `witnessName` in.",
                "This worker is not known. If the witness was no worker, fill in `witnessName`.",
            )
        ]
    return []


def _period_faults(body: ConsentBody, today: date, until: date) -> list[Fault]:
    faults = []
    if until < today:
        faults.append(
            Fault("/validUntil", "verleden", "De einddatum ligt in het verleden.", "The end lies in the past.")
        )
    if until > (last := latest_end(today)):
        faults.append(
            Fault(
                "/validUntil",
                "te_lang",
                f"Een toestemming geldt ten hoogste tot en met {last} (AVG 5 lid 1 onder e). Is het daarna nog"
                " nodig, vraag het dan opnieuw.",
                f"A consent holds until {last} at most (GDPR 5(1)(e)). If it is still needed after that, ask for it"
                " anew.",
            )
        )
    if body.answer_by is not None and not today <= body.answer_by <= until:
        faults.append(
            Fault(
                "/answerBy",
                "buiten_periode",
                "Kies een dag vanaf vandaag, niet na de einddatum.",
                "Choose a day from today, not after the end.",
            )
        )
    if body.data_from is not None and body.data_until is not None and body.data_until < body.data_from:
        faults.append(
            Fault("/dataUntil", "volgorde", "Deze dag ligt voor de eerste.", "This day lies before the first.")
        )
    return faults


async def _replaces_faults(work: Work, case_id: UUID, replaced: UUID) -> list[Fault]:
    row = await work.session.row(
        "select exists (select from consents n where n.replaces = k.id) as replaced from consents k"
        " where k.id = %(id)s and k.case_id = %(case)s",
        id=replaced,
        case=case_id,
    )
    if row is None:
        return [
            Fault(
                "/replaces",
                "onbekende_toestemming",
                "Deze toestemmingsvraag is er niet in deze zaak.",
                "There is no such question in this case.",
            )
        ]
    if row["replaced"]:
        return [
            Fault(
                "/replaces", "al_vervangen", "Deze vraag is al vervangen.", "This question has been replaced already."
            )
        ]
    return []


def _narrowing_faults(asked: Row, recipients: set[UUID], categories: set[str]) -> list[Fault]:
    if not recipients and not categories:
        return [
            Fault(
                "/recipients",
                "niets_gekozen",
                "Kies wat er af gaat: een organisatie of een onderwerp.",
                "Choose what to take away: an organisation or a subject.",
            )
        ]
    faults = []
    if not recipients <= set(asked["recipients"]):
        faults.append(
            Fault(
                "/recipients",
                "niet_van_deze_vraag",
                "Beperken kan wat is gevraagd (AVG 7 lid 3). Met deze organisatie wordt hierdoor niets gedeeld: laat"
                " haar weg.",
                "What was asked can be narrowed (AVG 7 lid 3). Nothing is shared with this organisation by it: leave it"
                " out.",
            )
        )
    if not categories <= set(asked["data_categories"]):
        faults.append(
            Fault(
                "/dataCategories",
                "niet_van_deze_vraag",
                "Beperken kan wat is gevraagd (AVG 7 lid 3). Over dit onderwerp wordt hierdoor niets gedeeld: laat het"
                " weg.",
                "What was asked can be narrowed (AVG 7 lid 3). Nothing about this subject is shared by it: leave it"
                " out.",
            )
        )
    return faults


async def _exception_faults(work: Work, circle: Circle, consent_id: UUID, asked: Row, kind: Exceptional) -> list[Fault]:
    if kind is Exceptional.GEEN:
        return []
    rules = circle.rules
    age = None if circle.birth_date is None else age_on(circle.birth_date, circle.today)
    below = 200 if kind is Exceptional.WILSONBEKWAAM else rules.youth_alone_from
    if age is None or not rules.youth_from <= age < below:
        return [
            Fault(
                "/kind",
                "leeftijd",
                f"Dit kan alleen van {rules.youth_from} tot {rules.youth_alone_from} jaar; wilsonbekwaamheid vanaf"
                f" {rules.youth_from} (Jeugdwet 7.3.4 lid 2, 7.3.15 lid 2). Jonger beslissen de ouders, ouder de"
                " jeugdige:"
                " vraag het hun.",
                f"This can only be from {rules.youth_from} to {rules.youth_alone_from - 1}; incapacity from"
                f" {rules.youth_from} (Jeugdwet 7.3.4 lid 2, 7.3.15 lid 2). Below it the parents decide, above it the"
                " youth:"
                " ask them.",
            )
        ]
    if kind is Exceptional.WILSONBEKWAAM:
        return []
    rows = await work.session.rows("select kind from organisations where id = any (%(ids)s)", ids=asked["recipients"])
    if not rules.exception_recipients.issuperset(OrganisationKind(row["kind"]) for row in rows):
        return [
            Fault(
                "/kind",
                "andere_ontvanger",
                "Deze uitzondering geldt alleen voor delen met jeugdhulp of jeugdgezondheidszorg (Jeugdwet 7.3.4 lid"
                " 2; BW7 450 lid 2). Vraag voor hen apart toestemming.",
                "This exception holds only for sharing with jeugdhulp or youth health care (Jeugdwet 7.3.4 lid 2; BW7"
                " 450 lid 2). Ask for them separately.",
            )
        ]
    if kind is Exceptional.WELOVERWOGEN_WENS and not await _refused_by_gezag(work, circle, consent_id):
        return [
            Fault(
                "/kind",
                "geen_weigering",
                "Een weloverwogen wens is er pas als de jeugdige het blijft willen nadat een ouder of voogd met gezag"
                " nee zei (Jeugdwet 7.3.4 lid 2). Leg eerst dat antwoord vast; is vragen niet veilig, kies dan ernstig"
                " nadeel.",
                "A considered wish is there once the youth still wants it after a parent or guardian with gezag said"
                " no (Jeugdwet 7.3.4 lid 2). First record that answer; where asking is not safe, choose serious harm.",
            )
        ]
    return []


async def _refused_by_gezag(work: Work, circle: Circle, consent_id: UUID) -> bool:
    """Whether one who has gezag today said no to it, or took the yes back (Jeugdwet 7.3.4 lid 2; BW7 450 lid 2).

    Where it is not known who has gezag nobody can have refused.
    """
    holders = holders_on(circle.today, [relation_of(circle.parents, circle.finding)])
    if isinstance(holders, Unclear):
        return False
    row = await work.session.row(
        "select from (select distinct on (giver_id) decision from consent_answers where consent_id = %(consent)s"
        " and giver_id = any (%(holders)s) order by giver_id, sequence desc) l where decision <> 'gegeven' limit 1",
        consent=consent_id,
        holders=list(holders),
    )
    return row is not None


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


def _answer(
    work: Work,
    consent_id: UUID,
    case_id: UUID,
    family: dict[UUID, Capacity],
    body: AnswerBody,
    text_version: int | None,
) -> ConsentAnswer:
    """The row of an answer: with the own login it is electronic, and as sure as that login was."""
    alone = _speaks_for_self(work, body.giver_id)
    form = "digitaal" if alone else body.form
    heard = form == "mondeling"
    return ConsentAnswer(
        case_id=case_id,
        consent_id=consent_id,
        giver_id=body.giver_id,
        capacity=family[body.giver_id],
        decision=body.decision,
        form=form,
        basis=body.basis,
        recorded_by=work.actor.person_id,
        recorded_role=work.about.role or "",
        witness_id=body.witness_id if heard else None,
        witness_name=body.witness_name if heard else None,
        assurance=work.ask.subject.acr if alone else None,
        language=body.language,
        text_version=text_version,
    )
