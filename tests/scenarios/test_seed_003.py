"""Seed 003, sentence by sentence: jeugdhulp and support at school, with the basisteam of the municipality.

Each test names the line it holds. What a client sees of it over HTTP stands in `test_walks_provincie.py`; which test
holds which sentence, in `docs/seed-003.md`.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.actors import Category, OrganisationKind, Role
from app.domain.policy import POLICY
from app.domain.regie import ProblemClass, Regie
from app.workflow.decide import lacking, outlook
from app.workflow.facts import EscalationFact, Facts
from app.workflow.loader import current
from app.workflow.model import Presence, Route
from tests.scenarios.documented import every_test_named_exists
from tests.workflow import stories_provincie as stories
from tests.workflow.walks import Walk, nobody, party

# What both sides said about their own question, for each of the four ways.
WAYS = {
    "naar_integraal_plan": ("enkelvoudig", "enkelvoudig"),
    "naar_alleen_onderwijs": ("enkelvoudig", "geen"),
    "naar_alleen_gemeente": ("geen", "enkelvoudig"),
    "geen_hulpvraag": ("geen", "geen"),
}
JOINT = ("integraal_plan", "uitvoering", "voortgang_bespreken", "vervolgafspraken", "expertpool")
STAGE = ("verkennen_met_basisteam",)
BASISTEAM = {Role.MEDEWERKER_LOKAAL_TEAM, Role.CASEMANAGER_JEUGD}


@pytest.fixture(scope="module")
def route() -> Route:
    return current("provinciaal-basisteam")


def reasons(route: Route, facts: Facts, key: str) -> set[str]:
    """Why this step can't follow now; None of it: it can."""
    return {
        reason.code
        for option in outlook(route, replace(facts, explanation="Uitgelegd."), nobody())
        if option.transition.key == key
        for reason in option.reasons
    }


def just_before(walk: Walk, key: str) -> Facts:
    return [facts for made, facts in walk.made if made == key][-1]


def joint(route: Route) -> Facts:
    """Everything is there to settle the plan."""
    return just_before(stories.joint(route), "plan_vaststellen")


def plan(facts: Facts, **changed: object) -> Facts:
    drawn = replace(facts.plans["integraal_plan"], **changed)  # type: ignore[arg-type]  # fields of a plan
    return replace(facts, plans={"integraal_plan": drawn})


@pytest.mark.parametrize("story", stories.STORIES, ids=lambda story: story.__name__)
def test_each_story_ends(route: Route, story: Callable[[Route], Walk]) -> None:
    assert story(route).facts.step == "afgesloten"


def test_every_step_of_the_route_is_taken_in_some_story(route: Route) -> None:
    assert {key for story in stories.STORIES for key, _ in story(route).made} == set(route.transitions)


# --- 003:3 ------------------------------------------------------------------------------------------------------------


def test_the_question_is_discussed_between_parents_school_and_basisteam(route: Route) -> None:
    talk = {each.party: each.presence for each in route.meetings["overleg"].invitees}
    assert talk["school"] is talk["gemeente"] is Presence.REQUIRED
    assert talk["ouder"] is Presence.INVITED
    facts = just_before(stories.joint(route), "naar_integraal_plan")
    for key in WAYS:
        assert "overleg_ontbreekt" in reasons(route, replace(facts, meetings=()), key)
    without = replace(facts.meetings[0], invited=facts.meetings[0].invited - {"ouder"})
    assert "uitnodiging_ontbreekt" in reasons(route, replace(facts, meetings=(without,)), "naar_integraal_plan")


def test_the_parents_are_heard_before_anybody_else_looks_along(route: Route) -> None:
    facts = just_before(stories.joint(route), "verkennen_met_basisteam")
    assert reasons(route, replace(facts, notes=()), "verkennen_met_basisteam") == {"oudergesprek_ontbreekt"}
    facts = just_before(stories.only_municipality(route), "verkennen_met_school")
    assert reasons(route, replace(facts, notes=()), "verkennen_met_school") == {"oudergesprek_ontbreekt"}


