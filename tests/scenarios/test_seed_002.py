"""Seed 002, sentence by sentence (Utrecht, «thuiszitten samen oplossen»): docs/seed-002.md lists them all.

`routekaart:n` is a step of the same route map that the source leaves out (thuiszittersaanpak.nl, sterkvo.nl).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from app.domain.actors import Category, OrganisationKind, Role
from app.domain.policy import POLICY, Action, may_at_all
from app.integrations.calendars import calendar_of
from app.workflow.facts import Facts
from app.workflow.loader import current
from app.workflow.model import Ground, Moment, Presence, Route
from app.workflow.terms import State, deadlines, read_clock
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
    without_organisation,
    without_plan,
)
from tests.workflow import stories_utrecht as stories
from tests.workflow.walks import Walk

Kind = OrganisationKind
Story = Callable[[Route], Walk]
BUURTTEAM, JGZ, SWV, LEERPLICHT = Kind.SOCIAAL_TEAM, Kind.JGZ, Kind.SAMENWERKINGSVERBAND, Kind.LEERPLICHT
SAVE, SPECIALIST = Kind.GECERTIFICEERDE_INSTELLING, Kind.JEUGDHULPAANBIEDER
FITTING = (Role.CONSULENT_PASSEND_ONDERWIJS, Role.BEGELEIDER_PASSEND_ONDERWIJS)
QUESTIONS = (
    "Heeft de leerling alles kunnen vertellen?",
    "Heeft de ouder / verzorger alles kunnen vertellen?",
    "Is het doel duidelijk en is er overeenstemming over het doel?",
    "Wie is de regiehouder?",
    "Wat wordt er verwacht van de regiehouder?",
    "Is het plan duidelijk?",
    "Wat zijn de afspraken?",
    "Wie doet wat, wanneer en waarom?",
    "Wanneer is de volgende afspraak en wie zijn erbij?",
    "Zijn er nog vragen of onduidelijkheden?",
    "Hoe heeft iedereen het gesprek ervaren?",
    "Hoe leggen we afspraken vast en hoe wordt informatie gedeeld?",
)


@pytest.fixture(scope="module")
def route() -> Route:
    return current("utrecht-thuiszitten")


def _actions(role: Role) -> set[Action]:
    return {action for grant in POLICY[role] for action in grant.actions}


def test_the_eight_steps_in_their_order(route: Route) -> None:
    """routekaart:1-8."""
    walk = stories.no_offer_and_save(route)
    steps = list(dict.fromkeys([facts.step for _, facts in walk.made]))
    assert steps[:8] == [
        "signaal",
        "contact",
        "kernpartners",
        "actietafel",
        "gesprek",
        "evaluatie",
        "passend_aanbod",
        "opgeschaald",
    ]
    numbers = [step.title.nl.split(".")[0] for step in route.steps.values() if not step.end]
    assert numbers == [str(number) for number in range(1, 9)]


# --- Who is involved (002:11-25) --------------------------------------------------------------------------------------


def test_the_buurtteam_joins_when_the_family_wants_it(route: Route) -> None:
    """002:13: wanneer een leerling en/of ouders ondersteuning willen."""
    facts = before(route, stories.scaled_up_early, "buurtteam_betrekken")
    assert in_the_way(route, facts, "buurtteam_betrekken") == set()
    assert "toestemming_ontbreekt" in in_the_way(route, without_consent(facts, BUURTTEAM), "buurtteam_betrekken")
    for role in (Role.OUDER, Role.JEUGDIGE):
        assert is_a_step_for(route, role, "buurtteam_betrekken")
    refusing = stories.family_wants_no_help(route).facts
    assert not joined(refusing.parties, Role.GEZINSWERKER_BUURTTEAM)


def test_the_gezinswerker_looks_with_the_family(route: Route) -> None:
    """002:13: samen met het gezin wordt gekeken naar inzichten en oplossingen."""
    note = route.notes["inzichten_en_oplossingen"]
    assert note.roles == (Role.GEZINSWERKER_BUURTTEAM,)
    assert note.with_whom == {Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER, Role.JEUGDIGE}
    assert note.category is Category.LEVEN
    assert Action.NOTE_CREATE in _actions(Role.GEZINSWERKER_BUURTTEAM)


def test_the_gezinswerker_makes_the_connection_and_decides_nothing(route: Route) -> None:
    """002:13: een begeleidende rol naast ouders; de verbinding tussen organisaties."""
    assert is_a_step_for(route, Role.GEZINSWERKER_BUURTTEAM, "specialist_betrekken")
    assert not is_a_step_for(route, Role.GEZINSWERKER_BUURTTEAM, "plannen_vaststellen")
    assert not _actions(Role.GEZINSWERKER_BUURTTEAM) & {
        Action.ASSESSMENT_CREATE,
        Action.DECISION_CREATE,
        Action.PLAN_CREATE,
    }


def test_the_school_calls_in_the_kernpartners(route: Route) -> None:
    """002:13, routekaart:2-3: school en ouders spreken elkaar, dan betrekt de school organisaties."""
    facts = before(route, stories.a_fitting_offer, "kernpartners_inroepen")
    assert in_the_way(route, facts, "kernpartners_inroepen") == set()
    silent = without_note(facts, "contact_school_ouders")
    assert missing(route, silent, "kernpartners_inroepen") == {"contact_school_ouders"}
    assert {role for role in Role if is_a_step_for(route, role, "kernpartners_inroepen")} == {
        Role.INTERN_BEGELEIDER,
        Role.DIRECTIE,
    }


def test_in_po_the_consulent_in_vo_the_begeleider(route: Route) -> None:
    """002:17, 002:33-39: CPO voor primair, BPO voor voortgezet onderwijs."""
    po = before(route, stories.a_fitting_offer, "consulent_inroepen")
    vo = before(route, stories.in_vo, "begeleider_inroepen")
    assert in_the_way(route, po, "begeleider_inroepen") == {"andere_sector"}
    assert in_the_way(route, vo, "consulent_inroepen") == {"andere_sector"}
    assert roles_at(stories.a_fitting_offer(route).facts, SWV) == {Role.CONSULENT_PASSEND_ONDERWIJS}
    assert roles_at(stories.in_vo(route).facts, SWV) == {Role.BEGELEIDER_PASSEND_ONDERWIJS}
    for key in ("consulent_inroepen", "begeleider_inroepen"):
        assert [each.ground for each in route.transitions[key].involve] == [Ground.SWV_TAAK]


def test_the_samenwerkingsverband_thinks_along_about_another_school(route: Route) -> None:
    """002:17: als het aanbod niet toereikend is, meedenken over andere oplossingen."""
    codes = {outcome.code for outcome in route.assessments["aanbod_huidige_school"].outcomes}
    assert codes == {"toereikend", "niet_toereikend"}
    for role in FITTING:
        assert role in route.assessments["aanbod_huidige_school"].roles
        assert role in route.notes["andere_oplossingen"].roles
        assert {Action.NOTE_CREATE, Action.ASSESSMENT_CREATE} <= _actions(role)
    assert "andere_school" in {outcome.code for outcome in route.assessments["soort_aanbod"].outcomes}


def test_parents_can_turn_to_youth_health_care(route: Route) -> None:
    """002:21: ouders kunnen bij de jeugdarts en jeugdverpleegkundige terecht."""
    for role in (Role.OUDER, Role.JEUGDIGE):
        assert is_a_step_for(route, role, "jgz_betrekken")
    facts = before(route, stories.scaled_up_early, "jgz_betrekken")
    assert "toestemming_ontbreekt" in in_the_way(route, without_consent(facts, JGZ), "jgz_betrekken")
    assert roles_at(stories.scaled_up_early(route).facts, JGZ) >= {Role.JEUGDARTS, Role.JEUGDVERPLEEGKUNDIGE}


def test_the_advice_on_attending_school_is_the_jeugdarts_s(route: Route) -> None:
    """002:21: de jeugdarts stelt een advies voor de schoolgang op, samen met leerling en ouders."""
    advice = route.assessments["advies_schoolgang"]
    assert (advice.roles, advice.category) == ((Role.JEUGDARTS,), Category.GEZONDHEID)
    assert route.notes["gesprek_jeugdarts"].with_whom == {
        Role.OUDER,
        Role.WETTELIJK_VERTEGENWOORDIGER,
        Role.JEUGDIGE,
    }


def test_specialists_join_only_with_consent(route: Route) -> None:
    """002:21, 002:112: met toestemming van leerling en ouders."""
    facts = before(route, stories.a_fitting_offer, "specialist_betrekken")
    assert "toestemming_ontbreekt" in in_the_way(route, without_consent(facts, SPECIALIST), "specialist_betrekken")
    assert is_a_step_for(route, Role.JEUGDARTS, "specialist_betrekken")


def test_leerplicht_is_involved_when_education_is_not_followed(route: Route) -> None:
    """002:25: geen of onvoldoende onderwijs."""
    facts = before(route, stories.a_fitting_offer, "kernpartners_inroepen")
    for attends in ("dreigend_thuiszitten", "thuiszitten"):
        assert in_the_way(route, with_outcome(facts, "schoolgang", attends), "kernpartners_inroepen") == set()
    back = with_outcome(facts, "schoolgang", "weer_op_school")
    assert "uitkomst_anders" in in_the_way(route, back, "kernpartners_inroepen")
    [leerplicht] = route.transitions["kernpartners_inroepen"].involve
    assert (leerplicht.organisation_kind, leerplicht.ground) == (LEERPLICHT, Ground.WETTELIJKE_TAAK_LEERPLICHT)
    assert roles_at(stories.a_fitting_offer(route).facts, LEERPLICHT) == {Role.LEERPLICHTAMBTENAAR}


def test_leerplicht_watches_everybodys_effort(route: Route) -> None:
    """002:25: houdt in de gaten of iedereen zijn best doet."""
    note = route.notes["ieders_inzet"]
    assert (note.roles, note.category) == ((Role.LEERPLICHTAMBTENAAR,), Category.VERZUIM)


# --- The words (002:27-67) --------------------------------------------------------------------------------------------


def test_a_groot_overleg_can_be_called(route: Route) -> None:
    """002:41-43: genoemd, niet uitgelegd."""
    assert route.meetings["groot_overleg"].invitees == ()


def test_the_kernpartners_are_at_the_table(route: Route) -> None:
    """002:49-51, 002:111."""
    facts = before(route, stories.a_fitting_offer, "naar_actietafel")
    assert in_the_way(route, facts, "naar_actietafel") == set()
    for kind in (LEERPLICHT, SWV):
        assert in_the_way(route, without_organisation(facts, kind), "naar_actietafel") == {"niet_betrokken"}
    for kind in (BUURTTEAM, JGZ):
        unasked = without_consent(without_organisation(facts, kind), kind)
        assert in_the_way(route, unasked, "naar_actietafel") == {"toestemming_ontbreekt"}
    assert stories.family_wants_no_help(route).facts.step == "afgesloten"


def test_scaling_up_goes_through_the_managers_of_those_involved(route: Route) -> None:
    """002:59: via de leidinggevenden van de kernpartners."""
    facts = before(route, stories.scaled_up_early, "opschalen")
    assert in_the_way(route, facts, "opschalen") == set()
    assert in_the_way(route, replace(facts, escalations=()), "opschalen") == {"escalatie_ontbreekt"}
    [ladder] = route.escalations
    assert {each.roles for each in ladder.involve} == {(Role.LEIDINGGEVENDE_KERNPARTNER,)}
    assert all(each.only_if_involved for each in ladder.involve)
    assert {each.ground for each in ladder.involve} == {Ground.PROCESBEWAKING}
    assert {each.organisation_kind for each in ladder.involve} == {LEERPLICHT, SWV, BUURTTEAM, JGZ}
    alone = replace(before(route, stories.family_wants_no_help, "naar_actietafel"), explanation=None)
    walk = Walk(route, alone, stories.AT_HOME).go("opschalen")
    managed = {each.organisation_kind for each in walk.facts.parties if each.role is Role.LEIDINGGEVENDE_KERNPARTNER}
    assert managed == {LEERPLICHT, SWV}


@pytest.mark.parametrize("role", [Role.OUDER, Role.JEUGDIGE, Role.INTERN_BEGELEIDER, Role.GEZINSWERKER_BUURTTEAM])
def test_family_school_and_kernpartners_may_scale_up(route: Route, role: Role) -> None:
    """002:59: de optie."""
    assert role in route.escalations[0].roles
    assert may_at_all((role,), Action.ESCALATION_CREATE)


def test_managers_see_the_process_alone(route: Route) -> None:
    """002:59: versnelling of verbetering in het traject; de inhoud is daar niet voor nodig."""
    grants = POLICY[Role.LEIDINGGEVENDE_KERNPARTNER]
    assert {category for grant in grants for category in grant.categories | grant.under_consent} == {Category.PROCES}
    assert not [each for each in route.transitions if is_a_step_for(route, Role.LEIDINGGEVENDE_KERNPARTNER, each)]


@pytest.mark.parametrize("key", ["verder_na_opschalen", "afsluiten_na_opschalen"])
def test_after_scaling_up_the_managers_answer_first(route: Route, key: str) -> None:
    """002:59."""
    story = stories.scaled_up_early if key == "verder_na_opschalen" else stories.save_refused
    facts = before(route, story, key)
    assert in_the_way(route, facts, key) == set()
    unanswered = replace(facts, escalations=tuple(replace(each, resolved=False) for each in facts.escalations))
    assert in_the_way(route, unanswered, key) == {"escalatie_open"}


@pytest.mark.parametrize(
    ("key", "answer", "story"),
    [
        ("passend_aanbod_gevonden", "ja", stories.a_fitting_offer),
        ("geen_passend_aanbod", "nee", stories.save_refused),
    ],
)
def test_a_fitting_offer_is_yes_or_no_with_parents_and_pupil(route: Route, key: str, answer: str, story: Story) -> None:
    """002:61-63, 002:132, routekaart:7."""
    facts = before(route, story, key)
    assert in_the_way(route, facts, key) == set()
    other = {"ja": "nee", "nee": "ja"}[answer]
    assert "uitkomst_anders" in in_the_way(route, with_outcome(facts, "passend_aanbod", other), key)
    assert missing(route, without_assessment(facts, "passend_aanbod"), key) == {"passend_aanbod"}
    assert missing(route, without_note(facts, "gesprek_passend_aanbod"), key) == {"gesprek_passend_aanbod"}
    grown = replace(facts, age=14)
    assert missing(route, grown, key) == {"gesprek_passend_aanbod"}, "the pupil was not there"
    both = tuple(replace(note, with_whom=("ouder", "jeugdige")) for note in grown.notes)
    assert in_the_way(route, replace(grown, notes=both), key) == set()


def test_what_the_offer_is(route: Route) -> None:
    """002:63, routekaart:7: de juiste zorg en/of opleiding en school; dagbesteding."""
    codes = {outcome.code for outcome in route.assessments["soort_aanbod"].outcomes}
    assert codes == {"huidige_school", "andere_school", "specialistische_hulp", "dagbesteding"}
    facts = without_assessment(before(route, stories.a_fitting_offer, "passend_aanbod_gevonden"), "soort_aanbod")
    assert missing(route, facts, "passend_aanbod_gevonden") == {"soort_aanbod"}


def test_no_offer_leads_to_scaling_up_alone(route: Route) -> None:
    """routekaart:8."""
    facts = before(route, stories.save_refused, "geen_passend_aanbod")
    ways = {
        each.key
        for each in route.transitions.values()
        if "passend_aanbod" in each.origins and each.target("passend_aanbod") != "passend_aanbod"
        if not in_the_way(route, facts, each.key)
    }
    assert ways == {"geen_passend_aanbod"}
    assert in_the_way(route, replace(facts, escalations=()), "geen_passend_aanbod") == {"escalatie_ontbreekt"}


def test_save_only_with_consent_and_without_an_offer(route: Route) -> None:
    """002:65-67: met toestemming van ouders, wanneer er geen passend aanbod tot stand komt."""
    facts = before(route, stories.no_offer_and_save, "save_betrekken")
    assert in_the_way(route, facts, "save_betrekken") == set()
    assert "toestemming_ontbreekt" in in_the_way(route, without_consent(facts, SAVE), "save_betrekken")
    offered = with_outcome(facts, "passend_aanbod", "ja")
    assert "uitkomst_anders" in in_the_way(route, offered, "save_betrekken")
    assert joined(stories.no_offer_and_save(route).facts.parties, Role.SAVE_MEDEWERKER)
    refusing = stories.save_refused(route)
    assert not joined(refusing.facts.parties, Role.SAVE_MEDEWERKER)
    closing = before(route, stories.save_refused, "afsluiten_na_opschalen")
    assert in_the_way(route, closing, "save_betrekken") == {"toestemming_geweigerd"}
    parties = {each.party for each in route.meetings["actietafel"].invitees if each.presence is Presence.ON_CALL}
    assert "save" in parties


# --- The map (002:83-134) ---------------------------------------------------------------------------------------------


def test_a_signal_says_how_the_pupil_attends_school(route: Route) -> None:
    """002:85, routekaart:1: een (dreigende) thuiszitter."""
    facts = before(route, stories.a_fitting_offer, "contact_opnemen")
    assert in_the_way(route, facts, "contact_opnemen") == set()
    assert missing(route, without_assessment(facts, "schoolgang"), "contact_opnemen") == {"schoolgang"}


Happened = list[str | None]


def _made(key: str, day: str, origin: str, target: str) -> Happened:
    return ["transition", key, f"{day}T09:00:00+00:00", origin, target]


CALLED = _made("kernpartners_inroepen", "2026-11-02", "contact", "kernpartners")
AT_TABLE = _made("naar_actietafel", "2026-11-03", "kernpartners", "actietafel")
UP = _made("opschalen", "2026-11-04", "actietafel", "opgeschaald")
ON = _made("verder_na_opschalen", "2026-11-16", "opgeschaald", "actietafel")


def _stands(route: Route, key: str, today: str, *moments: Happened) -> tuple[State, str]:
    """How a term stands in a case that was signalled on Monday 2 November 2026, after this happened."""
    opened = "2026-11-02T08:00:00+00:00"
    targets = [each[4] for each in moments if each[4]]
    clock = read_clock(
        {
            "today": today,
            "step": targets[-1] if targets else route.start,
            "openedAt": opened,
            "roundSince": opened,
            "closedAt": moments[-1][2] if targets and targets[-1] == "afgesloten" else None,
            "moments": [["signal", "", opened, None, None], *moments],
            "pauses": [],
            "extensions": [],
        },
        route.start,
    )
    school = calendar_of(school=True, municipality="GM0344")
    [found] = [each for each in deadlines(route, clock, school) if each.term.key == key]
    return found.state, str(found.due)


def _table_on(day: str) -> Happened:
    return ["meeting", "actietafel", f"{day}T15:00:00+00:00", None, None]


def test_the_actietafel_comes_within_five_school_days_of_the_call(route: Route) -> None:
    """002:95: binnen 5 dagen actietafel (ADR 0095)."""
    term = route.terms["actietafel_binnen_5_dagen"]
    assert (term.amount, term.unit, term.hard) == (5, "schooldag", False)
    assert (term.anchor, term.until) == (Moment("step", "kernpartners"), (Moment("meeting", "actietafel"),))
    assert route.transitions["kernpartners_inroepen"].destination == "kernpartners"


def test_the_five_days_last_until_the_table_was_held(route: Route) -> None:
    """002:95: going to the step, or scaling up, is no table."""
    stands = partial(_stands, route, "actietafel_binnen_5_dagen")
    assert stands("2026-11-06", CALLED, AT_TABLE) == (State.RUNNING, "2026-11-09")
    assert stands("2026-11-10", CALLED, AT_TABLE, UP) == (State.PASSED, "2026-11-09")
    assert stands("2026-11-10", CALLED, AT_TABLE, _table_on("2026-11-05")) == (State.MET, "2026-11-09")


def test_each_round_at_the_table_has_its_five_days(route: Route) -> None:
    """002:95, 002:59: after scaling up the table meets again, within five school days."""
    first = (CALLED, AT_TABLE, _table_on("2026-11-03"), UP)
    stands = partial(_stands, route, "actietafel_gehouden")
    assert stands("2026-11-04", *first)[0] is State.MET
    assert stands("2026-11-17", *first, ON) == (State.RUNNING, "2026-11-23")
    assert stands("2026-11-24", *first, ON) == (State.PASSED, "2026-11-23")
    assert stands("2026-11-24", *first, ON, _table_on("2026-11-18"))[0] is State.MET


def test_there_is_a_talk_with_the_pupil(route: Route) -> None:
    """002:99: ook goed met het kind gepraat."""
    note = route.notes["gesprek_met_leerling"]
    assert note.with_whom == {Role.JEUGDIGE}


def test_who_sits_at_the_actietafel(route: Route) -> None:
    """002:106-112."""
    presence = {each.party: each.presence for each in route.meetings["actietafel"].invitees}
    assert presence == {
        "jeugdige": Presence.WHERE_POSSIBLE,
        "ouder": Presence.INVITED,
        **dict.fromkeys(("school", "leerplicht", "samenwerkingsverband", "buurtteam", "jgz"), Presence.REQUIRED),
        **dict.fromkeys(("specialist", "save"), Presence.ON_CALL),
    }
    facts = before(route, stories.a_fitting_offer, "naar_gesprek")
    assert in_the_way(route, facts, "naar_gesprek") == set()
    for party in ("ouder", "school", "leerplicht", "samenwerkingsverband", "buurtteam", "jgz"):
        uninvited = not_invited(facts, ("actietafel",), party)
        assert "uitnodiging_ontbreekt" in in_the_way(route, uninvited, "naar_gesprek"), party
    assert in_the_way(route, not_invited(facts, ("actietafel",), "jeugdige"), "naar_gesprek") == set()


def test_the_actietafel_has_its_four_goals(route: Route) -> None:
    """002:29-31, 002:114-119."""
    assert [goal.nl for goal in route.meetings["actietafel"].goals] == [
        "Zicht op de wensen van ouder(s) / verzorger(s) en de leerling",
        "Zicht op de situatie",
        "Zicht op de visies van betrokkenen",
        "Afspraken maken voor vervolg",
    ]
    facts = replace(before(route, stories.a_fitting_offer, "naar_gesprek"), meetings=())
    assert in_the_way(route, facts, "naar_gesprek") == {"overleg_ontbreekt"}


def test_wishes_and_possibilities_before_a_plan(route: Route) -> None:
    """002:121: in kaart brengen."""
    facts = without_assessment(before(route, stories.a_fitting_offer, "naar_gesprek"), "wensen_en_mogelijkheden")
    assert missing(route, facts, "naar_gesprek") == {"wensen_en_mogelijkheden"}


def test_a_daginvulling_and_a_plan(route: Route) -> None:
    """002:128-132: daginvulling op korte termijn, plan op lange termijn, in gesprek met elkaar."""
    facts = before(route, stories.a_fitting_offer, "plannen_vaststellen")
    assert in_the_way(route, facts, "plannen_vaststellen") == set()
    for kind in ("daginvulling", "plan_lange_termijn"):
        assert missing(route, without_plan(facts, kind), "plannen_vaststellen") == {kind}
        unheard = replace(facts.plans[kind], approved_by=facts.plans[kind].approved_by - {"ouder"})
        refused = replace(facts, plans={**facts.plans, kind: unheard})
        assert in_the_way(route, refused, "plannen_vaststellen") == {"instemming_ontbreekt"}
    untold = replace(facts, meetings=tuple(each for each in facts.meetings if each.kind != "gesprek"))
    assert in_the_way(route, untold, "plannen_vaststellen") == {"overleg_ontbreekt"}
    assert "perspective" in route.plans["plan_lange_termijn"].contents
    assert "perspective" not in route.plans["daginvulling"].contents


@pytest.mark.parametrize("party", ["ouder", "jeugdige", "school"])
def test_who_talks_about_daginvulling_and_plan(route: Route, party: str) -> None:
    """002:132: leerling en ouders, school en andere relevante kernpartners."""
    facts = before(route, stories.in_vo, "plannen_vaststellen")
    uninvited = not_invited(facts, ("gesprek",), party)
    assert "uitnodiging_ontbreekt" in in_the_way(route, uninvited, "plannen_vaststellen")


def test_the_past_weeks_are_evaluated_first(route: Route) -> None:
    """routekaart:6."""
    facts = before(route, stories.a_fitting_offer, "naar_passend_aanbod")
    assert in_the_way(route, facts, "naar_passend_aanbod") == set()
    unheld = replace(facts, meetings=tuple(each for each in facts.meetings if each.kind != "evaluatie"))
    assert in_the_way(route, unheld, "naar_passend_aanbod") == {"overleg_ontbreekt"}
    plan = replace(facts.plans["plan_lange_termijn"], evaluation=None)
    unevaluated = replace(facts, plans={**facts.plans, "plan_lange_termijn": plan})
    assert "evaluatie_ontbreekt" in in_the_way(route, unevaluated, "naar_passend_aanbod")


def test_an_adjusted_plan_is_agreed_anew(route: Route) -> None:
    """routekaart:6, 002:132."""
    walk = stories.plan_adjusted(route)
    after: Facts = next(facts for key, facts in reversed(walk.made) if key == "plannen_vaststellen")
    assert after.step == "gesprek"
    agreed = [line for line in walk.done if "plan.approve {'party': 'ouder'" in line]
    assert len(agreed) == 4, "two plans, each twice"


def test_three_months_to_a_fitting_offer(route: Route) -> None:
    """002:134, routekaart:7: de duur van het traject tot passend aanbod; a no is no offer, and the clock goes on."""
    term = route.terms["passend_aanbod_binnen_3_maanden"]
    assert (term.amount, term.unit, term.anchor) == (3, "maand", Moment("signal"))
    stands = partial(_stands, route, term.key)
    no: Happened = ["assessment", "passend_aanbod", "2026-12-01T09:00:00+00:00", None, None]
    up = _made("geen_passend_aanbod", "2026-12-02", "passend_aanbod", "opgeschaald")
    assert stands("2026-12-03", no, up) == (State.RUNNING, "2027-02-02")
    assert stands("2027-02-03", no, up)[0] is State.PASSED
    yes = _made("passend_aanbod_gevonden", "2026-12-09", "passend_aanbod", "afgesloten")
    assert stands("2027-02-03", no, up, yes)[0] is State.MET
    given_up = _made("afsluiten_na_opschalen", "2026-12-09", "opgeschaald", "afgesloten")
    assert stands("2027-02-03", no, up, given_up)[0] is State.ENDED


# --- The checklist (002:138-151) --------------------------------------------------------------------------------------


def test_the_twelve_questions_in_their_order(route: Route) -> None:
    """002:140-151."""
    items = route.checklists["is_alles_besproken"].items
    assert tuple(item.question.nl for item in items) == QUESTIONS
    assert [item.source for item in items] == [f"002:{line}" for line in range(140, 152)]
    assert route.meetings["actietafel"].checklist == "is_alles_besproken"


@pytest.mark.parametrize("number", range(12))
def test_the_table_is_not_left_with_an_open_question(route: Route, number: int) -> None:
    """002:138: is alles besproken?"""
    facts = before(route, stories.a_fitting_offer, "naar_gesprek")
    item = route.checklists["is_alles_besproken"].items[number].key
    open_one = tuple(replace(each, answered=each.answered - {item}) for each in facts.meetings)
    assert in_the_way(route, replace(facts, meetings=open_one), "naar_gesprek") == {"vraag_niet_beantwoord"}


def test_one_regiehouder_is_named_before_the_plan(route: Route) -> None:
    """002:143-144."""
    facts = before(route, stories.a_fitting_offer, "naar_gesprek")
    nobody = tuple(replace(each, functions=frozenset()) for each in facts.parties)
    assert in_the_way(route, replace(facts, parties=nobody), "naar_gesprek") == {"regiehouder_ontbreekt"}
    walk = stories.a_fitting_offer(route)
    held = {facts.regie for key, facts in walk.made if key in {"plannen_vaststellen", "naar_passend_aanbod"}}
    assert held == {"onderwijs"}
    assert sum("regiehouder" in each.functions for each in walk.facts.parties) == 1


def test_who_may_hold_the_regie_has_a_task_of_his_own(route: Route) -> None:
    """ADR 0097: nobody who is there with consent alone."""
    holders = {role for roles in route.regie.holders.values() for role in roles}
    assert holders == {Role.INTERN_BEGELEIDER, Role.DIRECTIE, Role.LEERPLICHTAMBTENAAR, *FITTING}


def test_every_story_ends_and_every_step_is_taken_in_one(route: Route) -> None:
    walks = [story(route) for story in stories.STORIES]
    assert {walk.facts.step for walk in walks} == {"afgesloten"}
    assert {key for walk in walks for key, _ in walk.made} == set(route.transitions)
