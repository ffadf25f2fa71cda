"""Stories of children on the route of FoodValley, each walked to its end by `Walk`."""

from dataclasses import replace

from app.domain.actors import OrganisationKind, Role
from app.workflow.model import Route
from tests.workflow.walks import Walk, opened, refused, signal

LOCAL_TEAM = OrganisationKind.SOCIAAL_TEAM
BOTH = {"meest_passend_antwoord": "onderwijs_en_thuis", "zorg_op_school": "niet_nodig"}
CARE = {**BOTH, "zorg_op_school": "verpleging", "wet_zorg_op_school": "zvw"}
ABSENT = {"meest_passend_antwoord": "onderwijs", "zorg_op_school": "niet_nodig", "verzuim": "ja"}
ONLY_SCHOOL = {"meest_passend_antwoord": "onderwijs", "zorg_op_school": "niet_nodig"}


def _teacher(route: Route, findings: dict[str, str], *, sector: str = "po", age: int = 9) -> Walk:
    first = signal(Role.LEERKRACHT, kind="beide")
    return Walk(route, opened(route, first, age=age, sector=sector), findings)


def school_and_home(route: Route) -> Walk:
    """School and lokaal team map, the meeting answers, two plans lie in one dossier."""
    walk = _teacher(route, BOTH).go("in_kaart_brengen", "lokaal_team_vragen", "samenwerkingsverband_vragen")
    walk.go("naar_overleg", "antwoord_vaststellen", "onderwijsplan_vaststellen", "gezinsplan_vaststellen")
    return walk.go("uitvoeren", "afronden")


def care_at_school(route: Route) -> Walk:
    """Nursing at school: three plans, and the law by which it is paid."""
    walk = _teacher(route, CARE).go("in_kaart_brengen", "lokaal_team_vragen", "naar_overleg", "behandelaar_vragen")
    walk.go("antwoord_vaststellen", "onderwijsplan_vaststellen", "gezinsplan_vaststellen", "zorgplan_vaststellen")
    return walk.go("uitvoeren", "afronden")


def only_home(route: Route) -> Walk:
    findings = {"meest_passend_antwoord": "thuis", "zorg_op_school": "niet_nodig"}
    walk = _teacher(route, findings).go("in_kaart_brengen", "lokaal_team_vragen", "naar_overleg")
    return walk.go("antwoord_vaststellen", "gezinsplan_vaststellen", "uitvoeren", "afronden")


def no_lokaal_team(route: Route) -> Walk:
    """The parents say no to the lokaal team: the school goes on alone, and the meeting is held without it."""
    walk = _teacher(route, ONLY_SCHOOL).go("in_kaart_brengen")
    walk.change(lambda facts: replace(facts, consents={LOCAL_TEAM: refused(LOCAL_TEAM)}))
    walk.go("naar_overleg_zonder_lokaal_team", "leerplicht_vragen_met_toestemming", "antwoord_zonder_lokaal_team")
    return walk.go("onderwijsplan_vaststellen", "uitvoeren", "afronden")


def withdrawn_while_planning(route: Route) -> Walk:
    """The family takes its consent back while the plans are made: the plan of the school is enough to go on."""
    walk = _teacher(route, BOTH).go("in_kaart_brengen", "lokaal_team_vragen", "naar_overleg", "antwoord_vaststellen")
    taken_back = refused(LOCAL_TEAM, "toestemming_ingetrokken")
    walk.change(
        lambda facts: replace(
            facts,
            consents={LOCAL_TEAM: taken_back},
            parties=tuple(each for each in facts.parties if each.organisation_kind is not LOCAL_TEAM),
        )
    )
    return walk.go("onderwijsplan_vaststellen", "uitvoeren", "afronden")


def youth_in_vo(route: Route) -> Walk:
    """In vo the ordinary meeting is without parents and youth; they agree with the plans all the same."""
    walk = _teacher(route, BOTH, sector="vo", age=14).go("in_kaart_brengen", "lokaal_team_vragen", "naar_overleg")
    walk.go("andere_deskundige_vragen", "antwoord_vaststellen", "onderwijsplan_vaststellen", "gezinsplan_vaststellen")
    return walk.go("uitvoeren", "opnieuw_overleg", "zaak_afsluiten")


def absent_too(route: Route) -> Walk:
    """There is absence: the leerplichtambtenaar joins on the own task."""
    walk = _teacher(route, ABSENT).go("in_kaart_brengen", "lokaal_team_vragen", "naar_overleg", "leerplicht_vragen")
    return walk.go("antwoord_vaststellen", "onderwijsplan_vaststellen", "uitvoeren", "afronden")


def a_yes_without_the_school(route: Route) -> Walk:
    """Something extra is needed and there is no school: closing with an explanation, not with an untrue no."""
    first = signal(Role.OUDER, received_by=Role.MEDEWERKER_LOKAAL_TEAM)
    return Walk(route, opened(route, first, enrolled=False), {"extra_nodig": "ja"}).go("zaak_afsluiten")


def nothing_extra(route: Route) -> Walk:
    return _teacher(route, {}).go("vraag_afsluiten")


def the_meeting_finds_nothing_extra(route: Route) -> Walk:
    walk = _teacher(route, {"meest_passend_antwoord": "geen"}).go("in_kaart_brengen", "lokaal_team_vragen")
    return walk.go("naar_overleg", "opnieuw_in_kaart", "naar_overleg", "geen_extra_ondersteuning")


def parents_ask_the_school(route: Route) -> Walk:
    """Parents came to the leerplichtambtenaar; the school joins, and they call on the lokaal team themselves."""
    walk = Walk(route, opened(route, signal(Role.OUDER, received_by=Role.LEERPLICHTAMBTENAAR), sector="po"), BOTH)
    walk.go("hulp_vragen_school", "in_kaart_brengen", "lokaal_team_vragen")
    return walk.go("zaak_afsluiten", "heropenen", "vraag_afsluiten")


def the_lokaal_team_involves_the_school(route: Route) -> Walk:
    walk = Walk(route, opened(route, signal(Role.OUDER, received_by=Role.MEDEWERKER_LOKAAL_TEAM), sector="po"), BOTH)
    walk.go("school_betrekken", "in_kaart_brengen", "naar_overleg", "antwoord_vaststellen")
    walk.go("gezinsplan_vaststellen", "onderwijsplan_vaststellen", "uitvoeren")
    return walk.go("afronden")


def leerplicht_brings_it_in(route: Route) -> Walk:
    walk = Walk(route, opened(route, signal(Role.LEERPLICHTAMBTENAAR), sector="po"), {})
    return walk.go("school_betrekken_bij_verzuim", "verzuimvraag_afsluiten")


def parents_take_it_back(route: Route) -> Walk:
    own = replace(opened(route, signal(Role.OUDER), sector="po"), only_own_signals=True)
    return Walk(route, own, {}).go("vraag_intrekken")


STORIES = (
    school_and_home,
    care_at_school,
    only_home,
    no_lokaal_team,
    withdrawn_while_planning,
    youth_in_vo,
    absent_too,
    a_yes_without_the_school,
    nothing_extra,
    the_meeting_finds_nothing_extra,
    parents_ask_the_school,
    the_lokaal_team_involves_the_school,
    leerplicht_brings_it_in,
    parents_take_it_back,
)
