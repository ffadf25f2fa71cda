"""Consent, and who takes part."""

from collections.abc import Mapping

from app.domain.actors import OrganisationKind, Role
from app.domain.consent import Missing
from app.domain.gezag import MENDS, Unclear
from app.domain.policy import Action
from app.workflow.facts import ConsentFact, Facts
from app.workflow.guards.kernel import (
    RECIPIENTS,
    Operation,
    Params,
    Reason,
    Takes,
    birth_date_missing,
    family,
    family_roles,
    guard,
    operation_with,
    refused,
    who_may,
)
from app.workflow.model import Json, Route, Transition

_CONSENT_TEXTS: Mapping[str, tuple[str, str]] = {
    Missing.NONE_ASKED: ("Er is nog geen toestemming", "There is no consent yet"),
    Missing.NOT_ANSWERED: ("Wacht op het antwoord van {nl}", "Waiting for the answer of {en}"),
    Missing.REPLACED: ("De vraag is vervangen door een nieuwe", "The question was replaced by a newer one"),
    Missing.REFUSED: ("De toestemming is geweigerd", "Consent was refused"),
    Missing.WITHDRAWN: ("De toestemming is ingetrokken", "Consent was withdrawn"),
    Missing.EXPIRED: ("De toestemming is verlopen", "Consent has expired"),
}


_MEMBERS: Mapping[str, tuple[str, str]] = {
    "ouder": ("de ouder(s) of voogd met gezag", "the parent(s) or guardian with gezag"),
    "jeugdige": ("de jeugdige", "the young person"),
    "wettelijk_vertegenwoordiger": ("de wettelijk vertegenwoordiger", "the legal representative"),
}


# By which operation it becomes clear who decides; else by looking up the gezag as a whole.
_MENDED_BY: Mapping[Unclear, Action] = {
    Unclear.UNKNOWN: Action.GUARDIAN_UPDATE,
    Unclear.NO_REPRESENTATIVE: Action.GUARDIAN_CREATE,
}


def _consent_lacking(consent: ConsentFact | None, recipient: OrganisationKind, members: tuple[str, ...]) -> Reason:
    """Why nothing may be shared. The family decides; who may ask it is named too, because asking comes first."""
    code = (consent.code if consent else None) or Missing.NONE_ASKED.value
    if code == Missing.BIRTH_DATE_UNKNOWN:
        return birth_date_missing()
    if code in set(Unclear):
        nl, en = MENDS[Unclear(code)]
        action = _MENDED_BY.get(Unclear(code), Action.GEZAG_RECORD)
        return Reason(code, nl, en, who_may(action), Operation(action.value))
    nl, en = _CONSENT_TEXTS[code]
    to_nl, to_en = RECIPIENTS[recipient]
    if code == Missing.NOT_ANSWERED:
        whom = [_MEMBERS[member] for member in (consent.missing if consent else ()) or members]
        nl = nl.format(nl=" en ".join(each for each, _ in whom))
        en = en.format(en=" and ".join(each for _, each in whom))
    return Reason(
        code,
        f"{nl} om met {to_nl} te delen.",
        f"{en} to share with {to_en}.",
        family_roles((consent.missing if consent else ()) or members) + who_may(Action.CONSENT_CREATE),
        Operation("consent.create", {"recipientKind": recipient.value}),
    )


@guard(recipient=Takes.ORGANISATION, optional={"only_if_enrolled": Takes.FLAG})
def consent_in_force(facts: Facts, params: Params) -> list[Reason]:
    """Consent towards this kind of organisation is in force today (001:253, 001:263, 001:271, 001:341).

    `only_if_enrolled`: not asked for a child without a school, for whom there is nobody to share with.
    """
    if params.flag("only_if_enrolled") and not facts.school_known:
        return []
    recipient = params.organisation_kind("recipient")
    consent = facts.consent(recipient)
    if consent is not None and consent.in_force:
        return []
    return [_consent_lacking(consent, recipient, family(facts, params.route))]


@guard(recipient=Takes.ORGANISATION)
def consent_not_in_force(facts: Facts, params: Params) -> list[Reason]:
    """There is no consent towards this kind of organisation; with it, the ordinary way must be taken (001:337-341)."""
    recipient = params.organisation_kind("recipient")
    consent = facts.consent(recipient)
    if consent is None or not consent.in_force:
        return []
    to_nl, to_en = RECIPIENTS[recipient]
    return [
        Reason(
            "toestemming_van_kracht",
            f"Er is toestemming om met {to_nl} te delen: volg de gewone weg.",
            f"There is consent to share with {to_en}: take the ordinary way.",
            family_roles(family(facts, params.route)),
        )
    ]


