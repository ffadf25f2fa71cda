"""Seed 000, sentence by sentence (FoodValley, «Overleg»): each test names its line; docs/seed-000.md lists them all."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.actors import OrganisationKind, Role
from app.domain.policy import Action, may_at_all
from app.workflow.facts import Assessment, Facts
from app.workflow.loader import current
from app.workflow.model import Effect, Ground, Presence, Route
from tests.scenarios.sentences_of import (
    before,
    in_the_way,
    is_a_step_for,
    joined,
    missing,
    not_invited,
    roles_at,
    with_outcome,
    without_assessment,
    without_consent,
    without_note,
    without_plan,
)
from tests.workflow import stories_foodvalley as stories
from tests.workflow.walks import SOME_MOMENT, Walk, opened, refused, signal

SCHOOL = (Role.LEERKRACHT, Role.INTERN_BEGELEIDER, Role.DIRECTIE)
PARENTS = (Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER)
LOCAL_TEAM, SWV = OrganisationKind.SOCIAAL_TEAM, OrganisationKind.SAMENWERKINGSVERBAND
MEETINGS = ("overleg", "multidisciplinair_overleg")


@pytest.fixture(scope="module")
def route() -> Route:
    return current("foodvalley")


# --- 000:7 ------------------------------------------------------------------------------------------------------------


def test_the_route_begins_with_the_question_whether_extra_support_is_needed(route: Route) -> None:
    """000:7: is extra ondersteuning en zorg/jeugdhulp nodig?"""
    facts = before(route, stories.school_and_home, "in_kaart_brengen")
    assert in_the_way(route, facts, "in_kaart_brengen") == set()
    assert missing(route, without_assessment(facts, "extra_nodig"), "in_kaart_brengen") == {"extra_nodig"}
    assert "uitkomst_anders" in in_the_way(route, with_outcome(facts, "extra_nodig", "nee"), "in_kaart_brengen")
    assert stories.nothing_extra(route).facts.step == "afgesloten"


@pytest.mark.parametrize("key", ["lokaal_team_vragen", "samenwerkingsverband_vragen"])
def test_without_a_yes_nobody_is_called_on(route: Route, key: str) -> None:
    """000:7-9: is het nodig, dán kan een beroep worden gedaan."""
    facts = before(route, stories.school_and_home, key)
    assert in_the_way(route, facts, key) == set()
    assert missing(route, without_assessment(facts, "extra_nodig"), key) == {"extra_nodig"}


# --- 000:9 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*SCHOOL, *PARENTS])
@pytest.mark.parametrize("key", ["lokaal_team_vragen", "samenwerkingsverband_vragen"])
def test_school_and_parents_each_can_call_on_both(route: Route, role: Role, key: str) -> None:
    """000:9: de school en/of ouders."""
    assert is_a_step_for(route, role, key)
    assert may_at_all((role,), Action.TRANSITION_PERFORM)


def test_whom_they_call_on_takes_part(route: Route) -> None:
    """000:9: het lokaal team met toestemming, het samenwerkingsverband op eigen taak."""
    walk = stories.school_and_home(route)
    assert roles_at(walk.facts, LOCAL_TEAM) == {Role.MEDEWERKER_LOKAAL_TEAM}
    assert roles_at(walk.facts, SWV) == {Role.SWV_COORDINATOR}
    facts = before(route, stories.school_and_home, "lokaal_team_vragen")
    assert "toestemming_ontbreekt" in in_the_way(route, without_consent(facts, LOCAL_TEAM), "lokaal_team_vragen")
    grounds = {each.ground for each in route.transitions["samenwerkingsverband_vragen"].involve}
    assert grounds == {Ground.SWV_TAAK}


def test_the_lokaal_team_is_named_as_the_region_does(route: Route) -> None:
    """000:9: de verzamelnaam voor CJG, wijkteam en sociaal team."""
    word = route.roles[Role.MEDEWERKER_LOKAAL_TEAM].word.nl
    assert all(name in word for name in ("lokaal team", "CJG", "wijkteam", "sociaal team"))


# --- 000:10 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["naar_overleg", "naar_overleg_zonder_lokaal_team"])
def test_school_and_parents_map_first(route: Route, key: str) -> None:
    """000:10: school en ouders brengen in kaart welke ondersteuning passend is."""
    story = stories.school_and_home if key == "naar_overleg" else stories.no_lokaal_team
    facts = before(route, story, key)
    assert in_the_way(route, facts, key) == set()
    assert missing(route, without_assessment(facts, "ondersteuning_op_school"), key) == {"ondersteuning_op_school"}
    assert missing(route, without_note(facts, "school_met_ouders"), key) == {"school_met_ouders"}
    with_the_child_alone = tuple(replace(note, with_whom=("jeugdige",)) for note in facts.notes)
    assert "school_met_ouders" in missing(route, replace(facts, notes=with_the_child_alone), key)


def test_the_lokaal_team_maps_with_parents_and_where_possible_the_child(route: Route) -> None:
    """000:10: samen met ouders en waar mogelijk met het kind/de jongere zelf."""
    facts = before(route, stories.school_and_home, "naar_overleg")
    for kind in ("ondersteuning_thuis", "met_het_kind_zelf"):
        assert missing(route, without_assessment(facts, kind), "naar_overleg") == {kind}
    assert missing(route, without_note(facts, "lokaal_team_met_ouders"), "naar_overleg") == {"lokaal_team_met_ouders"}
    not_possible = with_outcome(facts, "met_het_kind_zelf", "niet_mogelijk")
    assert in_the_way(route, not_possible, "naar_overleg") == {"reden_ontbreekt"}
    assert route.assessments["met_het_kind_zelf"].roles == (Role.MEDEWERKER_LOKAAL_TEAM,)


def test_a_meeting_settles_the_most_fitting_answer(route: Route) -> None:
    """000:10: in een overleg besproken en vastgesteld wat het meest passende antwoord zal zijn."""
    facts = before(route, stories.school_and_home, "antwoord_vaststellen")
    assert in_the_way(route, facts, "antwoord_vaststellen") == set()
    assert in_the_way(route, replace(facts, meetings=()), "antwoord_vaststellen") == {"overleg_ontbreekt"}
    bare = without_assessment(facts, "meest_passend_antwoord")
    assert missing(route, bare, "antwoord_vaststellen") == {"meest_passend_antwoord"}
    old = {kind: replace(each, fresh=False) for kind, each in facts.assessments.items()}
    stale = missing(route, replace(facts, assessments=old), "antwoord_vaststellen")
    assert stale == {"meest_passend_antwoord", "zorg_op_school"}


def test_the_answer_is_for_school_for_home_for_both_or_for_neither(route: Route) -> None:
    """000:10-12: onderwijsondersteuning, thuisondersteuning."""
    codes = {outcome.code for outcome in route.assessments["meest_passend_antwoord"].outcomes}
    assert codes == {"onderwijs", "thuis", "onderwijs_en_thuis", "geen"}
    none = before(route, stories.the_meeting_finds_nothing_extra, "geen_extra_ondersteuning")
    assert in_the_way(route, none, "geen_extra_ondersteuning") == set()
    assert "uitkomst_anders" in in_the_way(route, none, "antwoord_vaststellen")


# --- 000:12-14 --------------------------------------------------------------------------------------------------------


def test_care_at_school_is_asked_of_each_child(route: Route) -> None:
    """000:12: begeleiding, persoonlijke verzorging en/of verpleging."""
    facts = before(route, stories.school_and_home, "antwoord_vaststellen")
    assert missing(route, without_assessment(facts, "zorg_op_school"), "antwoord_vaststellen") == {"zorg_op_school"}
    kind = route.assessments["zorg_op_school"]
    codes = {outcome.code for outcome in kind.outcomes}
    assert codes == {"niet_nodig", "begeleiding", "persoonlijke_verzorging", "verpleging", "meer_dan_een"}
    assert kind.needs_reason == {"meer_dan_een"}


@pytest.mark.parametrize("care", ["begeleiding", "persoonlijke_verzorging", "verpleging"])
def test_care_at_school_has_its_law(route: Route, care: str) -> None:
    """000:14: Jeugdwet, Zvw of Wlz."""
    kind = route.assessments["wet_zorg_op_school"]
    assert {outcome.code for outcome in kind.outcomes} == {"jeugdwet", "zvw", "wlz", "meer_dan_een"}
    facts = without_assessment(before(route, stories.care_at_school, "antwoord_vaststellen"), "wet_zorg_op_school")
    needed = with_outcome(facts, "zorg_op_school", care)
    assert missing(route, needed, "antwoord_vaststellen") == {"wet_zorg_op_school"}
    assert in_the_way(route, with_outcome(facts, "zorg_op_school", "niet_nodig"), "antwoord_vaststellen") == set()
    planning = before(route, stories.care_at_school, "zorgplan_vaststellen")
    bare = without_assessment(planning, "wet_zorg_op_school")
    assert "wet_zorg_op_school" in missing(route, bare, "zorgplan_vaststellen")


def test_what_care_is_needed_is_not_among_what_school_records(route: Route) -> None:
    """000:12, Jeugdwet 7.3.11: the school sees it with consent alone."""
    assert route.assessments["zorg_op_school"].category == "leven"
    assert route.assessments["wet_zorg_op_school"].category == "leven"


# --- 000:19-31 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("meeting", MEETINGS)
def test_parents_are_always_invited_in_po(route: Route, meeting: str) -> None:
    """000:21: ouders of verzorgers."""
    facts = _held(route, meeting, sector="po", age=9)
    assert in_the_way(route, facts, "antwoord_vaststellen") == set()
    uninvited = not_invited(facts, MEETINGS, "ouder")
    assert "uitnodiging_ontbreekt" in in_the_way(route, uninvited, "antwoord_vaststellen")


def test_in_vo_parents_are_invited_only_to_a_multidisciplinary_meeting(route: Route) -> None:
    """000:21: in het vo alleen bij multidisciplinair overleg."""
    ordinary = not_invited(_held(route, "overleg", sector="vo", age=14), MEETINGS, "ouder")
    assert in_the_way(route, ordinary, "antwoord_vaststellen") == set()
    many = not_invited(_held(route, "multidisciplinair_overleg", sector="vo", age=14), MEETINGS, "ouder")
    assert "uitnodiging_ontbreekt" in in_the_way(route, many, "antwoord_vaststellen")


@pytest.mark.parametrize("sector", ["po", "vo"])
@pytest.mark.parametrize("meeting", MEETINGS)
def test_the_child_is_invited_where_possible_and_never_blocks(route: Route, sector: str, meeting: str) -> None:
    """000:22: waar mogelijk de jongere (in het vo alleen bij multidisciplinair overleg)."""
    facts = not_invited(_held(route, meeting, sector=sector, age=14), MEETINGS, "jeugdige")
    assert in_the_way(route, facts, "antwoord_vaststellen") == set()
    [youth] = [each for each in route.meetings[meeting].invitees if each.party == "jeugdige"]
    assert youth.presence is Presence.WHERE_POSSIBLE
    assert youth.sectors == (frozenset({"po"}) if meeting == "overleg" else frozenset())


@pytest.mark.parametrize("party", ["school", "lokaal_team"])
@pytest.mark.parametrize("meeting", MEETINGS)
def test_school_and_lokaal_team_are_at_the_table(route: Route, meeting: str, party: str) -> None:
    """000:23-24."""
    facts = not_invited(_held(route, meeting, sector="po", age=9), MEETINGS, party)
    assert "uitnodiging_ontbreekt" in in_the_way(route, facts, "antwoord_vaststellen")


def test_who_of_the_school(route: Route) -> None:
    """000:23: intern begeleider en/of leerkracht en/of directeur."""
    assert set(route.parties["school"].roles) == set(SCHOOL)
    assert set(SCHOOL) <= set(route.roles)


def test_experts_are_on_call_and_never_awaited(route: Route) -> None:
    """000:25-31: deskundigen op afroep, indien nodig."""
    for meeting in MEETINGS:
        on_call = {each.party for each in route.meetings[meeting].invitees if each.presence is Presence.ON_CALL}
        assert on_call == {"samenwerkingsverband", "leerplicht", "behandelaar", "andere_deskundige"}
    assert set(route.parties["andere_deskundige"].roles) == {
        Role.MAATSCHAPPELIJK_WERKER,
        Role.POLITIE,
        Role.OVERIGE_BETROKKENE,
    }
    facts = _held(route, "overleg", sector="po", age=9)
    assert not {"leerplicht", "behandelaar"} & set().union(*(each.invited for each in facts.meetings))
    assert in_the_way(route, facts, "antwoord_vaststellen") == set()


@pytest.mark.parametrize(
    ("key", "kind", "story", "role"),
    [
        ("behandelaar_vragen", OrganisationKind.JEUGDHULPAANBIEDER, stories.care_at_school, Role.BEHANDELAAR),
        ("andere_deskundige_vragen", OrganisationKind.OVERIG, stories.youth_in_vo, Role.POLITIE),
    ],
)
def test_experts_from_outside_join_only_with_consent(
    route: Route, key: str, kind: OrganisationKind, story: Callable[[Route], Walk], role: Role
) -> None:
    """000:28-31; Jeugdwet 7.3.11: delen met anderen alleen met toestemming."""
    facts = before(route, story, key)
    assert "toestemming_ontbreekt" in in_the_way(route, without_consent(facts, kind), key)
    assert joined(story(route).facts.parties, role)


def test_leerplicht_is_asked_on_its_own_task_when_there_is_absence(route: Route) -> None:
    """000:25-27: indien nodig."""
    facts = before(route, stories.absent_too, "leerplicht_vragen")
    assert in_the_way(route, facts, "leerplicht_vragen") == set()
    assert missing(route, without_assessment(facts, "verzuim"), "leerplicht_vragen") == {"verzuim"}
    assert in_the_way(route, with_outcome(facts, "verzuim", "nee"), "leerplicht_vragen") == {"uitkomst_anders"}
    [involved] = route.transitions["leerplicht_vragen"].involve
    assert involved.ground is Ground.WETTELIJKE_TAAK_LEERPLICHT


def test_without_absence_leerplicht_joins_with_consent_alone(route: Route) -> None:
    """000:25-27; Jeugdwet 7.3.11."""
    key = "leerplicht_vragen_met_toestemming"
    facts = before(route, stories.no_lokaal_team, key)
    assert in_the_way(route, facts, key) == set()
    bare = without_consent(facts, OrganisationKind.LEERPLICHT)
    assert in_the_way(route, bare, key) == {"toestemming_ontbreekt"}
    [involved] = route.transitions[key].involve
    assert involved.ground is Ground.TOESTEMMING


def test_a_yes_is_never_turned_into_a_no_for_want_of_a_school(route: Route) -> None:
    """000:7-9."""
    for role in (Role.INTERN_BEGELEIDER, Role.MEDEWERKER_LOKAAL_TEAM):
        assert is_a_step_for(route, role, "zaak_afsluiten")
    facts = before(route, stories.a_yes_without_the_school, "zaak_afsluiten")
    yes = replace(
        facts,
        assessments={"extra_nodig": Assessment("extra_nodig", Role.MEDEWERKER_LOKAAL_TEAM, "ja", None, SOME_MOMENT)},
    )
    assert facts.step == "vraag"
    assert "uitkomst_anders" in in_the_way(route, yes, "vraag_afsluiten")
    assert in_the_way(route, yes, "zaak_afsluiten") <= {"uitleg_ontbreekt"}


# --- 000:33-35 --------------------------------------------------------------------------------------------------------


def test_several_plans_lie_in_one_dossier(route: Route) -> None:
    """000:33-35: geen gezamenlijk document, maar een dossier dat uit verschillende plannen kan bestaan."""
    assert set(route.plans) == {"onderwijsplan", "gezinsplan", "zorgplan"}
    walk = stories.care_at_school(route)
    assert {kind for kind, plan in walk.facts.plans.items() if plan.in_force} == set(route.plans)
    settling = [each for each in route.transitions.values() if Effect.PUT_PLAN_IN_FORCE in each.effects]
    assert sorted(len(each.plan_kinds) for each in settling) == [1, 1, 1]


@pytest.mark.parametrize("kind", ["onderwijsplan", "gezinsplan", "zorgplan"])
def test_each_answer_has_its_plan(route: Route, kind: str) -> None:
    """000:35: een plan te maken."""
    facts = before(route, stories.care_at_school, "uitvoeren")
    assert in_the_way(route, facts, "uitvoeren") == set()
    assert missing(route, without_plan(facts, kind), "uitvoeren") == {kind}
    only_home = before(route, stories.only_home, "uitvoeren")
    assert set(only_home.plans) == {"gezinsplan"}


@pytest.mark.parametrize(("age", "asked"), [(9, {"ouder"}), (14, {"ouder", "jeugdige"}), (16, {"jeugdige"})])
def test_parents_and_youth_agree_with_each_plan(route: Route, age: int, asked: set[str]) -> None:
    """000:35: waar mogelijk samen met ouders (en jongere)."""
    for kind in ("onderwijsplan", "gezinsplan", "zorgplan"):
        key = f"{kind}_vaststellen"
        facts = replace(before(route, stories.care_at_school, key), age=age)
        nobody_of_the_family = facts.plans[kind].approved_by - {"ouder", "jeugdige"}
        unheard = replace(facts.plans[kind], approved_by=nobody_of_the_family)
        facts = replace(facts, plans={**facts.plans, kind: unheard})
        assert in_the_way(route, facts, key) == {"instemming_ontbreekt"}
        plan = replace(facts.plans[kind], approved_by=nobody_of_the_family | asked)
        assert in_the_way(route, replace(facts, plans={**facts.plans, kind: plan}), key) == set()


# --- What the source leaves open (ADR 0099) ---------------------------------------------------------------------------


def test_a_no_to_the_lokaal_team_never_blocks_and_only_a_no_opens_that_way(route: Route) -> None:
    walk = stories.no_lokaal_team(route)
    assert walk.facts.step == "afgesloten"
    assert LOCAL_TEAM not in {party.organisation_kind for party in walk.facts.parties}
    for key in ("naar_overleg_zonder_lokaal_team", "antwoord_zonder_lokaal_team"):
        facts = before(route, stories.no_lokaal_team, key)
        assert "niet_geweigerd" in in_the_way(route, without_consent(facts, LOCAL_TEAM), key)


def test_only_support_at_school_can_be_answered_without_the_lokaal_team(route: Route) -> None:
    facts = before(route, stories.no_lokaal_team, "antwoord_zonder_lokaal_team")
    home = with_outcome(facts, "meest_passend_antwoord", "thuis")
    assert "uitkomst_anders" in in_the_way(route, home, "antwoord_zonder_lokaal_team")


def test_after_a_withdrawal_the_plan_of_the_school_is_enough(route: Route) -> None:
    walk = stories.withdrawn_while_planning(route)
    assert {kind for kind, plan in walk.facts.plans.items() if plan.in_force} == {"onderwijsplan"}
    facts = before(route, stories.withdrawn_while_planning, "uitvoeren")
    asked_anew = replace(facts, consents={})
    assert missing(route, asked_anew, "uitvoeren") == {"gezinsplan"}


def test_completing_takes_a_look_back_with_the_parents(route: Route) -> None:
    facts = before(route, stories.school_and_home, "afronden")
    assert missing(route, without_note(facts, "terugblik"), "afronden") == {"terugblik"}


def test_every_story_ends_and_every_step_is_taken_in_one(route: Route) -> None:
    walks = [story(route) for story in stories.STORIES]
    assert {walk.facts.step for walk in walks} == {"afgesloten"}
    assert {key for walk in walks for key, _ in walk.made} == set(route.transitions)


def _held(route: Route, meeting: str, *, sector: str, age: int) -> Facts:
    """A case whose meeting of this kind was held, as its reasons ask; the answer can be settled."""
    walk = Walk(route, opened(route, signal(Role.LEERKRACHT), age=age, sector=sector), stories.BOTH)
    walk.go("in_kaart_brengen", "lokaal_team_vragen", "naar_overleg")
    by_kind = {"multidisciplinair_overleg": "_meeting_create"}
    if meeting in by_kind:
        getattr(walk, by_kind[meeting])(Role.INTERN_BEGELEIDER, kind=meeting)
    walk.go("antwoord_vaststellen")
    facts = [known for key, known in walk.made if key == "antwoord_vaststellen"][-1]
    assert {each.kind for each in facts.meetings} == {meeting}
    return facts


def test_a_refusal_is_a_refusal_of_that_organisation_alone(route: Route) -> None:
    """A no to the therapist does not open the way without the lokaal team."""
    facts = before(route, stories.no_lokaal_team, "antwoord_zonder_lokaal_team")
    other = OrganisationKind.JEUGDHULPAANBIEDER
    only_other = replace(facts, consents={other: refused(other)})
    assert "niet_geweigerd" in in_the_way(route, only_other, "antwoord_zonder_lokaal_team")
