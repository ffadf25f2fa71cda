"""The stories of the route expertteam-verbinding: the expert team finds the key figures, connects them, and answers."""

from dataclasses import replace

from app.domain.actors import OrganisationKind as Kind
from app.domain.actors import Role
from app.workflow.facts import Assessment
from app.workflow.model import Route
from tests.workflow.stories_provincie import taken_back
from tests.workflow.walks import SOME_MOMENT, Walk, opened, refused, signal

FOUND = {
    "verbinding_uitvoering": "gelegd",
    "verbinding_organisatie": "gelegd",
    "verbinding_bestuur_en_beleid": "gelegd",
    "verbinding_tussen_niveaus": "gelegd",
    "beleidsvraag": "geen_beleidsvraag",
    "passende_plek": "ondersteuning_op_school",
}
TO_LEVELS = ("expertteam_inschakelen", "sleutelfiguren_zoeken")
TO_ANSWER = (
    *TO_LEVELS,
    "schooldirecteur_betrekken",
    "samenwerkingsverband_betrekken",
    "niveaus_verbinden",
    "naar_beantwoording",
)


def _municipality(route: Route, findings: dict[str, str], *, age: int = 9, enrolled: bool = True) -> Walk:
    first = signal(Role.CASEMANAGER_JEUGD, kind="leefvraag")
    return Walk(route, opened(route, first, age=age, enrolled=enrolled), findings)


def three_levels(route: Route) -> Walk:
    """The municipality brings the question: the region, three levels, between them, an answer and a fitting place."""
    return _municipality(route, FOUND).go(*TO_ANSWER, "afronden")


def school_brings_it(route: Route) -> Walk:
    """The school brings it: it takes part already, and finds another place for the pupil."""
    walk = Walk(
        route, opened(route, signal(Role.INTERN_BEGELEIDER)), {**FOUND, "passende_plek": "andere_passende_plek"}
    )
    walk.go(*TO_LEVELS, "niveaus_verbinden", "opnieuw_verbinden", "niveaus_verbinden", "naar_beantwoording")
    return walk.go("afronden")


def no_arrangement_is_policy(route: Route) -> Walk:
    """There is no fitting arrangement: the question goes to the consultation about policy, without the child."""
    walk = _municipality(route, {**FOUND, "beleidsvraag": "ingebracht"})
    walk.go(*TO_ANSWER[:-1])
    none = Assessment("passend_arrangement", Role.SWV_COORDINATOR, "niet_beschikbaar", None, SOME_MOMENT)
    walk.change(lambda facts: replace(facts, assessments={**facts.assessments, none.kind: none}))
    return walk.go("naar_beantwoording", "afronden")


def no_school(route: Route) -> Walk:
    return _municipality(route, FOUND, enrolled=False).go(
        *TO_LEVELS, "niveaus_verbinden", "naar_beantwoording", "afronden_zonder_school"
    )


def school_refused(route: Route) -> Walk:
    """The family says no to the school: the answer is given without it."""
    walk = _municipality(route, FOUND).go(*TO_LEVELS)
    walk.change(lambda facts: replace(facts, consents={**facts.consents, Kind.SCHOOL: refused(Kind.SCHOOL)}))
    return walk.go("niveaus_verbinden", "naar_beantwoording", "afronden_zonder_school")


def expertteam_refused(route: Route) -> Walk:
    walk = _municipality(route, FOUND)
    walk.change(lambda facts: replace(facts, consents={Kind.EXPERTTEAM: refused(Kind.EXPERTTEAM)}))
    return walk.go("zorgvraag_afsluiten", "heropenen", "zorgvraag_afsluiten")


def consent_taken_back(route: Route) -> Walk:
    """The family takes its consent to the expert team back: whoever brought the question closes it."""
    walk = _municipality(route, FOUND).go(*TO_ANSWER)
    return walk.change(taken_back(Kind.EXPERTTEAM)).go("zorgvraag_afsluiten")


def expertteam_stops(route: Route) -> Walk:
    return _municipality(route, FOUND).go(*TO_LEVELS, "school_om_hulp_vragen", "expertteam_stopt")


def youth_of_seventeen(route: Route) -> Walk:
    walk = Walk(route, opened(route, signal(Role.JEUGDIGE), age=17), FOUND)
    return walk.go(*TO_LEVELS, "niveaus_verbinden", "naar_beantwoording", "afronden")


def withdrawn_by_parents(route: Route) -> Walk:
    own = replace(opened(route, signal(Role.OUDER)), only_own_signals=True)
    return Walk(route, own, {}).go("zorgvraag_intrekken")


STORIES = (
    three_levels,
    school_brings_it,
    no_arrangement_is_policy,
    no_school,
    school_refused,
    expertteam_refused,
    consent_taken_back,
    expertteam_stops,
    youth_of_seventeen,
    withdrawn_by_parents,
)