def test_school_and_basisteam_share_only_with_consent(route: Route) -> None:
    facts = just_before(stories.joint(route), "verkennen_met_basisteam")
    assert reasons(route, replace(facts, consents={}), "verkennen_met_basisteam") == {"toestemming_ontbreekt"}
    for kind in (OrganisationKind.SCHOOL, OrganisationKind.SOCIAAL_TEAM):
        withdrawn = stories.taken_back(kind)(just_before(stories.joint(route), "plan_vaststellen"))
        assert "toestemming_ingetrokken" in reasons(route, withdrawn, "plan_vaststellen")


def test_the_basisteam_is_the_social_team_or_what_the_region_calls_it(route: Route) -> None:
    assert route.word(Role.MEDEWERKER_LOKAAL_TEAM).nl == "medewerker van het basisteam"
    assert route.parties["gemeente"].organisation_kinds == (OrganisationKind.SOCIAAL_TEAM,)


# --- 003:7 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [OrganisationKind.SOCIAAL_TEAM, OrganisationKind.SCHOOL])
def test_municipality_and_school_name_their_contact_persons(route: Route, side: OrganisationKind) -> None:
    facts = just_before(stories.joint(route), "naar_integraal_plan")
    unnamed = tuple(
        replace(each, functions=each.functions - {"contactpersoon"}) if each.organisation_kind is side else each
        for each in facts.parties
    )
    assert reasons(route, replace(facts, parties=unnamed), "naar_integraal_plan") == {"contactpersoon_ontbreekt"}
    for way, (school, municipality) in WAYS.items():
        known = replace(facts, parties=unnamed, leervraag=school, leefvraag=municipality)
        assert reasons(route, known, way) == {"contactpersoon_ontbreekt"}, way
    facts = joint(route)
    unnamed = tuple(
        replace(each, functions=each.functions - {"contactpersoon"}) if each.organisation_kind is side else each
        for each in facts.parties
    )
    assert reasons(route, replace(facts, parties=unnamed), "plan_vaststellen") == {"contactpersoon_ontbreekt"}


# --- 003:8 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("school", "municipality", "way"),
    [
        ("enkelvoudig", "enkelvoudig", "naar_integraal_plan"),
        ("enkelvoudig", "geen", "naar_alleen_onderwijs"),
        ("geen", "enkelvoudig", "naar_alleen_gemeente"),
        ("geen", "geen", "geen_hulpvraag"),
    ],
)
def test_each_answer_has_exactly_one_way(route: Route, school: str, municipality: str, way: str) -> None:
    facts = just_before(stories.joint(route), "naar_integraal_plan")
    facts = replace(facts, leervraag=school, leefvraag=municipality)
    assert [key for key in WAYS if not reasons(route, facts, key)] == [way]


def test_each_side_says_whether_there_is_a_question_for_it(route: Route) -> None:
    assert set(route.assessments["leervraag"].roles) == {Role.LEERKRACHT, Role.INTERN_BEGELEIDER, Role.DIRECTIE}
    assert set(route.assessments["leefvraag"].roles) == BASISTEAM
    facts = just_before(stories.joint(route), "naar_integraal_plan")
    for key in WAYS:
        assert {"leervraag_niet_ingedeeld", "leefvraag_niet_ingedeeld"} <= reasons(
            route, replace(facts, leervraag=None, leefvraag=None), key
        )


@pytest.mark.parametrize(
    ("step", "house"),
    [
        ("alleen_onderwijs", {Role.LEERKRACHT, Role.INTERN_BEGELEIDER, Role.DIRECTIE}),
        ("alleen_gemeente", BASISTEAM),
    ],
)
def test_who_takes_up_the_question_alone_goes_on_without_the_other(route: Route, step: str, house: set[Role]) -> None:
    """The other does nothing there, but go on with its own part when this one takes no part any more."""
    family = {Role.JEUGDIGE, Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER}
    for key, each in route.transitions.items():
        if step in each.origins and not key.endswith("_alleen_verder"):
            assert set(each.roles) <= house | family, key


