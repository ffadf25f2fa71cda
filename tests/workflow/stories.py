"""The stories of the route midden-groningen: who signals, what professionals find, which way is chosen."""

from dataclasses import replace

from app.domain.actors import OrganisationKind, Role
from app.workflow.facts import Assessment, Facts
from app.workflow.model import Route
from tests.workflow.walks import SOME_MOMENT, Walk, opened, refused, signal

TO_INTAKE = ("aanmelden", "naar_beoordeling", "aan_casemanager_toewijzen")
BOTH = {"leervraag": "enkelvoudig", "leefvraag": "meervoudig", "probleemklasse": "meervoudig"}
ONLY_LEERVRAAG = {"ondersteuningsniveau": "extra_ondersteuning", "leervraag": "meervoudig"}


def _teacher(route: Route, findings: dict[str, str], *, age: int = 9) -> Walk:
    return Walk(route, opened(route, signal(Role.LEERKRACHT), age=age), findings)


def only_leervraag(route: Route) -> Walk:
    walk = _teacher(route, ONLY_LEERVRAAG)
    return walk.go(
        "onderzoek_starten", "koo_betrekken", "jgz_inschakelen", "jgz_afronden", "naar_onderwijs", "onderwijs_afronden"
    )


def only_leefvraag_enkelvoudig(route: Route) -> Walk:
    """Parents go to the sociaal team themselves; the school hears nothing; the case waits, then support is found."""
    findings = {"inzet": "individuele_voorziening", "leefvraag": "enkelvoudig", "probleemklasse": "enkelvoudig"}
    first = signal(Role.OUDER, received_by=Role.CASEMANAGER_JEUGD, kind="leefvraag")
    walk = Walk(route, opened(route, first), findings)
    walk.go("triage_zonder_school", "jgz_raadplegen", "aanmelden", "naar_beoordeling")
    walk.go("in_werkvoorraad_plaatsen", "uit_werkvoorraad_halen", "naar_inzet", "loslaten")
    return walk


def by_way_of_the_koo(route: Route) -> Walk:
    """Parents tell the KOO, ask the sociaal team and the school for help; the school researches."""
    first = signal(Role.OUDER, received_by=Role.KIND_OUDERONDERSTEUNER)
    walk = Walk(route, opened(route, first), {})
    return walk.go("hulp_vragen_sociaal_team", "hulp_vragen_school", "onderzoek_starten", "school_afsluiten")


def only_leefvraag_complex(route: Route) -> Walk:
    """The JGZ signals; the municipality keeps it, on a plan that is adjusted, scaled up and completed."""
    findings = {
        "leefvraag": "meervoudig",
        "probleemklasse": "meervoudig",
        "veiligheidsinschatting": "onveilig",
        "jgz_uitkomst": "verzoek_casusregie",
    }
    walk = Walk(route, opened(route, signal(Role.JEUGDVERPLEEGKUNDIGE)), findings)
    walk.go("jgz_signaal_oppakken", "jgz_afronden", *TO_INTAKE, "naar_casemanagement")
    walk.go("gemeenteplan_vaststellen", "gemeenteplan_bijstellen", "gemeenteplan_vaststellen", "gemeenteplan_opschalen")
    walk.go("naar_casemanagement", "gemeenteplan_vaststellen", "gemeenteplan_afronden")
    return walk


def unsafe_with_a_single_leefvraag(route: Route) -> Walk:
    """One clear problem, yet the child turns out not to be safe once support is arranged: the municipality keeps it."""
    findings = {"leefvraag": "enkelvoudig", "probleemklasse": "enkelvoudig"}
    walk = Walk(route, opened(route, signal(Role.JEUGDVERPLEEGKUNDIGE)), findings)
    walk.go("jgz_signaal_oppakken", "jgz_afronden", *TO_INTAKE, "naar_inzet", "opnieuw_intake")
    unsafe = Assessment("veiligheidsinschatting", Role.CASEMANAGER_JEUGD, "onveilig", None, SOME_MOMENT)
    walk.change(lambda facts: replace(facts, assessments={**facts.assessments, unsafe.kind: unsafe}))
    return walk.go("naar_casemanagement", "gemeenteplan_vaststellen", "gemeenteplan_afronden")


def both_with_mdo(route: Route) -> Walk:
    """A leervraag and a leefvraag: MDO, one plan, adjusted, stuck, before the samenwerkingsverband, scaled up, done."""
    walk = _teacher(route, {**BOTH, "ondersteuningsniveau": "extra_ondersteuning"})
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", *TO_INTAKE, "naar_mdo", "plan_vaststellen")
    walk.go("plan_bijstellen", "plan_vaststellen", "leerplicht_betrekken", "regievoerder_betrekken", "swv_inschakelen")
    walk.go("plan_opschalen", "naar_mdo", "plan_vaststellen", "plan_afronden")
    return walk


