"""What is written in a case: signals, conversation notes, and findings with an outcome."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.db.tables import Assessment, Note
from app.domain.actors import Category, Role
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted
from app.domain.free_text import refused_towards_registry
from app.domain.policy import house_category
from app.services import cases, plain_words
from app.services.bodies import AssessmentBody, NoteBody, SignalBody
from app.services.work import Work
from app.workflow.model import AssessmentKind


def authored(work: Work, case_id: UUID) -> dict[str, Any]:
    """The columns that every piece of content carries."""
    return {
        "case_id": case_id,
        "author_id": work.actor.person_id,
        "author_role": work.about.role or "",
        "author_organisation_id": work.actor.organisation_id,
    }


def unknown_word(pointer: str, what: str, known: Iterable[str]) -> Fault:
    """A word that the route of the case does not have; the fault names those that it has."""
    words = ", ".join(sorted(known))
    return Fault(
        pointer,
        "onbekend_woord",
        f"De route van deze zaak kent dit niet ({what}). Kies uit: {words}.",
        f"The route of this case does not know this ({what}). Choose from: {words}.",
    )


async def add_signal(work: Work, case_id: UUID, body: SignalBody) -> UUID:
    """A further signal in a case."""
    await cases.open_for_writing(work, case_id)
    cases.check_signal(work, body, opening=False)
    await cases.check_private(work, body.private_of, case_id=case_id)
    signal = cases.signal_row(work, case_id, body, Role(work.about.role or ""))
    await work.session.insert(signal)
    work.about.object_type, work.about.object_id = "signal", signal.id
    work.fact("signal.received", case_id=case_id, object_id=signal.id)
    return signal.id


async def add_note(work: Work, case_id: UUID, body: NoteBody) -> UUID:
    """A conversation: when, with whom, what, agreements (seed 001:255-259)."""
    route = await cases.open_for_writing(work, case_id)
    kind = route.notes.get(body.kind)
    if kind is None:
        raise Invalid(unknown_kind(route.notes))
    _may_record(work, kind.roles, kind.title.nl, kind.title.en)
    category = str(kind.category)
    if category == Category.PROCES:
        category = str(house_category(Role(work.about.role or "")))
    work.may_write(category)
    await cases.check_private(work, body.private_of, case_id=case_id)
    note = Note(
        **authored(work, case_id),
        kind=body.kind,
        category=category,
        held_at=body.held_at,
        with_whom=[str(role) for role in body.with_whom],
        content=body.content,
        agreements=body.agreements,
        private_of=body.private_of,
    )
    await work.session.insert(note)
    work.about.object_type, work.about.object_id = "note", note.id
    work.fact("note.recorded", case_id=case_id, object_id=note.id, kind=body.kind)
    return note.id


async def add_assessment(work: Work, case_id: UUID, body: AssessmentBody) -> UUID:
    """A finding of a kind that the route knows, by a role that the route trusts with it."""
    route = await cases.open_for_writing(work, case_id)
    kind = route.assessments.get(body.kind)
    if kind is None:
        raise Invalid(unknown_kind(route.assessments))
    _may_record(work, kind.roles, kind.title.nl, kind.title.en)
    work.may_write(str(kind.category))
    if faults := _assessment_faults(kind, body):
        raise Invalid(*faults)
    if kind.registry:
        # What is written with a registration is about what stands outside: nothing there names anybody.
        refused_towards_registry({"/reason": body.reason or "", "/content": body.content or ""})
    await _not_yielding(work, case_id, kind)
    if kind.sets is not None:
        await cases.not_apart(work, case_id)
    assessment = Assessment(
        **authored(work, case_id),
        kind=body.kind,
        category=str(kind.category),
        outcome=body.outcome,
        reason=body.reason,
        content=body.content,
    )
    await work.session.insert(assessment)
    if kind.sets is not None:
        # One of three columns, named by the route's own reviewed vocabulary (leervraag, leefvraag, problem_class).
        await work.session.run(
            f"update cases set {_CLASSIFIES[kind.sets]} = %(outcome)s where id = %(id)s",
            outcome=body.outcome,
            id=case_id,
        )
    work.about.object_type, work.about.object_id = "assessment", assessment.id
    work.fact("assessment.recorded", case_id=case_id, object_id=assessment.id, kind=body.kind)
    return assessment.id


_CLASSIFIES = {"leervraag": "leervraag", "leefvraag": "leefvraag", "problem_class": "problem_class"}


def unknown_kind(known: Iterable[str]) -> Fault:
    """The fault of a kind that the route does not know; what was sent is not echoed."""
    listed = ", ".join(sorted(known))
    return Fault(
        "/kind", "onbekende_soort", f"Deze route kent deze soort niet. Kies uit: {listed}.", f"Choose from: {listed}."
    )


def _may_record(work: Work, roles: tuple[Role, ...], nl: str, en: str) -> None:
    """The policy lets a role write; the route says what: both must allow."""
    acting = [role for role in roles if role in work.roles]
    if not acting:
        by = plain_words.by(roles)
        raise NotPermitted(f"«{nl}» wordt vastgelegd door: {by.nl}.", f"«{en}» is recorded by: {by.en}.")
    if work.about.role not in acting:
        work.about.role = acting[0]


def _assessment_faults(kind: AssessmentKind, body: AssessmentBody) -> list[Fault]:
    faults = []
    outcomes = [outcome.code for outcome in kind.outcomes]
    if body.outcome not in outcomes:
        listed = ", ".join(outcomes)
        faults.append(Fault("/outcome", "onbekende_uitkomst", f"Kies uit: {listed}.", f"Choose from: {listed}."))
    if body.outcome in kind.needs_reason and body.reason is None:
        faults.append(
            Fault("/reason", "reden_ontbreekt", "Bij deze uitkomst hoort een reden.", "This outcome needs a reason.")
        )
    if kind.category == "proces":
        # A fact of the process says the same words for every child: that it was done, and no more.
        if body.content is not None:
            faults.append(
                Fault("/content", "geen_verslag", "Bij deze soort hoort geen verslag.", "This kind takes no report.")
            )
        if body.reason is not None and body.outcome not in kind.needs_reason:
            faults.append(
                Fault("/reason", "geen_reden", "Bij deze uitkomst hoort geen reden.", "This outcome takes no reason.")
            )
    return faults


async def _not_yielding(work: Work, case_id: UUID, kind: AssessmentKind) -> None:
    """Whoever owns the question has spoken: then the provisional answer of another is not recorded any more."""
    if kind.yields_to is None:
        return
    row = await work.session.row("select app_case_facts(%(id)s) -> 'assessments' as assessments", id=case_id)
    if row is not None and any(each[0] == kind.yields_to for each in row["assessments"]):
        raise Conflict(
            "Deze vraag is al beoordeeld door wie erover gaat.",
            "This question was already judged by whom it belongs to.",
            code="al-beoordeeld",
        )