@pytest.mark.parametrize(
    ("story", "way"),
    [(stories.basisteam_refused, "school_alleen_verder"), (stories.school_refused, "basisteam_alleen_verder")],
)
def test_a_no_narrows_the_route_and_never_blocks_it(route: Route, story: Callable[[Route], Walk], way: str) -> None:
    facts = just_before(story(route), way)
    assert "toestemming_ontbreekt" in reasons(route, replace(facts, consents={}), way), "the family is asked first"


# --- 003:9 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("party", ["gemeente", "school", "ouder"])
def test_the_plan_is_made_by_three_parties(route: Route, party: str) -> None:
    facts = joint(route)
    agreed = facts.plans["integraal_plan"].approved_by
    assert {"gemeente", "school", "ouder"} == agreed
    assert reasons(route, plan(facts, approved_by=agreed - {party}), "plan_vaststellen") == {"instemming_ontbreekt"}


def test_there_is_one_integral_plan(route: Route) -> None:
    assert list(route.plans) == ["integraal_plan"]
    assert set(route.plans["integraal_plan"].roles) == BASISTEAM | set(route.assessments["leervraag"].roles)


def test_the_youth_agrees_too_from_twelve_and_alone_from_sixteen(route: Route) -> None:
    agreed = just_before(stories.youth_of_thirteen(route), "plan_vaststellen").plans["integraal_plan"].approved_by
    assert agreed >= {"ouder", "jeugdige"}
    agreed = just_before(stories.youth_of_seventeen(route), "plan_vaststellen").plans["integraal_plan"].approved_by
    assert "jeugdige" in agreed
    assert "ouder" not in agreed


# --- 003:10 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"perspective": False}, "toekomstperspectief_ontbreekt"),
        ({"goal_domains": frozenset({"onderwijs"})}, "doel_ontbreekt"),
        ({"goal_domains": frozenset({"zorg"})}, "doel_ontbreekt"),
        ({"unmeasured_goals": 1}, "doel_niet_meetbaar"),
    ],
)
def test_the_plan_has_a_perspective_and_measurable_goals_for_help_and_school(
    route: Route, changed: dict[str, object], code: str
) -> None:
    assert reasons(route, joint(route), "plan_vaststellen") == set()
    assert reasons(route, plan(joint(route), **changed), "plan_vaststellen") == {code}


# --- 003:11 -----------------------------------------------------------------------------------------------------------


def test_the_casusregisseur_of_the_basisteam_always_has_the_regie(route: Route) -> None:
    questions: list[str | None] = [None, ProblemClass.GEEN, ProblemClass.ENKELVOUDIG]
    assert {route.regie_for(one, other, {}) for one in questions for other in questions} == {"casemanager"}
    assert set(route.regie.holders[Regie.CASEMANAGER]) == BASISTEAM
    assert route.functions["regiehouder"].nl == "casusregisseur"
    assert {
        facts.regie for key, facts in stories.joint(route).made if facts.step in {"integraal_plan", "uitvoering"}
    } == {"casemanager"}


def test_only_the_casusregisseur_settles_adjusts_and_completes_the_plan(route: Route) -> None:
    for key in ("plan_vaststellen", "plan_bijstellen", "plan_afronden"):
        assert set(route.transitions[key].roles) == BASISTEAM
        assert route.transitions[key].functions == ("regiehouder",)
    unnamed = tuple(replace(each, functions=each.functions - {"regiehouder"}) for each in joint(route).parties)
    assert reasons(route, replace(joint(route), parties=unnamed), "plan_vaststellen") == {"regiehouder_ontbreekt"}


def with_fresh_talks(facts: Facts, *kinds: str) -> Facts:
    """As if nothing was said in this step but these talks, with everybody whom they must reach."""
    whom = ("ouder", "jeugdige", "medewerker_lokaal_team")
    talk = next(note for note in facts.notes if note.kind == "voortgangsgesprek")
    said = tuple(replace(talk, kind=kind, with_whom=whom, fresh=True) for kind in kinds)
    return replace(facts, notes=said)