@guard(organisation=Takes.ORGANISATION, by=Takes.ROLES, optional={"only_if_enrolled": Takes.FLAG})
def involved_or_refused(facts: Facts, params: Params) -> list[Reason]:
    """This kind of organisation takes part, or the family was asked and said no (001:341, 001:351).

    `by`: who can call it in, by a transition of its own. `only_if_enrolled`: not asked for a child without a school.
    """
    if params.flag("only_if_enrolled") and not facts.school_known:
        return []
    kind = params.organisation_kind("organisation")
    if facts.involves(kind) or refused(facts, kind):
        return []
    consent = facts.consent(kind)
    if consent is None or not consent.in_force:
        return [_consent_lacking(consent, kind, family(facts, params.route))]
    to_nl, to_en = RECIPIENTS[kind]
    return [
        Reason(
            "niet_betrokken",
            f"Betrek eerst {to_nl}: er is toestemming voor.",
            f"First involve {to_en}: there is consent for it.",
            params.roles("by"),
            _calling_in(facts, params.route, kind, params.roles("by")),
        )
    ]


def _calling_in(facts: Facts, route: Route, kind: OrganisationKind, by: tuple[Role, ...]) -> Operation | None:
    """The transition from this step by which these roles call in this kind of organisation; None: not from here."""
    keys = tuple(
        transition.key
        for transition in route.transitions.values()
        if facts.step in transition.origins
        and any(party.organisation_kind is kind for party in transition.involve)
        and not set(by).isdisjoint(transition.roles)
        and not _other_sector(facts, transition)
    )
    return operation_with("transition.perform", {}, "transition", keys) if keys else None


def _other_sector(facts: Facts, transition: Transition) -> bool:
    """It is there for pupils of another sector: the consulent for po, the begeleider for vo (002:33-39)."""
    sectors = [each.params["sectors"] for each in transition.conditions if each.name == "sector_is"]
    return any(isinstance(known, tuple) and facts.sector not in known for known in sectors)


@guard(organisation=Takes.ORGANISATION, by=Takes.ROLES)
def organisation_involved(facts: Facts, params: Params) -> list[Reason]:
    """This kind of organisation takes part, on a task of its own: nobody is asked for consent (002:17, 002:25).

    `by`: who can call it in, by a transition of its own.
    """
    kind = params.organisation_kind("organisation")
    if facts.involves(kind):
        return []
    to_nl, to_en = RECIPIENTS[kind]
    return [
        Reason(
            "niet_betrokken",
            f"Betrek eerst {to_nl}.",
            f"First involve {to_en}.",
            params.roles("by"),
            _calling_in(facts, params.route, kind, params.roles("by")),
        )
    ]


@guard(organisation=Takes.ORGANISATION)
def organisation_not_involved(facts: Facts, params: Params) -> list[Reason]:
    """This kind of organisation takes no part in the case (001:281, a route without a school)."""
    kind = params.organisation_kind("organisation")
    if not facts.involves(kind):
        return []
    to_nl, to_en = RECIPIENTS[kind]
    return [
        Reason(
            "al_betrokken",
            f"Dit is de weg zonder {to_nl}; die doet al mee.",
            f"This is the way without {to_en}, which takes part already.",
            facts.roles_of(kind) or who_may(Action.PARTICIPANT_END),
        )
    ]


@guard(
    roles=Takes.ROLES,
    by=Takes.ROLES,
    optional={"function": Takes.FUNCTION, "only_if_enrolled": Takes.FLAG},
)
def participant_named(facts: Facts, params: Params) -> list[Reason]:
    """A worker with one of these roles takes part by name, with this function where one is asked (001:129, 001:364).

    `by`: who can name that worker. `only_if_enrolled`: not asked for a child without a school.
    """
    if params.flag("only_if_enrolled") and not facts.school_known:
        return []
    roles, function = params.roles("roles"), params.text("function")
    if facts.has_named(roles, function):
        return []
    functions: Json = [function] if function else []
    who = " / ".join(role.value.replace("_", " ") for role in roles)
    return [
        Reason(
            f"{function}_ontbreekt" if function else "betrokkene_ontbreekt",
            f"Leg vast wie {function or 'betrokken'} is: {who}.",
            f"Record by name who is {function or 'involved'}: {who}.",
            params.roles("by"),
            operation_with("participant.create", {"functions": functions}, "role", roles),
        )
    ]


@guard(recipient=Takes.ORGANISATION)
def consent_refused(facts: Facts, params: Params) -> list[Reason]:
    """The family was asked to share with this kind of organisation, and said no: the way without it opens (002:67)."""
    recipient = params.organisation_kind("recipient")
    if refused(facts, recipient):
        return []
    to_nl, to_en = RECIPIENTS[recipient]
    return [
        Reason(
            "niet_geweigerd",
            f"Vraag eerst toestemming om met {to_nl} te delen; dit is de weg als het gezin nee zegt.",
            f"First ask for consent to share with {to_en}; this is the way when the family says no.",
            who_may(Action.CONSENT_CREATE),
            Operation("consent.create", {"recipientKind": recipient.value}),
        )
    ]
