"""THE table: which role may do what, in which cases, seeing which data categories, on which ground.

A role has grants. A grant is one reach (own child, involved, own school, own board …) with the actions it allows,
the categories that come with the ground itself, and those that open only while a consent in force names the
caller's organisation and that category. Nothing is permitted that does not stand here; an unknown role has no grants.

Sources: the role descriptions of seed 001 (lines in the comments), `domain.md` §10.11, and the laws named there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.actors import HOMES, Category, OrganisationKind, PersonKind, Role


class Action(StrEnum):
    """What can be asked. Every operation of the contract declares exactly one as `x-action`."""

    ME_READ = "me.read"
    BINDING_REDEEM = "binding.redeem"
    ROUTE_READ = "route.read"
    ORGANISATION_READ = "organisation.read"
    WORKER_READ = "worker.read"
    WORKER_CREATE = "worker.create"
    BINDING_READ = "binding.read"
    BINDING_CREATE = "binding.create"
    BINDING_END = "binding.end"
    INVITATION_CREATE = "invitation.create"
    AUDIT_READ = "audit.read"
    YOUNG_PERSON_SEARCH = "young-person.search"
    YOUNG_PERSON_CREATE = "young-person.create"
    YOUNG_PERSON_READ = "young-person.read"
    YOUNG_PERSON_UPDATE = "young-person.update"
    IDENTITY_NUMBER_READ = "identity-number.read"
    IDENTITY_NUMBER_RECORD = "identity-number.record"
    IDENTITY_NUMBER_REVEAL = "identity-number.reveal"
    IDENTITY_NUMBER_SEARCH = "identity-number.search"
    GUARDIAN_CREATE = "guardian.create"
    GUARDIAN_UPDATE = "guardian.update"
    GEZAG_RECORD = "gezag.record"
    CASE_CREATE = "case.create"
    CASE_READ = "case.read"
    CASE_UPDATE = "case.update"
    TRANSITION_PERFORM = "transition.perform"
    SIGNAL_CREATE = "signal.create"
    NOTE_CREATE = "note.create"
    ASSESSMENT_CREATE = "assessment.create"
    PARTICIPANT_CREATE = "participant.create"
    PARTICIPANT_UPDATE = "participant.update"
    PARTICIPANT_END = "participant.end"
    CONSENT_CREATE = "consent.create"
    CONSENT_ANSWER = "consent.answer"
    CONSENT_EXCEPT = "consent.except"
    MEETING_CREATE = "meeting.create"
    MEETING_UPDATE = "meeting.update"
    MEETING_INVITE = "meeting.invite"
    MEETING_CHECKLIST = "meeting.checklist"
    MEETING_REPORT = "meeting.report"
    DECISION_CREATE = "decision.create"
    PLAN_CREATE = "plan.create"
    PLAN_UPDATE = "plan.update"
    PLAN_GOAL_CREATE = "plan.goal.create"
    PLAN_ACTION_CREATE = "plan.action.create"
    PLAN_APPROVE = "plan.approve"
    PLAN_EVALUATE = "plan.evaluate"
    ESCALATION_CREATE = "escalation.create"
    ESCALATION_FINDING = "escalation.finding"
    ESCALATION_RESOLVE = "escalation.resolve"
    ACCESS_LOG_READ = "access-log.read"
    ORGANISATION_MEETING_READ = "organisation-meeting.read"
    ORGANISATION_MEETING_CREATE = "organisation-meeting.create"
    ORGANISATION_MEETING_REPORT = "organisation-meeting.report"
    ORGANISATION_MEETING_DECIDE = "organisation-meeting.decide"
    DEADLINE_PAUSE = "deadline.pause"
    DEADLINE_EXTEND = "deadline.extend"
    CLOSURE_CREATE = "closure.create"
    CLOSURE_END = "closure.end"
    EMERGENCY_READ = "emergency-access.read"
    EMERGENCY_CREATE = "emergency-access.create"
    EMERGENCY_REVIEW = "emergency-access.review"
    RETENTION_CLASS_READ = "retention-class.read"
    RETENTION_READ = "retention.read"
    RETENTION_DECIDE = "retention.decide"
    LEGAL_HOLD_PLACE = "legal-hold.place"
    LEGAL_HOLD_LIFT = "legal-hold.lift"
    SIGHT_READ = "sight.read"
    SIGHT_DECIDE = "sight.decide"
    MY_CASE_READ = "my-case.read"
    MY_EXPORT_READ = "my-export.read"
    STATEMENT_CREATE = "statement.create"
    MELDCODE_READ = "meldcode.read"
    MELDCODE_CREATE = "meldcode.create"
    MELDCODE_UPDATE = "meldcode.update"
    MELDCODE_RECORD = "meldcode.record"
    MELDCODE_DECIDE = "meldcode.decide"
    DATA_REQUEST_CREATE = "data-request.create"
    DATA_REQUEST_AGREE = "data-request.agree"
    DATA_REQUEST_READ = "data-request.read"
    DATA_REQUEST_DECIDE = "data-request.decide"


class Reach(StrEnum):
    """Which cases, or which children, a grant is about. Each is one SQL predicate in `app.db.reach`."""

    SELF = "self"
    SELF_16_17 = "self-16-17"
    OWN_CHILD = "own-child"
    OWN_CHILD_16_17 = "own-child-16-17"
    WARD = "ward"
    WARD_16_17 = "ward-16-17"
    INVOLVED = "involved"
    OWN_SCHOOL = "own-school"
    OWN_BOARD = "own-board"
    EMERGENCY = "emergency"
    PUPIL = "pupil"
    RESIDENT = "resident"
    OWN_ORGANISATION = "own-organisation"
    OWN_TRACK = "own-track"
    ANYONE = "anyone"


REACH_IN_WORDS = {
    Reach.SELF: "zichzelf, vanaf 12 jaar",
    Reach.SELF_16_17: "zichzelf, van 16 of 17 jaar",
    Reach.OWN_CHILD: "eigen kind tot 16 jaar, met gezag",
    Reach.OWN_CHILD_16_17: (
        "eigen kind van 16 of 17 jaar of van onbekende leeftijd, met gezag: zaken met school of leerplicht, en wat de"
        " jeugdige opende"
    ),
    Reach.WARD: "pupil tot 16 jaar, over wie de eigen instelling vandaag de voogdij heeft",
    Reach.WARD_16_17: (
        "pupil van 16 of 17 jaar of van onbekende leeftijd, over wie de eigen instelling vandaag de voogdij heeft:"
        " zaken met school of leerplicht"
    ),
    Reach.INVOLVED: "zaken waarbij hij of zij, of de eigen rol bij de eigen organisatie, betrokken is",
    Reach.OWN_SCHOOL: "zaken waarbij de eigen school betrokken is",
    Reach.OWN_BOARD: "zaken waarbij een school van het eigen bestuur betrokken is",
    Reach.EMERGENCY: "zaken van een jeugdige voor wie hij of zij noodtoegang heeft",
    Reach.PUPIL: "leerlingen van de eigen school",
    Reach.RESIDENT: "jeugdigen in de gemeente waarvoor de eigen organisatie werkt",
    Reach.OWN_ORGANISATION: "de eigen organisatie",
    Reach.OWN_TRACK: "sporen van de Meldcode waarin hij of zij bij naam deelneemt",
    Reach.ANYONE: "iedereen die is aangemeld",
}
# An instelling that has the voogdij stands where a parent with gezag stands (BW1 302); a worker of it signs for it.
WARDS = frozenset({Reach.WARD, Reach.WARD_16_17})
# Reaches that lead to a case; the others lead to a child or an organisation.
CASE_REACHES = frozenset(
    {
        Reach.SELF,
        Reach.OWN_CHILD,
        Reach.OWN_CHILD_16_17,
        *WARDS,
        Reach.INVOLVED,
        Reach.OWN_SCHOOL,
        Reach.OWN_BOARD,
        Reach.EMERGENCY,
    }
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of the table. `ground` is the legal ground, or None where the involvement itself carries it.

    `by_youth` opens as far as a youth of 16 or 17 decided so for this parent. What stands in `categories` too is seen
    before that as facts alone: that there was absence, not why.
    """

    reach: Reach
    actions: frozenset[Action]
    categories: frozenset[Category] = frozenset()
    under_consent: frozenset[Category] = frozenset()
    by_youth: frozenset[Category] = frozenset()
    ground: str | None = None


