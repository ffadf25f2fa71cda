"""The verdict: unknown, then wrong actor, then every reason at once; and who may do what on the route."""

from dataclasses import replace

import pytest

from app.domain.actors import OrganisationKind, Role
from app.workflow.decide import Allowed, Refused, UnknownTransition, WrongActor, decide, outlook
from app.workflow.facts import Asker, Facts, Note
from app.workflow.loader import current
from app.workflow.model import Route
from tests.workflow.walks import SOMEBODY, given, nobody, opened, signal


@pytest.fixture(scope="module")
def route() -> Route:
    return current("midden-groningen")


@pytest.fixture
def facts(route: Route) -> Facts:
    return opened(route, signal(Role.LEERKRACHT))


def asker(*roles: Role, functions: frozenset[str] = frozenset()) -> Asker:
    return Asker(SOMEBODY, frozenset(roles), functions)


def _codes(verdict: object) -> list[str]:
    assert isinstance(verdict, Refused)
    return [reason.code for reason in verdict.reasons]


def test_what_the_route_does_not_know_is_unknown_even_to_the_right_actor(route: Route, facts: Facts) -> None:
    assert decide(route, "toveren", facts, asker(*Role)) == UnknownTransition("toveren")


def test_the_wrong_actor_hears_no_reason_of_the_case(route: Route, facts: Facts) -> None:
    verdict = decide(route, "onderzoek_starten", facts, asker(Role.OUDER))
    assert verdict == WrongActor(route.transitions["onderzoek_starten"])


def test_the_wrong_actor_comes_before_the_wrong_step(route: Route, facts: Facts) -> None:
    assert isinstance(decide(route, "jgz_afronden", facts, asker(Role.LEERKRACHT)), WrongActor)


def test_the_wrong_step_is_said_together_with_all_that_lacks(route: Route, facts: Facts) -> None:
    verdict = decide(route, "bovenschools_terugkoppelen", facts, asker(Role.BOVENSCHOOLS_ONDERSTEUNINGSTEAM))
    assert _codes(verdict) == [
        "niet_vanuit_deze_stap",
        "vastlegging_ontbreekt",
        "notitie_ontbreekt",
        "notitie_ontbreekt",
    ]


def test_all_reasons_are_said_at_once(route: Route, facts: Facts) -> None:
    later = replace(facts, step="onderzoek")
    verdict = decide(route, "jgz_inschakelen", later, asker(Role.LEERKRACHT))
    assert _codes(verdict) == ["vastlegging_ontbreekt"] * 3 + ["toestemming_ontbreekt"]


def test_a_met_transition_is_allowed_and_names_the_role_that_permits_it(route: Route, facts: Facts) -> None:
    talked = replace(facts, notes=(Note("oudergesprek", Role.LEERKRACHT, ("ouder",)),))
    verdict = decide(route, "onderzoek_starten", talked, asker(Role.OUDER, Role.LEERKRACHT))
    assert verdict == Allowed(route.transitions["onderzoek_starten"], Role.LEERKRACHT)


def test_a_function_in_the_case_is_asked_beside_the_role(route: Route, facts: Facts) -> None:
    casemanager = frozenset({"casemanager"})
    intake = replace(facts, step="intake")
    assert isinstance(decide(route, "naar_inzet", intake, asker(Role.CASEMANAGER_JEUGD)), WrongActor)
    assert isinstance(decide(route, "naar_inzet", intake, asker(Role.OUDER, functions=casemanager)), WrongActor)
    verdict = decide(route, "naar_inzet", intake, asker(Role.CASEMANAGER_JEUGD, functions=casemanager))
    assert isinstance(verdict, Refused)


@pytest.mark.parametrize(("explanation", "lacks"), [("", True), ("  ", True), ("Opgelost.", False), (None, False)])
def test_an_explanation_lacks_only_when_it_was_asked_and_is_empty(
    route: Route, facts: Facts, explanation: str | None, *, lacks: bool
) -> None:
    asked = replace(facts, explanation=explanation)
    verdict = decide(route, "signaal_afsluiten", asked, asker(Role.LEERKRACHT))
    if lacks:
        assert _codes(verdict) == ["toelichting_ontbreekt"]
    else:
        assert isinstance(verdict, Allowed)


def test_the_same_reason_is_said_once(route: Route, facts: Facts) -> None:
    """Three conditions of the plan lack the same plan."""
    verdict = decide(
        route,
        "gemeenteplan_vaststellen",
        replace(facts, step="casemanagement"),
        asker(Role.CASEMANAGER_JEUGD, functions=frozenset({"casemanager"})),
    )
    assert _codes(verdict) == ["plan_ontbreekt"]


def test_the_outlook_shows_every_transition_of_the_step_and_no_other(route: Route, facts: Facts) -> None:
    shown = {option.transition.key for option in outlook(route, facts, nobody())}
    assert shown == {key for key, transition in route.transitions.items() if "signaal" in transition.origins}


def test_the_outlook_says_who_is_an_actor_and_what_is_allowed(route: Route, facts: Facts) -> None:
    consented = replace(facts, consents={OrganisationKind.GEMEENTE: given(OrganisationKind.GEMEENTE)})
    options = {option.transition.key: option for option in outlook(route, consented, asker(Role.LEERKRACHT))}
    assert options["koo_betrekken"].allowed
    assert options["onderzoek_starten"].for_asker
    assert not options["onderzoek_starten"].allowed
    assert not options["steunpunt_benaderen"].reasons
    assert not options["steunpunt_benaderen"].allowed