@pytest.mark.parametrize("step", JOINT)
def test_a_joint_plan_is_closed_by_the_casusregisseur_after_the_talk(route: Route, step: str) -> None:
    """003:11, 003:14: never by the school alone, and never unheard."""
    closing = route.transitions["samen_afsluiten"]
    assert set(closing.roles) == BASISTEAM
    assert closing.functions == ("regiehouder",)
    facts = replace(just_before(stories.insufficient_twice(route), "advies_verwerken"), step=step)
    heard = with_fresh_talks(facts, "voortgangsgesprek")
    assert reasons(route, heard, "samen_afsluiten") == set()
    assert reasons(route, with_fresh_talks(facts), "samen_afsluiten") == {"notitie_ontbreekt"}
    earlier = replace(facts, notes=tuple(replace(note, fresh=False) for note in heard.notes))
    assert reasons(route, earlier, "samen_afsluiten") == {"notitie_ontbreekt"}
    unnamed = tuple(replace(each, functions=each.functions - {"regiehouder"}) for each in heard.parties)
    assert reasons(route, replace(heard, parties=unnamed), "samen_afsluiten") == {"regiehouder_ontbreekt"}
    assert closers(route, step) - BASISTEAM == {"afsluiten_zonder_basisteam"}


def closers(route: Route, step: str) -> set[str | Role]:
    """Who can end the case from this step; and by which steps others than the basisteam can."""
    found: set[str | Role] = set()
    for key, each in route.transitions.items():
        if step in each.origins and each.destination == "afgesloten":
            found |= set(each.roles) if set(each.roles) <= BASISTEAM else {key}
    return found


@pytest.mark.parametrize("step", JOINT)
def test_the_school_closes_a_joint_plan_only_when_the_basisteam_is_gone(route: Route, step: str) -> None:
    """003:11, 003:14."""
    key = "afsluiten_zonder_basisteam"
    gone = replace(just_before(stories.school_closes_the_plan(route), key), step=step)
    assert reasons(route, gone, key) == set()
    assert reasons(route, replace(gone, notes=()), key) == {"notitie_ontbreekt"}
    earlier = tuple(replace(note, fresh=False) for note in gone.notes)
    assert reasons(route, replace(gone, notes=earlier), key) == {"notitie_ontbreekt"}
    still_there = (*gone.parties, party(Role.MEDEWERKER_LOKAAL_TEAM))
    assert reasons(route, replace(gone, parties=still_there), key) == {"al_betrokken"}


def test_looking_together_ends_only_after_a_talk_with_the_family(route: Route) -> None:
    """003:3."""
    facts = just_before(stories.school_taken_back(route), "verkenning_afsluiten")
    assert reasons(route, facts, "verkenning_afsluiten") == set()
    assert reasons(route, replace(facts, notes=()), "verkenning_afsluiten") == {"notitie_ontbreekt"}


def test_a_passed_term_names_every_way_on(route: Route) -> None:
    """003:8-16: not only the ways by which the case closes."""
    for term in route.terms.values():
        assert set(term.way_on) - closing(route), term.key
    by_step = {term.step: set(term.way_on) for term in route.terms.values()}
    assert by_step["verkenning"] >= set(WAYS)
    assert "naar_expertpool" in by_step["vervolgafspraken"]
    assert "advies_verwerken" in by_step["expertpool"]


def closing(route: Route) -> set[str]:
    """The steps by which a case ends."""
    return {key for key, each in route.transitions.items() if each.destination == "afgesloten"}


def test_education_answers_for_the_support_at_school(route: Route) -> None:
    """Goals for school are about learning: of the two sides only the school writes about that of its own."""
    own = {
        role: {each for grant in POLICY[role] for each in grant.categories}
        for role in route.plans["integraal_plan"].roles
    }
    assert {role for role, categories in own.items() if Category.LEREN in categories} == {
        Role.LEERKRACHT,
        Role.INTERN_BEGELEIDER,
        Role.DIRECTIE,
    }
    assert {role for role, categories in own.items() if Category.LEVEN in categories} == BASISTEAM


# --- 003:14 -----------------------------------------------------------------------------------------------------------