A, C = Action, Category
ALL = frozenset(Category)
CARE = frozenset({C.LEVEN, C.GEZONDHEID})
SCHOOL_OWN = frozenset({C.LEREN, C.VERZUIM, C.PROCES})

EVERYONE = Grant(
    Reach.ANYONE, frozenset({A.ME_READ, A.BINDING_REDEEM, A.ROUTE_READ, A.ORGANISATION_READ, A.RETENTION_CLASS_READ})
)
READ = frozenset({A.CASE_READ, A.YOUNG_PERSON_READ})
RAISE = frozenset({A.SIGNAL_CREATE, A.ESCALATION_CREATE})
WRITE = READ | RAISE | {A.NOTE_CREATE, A.ASSESSMENT_CREATE, A.TRANSITION_PERFORM}
MEET = frozenset(
    {
        A.MEETING_CREATE,
        A.MEETING_UPDATE,
        A.MEETING_INVITE,
        A.MEETING_CHECKLIST,
        A.MEETING_REPORT,
        A.DECISION_CREATE,
    }
)
PLAN = frozenset(
    {A.PLAN_CREATE, A.PLAN_UPDATE, A.PLAN_GOAL_CREATE, A.PLAN_ACTION_CREATE, A.PLAN_APPROVE, A.PLAN_EVALUATE}
)
# Asking for consent, and recording what the family answered (an answer may be oral: domain.md R11).
ASK = frozenset({A.CONSENT_CREATE, A.CONSENT_ANSWER})
INVOLVE = frozenset({A.PARTICIPANT_CREATE, A.PARTICIPANT_UPDATE, A.PARTICIPANT_END})
# Meetings of an organisation about policy (004:33): whoever sits at the table sees them, its own house convenes.
AT_THE_TABLE = Grant(Reach.OWN_ORGANISATION, frozenset({A.ORGANISATION_MEETING_READ}))
CONVENES = Grant(
    Reach.OWN_ORGANISATION,
    frozenset(
        {
            A.ORGANISATION_MEETING_READ,
            A.ORGANISATION_MEETING_CREATE,
            A.ORGANISATION_MEETING_REPORT,
            A.ORGANISATION_MEETING_DECIDE,
        }
    ),
)
COLLEAGUES = Grant(Reach.OWN_ORGANISATION, frozenset({A.WORKER_READ}))
# When a vital interest cannot wait (AVG 9 lid 2 onder c): of a child in the area that the own house works for, to read
# and not to write, for some hours; what is seen of it is what averts danger. Somebody else of the house reviews it.
IN_AN_EMERGENCY = (
    Grant(Reach.RESIDENT, frozenset({A.EMERGENCY_CREATE, A.EMERGENCY_READ})),
    Grant(Reach.EMERGENCY, READ, frozenset({C.LEVEN, C.GEZONDHEID, C.VEILIGHEID, C.PROCES}), ground="vitaal_belang"),
)
REVIEWS = Grant(Reach.OWN_ORGANISATION, frozenset({A.EMERGENCY_READ, A.EMERGENCY_REVIEW}))
# Who keeps the dates of a case: who may change it, and whoever is its regiehouder. The service holds the last: by name.
DATES = frozenset({A.DEADLINE_PAUSE, A.DEADLINE_EXTEND})
# The number of a child: that it is known, to record it, to look at it for a task (WPO 178a; domain.md R43). What
# goes to which kind of house stands in `app.domain.numbers`.
SEES_NUMBER = frozenset({A.IDENTITY_NUMBER_READ, A.IDENTITY_NUMBER_REVEAL})
NUMBERS = SEES_NUMBER | {A.IDENTITY_NUMBER_RECORD}
# Whoever keeps the data of an organisation, without seeing a word of them: what may go, and what must stay (domain.md
# R45, §10.11). Two people, and never one of them twice.
KEEPS = Grant(
    Reach.OWN_ORGANISATION,
    frozenset({A.RETENTION_READ, A.RETENTION_DECIDE, A.LEGAL_HOLD_PLACE, A.LEGAL_HOLD_LIFT}),
)
# Who answers for a house what the family asks about what it keeps; the officer who guards its data reads along.
ANSWERS = Grant(Reach.OWN_ORGANISATION, frozenset({A.DATA_REQUEST_READ, A.DATA_REQUEST_DECIDE}))
# A school says itself on which days it is closed.
CLOSES = Grant(Reach.OWN_ORGANISATION, frozenset({A.CLOSURE_CREATE, A.CLOSURE_END}))


