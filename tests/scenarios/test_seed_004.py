"""Seed 004, sentence by sentence: how an expert team connects with the key figures in education.

Each test names the line it holds. What a client sees of it over HTTP stands in `test_walks_expertteam.py`; which test
holds which sentence, in `docs/seed-004.md`.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.actors import OrganisationKind, Role
from app.domain.policy import POLICY, Action
from app.services.organisation_meetings import KINDS
from app.workflow.decide import outlook
from app.workflow.facts import Facts
from app.workflow.loader import current
from app.workflow.model import Presence, Route
from tests.scenarios.documented import every_test_named_exists
from tests.workflow import stories_expertteam as stories
from tests.workflow.stories_provincie import taken_back
from tests.workflow.walks import Walk, nobody

LEVELS = ("verbinding_uitvoering", "verbinding_organisatie", "verbinding_bestuur_en_beleid")


@pytest.fixture(scope="module")
def route() -> Route:
    return current("expertteam-verbinding")


def reasons(route: Route, facts: Facts, key: str) -> set[str]:
    """Why this step can't follow now; none of it: it can."""
    return {
        reason.code
        for option in outlook(route, replace(facts, explanation="Uitgelegd."), nobody())
        if option.transition.key == key
        for reason in option.reasons
    }


def just_before(walk: Walk, key: str) -> Facts:
    return [facts for made, facts in walk.made if made == key][-1]


def without(facts: Facts, kind: str) -> Facts:
    return replace(facts, assessments={key: each for key, each in facts.assessments.items() if key != kind})


@pytest.mark.parametrize("story", stories.STORIES, ids=lambda story: story.__name__)
def test_each_story_ends(route: Route, story: Callable[[Route], Walk]) -> None:
    assert story(route).facts.step == "afgesloten"


def test_every_step_of_the_route_is_taken_in_some_story(route: Route) -> None:
    assert {key for story in stories.STORIES for key, _ in story(route).made} == set(route.transitions)


# --- 004:5 ------------------------------------------------------------------------------------------------------------


def test_the_expert_team_looks_for_key_figures_on_three_levels(route: Route) -> None:
    assert list(route.levels) == ["uitvoering", "organisatie", "bestuur_en_beleid"]
    facts = just_before(stories.three_levels(route), "niveaus_verbinden")
    assert reasons(route, facts, "niveaus_verbinden") == set()
    for level in LEVELS:
        assert reasons(route, without(facts, level), "niveaus_verbinden") == {"vastlegging_ontbreekt"}


@pytest.mark.parametrize("level", LEVELS)
def test_ideally_a_connection_on_each_level_and_otherwise_a_reason(route: Route, level: str) -> None:
    facts = just_before(stories.three_levels(route), "niveaus_verbinden")
    failed = replace(facts.assessments[level], outcome="niet_gelukt", reason=None)
    silent = replace(facts, assessments={**facts.assessments, level: failed})
    assert reasons(route, silent, "niveaus_verbinden") == {"reden_ontbreekt"}
    told = replace(facts, assessments={**facts.assessments, level: replace(failed, reason="Geen gehoor.")})
    assert reasons(route, told, "niveaus_verbinden") == set()


def test_then_the_levels_are_connected_with_each_other(route: Route) -> None:
    facts = just_before(stories.three_levels(route), "naar_beantwoording")
    assert reasons(route, without(facts, "verbinding_tussen_niveaus"), "naar_beantwoording") == {
        "vastlegging_ontbreekt"
    }
    assert route.transitions["niveaus_verbinden"].destination == "verbinden"
    into = {key for key, each in route.transitions.items() if each.destination == "beantwoording"}
    assert into == {"naar_beantwoording"}


def test_the_key_figures_take_part_in_the_answer(route: Route) -> None:
    table = {each.party: each.presence for each in route.meetings["afstemming"].invitees}
    assert {party for party, presence in table.items() if presence is Presence.REQUIRED} == {
        "expertteam",
        "school",
        "samenwerkingsverband",
    }
    facts = just_before(stories.three_levels(route), "naar_beantwoording")
    assert reasons(route, replace(facts, meetings=()), "naar_beantwoording") == {"overleg_ontbreekt"}
    for kind in (OrganisationKind.SCHOOL, OrganisationKind.SAMENWERKINGSVERBAND):
        gone = tuple(each for each in facts.parties if each.organisation_kind is not kind)
        levels = just_before(stories.three_levels(route), "niveaus_verbinden")
        levels = replace(levels, parties=gone)
        assert reasons(route, levels, "niveaus_verbinden") == {"niet_betrokken"}