def test_anybody_in_the_case_may_say_that_there_is_too_little_progress(route: Route) -> None:
    first = next(each for each in route.escalations if each.rung == 1)
    everybody = {Role.JEUGDIGE, Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER, *route.plans["integraal_plan"].roles}
    assert set(first.roles) == everybody == set(route.transitions["voortgang_bespreken"].roles)
    assert first.conditions == ()


@pytest.mark.parametrize("missing", ["ouder", "jeugdige", "medewerker_lokaal_team"])
def test_it_is_first_discussed_with_parents_youth_and_casusregisseur_all_three(route: Route, missing: str) -> None:
    facts = just_before(stories.youth_of_thirteen(route), "vervolgafspraken_maken")
    assert reasons(route, facts, "vervolgafspraken_maken") == set()
    three = ("ouder", "jeugdige", "medewerker_lokaal_team")
    talk = next(note for note in facts.notes if note.kind == "voortgangsgesprek")
    # Recorded by the school, so that whoever records it does not stand for the casusregisseur.
    with_two = replace(
        talk, author_role=Role.INTERN_BEGELEIDER, with_whom=tuple(who for who in three if who != missing)
    )
    assert reasons(route, replace(facts, notes=(with_two,)), "vervolgafspraken_maken") == {"notitie_ontbreekt"}
    with_all = replace(with_two, with_whom=three)
    assert reasons(route, replace(facts, notes=(with_all,)), "vervolgafspraken_maken") == set()


def test_each_time_it_is_discussed_anew(route: Route) -> None:
    facts = just_before(stories.agreements_in_the_plan(route), "verder_met_plan")
    old = tuple(replace(note, fresh=False) for note in facts.notes)
    assert reasons(route, replace(facts, notes=old), "verder_met_plan") == {"notitie_ontbreekt"}
    assert reasons(route, replace(facts, notes=old), "vervolgafspraken_maken") >= {"notitie_ontbreekt"}


def test_further_agreements_are_flexible_or_intensive_support_or_others_with_a_reason(route: Route) -> None:
    kind = route.assessments["vervolgafspraken"]
    assert {each.code for each in kind.outcomes} == {
        "flexibele_ondersteuning",
        "intensieve_ondersteuning",
        "andere_afspraken",
    }
    assert kind.needs_reason == {"andere_afspraken"}
    facts = just_before(stories.insufficient_once(route), "vervolgafspraken_maken")
    nothing = replace(facts, assessments={})
    assert reasons(route, nothing, "vervolgafspraken_maken") == {"vastlegging_ontbreekt"}


def test_the_expertpool_advises_in_consultation_with_the_casusregisseur_and_after_the_talk(route: Route) -> None:
    second = next(each for each in route.escalations if each.rung == 2)
    facts = just_before(stories.insufficient_twice(route), "expertpool_laten_adviseren")
    assert lacking(route, second.conditions, facts) == []
    for kind in ("voortgangsgesprek", "overleg_casusregisseur"):
        without = replace(facts, notes=tuple(note for note in facts.notes if note.kind != kind))
        assert [reason.code for reason in lacking(route, second.conditions, without)] == ["notitie_ontbreekt"]
        assert reasons(route, without, "expertpool_laten_adviseren") == {"notitie_ontbreekt"}
    assert reasons(route, replace(facts, consents={}), "expertpool_laten_adviseren") == {"toestemming_ontbreekt"}


@pytest.mark.parametrize("old", ["voortgangsgesprek", "overleg_casusregisseur"])
@pytest.mark.parametrize("step", ["voortgang_bespreken", "vervolgafspraken"])
def test_neither_the_talk_nor_the_consultation_of_an_earlier_round_will_do(route: Route, step: str, old: str) -> None:
    """003:14: always first, each time anew."""
    second = next(each for each in route.escalations if each.rung == 2)
    facts = replace(just_before(stories.insufficient_twice(route), "expertpool_laten_adviseren"), step=step)
    assert reasons(route, facts, "expertpool_laten_adviseren") == set()
    notes = tuple(replace(note, fresh=note.kind != old) for note in facts.notes)
    earlier = replace(facts, notes=notes)
    assert reasons(route, earlier, "expertpool_laten_adviseren") == {"notitie_ontbreekt"}
    assert [reason.code for reason in lacking(route, second.conditions, earlier)] == ["notitie_ontbreekt"]