def _family(reach: Reach, categories: frozenset[Category], ground: str, more: Iterable[Action] = ()) -> Grant:
    """A member of the family: sees the case and who saw it, raises concerns, agrees or not."""
    return Grant(
        reach, READ | RAISE | {A.MY_CASE_READ, A.MY_EXPORT_READ, A.ACCESS_LOG_READ, *more}, categories, ground=ground
    )


FAMILY_DECIDES = (
    A.CONSENT_ANSWER,
    A.PLAN_APPROVE,
    A.CASE_CREATE,
    A.TRANSITION_PERFORM,
    A.PARTICIPANT_END,
    A.MEETING_CHECKLIST,
    # The rights over the dossier: under 12 the parents', from 12 the youth's as well, from 16 the youth's alone
    # (Jeugdwet 7.3.8-7.3.10, 7.3.15; domain.md R46).
    A.STATEMENT_CREATE,
    A.DATA_REQUEST_CREATE,
    A.DATA_REQUEST_AGREE,
    A.DATA_REQUEST_READ,
)
# What a youth of 16 or 17 lets a parent see or not: life, health, and why he or she was absent (domain.md R9).
YOUTH_DECIDES = frozenset({C.LEVEN, C.GEZONDHEID, C.VERZUIM})
_PARENT = (
    # Under 16 the parents with gezag stand for the child (Jeugdwet 7.3.4, 7.3.15).
    _family(Reach.OWN_CHILD, ALL, "gezag", (*FAMILY_DECIDES, *SEES_NUMBER)),
    # At 16 and 17 help and health are the youth's own, and so is who is involved and when they meet; school stays with
    # the parents (domain.md R9: towards help and youth health care they are others, Jeugdwet 7.3.11).
    Grant(
        Reach.OWN_CHILD_16_17,
        READ | {A.SIGNAL_CREATE, A.MY_CASE_READ, A.MY_EXPORT_READ},
        frozenset({C.LEREN, C.VERZUIM}),
        by_youth=YOUTH_DECIDES,
        ground="gezag",
    ),
    EVERYONE,
)