def test_the_care_question_is_answered(route: Route) -> None:
    facts = just_before(stories.three_levels(route), "afronden")
    assert reasons(route, without(facts, "antwoord"), "afronden") == {"vastlegging_ontbreekt"}
    assert route.assessments["antwoord"].roles == (Role.EXPERTTEAM,)


def test_nothing_is_shared_without_consent(route: Route) -> None:
    facts = just_before(stories.three_levels(route), "expertteam_inschakelen")
    assert reasons(route, replace(facts, consents={}), "expertteam_inschakelen") == {"toestemming_ontbreekt"}
    levels = just_before(stories.three_levels(route), "niveaus_verbinden")
    for key in ("schooldirecteur_betrekken", "samenwerkingsverband_betrekken"):
        assert "toestemming_ontbreekt" in reasons(route, replace(levels, consents={}), key)


def test_a_withdrawal_ends_the_part_of_the_expert_team(route: Route) -> None:
    facts = just_before(stories.three_levels(route), "afronden")
    assert reasons(route, facts, "zorgvraag_afsluiten") == {"al_betrokken"}
    assert reasons(route, taken_back(OrganisationKind.EXPERTTEAM)(facts), "zorgvraag_afsluiten") == set()


# --- 004:19-24, uitvoering --------------------------------------------------------------------------------------------


def test_the_school_sees_to_a_fitting_place(route: Route) -> None:
    facts = just_before(stories.three_levels(route), "afronden")
    assert reasons(route, without(facts, "passende_plek"), "afronden") == {"vastlegging_ontbreekt"}
    for outcome, blocked in (
        ("ondersteuning_op_school", False),
        ("andere_passende_plek", False),
        ("nog_geen_plek", True),
    ):
        place = replace(facts.assessments["passende_plek"], outcome=outcome)
        found = replace(facts, assessments={**facts.assessments, "passende_plek": place})
        assert bool(reasons(route, found, "afronden")) is blocked, outcome


def test_without_a_place_it_ends_only_where_no_school_takes_part(route: Route) -> None:
    facts = just_before(stories.three_levels(route), "afronden")
    assert reasons(route, facts, "afronden_zonder_school") == {"al_betrokken"}
    gone = taken_back(OrganisationKind.SCHOOL)(facts)
    assert reasons(route, gone, "afronden_zonder_school") == set()
    unasked = replace(gone, consents={})
    assert reasons(route, unasked, "afronden_zonder_school") == {"toestemming_ontbreekt"}


def test_no_fitting_place_is_brought_before_the_samenwerkingsverband(route: Route) -> None:
    (raised,) = route.escalations
    assert (raised.kinds, raised.addressed_to) == (("geen_passende_plek",), "samenwerkingsverband")
    assert {Role.OUDER, Role.JEUGDIGE, Role.DIRECTIE, Role.EXPERTTEAM} <= set(raised.roles)


def figures(route: Route, level: str) -> set[tuple[Role, OrganisationKind]]:
    return {(each.role, each.organisation_kind) for each in route.levels[level].key_figures}


def test_key_figures_of_practice_are_the_head_of_the_school_and_the_chair_of_the_board(route: Route) -> None:
    assert figures(route, "uitvoering") == {
        (Role.DIRECTIE, OrganisationKind.SCHOOL),
        (Role.SCHOOLBESTUURDER, OrganisationKind.SCHOOLBESTUUR),
    }


# --- 004:26-31, organisatie -------------------------------------------------------------------------------------------


def test_key_figures_of_organisation_are_director_or_coordinator_of_the_samenwerkingsverband(route: Route) -> None:
    assert figures(route, "organisatie") == {
        (Role.SWV_COORDINATOR, OrganisationKind.SAMENWERKINGSVERBAND),
        (Role.DIRECTEUR_SWV, OrganisationKind.SAMENWERKINGSVERBAND),
    }
    involved = route.transitions["samenwerkingsverband_betrekken"].involve
    assert [each.roles for each in involved] == [(Role.SWV_COORDINATOR,)]


