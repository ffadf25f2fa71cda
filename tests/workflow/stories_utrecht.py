"""Stories of pupils on the route map of Utrecht, each walked to its end by `Walk`."""

from dataclasses import replace

from app.domain.actors import OrganisationKind, Role
from app.workflow.model import Route
from tests.workflow.walks import Walk, opened, refused, signal

BUURTTEAM, JGZ = OrganisationKind.SOCIAAL_TEAM, OrganisationKind.JGZ
SAVE = OrganisationKind.GECERTIFICEERDE_INSTELLING
AT_HOME = {"schoolgang": "thuiszitten", "passend_aanbod": "ja", "soort_aanbod": "andere_school"}
TO_TABLE = ("contact_opnemen", "kernpartners_inroepen", "naar_actietafel", "naar_gesprek")
TO_OFFER = ("plannen_vaststellen", "naar_passend_aanbod")


def _teacher(route: Route, findings: dict[str, str], *, sector: str = "po", age: int = 9) -> Walk:
    return Walk(route, opened(route, signal(Role.LEERKRACHT), age=age, sector=sector), findings)


def a_fitting_offer(route: Route) -> Walk:
    """All eight kinds of people at the table; the plan leads to another school within the time."""
    walk = _teacher(route, {**AT_HOME, "plan_lange_termijn": "afsluiten"}).go(*TO_TABLE, "specialist_betrekken")
    return walk.go(*TO_OFFER, "passend_aanbod_gevonden")


def in_vo(route: Route) -> Walk:
    """In vo the begeleider joins; the youth of fourteen is invited and agrees beside the parents."""
    walk = _teacher(route, AT_HOME, sector="vo", age=14).go("contact_opnemen", "kernpartners_inroepen")
    walk.go("begeleider_inroepen", "naar_actietafel", "naar_gesprek", *TO_OFFER)
    return walk.go("passend_aanbod_gevonden")


def family_wants_no_help(route: Route) -> Walk:
    """No to buurtteam and JGZ: the table is held without them."""
    walk = _teacher(route, AT_HOME).go("contact_opnemen", "kernpartners_inroepen", "consulent_inroepen")
    no = {kind: refused(kind) for kind in (BUURTTEAM, JGZ)}
    walk.change(lambda facts: replace(facts, consents=no))
    return walk.go("naar_actietafel", "naar_gesprek", *TO_OFFER, "passend_aanbod_gevonden")


def no_offer_and_save(route: Route) -> Walk:
    """No fitting offer: scaled up, SAVE thinks along with consent, and the table meets again."""
    walk = _teacher(route, {**AT_HOME, "passend_aanbod": "nee"})
    walk.go(*TO_TABLE, *TO_OFFER, "geen_passend_aanbod", "save_betrekken", "verder_na_opschalen", "naar_gesprek")
    walk.findings = AT_HOME
    return walk.go(*TO_OFFER, "passend_aanbod_gevonden")


def save_refused(route: Route) -> Walk:
    """The parents want no SAVE: it never joins, and the managers' answer goes on without it."""
    walk = _teacher(route, {**AT_HOME, "passend_aanbod": "nee"})
    walk.go(*TO_TABLE, *TO_OFFER, "geen_passend_aanbod")
    walk.change(lambda facts: replace(facts, consents={**facts.consents, SAVE: refused(SAVE)}))
    return walk.go("afsluiten_na_opschalen")


def scaled_up_early(route: Route) -> Walk:
    """Parents see no progress while the kernpartners are called in: the managers speed it up."""
    walk = _teacher(route, AT_HOME).go("contact_opnemen", "kernpartners_inroepen", "consulent_inroepen")
    walk.go("buurtteam_betrekken", "jgz_betrekken", "opschalen", "verder_na_opschalen", "naar_gesprek")
    return walk.go("thuiszitten_opgelost")


def plan_adjusted(route: Route) -> Walk:
    walk = _teacher(route, {**AT_HOME, "plan_lange_termijn": "bijstellen"}).go(*TO_TABLE, "plannen_vaststellen")
    return walk.go("plan_bijstellen", *TO_OFFER, "passend_aanbod_gevonden")


def back_to_school_at_once(route: Route) -> Walk:
    walk = _teacher(route, AT_HOME).go("contact_opnemen")
    walk.findings = {"schoolgang": "weer_op_school"}
    return walk.go("weer_naar_school", "heropenen", "signaal_afsluiten")


def leerplicht_signals(route: Route) -> Walk:
    walk = Walk(route, opened(route, signal(Role.LEERPLICHTAMBTENAAR), sector="po"), AT_HOME)
    walk.go("school_betrekken_bij_verzuim", "signaal_afsluiten_leerplicht")
    return walk


def jgz_signals(route: Route) -> Walk:
    walk = Walk(route, opened(route, signal(Role.JEUGDARTS), sector="po"), AT_HOME)
    return walk.go("school_betrekken", "signaal_afsluiten")


def parents_signal(route: Route) -> Walk:
    first = signal(Role.OUDER, received_by=Role.LEERPLICHTAMBTENAAR)
    walk = Walk(route, opened(route, first, sector="po"), AT_HOME)
    return walk.go("hulp_vragen_school", *TO_TABLE, *TO_OFFER, "passend_aanbod_gevonden")


def parents_take_it_back(route: Route) -> Walk:
    own = replace(opened(route, signal(Role.OUDER), sector="po"), only_own_signals=True)
    return Walk(route, own, {}).go("signaal_intrekken")


STORIES = (
    a_fitting_offer,
    in_vo,
    family_wants_no_help,
    no_offer_and_save,
    save_refused,
    scaled_up_early,
    plan_adjusted,
    back_to_school_at_once,
    leerplicht_signals,
    jgz_signals,
    parents_signal,
    parents_take_it_back,
)