# What somebody of the family does for himself or herself: take everything along, ask what is kept, look at a number.
OF_A_PERSON = SEES_NUMBER | {
    A.MY_EXPORT_READ,
    A.DATA_REQUEST_CREATE,
    A.DATA_REQUEST_AGREE,
    A.DATA_REQUEST_READ,
}
# As a parent, but for what is a person's own.
_GUARDIAN_HOUSE = (
    Grant(
        Reach.WARD,
        frozenset({*READ, *RAISE, A.MY_CASE_READ, A.ACCESS_LOG_READ, *FAMILY_DECIDES}) - OF_A_PERSON,
        ALL,
        ground="gezag",
    ),
    # A youth can let a parent see more (`by_youth`), and has let no organisation.
    Grant(
        Reach.WARD_16_17,
        READ | {A.SIGNAL_CREATE, A.MY_CASE_READ},
        frozenset({C.LEREN, C.VERZUIM}),
        by_youth=YOUTH_DECIDES,
        ground="gezag",
    ),
)


def _opens(reach: Reach, more: Iterable[Action] = ()) -> Grant:
    """May find a child and open a case for it; what is seen of the case comes from another grant."""
    return Grant(reach, frozenset({A.YOUNG_PERSON_SEARCH, A.YOUNG_PERSON_CREATE, A.CASE_CREATE, *more}))


def _involved(
    actions: frozenset[Action],
    categories: Iterable[Category],
    under_consent: Iterable[Category] = (),
    reach: Reach = Reach.INVOLVED,
) -> Grant:
    return Grant(reach, actions, frozenset(categories), frozenset(under_consent))


CARETAKING = frozenset(
    {A.YOUNG_PERSON_READ, A.YOUNG_PERSON_UPDATE, A.GUARDIAN_CREATE, A.GUARDIAN_UPDATE, A.GEZAG_RECORD}
)
TEAM = WRITE | ASK | INVOLVE | MEET | PLAN | CARETAKING | DATES | {A.CASE_UPDATE, A.ESCALATION_RESOLVE}
INTERNAL = WRITE | MEET | {A.PLAN_GOAL_CREATE, A.PLAN_ACTION_CREATE}
# Whoever is invited to a meeting answers its questions (002:138-151).
HELPER = READ | RAISE | {A.NOTE_CREATE, A.MEETING_CHECKLIST}
_HELP = (
    _involved(HELPER | {A.MELDCODE_CREATE}, {C.PROCES}, {C.LEREN, C.LEVEN, C.GEZONDHEID}),
    COLLEAGUES,
    ANSWERS,
    EVERYONE,
)

# Jeugdhulp and youth health care alone may record that another decides than usually (Jeugdwet 7.3.4; domain.md R10).
_CARE = (
    _involved(HELPER | {A.MELDCODE_CREATE, A.CONSENT_EXCEPT}, {C.PROCES}, {C.LEREN, C.LEVEN, C.GEZONDHEID}),
    COLLEAGUES,
    ANSWERS,
    EVERYONE,
)

_FITTING_EDUCATION = (_involved(WRITE | INVOLVE | MEET | PLAN, SCHOOL_OWN), COLLEAGUES, EVERYONE)

