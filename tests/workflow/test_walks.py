"""What must be true of a case that walked the route of Midden-Groningen by following `outlook` alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.actors import OrganisationKind, Role
from app.workflow.decide import outlook
from app.workflow.loader import current
from app.workflow.model import Route
from tests.workflow import stories
from tests.workflow.walks import Walk, draft, nobody, opened, signal

Story = Callable[[Route], Walk]


@pytest.fixture(scope="module")
def route() -> Route:
    return current("midden-groningen")


def _before(walk: Walk, key: str) -> set[str]:
    """Which kinds of assessment were recorded when the transition was made last."""
    return set([facts for made, facts in walk.made if made == key][-1].assessments)


def _kinds(walk: Walk) -> set[OrganisationKind]:
    return {party.organisation_kind for party in walk.facts.parties}


@pytest.mark.parametrize("story", stories.STORIES, ids=lambda story: story.__name__)
def test_each_story_reaches_its_end(route: Route, story: Story) -> None:
    walk = story(route)
    expected = "uitvoering" if story is stories.both_enkelvoudig_regie_onderwijs else "afgesloten"
    assert walk.facts.step == expected


def test_every_transition_is_made_in_some_story(route: Route) -> None:
    made = {key for story in stories.STORIES for key, _ in story(route).made}
    assert made == set(route.transitions)


def test_a_leervraag_alone_never_reaches_the_sociaal_team_and_the_teacher_evaluates_it(route: Route) -> None:
    walk = stories.only_leervraag(route)
    assert OrganisationKind.SOCIAAL_TEAM not in _kinds(walk)
    assert OrganisationKind.SOCIAAL_TEAM not in walk.facts.consents
    assert "evaluatie_leerkracht" in _before(walk, "onderwijs_afronden")


def test_before_a_route_is_chosen_the_registrations_are_checked_and_the_meldcode_is_considered(route: Route) -> None:
    triage = {"registratie_ggd", "registratie_leerplicht", "registratie_zorg_voor_jeugd", "meldcode_overwogen"}
    assert triage <= _before(stories.only_leervraag(route), "naar_onderwijs")
    assert triage <= _before(stories.only_leefvraag_complex(route), "aanmelden")


def test_no_way_leads_to_support_without_triage(route: Route) -> None:
    """With triage taken out of the graph, none of the places where a route was chosen can be reached (001:283)."""
    reached, waiting = {route.start}, [route.start]
    while waiting:
        step = waiting.pop()
        for transition in route.transitions.values():
            target = transition.target(step)
            if step in transition.origins and target not in reached | {"triage"}:
                reached.add(target)
                waiting.append(target)
    assert reached == {"signaal", "onderzoek", "bovenschools", "jgz", "afgesloten"}


def test_after_a_single_leefvraag_the_municipality_is_gone_and_nobody_holds_the_regie(route: Route) -> None:
    walk = stories.only_leefvraag_enkelvoudig(route)
    assert _kinds(walk).isdisjoint({OrganisationKind.GEMEENTE, OrganisationKind.SOCIAAL_TEAM})
    assert walk.facts.regie is None
    assert {"veiligheidsinschatting", "kernbeslissing"} <= _before(walk, "loslaten")


def test_the_school_of_a_child_with_only_a_leefvraag_hears_nothing(route: Route) -> None:
    walk = stories.only_leefvraag_enkelvoudig(route)
    assert OrganisationKind.SCHOOL not in _kinds(walk)
    assert OrganisationKind.SCHOOL not in walk.facts.consents


def test_a_complex_leefvraag_stays_with_a_casemanager_and_an_unsafe_child_has_a_standpunt(route: Route) -> None:
    walk = stories.only_leefvraag_complex(route)
    regie = {facts.regie for key, facts in walk.made if key.startswith("gemeenteplan")}
    assert regie == {"casemanager"}
    assert {"standpunt_veiligheid", "stabilisatieafspraken"} <= _before(walk, "naar_casemanagement")


def test_an_unsafe_child_with_a_single_leefvraag_keeps_a_casemanager(route: Route) -> None:
    walk = stories.unsafe_with_a_single_leefvraag(route)
    assert {facts.regie for key, facts in walk.made if key.startswith("gemeenteplan")} == {"casemanager"}
    assert "standpunt_veiligheid" in _before(walk, "naar_casemanagement")


def test_a_leefvraag_that_needs_no_jeugdhulp_is_not_recorded_as_absent(route: Route) -> None:
    walk = stories.no_jeugdhulp(route)
    assert _before(walk, "naar_onderwijs").isdisjoint({"leefvraag", "geen_leefvraag"})
    assert walk.facts.leefvraag == "enkelvoudig"


def test_for_a_child_without_a_school_the_samenwerkingsverband_can_write_the_goal_for_school(route: Route) -> None:
    drafted = replace(stories.no_school(route).facts, step="mdo", plans={draft().kind: draft()})
    [option] = [each for each in outlook(route, drafted, nobody()) if each.transition.key == "plan_vaststellen"]
    asked = [each for each in option.reasons if each.operation and "domain" in each.operation.fields]
    [reason] = [each for each in asked if each.operation and each.operation.fields["domain"] == "onderwijs"]
    assert Role.SWV_COORDINATOR in reason.resolvers


def test_the_stagnatiepunt_can_bring_people_together(route: Route) -> None:
    """001:157."""
    assert Role.MEDEWERKER_STAGNATIEPUNT in route.meetings["overleg"].roles


def test_the_mdo_has_all_three_and_the_plan_is_agreed_by_them_and_the_parents(route: Route) -> None:
    walk = stories.both_with_mdo(route)
    assert walk.facts.meetings[0].present == {"gemeente", "school", "jgz", "ouder"}
    assert walk.facts.plan is not None
    assert walk.facts.plan.approved_by == {"school", "gemeente", "jgz", "ouder"}
    assert walk.facts.plan.goal_domains == {"onderwijs", "zorg"}


def test_an_adjusted_plan_is_agreed_again(route: Route) -> None:
    walk = stories.both_with_mdo(route)
    assert sum("plan.approve {'party': 'ouder'" in line for line in walk.done) == 3


def test_the_school_holds_the_regie_when_the_leefvraag_is_single(route: Route) -> None:
    assert stories.both_enkelvoudig_regie_onderwijs(route).facts.regie == "onderwijs"


def test_the_regie_in_the_plan_may_differ_from_the_table(route: Route) -> None:
    findings = {"leervraag": "enkelvoudig", "leefvraag": "enkelvoudig", "probleemklasse": "enkelvoudig"}
    walk = Walk(route, opened(route, signal(Role.LEERKRACHT)), {**findings, "regie": "casemanager"})
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", *stories.TO_INTAKE, "naar_mdo")
    assert walk.facts.regie == "onderwijs"
    walk.go("plan_vaststellen")
    assert walk.facts.regie == "casemanager"


def test_what_the_bovenschools_team_saw_goes_back_to_parents_and_school(route: Route) -> None:
    walk = stories.handelingsverlegenheid(route)
    assert {note.kind for note in walk.facts.notes} >= {"terugkoppeling_ouders", "terugkoppeling_school"}


def test_a_youth_of_thirteen_is_invited_and_agrees_beside_the_parents(route: Route) -> None:
    walk = stories.youth_of_thirteen(route)
    assert {"ouder", "jeugdige"} <= walk.facts.meetings[0].invited
    assert walk.facts.plan is not None
    assert {"ouder", "jeugdige"} <= walk.facts.plan.approved_by


def test_a_youth_of_seventeen_decides_alone(route: Route) -> None:
    walk = stories.youth_of_seventeen(route)
    assert "ouder" not in walk.facts.meetings[0].invited
    assert walk.facts.plan is not None
    assert "ouder" not in walk.facts.plan.approved_by
    assert "jeugdige" in walk.facts.plan.approved_by


@pytest.mark.parametrize("key", ["regievoerder_betrekken", "swv_inschakelen", "swv_benaderen", "steunpunt_benaderen"])
def test_who_can_help_when_it_stalls_can_be_called_in_at_any_moment(route: Route, key: str) -> None:
    """001:232-237, 001:275-281 know no limit; only a closed case is first reopened."""
    everywhere = {step.key for step in route.steps.values() if not step.end}
    # Where the school is at work the child has one: there it's never the way of a child without a school.
    at_school = {"onderzoek", "bovenschools", "onderwijs"} if key == "swv_benaderen" else set()
    assert set(route.transitions[key].origins) == everywhere - at_school


def test_the_steunpunt_may_approach_the_samenwerkingsverband_for_a_child_without_a_school(route: Route) -> None:
    assert Role.OUDER_JEUGDSTEUNPUNT in route.transitions["swv_benaderen"].roles


def test_without_a_school_there_is_no_research_and_the_samenwerkingsverband_takes_part(route: Route) -> None:
    walk = stories.no_school(route)
    assert "onderzoek" not in {facts.step for _, facts in walk.made}
    assert "school" not in walk.facts.meetings[0].invited
    assert OrganisationKind.SAMENWERKINGSVERBAND in _kinds(walk)


def test_after_reopening_nothing_of_the_first_time_counts(route: Route) -> None:
    walk = stories.reopened(route)
    first, second = [facts for key, facts in walk.made if key == "naar_onderwijs"]
    assert "jgz_uitkomst" in first.assessments
    assert "jgz_uitkomst" not in second.assessments
    assert "meldcode_overwogen" in second.assessments


def test_a_refusal_leaves_a_way_on_without_the_party_that_was_refused(route: Route) -> None:
    walk = stories.jgz_refused(route)
    assert OrganisationKind.JGZ not in _kinds(walk)
    assert walk.facts.leefvraag is None


def test_wherever_consent_is_withdrawn_the_case_is_not_caught(route: Route) -> None:
    """In each step that a story saw, with every consent taken back: somebody present can still go on or close."""
    seen = {facts.step: facts for story in stories.STORIES for _, facts in story(route).made}
    assert set(seen) == set(route.steps)
    for step, facts in seen.items():
        withdrawn = replace(facts, consents={}, explanation="Ingetrokken.")
        open_ways = [
            option.transition
            for option in outlook(route, withdrawn, nobody())
            if not option.reasons and option.transition.target(step) != step
        ]
        assert open_ways, step


def test_whoever_can_take_a_reason_away_is_always_named(route: Route) -> None:
    empty = replace(opened(route, signal(Role.LEERKRACHT), enrolled=False, age=None), signals=())
    for step in route.steps:
        for option in outlook(route, replace(empty, step=step), nobody()):
            for reason in option.reasons:
                assert reason.resolvers, (option.transition.key, reason.code)
                assert reason.nl
                assert reason.en