def both_enkelvoudig_regie_onderwijs(route: Route) -> Walk:
    findings = {"leervraag": "multiproblematiek", "leefvraag": "enkelvoudig", "probleemklasse": "enkelvoudig"}
    walk = _teacher(route, findings)
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", *TO_INTAKE, "naar_mdo", "plan_vaststellen")
    return walk


def handelingsverlegenheid(route: Route) -> Walk:
    """The school does not know how to go on, twice: the team observes and reports back, and the school goes on."""
    walk = _teacher(route, {"leervraag": "enkelvoudig"})
    walk.go("onderzoek_starten", "bovenschools_inschakelen", "bovenschools_terugkoppelen", "triage_na_onderzoek")
    walk.go("naar_onderwijs", "opnieuw_onderzoek", "triage_na_onderzoek", "naar_onderwijs", "bovenschools_inschakelen")
    walk.go("bovenschools_terugkoppelen", "triage_na_onderzoek", "naar_onderwijs", "onderwijs_afronden")
    return walk


def youth_of_thirteen(route: Route) -> Walk:
    walk = _teacher(route, BOTH, age=13)
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", *TO_INTAKE, "naar_mdo", "plan_vaststellen")
    return walk.go("plan_afronden")


def youth_of_seventeen(route: Route) -> Walk:
    """A youth who comes himself, and who decides alone."""
    walk = Walk(route, opened(route, signal(Role.JEUGDIGE), age=17), BOTH)
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", *TO_INTAKE, "naar_mdo")
    return walk.go("plan_vaststellen", "plan_afronden")


def no_school(route: Route) -> Walk:
    """A child without a school, first seen by leerplicht: the samenwerkingsverband speaks for the leervraag.

    That the JGZ must be called in for the plan, the client hears from the reasons alone.
    """
    walk = Walk(route, opened(route, signal(Role.LEERPLICHTAMBTENAAR), enrolled=False), BOTH)
    walk.go("swv_benaderen", "triage_zonder_school", *TO_INTAKE, "naar_mdo", "plan_vaststellen")
    return walk.go("plan_afronden")


def enrolled_on_the_way(route: Route) -> Walk:
    """The child gets a school during triage: the school joins with consent, and goes on alone."""
    walk = Walk(route, opened(route, signal(Role.LEERPLICHTAMBTENAAR), enrolled=False), ONLY_LEERVRAAG)
    walk.go("steunpunt_benaderen", "swv_benaderen", "triage_zonder_school")
    walk.change(lambda facts: replace(facts, school_known=True, deelverband_known=True))
    return walk.go("school_aansluiten", "naar_onderwijs", "onderwijs_afronden")


def reopened(route: Route) -> Walk:
    """A case that was closed comes back: triage is done anew, nothing of the first time counts."""
    walk = only_leervraag(route)
    return walk.go("heropenen", "naar_onderwijs", "onderwijs_afronden")


def jgz_refused(route: Route) -> Walk:
    """The parents say no to the JGZ and later to the sociaal team: the school explains, and helps with what it may."""
    walk = _teacher(route, ONLY_LEERVRAAG)
    walk.go("onderzoek_starten")
    no = {kind: refused(kind) for kind in (OrganisationKind.JGZ, OrganisationKind.SOCIAAL_TEAM)}
    walk.change(lambda facts: replace(facts, consents=no))
    return walk.go("triage_zonder_jgz", "naar_onderwijs", "onderwijs_afronden")


def consent_withdrawn_at_the_mdo(route: Route) -> Walk:
    """The family takes back what it allowed to the school: the municipality goes on alone, despite the leervraag."""
    walk = _teacher(route, {**BOTH, "veiligheidsinschatting": "zorgen"})
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", *TO_INTAKE, "naar_mdo")
    withdrawn = refused(OrganisationKind.SCHOOL, "toestemming_ingetrokken")
    walk.change(lambda facts: replace(facts, consents={**facts.consents, OrganisationKind.SCHOOL: withdrawn}))
    return walk.go("naar_casemanagement", "opnieuw_intake", "sociaal_team_terug_naar_triage", "triage_afsluiten")


def no_jeugdhulp(route: Route) -> Walk:
    """There is a leefvraag, but none for jeugdhulp: it stays recorded as it is, and the school goes on."""
    walk = _teacher(route, {**ONLY_LEERVRAAG, "aanmeldteam_besluit": "geen_jeugdhulp"})
    walk.change(lambda facts: replace(facts, leefvraag="enkelvoudig"))
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", "aanmelden", "geen_jeugdhulp", "naar_onderwijs")
    return walk.go("school_terug_naar_triage", "triage_afsluiten")


def handed_to_the_school(route: Route) -> Walk:
    """The intake shows that there is no leefvraag: the municipality leaves, the school goes on."""
    walk = _teacher(route, {**ONLY_LEERVRAAG, "leefvraag": "geen"})
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", *TO_INTAKE, "overdragen_aan_onderwijs")
    return walk.go("school_afsluiten")