POLICY: dict[Role, tuple[Grant, ...]] = {
    # --- Family: in the lead ---
    Role.JEUGDIGE: (
        _family(Reach.SELF, ALL, "eigen_gegevens", (*FAMILY_DECIDES, *SEES_NUMBER)),
        Grant(Reach.SELF_16_17, frozenset({A.SIGHT_READ, A.SIGHT_DECIDE}), ground="eigen_gegevens"),
        EVERYONE,
    ),
    Role.OUDER: _PARENT,
    Role.WETTELIJK_VERTEGENWOORDIGER: (*_GUARDIAN_HOUSE, *_PARENT),
    # --- School: the task of education (001:163-200) ---
    Role.LEERKRACHT: (
        _involved(WRITE | ASK | INVOLVE | PLAN | DATES | {A.MEETING_CHECKLIST}, SCHOOL_OWN),
        _opens(Reach.PUPIL),
        COLLEAGUES,
        EVERYONE,
    ),
    Role.INTERN_BEGELEIDER: (
        _involved(TEAM, SCHOOL_OWN, CARE, Reach.OWN_SCHOOL),
        _opens(Reach.PUPIL, CARETAKING | NUMBERS),
        CONVENES,
        CLOSES,
        COLLEAGUES,
        EVERYONE,
    ),
    Role.GEDRAGSDESKUNDIGE_SCHOOL: (_involved(INTERNAL, SCHOOL_OWN), CONVENES, COLLEAGUES, EVERYONE),
    Role.DIRECTIE: (
        _involved(WRITE | ASK | INVOLVE | MEET | PLAN | DATES | {A.CASE_UPDATE}, SCHOOL_OWN, (), Reach.OWN_SCHOOL),
        _opens(Reach.PUPIL, CARETAKING),
        CONVENES,
        CLOSES,
        COLLEAGUES,
        ANSWERS,
        EVERYONE,
    ),
    Role.GEDRAGSWETENSCHAPPER_ONDERWIJS: (_involved(INTERNAL, SCHOOL_OWN), COLLEAGUES, EVERYONE),
    Role.BOVENSCHOOLS_ONDERSTEUNINGSTEAM: (_involved(INTERNAL, SCHOOL_OWN), COLLEAGUES, EVERYONE),
    # Watches over pupils at risk of its own board, takes the lead when needed, engages the SWV (001:229-243, 275-279).
    Role.REGIEVOERDER_ZORG: (
        _involved(
            WRITE | ASK | INVOLVE | MEET | PLAN | DATES | {A.ESCALATION_RESOLVE}, SCHOOL_OWN, CARE, Reach.OWN_BOARD
        ),
        COLLEAGUES,
        ANSWERS,
        EVERYONE,
    ),
    Role.SCHOOLBESTUURDER: (AT_THE_TABLE, EVERYONE),
    # --- Samenwerkingsverband: its own legal task, when engaged (WPO 18a; 001:221-227, 275-281) ---
    Role.SWV_COORDINATOR: (
        _involved(
            WRITE | INVOLVE | MEET | PLAN | DATES | {A.CASE_UPDATE, A.ESCALATION_FINDING, A.ESCALATION_RESOLVE},
            SCHOOL_OWN,
            CARE,
        ),
        CONVENES,
        COLLEAGUES,
        EVERYONE,
    ),
    # Help the school with what is fitting, think along about another school, may hold the regie (002:17, 002:143).
    Role.CONSULENT_PASSEND_ONDERWIJS: _FITTING_EDUCATION,
    Role.BEGELEIDER_PASSEND_ONDERWIJS: _FITTING_EDUCATION,
    Role.DIRECTEUR_SWV: (CONVENES, ANSWERS, EVERYONE),
    # Stands beside parents who ask for it (001:281).
    Role.OUDER_JEUGDSTEUNPUNT: (
        _involved(HELPER | {A.TRANSITION_PERFORM}, SCHOOL_OWN, CARE),
        COLLEAGUES,
        EVERYONE,
    ),
    # --- Municipality ---
    Role.KIND_OUDERONDERSTEUNER: (
        _involved(WRITE | ASK | INVOLVE | MEET | CARETAKING | NUMBERS, {C.LEVEN, C.PROCES}, {C.LEREN, C.VERZUIM}),
        _opens(Reach.RESIDENT, {A.IDENTITY_NUMBER_SEARCH}),
        COLLEAGUES,
        ANSWERS,
        EVERYONE,
    ),
    Role.MEDEWERKER_AANMELDTEAM: (
        _involved(WRITE | INVOLVE, {C.LEVEN, C.PROCES}, {C.LEREN, C.VEILIGHEID}),
        COLLEAGUES,
        EVERYONE,
    ),
    Role.CASEMANAGER_JEUGD: (
        _involved(TEAM | NUMBERS, {C.LEVEN, C.VEILIGHEID, C.PROCES}, {C.LEREN, C.GEZONDHEID, C.VERZUIM}),
        _opens(Reach.RESIDENT, {A.IDENTITY_NUMBER_SEARCH}),
        *IN_AN_EMERGENCY,
        COLLEAGUES,
        EVERYONE,
    ),
    Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM: (
        _involved(WRITE | INVOLVE | MEET, {C.LEVEN, C.VEILIGHEID, C.PROCES}, {C.LEREN, C.GEZONDHEID, C.VERZUIM}),
        COLLEAGUES,
        EVERYONE,
    ),
    # Maps with the family what is needed, sits at the table, makes the plan for home (000:9-12, 000:24, 000:35); in a
    # basisteam its contact person, or the casusregisseur (003:7-11).
    Role.MEDEWERKER_LOKAAL_TEAM: (
        _involved(
            WRITE | ASK | INVOLVE | MEET | PLAN | CARETAKING | NUMBERS | DATES | {A.CASE_UPDATE, A.ESCALATION_RESOLVE},
            {C.LEVEN, C.PROCES},
            {C.LEREN, C.VERZUIM},
        ),
        _opens(Reach.RESIDENT, {A.IDENTITY_NUMBER_SEARCH}),
        *IN_AN_EMERGENCY,
        COLLEAGUES,
        EVERYONE,
    ),
    # Stands beside the family and makes the connection between organisations; decides nothing (002:13).
    Role.GEZINSWERKER_BUURTTEAM: (
        _involved(HELPER | ASK | {A.TRANSITION_PERFORM}, {C.LEVEN, C.PROCES}, {C.LEREN, C.VERZUIM}),
        COLLEAGUES,
        EVERYONE,
    ),
    # Absence is a legal task (Leerplichtwet 16, 21-22); consent is never asked for it (domain.md R16).
    Role.LEERPLICHTAMBTENAAR: (
        _involved(
            WRITE | ASK | INVOLVE | MEET | CARETAKING | NUMBERS | DATES | {A.CASE_UPDATE},
            {C.VERZUIM, C.PROCES},
            {C.LEREN},
        ),
        _opens(Reach.RESIDENT, {A.IDENTITY_NUMBER_SEARCH}),
        COLLEAGUES,
        EVERYONE,
    ),
    Role.WETHOUDER: (AT_THE_TABLE, EVERYONE),
    # --- Youth health care (001:55-82, 261-263) ---
    Role.JEUGDVERPLEEGKUNDIGE: (
        _involved(
            WRITE | ASK | INVOLVE | MEET | PLAN | CARETAKING | NUMBERS | DATES | {A.CASE_UPDATE, A.CONSENT_EXCEPT},
            {C.GEZONDHEID, C.PROCES},
            {C.LEREN, C.LEVEN, C.VERZUIM},
        ),
        _opens(Reach.RESIDENT, {A.IDENTITY_NUMBER_SEARCH}),
        *IN_AN_EMERGENCY,
        COLLEAGUES,
        EVERYONE,
    ),
    Role.JEUGDARTS: (
        _involved(
            WRITE | ASK | INVOLVE | MEET | PLAN | NUMBERS | {A.CONSENT_EXCEPT},
            {C.GEZONDHEID, C.PROCES},
            {C.LEREN, C.LEVEN, C.VERZUIM},
        ),
        _opens(Reach.RESIDENT, {A.IDENTITY_NUMBER_SEARCH}),
        *IN_AN_EMERGENCY,
        COLLEAGUES,
        EVERYONE,
    ),
    Role.DOKTERSASSISTENTE: (_involved(READ, {C.PROCES}), COLLEAGUES, EVERYONE),
    # --- Help and experts: only what consent opens ---
    Role.JEUGDHULPVERLENER: _CARE,
    Role.MAATSCHAPPELIJK_WERKER: _HELP,
    Role.BEHANDELAAR: _CARE,
    # Advises on the cases brought before it (003:14-16).
    Role.EXPERTPOOL: (
        _involved(HELPER | {A.ASSESSMENT_CREATE}, {C.PROCES}, {C.LEREN, C.LEVEN, C.GEZONDHEID}),
        COLLEAGUES,
        ANSWERS,
        EVERYONE,
    ),
    # Finds the key figures and answers the care question (004:5); decides nothing in the house of another.
    Role.EXPERTTEAM: (
        _involved(WRITE | ASK | MEET, {C.PROCES}, {C.LEREN, C.LEVEN, C.GEZONDHEID}),
        COLLEAGUES,
        ANSWERS,
        EVERYONE,
    ),
    Role.SAVE_MEDEWERKER: _HELP,
    Role.POLITIE: (_involved(READ, {C.PROCES}), COLLEAGUES, ANSWERS, EVERYONE),
    Role.OVERIGE_BETROKKENE: (_involved(READ, {C.PROCES}), EVERYONE),
    # --- Independent: the process, never the content; no power to decide (001:153-161) ---
    Role.MEDEWERKER_STAGNATIEPUNT: (
        _involved(
            frozenset({A.CASE_READ, A.ESCALATION_FINDING, A.MEETING_CREATE, A.MEETING_INVITE}),
            {C.PROCES},
        ),
        COLLEAGUES,
        ANSWERS,
        EVERYONE,
    ),
    # --- Above and keeping: no child by name, except to speed up what is stuck ---
    # Speeds up or improves what is done: sees the process of the case in which was scaled up, no content (002:57-59).
    Role.LEIDINGGEVENDE_KERNPARTNER: (
        _involved(frozenset({A.CASE_READ, A.ESCALATION_FINDING, A.ESCALATION_RESOLVE}), {C.PROCES}),
        REVIEWS,
        COLLEAGUES,
        EVERYONE,
    ),
    # Watches over how the own organisation follows its Meldcode; whoever is named in a track decides (domain.md R34).
    Role.AANDACHTSFUNCTIONARIS: (
        Grant(Reach.OWN_ORGANISATION, frozenset({A.MELDCODE_READ, A.MELDCODE_UPDATE, A.MELDCODE_RECORD})),
        Grant(Reach.OWN_TRACK, frozenset({A.MELDCODE_DECIDE})),
        COLLEAGUES,
        ANSWERS,
        EVERYONE,
    ),
    Role.REGIEVOERDER_VERWIJSINDEX: (EVERYONE,),
    Role.FUNCTIONARIS_GEGEVENSBESCHERMING: (
        Grant(Reach.OWN_ORGANISATION, frozenset({A.AUDIT_READ, A.DATA_REQUEST_READ})),
        REVIEWS,
        KEEPS,
        EVERYONE,
    ),
    Role.BEHEERDER: (
        CLOSES,
        KEEPS,
        Grant(
            Reach.OWN_ORGANISATION,
            frozenset(
                {
                    A.WORKER_READ,
                    A.WORKER_CREATE,
                    A.BINDING_READ,
                    A.BINDING_CREATE,
                    A.BINDING_END,
                    A.INVITATION_CREATE,
                }
            ),
        ),
        EVERYONE,
    ),
    # --- Systems ---
    Role.LEERLINGADMINISTRATIE: (
        Grant(
            Reach.PUPIL,
            frozenset({A.YOUNG_PERSON_SEARCH, A.YOUNG_PERSON_CREATE, A.YOUNG_PERSON_READ, A.YOUNG_PERSON_UPDATE})
            | {A.IDENTITY_NUMBER_SEARCH}
            | NUMBERS,
        ),
        EVERYONE,
    ),
    Role.SIGNALERINGSREGISTER: (EVERYONE,),
}

