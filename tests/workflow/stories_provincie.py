"""The stories of the route provinciaal-basisteam: whose question it is, one plan, and the ladder after it."""

from collections.abc import Callable
from dataclasses import replace

from app.domain.actors import OrganisationKind as Kind
from app.domain.actors import Role
from app.workflow.facts import Facts
from app.workflow.model import Route
from tests.workflow.walks import Walk, opened, refused, signal

BOTH = {"leervraag": "enkelvoudig", "leefvraag": "enkelvoudig"}
TO_PLAN = ("verkennen_met_basisteam", "naar_integraal_plan", "plan_vaststellen")
STUCK = (*TO_PLAN, "voortgang_bespreken", "vervolgafspraken_maken")


def _teacher(route: Route, findings: dict[str, str], *, age: int = 9) -> Walk:
    return Walk(route, opened(route, signal(Role.LEERKRACHT), age=age), findings)


def _basisteam(route: Route, findings: dict[str, str], *, enrolled: bool = True) -> Walk:
    first = signal(Role.MEDEWERKER_LOKAAL_TEAM, kind="leefvraag")
    return Walk(route, opened(route, first, enrolled=enrolled), findings)


def taken_back(kind: Kind) -> Callable[[Facts], Facts]:
    """The family takes its consent back: whoever was there on it is there no more."""

    def change(facts: Facts) -> Facts:
        withdrawn = refused(kind, "toestemming_ingetrokken")
        left = tuple(each for each in facts.parties if each.organisation_kind is not kind)
        return replace(facts, consents={**facts.consents, kind: withdrawn}, parties=left)

    return change


def only_education(route: Route) -> Walk:
    walk = _teacher(route, {"leervraag": "enkelvoudig", "leefvraag": "geen", "resultaat_onderwijs": "voldoende"})
    return walk.go("verkennen_met_basisteam", "naar_alleen_onderwijs", "onderwijs_afronden")


def only_municipality(route: Route) -> Walk:
    findings = {"leervraag": "geen", "leefvraag": "enkelvoudig", "resultaat_jeugdhulp": "voldoende"}
    return _basisteam(route, findings).go("verkennen_met_school", "naar_alleen_gemeente", "gemeente_afronden")


def joint(route: Route) -> Walk:
    """One integral plan by three parties, adjusted once, and completed."""
    return _teacher(route, BOTH).go(*TO_PLAN, "plan_bijstellen", "plan_vaststellen", "plan_afronden")


def parents_ask_themselves(route: Route) -> Walk:
    """Parents come to the basisteam and ask the school too; afterwards there is no question left."""
    first = signal(Role.OUDER, received_by=Role.MEDEWERKER_LOKAAL_TEAM)
    walk = Walk(route, opened(route, first), {"leervraag": "geen", "leefvraag": "geen"})
    return walk.go("hulp_vragen_school", "verkennen_met_school", "geen_hulpvraag")


def parents_ask_the_basisteam_later(route: Route) -> Walk:
    walk = _teacher(route, {"leervraag": "enkelvoudig", "leefvraag": "geen", "resultaat_onderwijs": "onvoldoende"})
    walk.go("hulp_vragen_basisteam", "verkennen_met_basisteam", "naar_alleen_onderwijs", "hulp_vragen_basisteam")
    return walk.go("onderwijs_opnieuw_bekijken", "naar_alleen_onderwijs", "onderwijs_afsluiten")


def basisteam_refused(route: Route) -> Walk:
    """The family says no to the basisteam: the school takes up its own part."""
    walk = _teacher(route, {"leervraag": "enkelvoudig", "resultaat_onderwijs": "voldoende"})
    walk.change(lambda facts: replace(facts, consents={Kind.SOCIAAL_TEAM: refused(Kind.SOCIAAL_TEAM)}))
    return walk.go("school_alleen_verder", "onderwijs_afronden")


def school_refused(route: Route) -> Walk:
    """The family says no to the school: the basisteam takes up its own part."""
    walk = _basisteam(route, {"leefvraag": "enkelvoudig", "resultaat_jeugdhulp": "voldoende"})
    walk.change(lambda facts: replace(facts, consents={Kind.SCHOOL: refused(Kind.SCHOOL)}))
    return walk.go("basisteam_alleen_verder", "gemeente_afronden")


def no_school(route: Route) -> Walk:
    """A child without a school: there is nobody to look at it with, the basisteam goes on."""
    walk = _basisteam(route, {"leefvraag": "enkelvoudig", "resultaat_jeugdhulp": "voldoende"}, enrolled=False)
    return walk.go("basisteam_alleen_verder", "gemeente_afronden")