# --- Who may do what ----------------------------------------------------------------------------------------------


def _actors(route: Route, key: str) -> set[Role]:
    return set(route.transitions[key].roles)


def test_the_stagnatiepunt_decides_nothing(route: Route) -> None:
    """001:160: no hierarchical power; it records no judgement either."""
    assert all(Role.MEDEWERKER_STAGNATIEPUNT not in _actors(route, key) for key in route.transitions)
    assert all(Role.MEDEWERKER_STAGNATIEPUNT not in kind.roles for kind in route.assessments.values())


def test_everyone_in_the_case_can_call_the_stagnatiepunt(route: Route) -> None:
    [call] = [each for each in route.escalations if each.addressed_to == "stagnatiepunt"]
    assert {Role.OUDER, Role.JEUGDIGE, Role.LEERKRACHT, Role.CASEMANAGER_JEUGD, Role.JEUGDVERPLEEGKUNDIGE} <= {
        *call.roles
    }
    assert [involve.ground for involve in call.involve] == ["procesbewaking"]


@pytest.mark.parametrize(
    ("key", "actors"),
    [
        ("koo_betrekken", {Role.LEERKRACHT, Role.INTERN_BEGELEIDER}),  # 001:253
        ("bovenschools_inschakelen", {Role.INTERN_BEGELEIDER}),  # 001:192
        ("jgz_afronden", {Role.JEUGDVERPLEEGKUNDIGE, Role.JEUGDARTS}),  # 001:343
        ("naar_beoordeling", {Role.MEDEWERKER_AANMELDTEAM}),  # 001:126
        ("aan_casemanager_toewijzen", {Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM}),  # 001:128-129
        ("in_werkvoorraad_plaatsen", {Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM}),  # 001:129
        ("naar_inzet", {Role.CASEMANAGER_JEUGD}),  # 001:143
        ("naar_casemanagement", {Role.CASEMANAGER_JEUGD}),  # 001:145
        ("naar_mdo", {Role.CASEMANAGER_JEUGD}),  # 001:323
        ("loslaten", {Role.CASEMANAGER_JEUGD}),  # 001:313
        ("swv_inschakelen", {Role.REGIEVOERDER_ZORG}),  # 001:275
        ("school_betrekken_bij_verzuim", {Role.LEERPLICHTAMBTENAAR}),  # 001:267
    ],
)
def test_only_these_actors_may(route: Route, key: str, actors: set[Role]) -> None:
    assert _actors(route, key) == actors


@pytest.mark.parametrize(
    ("kind", "actors"),
    [
        ("jgz_uitkomst", {Role.JEUGDVERPLEEGKUNDIGE, Role.JEUGDARTS}),  # 001:343
        ("aanmeldteam_besluit", {Role.MEDEWERKER_AANMELDTEAM}),  # 001:126
        ("aard", {Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM}),  # 001:128
        ("ernst", {Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM}),  # 001:128
        ("urgentie", {Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM}),  # 001:128
        ("kernbeslissing", {Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM}),  # 001:135
        ("verklarende_analyse", {Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM}),  # 001:137
        ("veiligheidsinschatting", {Role.CASEMANAGER_JEUGD}),  # 001:144
        ("standpunt_veiligheid", {Role.CASEMANAGER_JEUGD}),  # 001:147
        ("evaluatie_leerkracht", {Role.LEERKRACHT}),  # 001:171
    ],
)
def test_only_these_actors_record(route: Route, kind: str, actors: set[Role]) -> None:
    assert set(route.assessments[kind].roles) == actors


def test_the_school_classifies_the_leervraag_and_the_sociaal_team_the_leefvraag(route: Route) -> None:
    leervraag, leefvraag = set(route.assessments["leervraag"].roles), set(route.assessments["leefvraag"].roles)
    assert Role.INTERN_BEGELEIDER in leervraag
    assert Role.CASEMANAGER_JEUGD in leefvraag
    assert leervraag.isdisjoint(leefvraag)


def test_what_others_say_about_a_question_yields_to_its_owner(route: Route) -> None:
    assert route.assessments["geen_leervraag"].yields_to == "leervraag"
    assert route.assessments["geen_leefvraag"].yields_to == "leefvraag"


def test_the_meldcode_reads_the_same_for_every_child(route: Route) -> None:
    kind = route.assessments["meldcode_overwogen"]
    assert [outcome.code for outcome in kind.outcomes] == ["overwogen"]


def test_the_four_ways_of_a_melding_are_kept(route: Route) -> None:
    assert [outcome.code for outcome in route.assessments["melding"].outcomes] == [
        "telefoon",
        "e_mail",
        "inloopspreekuur",
        "professional",
    ]


def test_the_waiting_list_has_a_term(route: Route) -> None:
    assert [term.key for term in route.terms_of("werkvoorraad")] == ["werkvoorraad"]


def test_every_closing_that_no_rule_earned_asks_for_a_reason(route: Route) -> None:
    """Cases end because support is in place or goals are reached, by rules; every other end is explained."""
    earned = {"loslaten", "gemeenteplan_afronden", "onderwijs_afronden", "plan_afronden"}
    for key, transition in route.transitions.items():
        if transition.destination == "afgesloten":
            assert transition.requires_explanation is (key not in earned), key


def test_every_step_can_be_closed_by_somebody(route: Route) -> None:
    closing = {
        origin
        for transition in route.transitions.values()
        if transition.destination == "afgesloten"
        for origin in transition.origins
    }
    assert closing == set(route.steps) - {"afgesloten"}