# Who is bound by the Meldcode, and about which children he or she may open a track: schools (WPO 4b), leerplicht
# (Lpw 16), jeugdhulp and SAVE (Jeugdwet 4.1.7), youth health care (Wkkgz 8), municipality and sociaal team (Wmo 2015
# 3.3). Of a samenwerkingsverband the sources say nothing (domain.md §3).
_BOUND: dict[Role, Reach | None] = {
    Role.LEERKRACHT: Reach.PUPIL,
    Role.INTERN_BEGELEIDER: Reach.PUPIL,
    Role.GEDRAGSDESKUNDIGE_SCHOOL: Reach.PUPIL,
    Role.DIRECTIE: Reach.PUPIL,
    Role.KIND_OUDERONDERSTEUNER: Reach.RESIDENT,
    Role.MEDEWERKER_AANMELDTEAM: Reach.RESIDENT,
    Role.CASEMANAGER_JEUGD: Reach.RESIDENT,
    Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM: Reach.RESIDENT,
    Role.MEDEWERKER_LOKAAL_TEAM: Reach.RESIDENT,
    Role.GEZINSWERKER_BUURTTEAM: Reach.RESIDENT,
    Role.LEERPLICHTAMBTENAAR: Reach.RESIDENT,
    Role.JEUGDVERPLEEGKUNDIGE: Reach.RESIDENT,
    Role.JEUGDARTS: Reach.RESIDENT,
    Role.DOKTERSASSISTENTE: Reach.RESIDENT,
    # These open one in the cases that they are in: it stands in their own line.
    Role.JEUGDHULPVERLENER: None,
    Role.MAATSCHAPPELIJK_WERKER: None,
    Role.BEHANDELAAR: None,
    Role.SAVE_MEDEWERKER: None,
}
IN_A_TRACK = Grant(
    Reach.OWN_TRACK, frozenset({A.MELDCODE_READ, A.MELDCODE_UPDATE, A.MELDCODE_RECORD, A.MELDCODE_DECIDE})
)
for _role, _of in _BOUND.items():
    _opening = () if _of is None else (Grant(_of, frozenset({A.MELDCODE_CREATE})),)
    POLICY[_role] = (*POLICY[_role], *_opening, IN_A_TRACK)