def insufficient_once(route: Route) -> Walk:
    """Too little progress: discussed with all, further agreements, and these help."""
    walk = _teacher(route, {**BOTH, "voortgang_na_vervolg": "voldoende"})
    return walk.go(*STUCK, "vervolgafspraken_geslaagd", "plan_afronden")


def insufficient_twice(route: Route) -> Walk:
    """The expertpool advises, it is still not enough, and the expertpool is contacted."""
    walk = _teacher(
        route, {**BOTH, "voortgang_na_vervolg": "onvoldoende", "vervolgafspraken": "intensieve_ondersteuning"}
    )
    walk.go(*STUCK, "expertpool_laten_adviseren", "naar_expertpool", "advies_verwerken")
    return walk.go("plan_vaststellen", "plan_afronden")


def expertpool_silent(route: Route) -> Walk:
    walk = _teacher(route, {**BOTH, "voortgang_na_vervolg": "onvoldoende"})
    return walk.go(*STUCK, "naar_expertpool", "verder_zonder_advies", "plan_vaststellen", "samen_afsluiten")


def agreements_in_the_plan(route: Route) -> Walk:
    walk = _teacher(route, BOTH).go(*STUCK, "vervolgafspraken_in_plan", "plan_vaststellen", "voortgang_bespreken")
    return walk.go("verder_met_plan", "plan_afronden")


def youth_of_thirteen(route: Route) -> Walk:
    return _teacher(route, BOTH, age=13).go(*STUCK, "vervolgafspraken_geslaagd", "plan_afronden")


def youth_of_seventeen(route: Route) -> Walk:
    """A youth who comes himself, and who decides and agrees alone."""
    walk = Walk(route, opened(route, signal(Role.JEUGDIGE), age=17), BOTH)
    return walk.go(*STUCK, "vervolgafspraken_geslaagd", "plan_afronden")


def basisteam_taken_back(route: Route) -> Walk:
    """The consent to the basisteam is taken back under way: the school goes on with its own part."""
    walk = _teacher(route, {**BOTH, "resultaat_onderwijs": "voldoende"}).go(*TO_PLAN)
    return walk.change(taken_back(Kind.SOCIAAL_TEAM)).go("school_alleen_verder", "onderwijs_afronden")


def school_taken_back(route: Route) -> Walk:
    """The consent to the school is taken back: the basisteam goes on, and later they look at it together again."""
    walk = _basisteam(route, {**BOTH, "resultaat_jeugdhulp": "onvoldoende"})
    walk.go("verkennen_met_school", "naar_integraal_plan").change(taken_back(Kind.SCHOOL)).go("basisteam_alleen_verder")
    walk.change(lambda facts: replace(facts, consents={}))
    return walk.go(
        "gemeente_opnieuw_bekijken", "naar_integraal_plan", "plan_terug_naar_verkenning", "verkenning_afsluiten"
    )


def school_closes_the_plan(route: Route) -> Walk:
    """The basisteam takes no part any more: the school closes the plan, after a talk with the family."""
    walk = _teacher(route, {**BOTH, "vervolgafspraken": "flexibele_ondersteuning"}).go(*STUCK)
    return walk.change(taken_back(Kind.SOCIAAL_TEAM)).go("afsluiten_zonder_basisteam")


def municipality_gone(route: Route) -> Walk:
    """The municipality alone, on consent, and the family takes it back: the school that began it can end it."""
    findings = {"leervraag": "geen", "leefvraag": "enkelvoudig"}
    walk = _teacher(route, findings).go("verkennen_met_basisteam", "naar_alleen_gemeente")
    return walk.change(taken_back(Kind.SOCIAAL_TEAM)).go("school_alleen_verder", "onderwijs_afsluiten")


def municipality_closes(route: Route) -> Walk:
    walk = _basisteam(route, {"leervraag": "geen", "leefvraag": "enkelvoudig"})
    return walk.go("verkennen_met_school", "naar_alleen_gemeente", "gemeente_afsluiten")


def taken_back_by_parents(route: Route) -> Walk:
    own = replace(opened(route, signal(Role.OUDER)), only_own_signals=True)
    return Walk(route, own, {}).go("hulpvraag_intrekken")


def unfounded_and_reopened(route: Route) -> Walk:
    return _teacher(route, {}).go("hulpvraag_afsluiten", "heropenen", "hulpvraag_afsluiten")


STORIES = (
    only_education,
    only_municipality,
    joint,
    parents_ask_themselves,
    parents_ask_the_basisteam_later,
    basisteam_refused,
    school_refused,
    no_school,
    insufficient_once,
    insufficient_twice,
    expertpool_silent,
    agreements_in_the_plan,
    youth_of_thirteen,
    youth_of_seventeen,
    basisteam_taken_back,
    school_taken_back,
    school_closes_the_plan,
    municipality_gone,
    municipality_closes,
    taken_back_by_parents,
    unfounded_and_reopened,
)