def test_where_the_network_has_no_fitting_arrangement_that_is_a_question_about_policy(route: Route) -> None:
    assert route.assessments["passend_arrangement"].roles == (Role.SWV_COORDINATOR,)
    facts = just_before(stories.no_arrangement_is_policy(route), "naar_beantwoording")
    assert reasons(route, facts, "naar_beantwoording") == set()
    none = replace(facts.assessments["beleidsvraag"], outcome="geen_beleidsvraag")
    kept = replace(facts, assessments={**facts.assessments, "beleidsvraag": none})
    assert reasons(route, kept, "naar_beantwoording") == {"uitkomst_anders"}


# --- 004:33-42, bestuur en beleid -------------------------------------------------------------------------------------


def test_key_figures_of_policy_are_alderman_director_and_governors(route: Route) -> None:
    assert figures(route, "bestuur_en_beleid") == {
        (Role.WETHOUDER, OrganisationKind.GEMEENTE),
        (Role.DIRECTEUR_SWV, OrganisationKind.SAMENWERKINGSVERBAND),
        (Role.SCHOOLBESTUURDER, OrganisationKind.SCHOOLBESTUUR),
    }


def test_the_level_of_policy_never_sees_a_child(route: Route) -> None:
    level = route.levels["bestuur_en_beleid"]
    assert not level.sees_the_child
    roles = {each.role for each in level.key_figures}
    entering = {role for each in route.transitions.values() for party in each.involve for role in party.roles}
    acting = {role for each in route.transitions.values() for role in each.roles}
    assert not roles & (entering | acting | set(route.roles))
    of_a_case = {action for action in Action if action.startswith(("case.", "young-person.", "note.", "plan."))}
    for role in roles:
        assert not of_a_case & {action for grant in POLICY[role] for action in grant.actions}, role


def test_the_oogo_is_between_samenwerkingsverband_and_municipalities(route: Route) -> None:
    oogo = KINDS["oogo"]
    assert oogo.held_at is OrganisationKind.SAMENWERKINGSVERBAND
    assert oogo.needs is OrganisationKind.GEMEENTE
    assert {each.organisation_kind for each in route.levels["bestuur_en_beleid"].key_figures} <= oogo.guests | {
        oogo.held_at
    }
    for role in (Role.WETHOUDER, Role.SCHOOLBESTUURDER, Role.DIRECTEUR_SWV):
        assert Action.ORGANISATION_MEETING_READ in {action for grant in POLICY[role] for action in grant.actions}


def test_whether_there_is_a_question_about_policy_is_always_said(route: Route) -> None:
    facts = just_before(stories.three_levels(route), "naar_beantwoording")
    assert reasons(route, without(facts, "beleidsvraag"), "naar_beantwoording") == {"vastlegging_ontbreekt"}


# --- 004:46 -----------------------------------------------------------------------------------------------------------


def test_the_region_comes_first_by_way_of_the_samenwerkingsverband(route: Route) -> None:
    facts = just_before(stories.three_levels(route), "sleutelfiguren_zoeken")
    assert reasons(route, facts, "sleutelfiguren_zoeken") == set()
    silent = replace(facts, notes=tuple(note for note in facts.notes if note.kind != "contact_over_de_regio"))
    assert reasons(route, silent, "sleutelfiguren_zoeken") == {"notitie_ontbreekt"}
    assert route.notes["contact_over_de_regio"].with_whom == {Role.DIRECTEUR_SWV, Role.SWV_COORDINATOR}
    # It is about the region: the samenwerkingsverband takes no part in the case by it.
    kinds = {each.organisation_kind for each in facts.parties}
    assert OrganisationKind.SAMENWERKINGSVERBAND not in kinds


def test_a_passed_term_of_the_question_leads_to_the_expert_team(route: Route) -> None:
    """004:5."""
    assert "expertteam_inschakelen" in route.terms["zorgvraag"].way_on


def test_every_test_that_the_table_names_exists() -> None:
    every_test_named_exists("docs/seed-004.md", "app/routes/expertteam-verbinding.1.toml", at_least=25)