# What leaves no trace where others read along: not in the log of the organisation, not in that of the machine.
CONFIDENTIAL = frozenset(action for action in Action if action.startswith("meldcode."))

FITS: dict[PersonKind, frozenset[Role]] = {
    PersonKind.YOUNG_PERSON: frozenset({Role.JEUGDIGE}),
    PersonKind.GUARDIAN: frozenset({Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER}),
    PersonKind.WORKER: frozenset(Role) - {Role.JEUGDIGE, Role.OUDER},
}
# A role of the family that somebody also has at work: who signs for the instelling that has the voogdij.
_WORKS_AT = HOMES | {Role.WETTELIJK_VERTEGENWOORDIGER: frozenset({OrganisationKind.GECERTIFICEERDE_INSTELLING})}


def fitting(roles: Iterable[Role], kind: PersonKind, at: OrganisationKind | None = None) -> frozenset[Role]:
    """The roles that this person can have: a worker is nobody's parent by a claim, nor the other way round.

    Legal representative is a guardian, or who works at an organisation that can have the voogdij. With `at` only those
    that exist at that kind of organisation: at a municipality nobody is a nurse of the JGZ.
    """
    everywhere = frozenset(OrganisationKind)
    fits = FITS[kind] & frozenset(roles)
    return fits if at is None else frozenset(role for role in fits if at in _WORKS_AT.get(role, everywhere))