def test_the_expertpool_is_contacted_only_after_a_talk_in_this_round(route: Route) -> None:
    """003:14-16."""
    third = next(each for each in route.escalations if each.rung == 3)
    facts = just_before(stories.insufficient_twice(route), "naar_expertpool")
    earlier = replace(facts, notes=tuple(replace(note, fresh=False) for note in facts.notes))
    assert reasons(route, earlier, "naar_expertpool") == {"notitie_ontbreekt"}
    assert [reason.code for reason in lacking(route, third.conditions, earlier)] == ["notitie_ontbreekt"]


@pytest.mark.parametrize(
    ("story", "key"),
    [
        (stories.insufficient_once, "vervolgafspraken_geslaagd"),
        (stories.agreements_in_the_plan, "vervolgafspraken_in_plan"),
        (stories.insufficient_twice, "advies_verwerken"),
        (stories.expertpool_silent, "verder_zonder_advies"),
    ],
)
def test_nobody_leaves_the_ladder_unheard(route: Route, story: Callable[[Route], Walk], key: str) -> None:
    """003:14: altijd eerst."""
    facts = just_before(story(route), key)
    unheard = tuple(note for note in facts.notes if note.kind != "voortgangsgesprek")
    assert reasons(route, replace(facts, notes=unheard), key) == {"notitie_ontbreekt"}


# --- 003:16 -----------------------------------------------------------------------------------------------------------


def test_the_expertpool_is_contacted_only_when_the_further_agreements_did_not_help_either(route: Route) -> None:
    third = next(each for each in route.escalations if each.rung == 3)
    facts = just_before(stories.insufficient_twice(route), "naar_expertpool")
    assert lacking(route, third.conditions, facts) == []
    enough = replace(facts.assessments["voortgang_na_vervolg"], outcome="voldoende")
    helped = replace(facts, assessments={**facts.assessments, "voortgang_na_vervolg": enough})
    assert [reason.code for reason in lacking(route, third.conditions, helped)] == ["uitkomst_anders"]
    assert reasons(route, helped, "naar_expertpool") == {"uitkomst_anders"}
    assert route.transitions["naar_expertpool"].origins == ("vervolgafspraken",)


def test_the_ladder_is_climbed_rung_by_rung(route: Route) -> None:
    """The expertpool can't be asked anything at the first rung, whatever was raised."""
    facts = just_before(stories.insufficient_twice(route), "voortgang_bespreken")
    raised = (*facts.escalations, EscalationFact("geen_beoogd_resultaat", "expertpool", resolved=False))
    for each in route.escalations:
        assert bool(lacking(route, each.conditions, facts)) is (each.rung > 1)
    facing = {option.transition.key for option in outlook(route, replace(facts, escalations=raised), nobody())}
    assert not facing & {"expertpool_laten_adviseren", "naar_expertpool"}


def test_the_expertpool_leaves_when_it_advised(route: Route) -> None:
    walk = stories.insufficient_twice(route)
    assert "advies_expertpool" in just_before(walk, "advies_verwerken").assessments
    assert OrganisationKind.EXPERTPOOL not in {each.organisation_kind for each in walk.facts.parties}


# --- 003:18 -----------------------------------------------------------------------------------------------------------


def test_unsafety_crisis_and_calamity_stand_aside_and_nothing_blocks_them(route: Route) -> None:
    (aside,) = route.asides.values()
    assert aside.source == "003:18"
    assert "112" in aside.says.nl
    assert "Veilig Thuis" in aside.says.nl
    # No step, and nothing that is raised: it would stand in the log that the parents read.
    words = {key for each in route.escalations for key in each.kinds} | set(route.transitions)
    assert not [word for word in words if "veilig" in word or "crisis" in word or "calamiteit" in word]


def test_every_test_that_the_table_names_exists() -> None:
    every_test_named_exists("docs/seed-003.md", "app/routes/provinciaal-basisteam.1.toml", at_least=30)