def jgz_involves_the_school(route: Route) -> Walk:
    walk = Walk(route, opened(route, signal(Role.JEUGDVERPLEEGKUNDIGE)), {})
    return walk.go("school_betrekken", "school_afsluiten")


def absence(route: Route) -> Walk:
    walk = Walk(route, opened(route, signal(Role.LEERPLICHTAMBTENAAR)), {})
    return walk.go("school_betrekken_bij_verzuim", "school_afsluiten")


def parents_take_it_back(route: Route) -> Walk:
    own = replace(opened(route, signal(Role.OUDER)), only_own_signals=True)
    return Walk(route, own, {}).go("signaal_intrekken")


def unfounded(route: Route) -> Walk:
    return _teacher(route, {}).go("signaal_afsluiten")


def jgz_closes(route: Route) -> Walk:
    walk = Walk(route, opened(route, signal(Role.JEUGDARTS)), {})
    return walk.go("jgz_signaal_oppakken", "jgz_afsluiten")


def sociaal_team_closes(route: Route) -> Walk:
    walk = _teacher(route, BOTH)
    walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", "aanmelden", "sociaal_team_afsluiten")
    return walk


def plan_is_left(route: Route) -> Walk:
    """A plan that is given up: back to triage, again to the MDO, and closed without it."""
    walk = youth_of_thirteen_under_way(route)
    walk.go("plan_terug_naar_triage", *TO_INTAKE, "naar_mdo", "plan_vaststellen", "plan_afsluiten")
    return walk


def youth_of_thirteen_under_way(route: Route) -> Walk:
    walk = _teacher(route, BOTH, age=13)
    return walk.go("onderzoek_starten", "jgz_inschakelen", "jgz_afronden", *TO_INTAKE, "naar_mdo", "plan_vaststellen")


def _taken_back(walk: Walk, *kinds: OrganisationKind) -> Walk:
    """The family takes its consent back: who was there on it alone is there no more, and nobody asks again."""

    def change(facts: Facts) -> Facts:
        noes = {kind: refused(kind, "toestemming_ingetrokken") for kind in kinds}
        left = tuple(party for party in facts.parties if party.organisation_kind not in kinds)
        return replace(facts, consents={**facts.consents, **noes}, parties=left)

    return walk.change(change)


def no_to_the_sociaal_team_at_the_desk(route: Route) -> Walk:
    """Consent is taken back while the registration waits: the JGZ takes it up, and closes on the Meldcode anew."""
    walk = Walk(route, opened(route, signal(Role.JEUGDVERPLEEGKUNDIGE)), {})
    walk.go("jgz_signaal_oppakken", "jgz_afronden", "aanmelden")
    _taken_back(walk, OrganisationKind.SOCIAAL_TEAM)
    return walk.go("verder_zonder_sociaal_team", "afsluiten_zonder_sociaal_team")


def the_school_is_kept_out_while_it_researches(route: Route) -> Walk:
    """The JGZ brought the school in with consent; without it the JGZ goes on."""
    walk = Walk(route, opened(route, signal(Role.JEUGDVERPLEEGKUNDIGE)), {})
    walk.go("school_betrekken")
    _taken_back(walk, OrganisationKind.SCHOOL)
    return walk.go("verder_zonder_school", "triage_afsluiten")


def the_jgz_is_kept_out_while_it_looks(route: Route) -> Walk:
    """The school called in the JGZ with consent, and the sociaal team knows the child: it goes on without the JGZ."""
    walk = Walk(route, opened(route, signal(Role.CASEMANAGER_JEUGD)), {})
    walk.go("school_betrekken", "jgz_inschakelen")
    _taken_back(walk, OrganisationKind.JGZ)
    return walk.go("verder_zonder_jgz", "triage_afsluiten")


def nobody_is_left(route: Route) -> Walk:
    """Everybody was there on consent, and it was taken back: the family is not left with a route that nobody ends."""
    walk = Walk(route, opened(route, signal(Role.CASEMANAGER_JEUGD)), {})
    walk.go("triage_zonder_school", "aanmelden", "sociaal_team_terug_naar_triage")
    return walk.go("gezin_stopt")


STORIES = (
    no_to_the_sociaal_team_at_the_desk,
    the_school_is_kept_out_while_it_researches,
    the_jgz_is_kept_out_while_it_looks,
    nobody_is_left,
    only_leervraag,
    only_leefvraag_enkelvoudig,
    only_leefvraag_complex,
    unsafe_with_a_single_leefvraag,
    by_way_of_the_koo,
    both_with_mdo,
    both_enkelvoudig_regie_onderwijs,
    handelingsverlegenheid,
    youth_of_thirteen,
    youth_of_seventeen,
    no_school,
    enrolled_on_the_way,
    reopened,
    jgz_refused,
    consent_withdrawn_at_the_mdo,
    no_jeugdhulp,
    handed_to_the_school,
    jgz_involves_the_school,
    absence,
    parents_take_it_back,
    unfounded,
    jgz_closes,
    sociaal_team_closes,
    plan_is_left,
)