def homes(role: Role) -> frozenset[str]:
    """Where a role exists: at these kinds of organisation, or as these kinds of person for who works at none.

    Beside `fitting`, for the database: a role of the token counts only for a caller whose home is one of these.
    """
    family = frozenset(str(kind) for kind in (PersonKind.YOUNG_PERSON, PersonKind.GUARDIAN) if role in FITS[kind])
    if role not in FITS[PersonKind.WORKER]:
        return family
    return family | frozenset(str(kind) for kind in _WORKS_AT.get(role, frozenset(OrganisationKind)))


def leads(reach: Reach, home: str) -> bool:
    """Whether a reach can lead anywhere for who is at home there: to a ward only an instelling, to a child a parent."""
    if reach in WARDS:
        return home == OrganisationKind.GECERTIFICEERDE_INSTELLING
    return reach not in {Reach.OWN_CHILD, Reach.OWN_CHILD_16_17} or home == PersonKind.GUARDIAN


def homes_with(roles: Iterable[Role], action: Action) -> list[str]:
    """The homes where any of the roles has the action."""
    return sorted(
        {
            home
            for role in roles
            for home in homes(role)
            if any(action in grant.actions and leads(grant.reach, home) for grant in POLICY[role])
        }
    )


def house_category(role: Role) -> Category:
    """The category in which a role writes what has no subject of its own: that of the house it works in.

    `proces` is for facts of the process alone: those see it too who may see no content (001:153-161).
    """
    own = {category for grant in POLICY[role] if grant.reach is not Reach.EMERGENCY for category in grant.categories}
    order = (C.LEREN, C.LEVEN, C.GEZONDHEID, C.VERZUIM, C.VEILIGHEID)
    return next((category for category in order if category in own), C.LEVEN)


# Whose records about the child stay in their compartment, and for which houses (domain.md R47): what leerplicht writes
# is for leerplicht; of the dossier of the samenwerkingsverband nothing is passed on except to the school (WPO 18a lid
# 13), so to its board too, which is the school in law. The family reads what is about itself; anybody else with a
# consent in force that opens the category to the own house. What was decided at a joint table is of no compartment,
# and neither is a fact of the process.
KEPT_FOR: dict[Role, frozenset[OrganisationKind]] = {
    Role.LEERPLICHTAMBTENAAR: frozenset({OrganisationKind.LEERPLICHT}),
    **dict.fromkeys(
        (Role.SWV_COORDINATOR, Role.CONSULENT_PASSEND_ONDERWIJS, Role.BEGELEIDER_PASSEND_ONDERWIJS),
        frozenset({OrganisationKind.SAMENWERKINGSVERBAND, OrganisationKind.SCHOOL, OrganisationKind.SCHOOLBESTUUR}),
    ),
}


def may_at_all(roles: Iterable[Role], action: Action) -> bool:
    """Whether any of the roles has the action anywhere: the question at the door, asked before any query."""
    return any(action in grant.actions for role in roles for grant in POLICY[role])


def may_as(roles: Iterable[Role], action: Action, kind: PersonKind) -> bool:
    """As `may_at_all`, once it is known who asks: the same role is another's at work than at home."""
    where = OrganisationKind.GECERTIFICEERDE_INSTELLING if kind is PersonKind.WORKER else kind
    return any(action in grant.actions and leads(grant.reach, where) for role in roles for grant in POLICY[role])


def grants(roles: Iterable[Role], action: Action) -> tuple[tuple[Role, Grant], ...]:
    """The lines of the table that allow the action, in the order of the roles' codes."""
    return tuple((role, grant) for role in sorted(roles) for grant in POLICY[role] if action in grant.actions)


def compartments(roles: Iterable[Role]) -> frozenset[Category]:
    """Every category that the roles can have anywhere: what the second wall lets through at most."""
    return frozenset(
        category for role in roles for grant in POLICY[role] for category in grant.categories | grant.under_consent
    )
