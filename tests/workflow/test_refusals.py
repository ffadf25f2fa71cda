"""What each transition of Midden-Groningen refuses, written out by hand from the seed, apart from the route file.

Two lists: what is lacking when nothing was done yet (`BARE`), and one thing that went wrong where all else was in order
(`WRONG`). The last test takes every condition out of the route in turn: one of the lists must notice.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import pytest

from app.domain.actors import OrganisationKind, Role
from app.workflow.decide import outlook
from app.workflow.facts import Assessment, EscalationFact, Facts
from app.workflow.guards import EVALUATION_OUTCOMES, Reason
from app.workflow.loader import current
from app.workflow.model import Route
from tests.workflow import stories
from tests.workflow.walks import SOME_MOMENT, given, nobody, opened, party, refused, signal

BARE: Mapping[str, set[str]] = {
    "hulp_vragen_school": {
        "school_onbekend",
    },
    "hulp_vragen_sociaal_team": {
        "toestemming_ontbreekt sociaal_team",
    },
    "onderzoek_starten": {
        "school_onbekend",
        "oudergesprek_ontbreekt oudergesprek",
    },
    "school_betrekken": {
        "school_onbekend",
        "oudergesprek_ontbreekt oudergesprek",
        "toestemming_ontbreekt school",
    },
    "school_betrekken_bij_verzuim": {
        "school_onbekend",
        "oudergesprek_ontbreekt oudergesprek",
    },
    "jgz_signaal_oppakken": {
        "oudergesprek_ontbreekt oudergesprek",
    },
    "triage_zonder_school": {
        "oudergesprek_ontbreekt oudergesprek",
    },
    "signaal_intrekken": {
        "toelichting_ontbreekt",
        "signaal_van_ander",
    },
    "signaal_afsluiten": {
        "toelichting_ontbreekt",
    },
    "koo_betrekken": {
        "toestemming_ontbreekt gemeente",
    },
    "bovenschools_inschakelen": {
        "vastlegging_ontbreekt ondersteuningsniveau",
    },
    "bovenschools_terugkoppelen": {
        "vastlegging_ontbreekt bovenschoolse_observatie",
        "notitie_ontbreekt terugkoppeling_ouders",
        "notitie_ontbreekt terugkoppeling_school",
    },
    "jgz_inschakelen": {
        "vastlegging_ontbreekt onderzoek_gedrag",
        "vastlegging_ontbreekt intern_of_extern",
        "vastlegging_ontbreekt ondersteuningsniveau",
        "toestemming_ontbreekt jgz",
    },
    "triage_na_onderzoek": {
        "vastlegging_ontbreekt onderzoek_gedrag",
        "vastlegging_ontbreekt intern_of_extern",
        "vastlegging_ontbreekt ondersteuningsniveau",
    },
    "triage_zonder_jgz": {
        "toelichting_ontbreekt",
        "vastlegging_ontbreekt onderzoek_gedrag",
        "vastlegging_ontbreekt intern_of_extern",
        "vastlegging_ontbreekt ondersteuningsniveau",
    },
    "school_afsluiten": {
        "toelichting_ontbreekt",
    },
    "jgz_afronden": {
        "vastlegging_ontbreekt jgz_uitkomst",
    },
    "jgz_raadplegen": {
        "toestemming_ontbreekt jgz",
    },
    "jgz_afsluiten": {
        "toelichting_ontbreekt",
    },
    "naar_onderwijs": {
        "vastlegging_ontbreekt registratie_ggd",
        "vastlegging_ontbreekt registratie_leerplicht",
        "vastlegging_ontbreekt registratie_zorg_voor_jeugd",
        "vastlegging_ontbreekt meldcode_overwogen",
        "notitie_ontbreekt ouders_geinformeerd",
        "leervraag_niet_ingedeeld leervraag",
        "leefvraag_niet_ingedeeld geen_leefvraag",
        "betrokkene_ontbreekt leerkracht",
    },
    "aanmelden": {
        "vastlegging_ontbreekt registratie_ggd",
        "vastlegging_ontbreekt registratie_leerplicht",
        "vastlegging_ontbreekt registratie_zorg_voor_jeugd",
        "vastlegging_ontbreekt meldcode_overwogen",
        "notitie_ontbreekt ouders_geinformeerd",
        "toestemming_ontbreekt sociaal_team",
    },
    "school_aansluiten": {
        "school_onbekend",
        "toestemming_ontbreekt school",
    },
    "leerplicht_betrekken": {
        "vastlegging_ontbreekt registratie_leerplicht",
    },
    "triage_afsluiten": {
        "toelichting_ontbreekt",
    },
    "naar_beoordeling": {
        "vastlegging_ontbreekt melding",
        "vastlegging_ontbreekt aanmeldteam_besluit",
        "toestemming_ontbreekt sociaal_team",
    },
    "geen_jeugdhulp": {
        "vastlegging_ontbreekt melding",
        "vastlegging_ontbreekt aanmeldteam_besluit",
    },
    "aan_casemanager_toewijzen": {
        "vastlegging_ontbreekt aard",
        "vastlegging_ontbreekt ernst",
        "vastlegging_ontbreekt urgentie",
        "casemanager_ontbreekt casemanager_jeugd",
    },
    "in_werkvoorraad_plaatsen": {
        "vastlegging_ontbreekt aard",
        "vastlegging_ontbreekt ernst",
        "vastlegging_ontbreekt urgentie",
    },
    "uit_werkvoorraad_halen": {
        "casemanager_ontbreekt casemanager_jeugd",
    },
    "naar_inzet": {
        "vastlegging_ontbreekt leefgebieden",
        "vastlegging_ontbreekt veiligheidsinschatting",
        "vastlegging_ontbreekt probleemklasse",
        "vastlegging_ontbreekt onderzoeksverslag",
        "vastlegging_ontbreekt ondersteuningsvoorstel",
        "leefvraag_niet_ingedeeld leefvraag",
        "leervraag_niet_ingedeeld geen_leervraag",
    },
    "naar_casemanagement": {
        "vastlegging_ontbreekt leefgebieden",
        "vastlegging_ontbreekt veiligheidsinschatting",
        "vastlegging_ontbreekt probleemklasse",
        "vastlegging_ontbreekt verklarende_analyse",
        "vastlegging_ontbreekt kernbeslissing",
        "vastlegging_ontbreekt onderzoeksverslag",
        "vastlegging_ontbreekt ondersteuningsvoorstel",
        "leefvraag_niet_ingedeeld leefvraag",
        "leervraag_niet_ingedeeld geen_leervraag",
    },
    "naar_mdo": {
        "vastlegging_ontbreekt leefgebieden",
        "vastlegging_ontbreekt veiligheidsinschatting",
        "vastlegging_ontbreekt probleemklasse",
        "vastlegging_ontbreekt verklarende_analyse",
        "vastlegging_ontbreekt kernbeslissing",
        "vastlegging_ontbreekt onderzoeksverslag",
        "vastlegging_ontbreekt ondersteuningsvoorstel",
        "leefvraag_niet_ingedeeld leefvraag",
        "leervraag_niet_ingedeeld leervraag",
        "toestemming_ontbreekt sociaal_team",
    },
    "overdragen_aan_onderwijs": {
        "leervraag_niet_ingedeeld leervraag",
        "leefvraag_niet_ingedeeld leefvraag",
        "betrokkene_ontbreekt leerkracht",
    },
    "loslaten": {
        "vastlegging_ontbreekt inzet",
    },
    "opnieuw_intake": {
        "toelichting_ontbreekt",
    },
    "sociaal_team_terug_naar_triage": {
        "toelichting_ontbreekt",
    },
    "sociaal_team_afsluiten": {
        "toelichting_ontbreekt",
    },
    "gemeenteplan_vaststellen": {
        "plan_ontbreekt plan_van_aanpak",
    },
    "gemeenteplan_bijstellen": {
        "plan_ontbreekt plan_van_aanpak",
    },
    "gemeenteplan_opschalen": {
        "plan_ontbreekt plan_van_aanpak",
    },
    "gemeenteplan_afronden": {
        "plan_ontbreekt plan_van_aanpak",
    },
    "onderwijs_afronden": {
        "vastlegging_ontbreekt evaluatie_leerkracht",
    },
    "opnieuw_onderzoek": {
        "vastlegging_ontbreekt evaluatie_leerkracht",
    },
    "school_terug_naar_triage": {
        "toelichting_ontbreekt",
    },
    "plan_vaststellen": {
        "leervraag_niet_ingedeeld leervraag",
        "leefvraag_niet_ingedeeld leefvraag",
        "toestemming_ontbreekt sociaal_team",
        "toestemming_ontbreekt jgz",
        "overleg_ontbreekt mdo",
        "plan_ontbreekt plan_van_aanpak",
        "contactpersoon_ontbreekt gemeente",
    },
    "plan_bijstellen": {
        "plan_ontbreekt plan_van_aanpak",
    },
    "plan_opschalen": {
        "plan_ontbreekt plan_van_aanpak",
        "toestemming_ontbreekt sociaal_team",
    },
    "plan_afronden": {
        "plan_ontbreekt plan_van_aanpak",
    },
    "plan_terug_naar_triage": {
        "toelichting_ontbreekt",
    },
    "plan_afsluiten": {
        "toelichting_ontbreekt",
    },
    "regievoerder_betrekken": {
        "school_onbekend",
    },
    "swv_inschakelen": {
        "escalatie_ontbreekt",
        "deelverband_onbekend",
    },
    "swv_benaderen": set(),
    "steunpunt_benaderen": set(),
    "afsluiten_zonder_sociaal_team": {
        "toelichting_ontbreekt",
        "vastlegging_ontbreekt meldcode_overwogen",
    },
    "verder_zonder_sociaal_team": set(),
    "verder_zonder_school": set(),
    "verder_zonder_jgz": set(),
    "gezin_stopt": {
        "toelichting_ontbreekt",
    },
    "heropenen": {
        "toelichting_ontbreekt",
    },
}


# --- What goes wrong --------------------------------------------------------------------------------------------------

Change = Callable[[Facts], Facts]


class Wrong(NamedTuple):
    """A transition that was ready to be made, what then went wrong, and all that is said about it."""

    transition: str
    change: Change
    refused: set[str]


def _found(kind: str, outcome: str, reason: str | None = None) -> Change:
    """Something was assessed otherwise."""
    made = Assessment(kind, Role.CASEMANAGER_JEUGD, outcome, reason, SOME_MOMENT)
    return lambda facts: replace(facts, assessments={**facts.assessments, kind: made})


def _lost(*kinds: str) -> Change:
    """Something was not assessed."""
    return lambda facts: replace(facts, assessments={k: v for k, v in facts.assessments.items() if k not in kinds})


def _both(*changes: Change) -> Change:
    def change(facts: Facts) -> Facts:
        for each in changes:
            facts = each(facts)
        return facts

    return change


UNSAFE = _both(_found("veiligheidsinschatting", "onveilig"), _lost("standpunt_veiligheid"))


def _no(kind: OrganisationKind) -> Change:
    return lambda facts: replace(facts, consents={**facts.consents, kind: refused(kind, "toestemming_ingetrokken")})


def _yes(kind: OrganisationKind) -> Change:
    return lambda facts: replace(facts, consents={**facts.consents, kind: given(kind)})


def _question(**classified: str | None) -> Change:
    return lambda facts: replace(facts, **classified)  # type: ignore[arg-type]  # the names are those of Facts


def _plan(**changed: object) -> Change:
    def change(facts: Facts) -> Facts:
        assert facts.plan is not None
        new = replace(facts.plan, **changed)  # type: ignore[arg-type]  # the names of PlanFact
        return replace(facts, plans={**facts.plans, new.kind: new})

    return change


def _without(*functions: str) -> Change:
    """Nobody has these functions any more."""
    return lambda facts: replace(
        facts, parties=tuple(replace(each, functions=each.functions - {*functions}) for each in facts.parties)
    )


def _contact(role: Role) -> Change:
    return lambda facts: replace(facts, parties=(*facts.parties, party(role, "contactpersoon")))


def _gone(*roles: Role) -> Change:
    return lambda facts: replace(facts, parties=tuple(each for each in facts.parties if each.role not in roles))


def _noted(*without: str) -> Change:
    return lambda facts: replace(facts, notes=tuple(note for note in facts.notes if note.kind not in without))


SCHOOL, JGZ, SOCIAAL_TEAM = OrganisationKind.SCHOOL, OrganisationKind.JGZ, OrganisationKind.SOCIAAL_TEAM


def _there(role: Role) -> Change:
    """Somebody takes part."""
    return lambda facts: replace(facts, parties=(*facts.parties, party(role)))


WRONG: tuple[Wrong, ...] = (
    # Nobody goes round whoever takes part: the ways on after a no are for those who are left.
    Wrong("afsluiten_zonder_sociaal_team", _there(Role.CASEMANAGER_JEUGD), {"al_betrokken"}),
    Wrong("verder_zonder_sociaal_team", _there(Role.MEDEWERKER_AANMELDTEAM), {"al_betrokken"}),
    Wrong("verder_zonder_school", _there(Role.INTERN_BEGELEIDER), {"al_betrokken"}),
    Wrong("verder_zonder_jgz", _there(Role.JEUGDARTS), {"al_betrokken"}),
    *(
        Wrong("gezin_stopt", _there(role), {"al_betrokken"})
        for role in (
            Role.LEERKRACHT,
            Role.JEUGDVERPLEEGKUNDIGE,
            Role.KIND_OUDERONDERSTEUNER,
            Role.CASEMANAGER_JEUGD,
            Role.LEERPLICHTAMBTENAAR,
        )
    ),
    # 001:253-281 The way without the school is not for a case in which it takes part.
    Wrong(
        "triage_zonder_school",
        lambda facts: replace(facts, parties=(*facts.parties, party(Role.LEERKRACHT))),
        {"al_betrokken"},
    ),
    Wrong(
        "bovenschools_inschakelen",
        _found("ondersteuningsniveau", "extra_ondersteuning"),
        {
            "uitkomst_anders ondersteuningsniveau",
        },
    ),
    # 001:192 On handelingsverlegenheid the bovenschools ondersteuningsteam comes first.
    Wrong(
        "jgz_inschakelen",
        _found("ondersteuningsniveau", "handelingsverlegenheid"),
        {
            "uitkomst_anders ondersteuningsniveau",
        },
    ),
    Wrong(
        "triage_zonder_jgz",
        _found("ondersteuningsniveau", "handelingsverlegenheid"),
        {
            "uitkomst_anders ondersteuningsniveau",
        },
    ),
    # 001:337 Basic support insufficient, or a leefvraag: the jeugdverpleegkundige first.
    Wrong(
        "triage_na_onderzoek",
        _found("ondersteuningsniveau", "extra_ondersteuning"),
        {
            "uitkomst_anders ondersteuningsniveau",
        },
    ),
    Wrong(
        "triage_na_onderzoek",
        lambda facts: replace(facts, signals=(*facts.signals, signal(Role.LEERKRACHT, kind="leefvraag"))),
        {"leefvraag_gesignaleerd"},
    ),
    Wrong("triage_zonder_jgz", _yes(JGZ), {"toestemming_van_kracht"}),
    # 001:283-289 Triage; a check that does not apply says why.
    Wrong("naar_onderwijs", _found("registratie_ggd", "niet_van_toepassing"), {"reden_ontbreekt registratie_ggd"}),
    Wrong(
        "aanmelden",
        _found("registratie_leerplicht", "niet_van_toepassing", " "),
        {
            "reden_ontbreekt registratie_leerplicht",
        },
    ),
    # 001:343 A wish for casusregie goes to the sociaal team.
    Wrong("naar_onderwijs", _found("jgz_uitkomst", "verzoek_casusregie"), {"uitkomst_anders jgz_uitkomst"}),
    # 001:321 Only a leervraag goes to the school.
    Wrong(
        "naar_onderwijs",
        _both(_question(leefvraag="enkelvoudig"), _yes(SOCIAAL_TEAM)),
        {
            "leefvraag_anders geen_leefvraag",
        },
    ),
    Wrong("naar_onderwijs", _question(leervraag="geen"), {"leervraag_anders leervraag"}),
    Wrong("naar_onderwijs", _gone(Role.LEERKRACHT), {"betrokkene_ontbreekt leerkracht"}),
    Wrong(
        "leerplicht_betrekken",
        _found("registratie_leerplicht", "niet_van_toepassing", "Geen verzuim."),
        {
            "uitkomst_anders registratie_leerplicht",
        },
    ),
    # 001:126-127 What is no jeugdhulp does not go to the gedragswetenschapper, and the other way round.
    Wrong(
        "naar_beoordeling",
        _found("aanmeldteam_besluit", "geen_jeugdhulp", "Geen hulpvraag."),
        {
            "uitkomst_anders aanmeldteam_besluit",
        },
    ),
    Wrong("naar_beoordeling", _no(SOCIAAL_TEAM), {"toestemming_ingetrokken sociaal_team"}),
    Wrong("geen_jeugdhulp", _found("aanmeldteam_besluit", "jeugdhulp"), {"uitkomst_anders aanmeldteam_besluit"}),
    # 001:127 Without that decision the leefvraag still stands in the way of the school going on alone.
    Wrong(
        "naar_onderwijs",
        _both(_question(leefvraag="enkelvoudig"), _found("aanmeldteam_besluit", "jeugdhulp")),
        {"leefvraag_anders geen_leefvraag"},
    ),
    # 001:129, 001:319 Crisis and urgency do not wait.
    Wrong("in_werkvoorraad_plaatsen", _found("urgentie", "crisis"), {"uitkomst_anders urgentie"}),
    Wrong("in_werkvoorraad_plaatsen", _found("urgentie", "spoed"), {"uitkomst_anders urgentie"}),
    Wrong("aan_casemanager_toewijzen", _without("casemanager"), {"casemanager_ontbreekt casemanager_jeugd"}),
    # 001:147 Unsafety needs a standpunt, also where the case leaves the municipality or is closed.
    *(
        Wrong(key, UNSAFE, {"vastlegging_ontbreekt standpunt_veiligheid"})
        for key in (
            "naar_casemanagement",
            "naar_mdo",
            "overdragen_aan_onderwijs",
            "sociaal_team_terug_naar_triage",
            "sociaal_team_afsluiten",
            "triage_afsluiten",
            "plan_terug_naar_triage",
            "gemeenteplan_afronden",
            "plan_afronden",
            "plan_afsluiten",
        )
    ),
    # 001:145, 001:299 Where a child is unsafe the municipality does not let go, with a standpunt or without.
    *(
        Wrong(key, _found("veiligheidsinschatting", "onveilig"), {"uitkomst_anders veiligheidsinschatting"})
        for key in ("naar_inzet", "loslaten")
    ),
    Wrong(
        "naar_casemanagement",
        _both(UNSAFE, _found("standpunt_veiligheid", "ingenomen")),
        {"reden_ontbreekt standpunt_veiligheid"},
    ),
    # 001:293-301 One judgement of the problem class, and agreements for the two heavier ones.
    *(
        Wrong(key, _question(problem_class="multiproblematiek"), {"probleemklasse_verschilt leefvraag"})
        for key in ("naar_inzet", "naar_casemanagement", "naar_mdo")
    ),
    *(
        Wrong(key, _lost("stabilisatieafspraken"), {"vastlegging_ontbreekt stabilisatieafspraken"})
        for key in ("naar_casemanagement", "naar_mdo")
    ),
    # 001:313, 001:321 Which way follows from the two questions.
    Wrong("naar_inzet", _question(leefvraag="meervoudig", problem_class="meervoudig"), {"leefvraag_anders leefvraag"}),
    Wrong("naar_inzet", _question(leervraag="enkelvoudig"), {"leervraag_anders geen_leervraag"}),
    Wrong(
        "naar_casemanagement",
        _question(leefvraag="enkelvoudig", problem_class="enkelvoudig"),
        {
            "leefvraag_anders leefvraag",
        },
    ),
    Wrong(
        "naar_casemanagement",
        _both(_question(leervraag="enkelvoudig"), _yes(SCHOOL)),
        {"leervraag_anders geen_leervraag"},
    ),
    Wrong("naar_mdo", _question(leervraag="geen"), {"leervraag_anders leervraag"}),
    Wrong("naar_mdo", _question(leefvraag="geen"), {"leefvraag_anders leefvraag"}),
    Wrong("overdragen_aan_onderwijs", _question(leefvraag="enkelvoudig"), {"leefvraag_anders leefvraag"}),
    Wrong("overdragen_aan_onderwijs", _question(leervraag="geen"), {"leervraag_anders leervraag"}),
    Wrong("overdragen_aan_onderwijs", _gone(Role.LEERKRACHT), {"betrokkene_ontbreekt leerkracht"}),
    # 001:263, 001:271 What the municipality and the school tell each other needs consent, then and now.
    Wrong("naar_mdo", _no(SCHOOL), {"toestemming_ingetrokken school"}),
    Wrong("naar_mdo", _gone(Role.LEERKRACHT, Role.INTERN_BEGELEIDER, Role.DIRECTIE), {"niet_betrokken"}),
    Wrong("naar_mdo", _no(SOCIAAL_TEAM), {"toestemming_ingetrokken sociaal_team"}),
    Wrong("plan_vaststellen", _no(SCHOOL), {"toestemming_ingetrokken school"}),
    Wrong("plan_vaststellen", _no(SOCIAAL_TEAM), {"toestemming_ingetrokken sociaal_team"}),
    Wrong("plan_opschalen", _no(SOCIAAL_TEAM), {"toestemming_ingetrokken sociaal_team"}),
    # 001:135, 001:144 No jeugdhulp without a safety assessment and a core decision for it.
    Wrong("loslaten", _lost("veiligheidsinschatting"), {"vastlegging_ontbreekt veiligheidsinschatting"}),
    Wrong("loslaten", _lost("kernbeslissing"), {"vastlegging_ontbreekt kernbeslissing"}),
    Wrong("loslaten", _found("kernbeslissing", "geen_jeugdhulp"), {"uitkomst_anders kernbeslissing"}),
    # 001:360-364 The plan of the municipality.
    Wrong("gemeenteplan_vaststellen", _plan(goal_domains=frozenset({"onderwijs"})), {"doel_ontbreekt zorg"}),
    Wrong("gemeenteplan_vaststellen", _plan(in_force=True), {"plan_al_van_kracht plan_van_aanpak"}),
    Wrong("gemeenteplan_vaststellen", _plan(approved_by=frozenset({"ouder"})), {"instemming_ontbreekt gemeente"}),
    Wrong("gemeenteplan_vaststellen", _plan(approved_by=frozenset({"gemeente"})), {"instemming_ontbreekt ouder"}),
    Wrong("gemeenteplan_bijstellen", _plan(evaluation="opschalen"), {"evaluatie_anders"}),
    Wrong("gemeenteplan_opschalen", _plan(evaluation="bijstellen"), {"evaluatie_anders"}),
    Wrong("gemeenteplan_afronden", _plan(evaluation=None), {"evaluatie_ontbreekt"}),
    Wrong("gemeenteplan_afronden", _plan(evaluation="bijstellen"), {"evaluatie_anders"}),
    # 001:171 The teacher's evaluation decides whether the school is done.
    Wrong(
        "onderwijs_afronden",
        _found("evaluatie_leerkracht", "onvoldoende_vooruitgang"),
        {
            "uitkomst_anders evaluatie_leerkracht",
        },
    ),
    Wrong(
        "opnieuw_onderzoek",
        _found("evaluatie_leerkracht", "voldoende_vooruitgang"),
        {
            "uitkomst_anders evaluatie_leerkracht",
        },
    ),
    # 001:351-364 MDO and plan.
    Wrong("plan_vaststellen", _question(leervraag="geen"), {"leervraag_anders leervraag"}),
    Wrong("plan_vaststellen", _question(leefvraag="geen"), {"leefvraag_anders leefvraag"}),
    Wrong("plan_vaststellen", _gone(Role.JEUGDVERPLEEGKUNDIGE), {"niet_betrokken"}),
    Wrong("plan_vaststellen", lambda facts: replace(facts, meetings=()), {"overleg_ontbreekt mdo"}),
    Wrong("plan_vaststellen", _plan(goal_domains=frozenset({"zorg"})), {"doel_ontbreekt onderwijs"}),
    Wrong("plan_vaststellen", _plan(goal_domains=frozenset({"onderwijs"})), {"doel_ontbreekt zorg"}),
    Wrong("plan_vaststellen", _plan(unmeasured_goals=1), {"doel_niet_meetbaar plan_van_aanpak"}),
    Wrong("plan_vaststellen", _plan(goals_without_action=1), {"actie_ontbreekt"}),
    Wrong("plan_vaststellen", _plan(evaluation_date=None), {"evaluatiedatum_ontbreekt plan_van_aanpak"}),
    Wrong("plan_vaststellen", _plan(perspective=False), {"toekomstperspectief_ontbreekt plan_van_aanpak"}),
    Wrong("plan_vaststellen", _plan(regie=None), {"regie_ontbreekt plan_van_aanpak", "regiehouder_ontbreekt"}),
    Wrong("plan_vaststellen", _plan(in_force=True), {"plan_al_van_kracht plan_van_aanpak"}),
    Wrong("plan_vaststellen", _without("regiehouder"), {"regiehouder_ontbreekt casemanager_jeugd"}),
    Wrong("plan_vaststellen", _plan(regie="onderwijs"), {"regiehouder_ontbreekt"}),
    Wrong(
        "plan_vaststellen",
        _plan(approved_by=frozenset({"school", "gemeente", "ouder"})),
        {
            "instemming_ontbreekt jgz",
        },
    ),
    Wrong(
        "plan_vaststellen",
        _plan(approved_by=frozenset({"jgz", "gemeente", "ouder"})),
        {
            "instemming_ontbreekt school",
        },
    ),
    Wrong(
        "plan_vaststellen",
        _without("contactpersoon"),
        {"contactpersoon_ontbreekt school", "contactpersoon_ontbreekt gemeente"},
    ),
    Wrong(
        "plan_vaststellen",
        _both(_without("contactpersoon"), _contact(Role.CASEMANAGER_JEUGD)),
        {"contactpersoon_ontbreekt school"},
    ),
    Wrong(
        "plan_vaststellen",
        _both(_without("contactpersoon"), _contact(Role.LEERKRACHT)),
        {"contactpersoon_ontbreekt gemeente"},
    ),
    Wrong("plan_bijstellen", _plan(evaluation_parties=frozenset({"gemeente"})), {"contactpersoon_niet_betrokken"}),
    Wrong("plan_bijstellen", _plan(evaluation="afsluiten"), {"evaluatie_anders"}),
    Wrong("plan_opschalen", _plan(evaluation="afschalen"), {"evaluatie_anders"}),
    Wrong("plan_afronden", _plan(evaluation="bijstellen"), {"evaluatie_anders"}),
    Wrong("plan_afronden", _plan(evaluation_parties=frozenset({"school"})), {"contactpersoon_niet_betrokken"}),
    # 001:275-281 The samenwerkingsverband.
    Wrong(
        "swv_inschakelen",
        lambda facts: replace(facts, escalations=(EscalationFact("stagnatie", "stagnatiepunt", resolved=False),)),
        {"escalatie_ontbreekt"},
    ),
    Wrong("swv_inschakelen", lambda facts: replace(facts, deelverband_known=False), {"deelverband_onbekend"}),
    Wrong("swv_benaderen", lambda facts: replace(facts, school_known=True), {"school_bekend"}),
    Wrong(
        "signaal_intrekken",
        lambda facts: replace(facts, signals=(*facts.signals, signal(Role.JEUGDIGE)), only_own_signals=False),
        {"signaal_van_ander"},
    ),
    Wrong("bovenschools_terugkoppelen", _noted("terugkoppeling_ouders"), {"notitie_ontbreekt terugkoppeling_ouders"}),
    Wrong("bovenschools_terugkoppelen", _noted("terugkoppeling_school"), {"notitie_ontbreekt terugkoppeling_school"}),
)


# --- Checking ---------------------------------------------------------------------------------------------------------


def _mark(reason: Reason) -> str:
    """The code, with what it is about where the operation says so."""
    fields = reason.operation.fields if reason.operation else {}
    about = next((fields[name] for name in ("kind", "recipientKind", "party", "domain", "role") if name in fields), "")
    if reason.code == "contactpersoon_ontbreekt":
        about = "school" if Role.DIRECTIE in reason.resolvers else "gemeente"
    return f"{reason.code} {about}".strip()


def _marks(route: Route, key: str, facts: Facts) -> set[str]:
    [option] = [each for each in outlook(route, facts, nobody()) if each.transition.key == key]
    return {_mark(reason) for reason in option.reasons}


def _nothing_done(route: Route, key: str) -> Facts:
    """A case of a child without a school in the right step, where a teacher signalled and nothing else was done."""
    empty = opened(route, signal(Role.LEERKRACHT), enrolled=False)
    return replace(empty, step=route.transitions[key].origins[0], explanation="", parties=())


@cache
def _ready() -> Mapping[str, tuple[Facts, ...]]:
    """What was true before each transition, in each story that makes it."""
    ready: dict[str, tuple[Facts, ...]] = {}
    for story in stories.STORIES:
        for key, facts in story(current("midden-groningen")).made:
            ready[key] = (*ready.get(key, ()), facts)
    return ready


def _unlike(route: Route, key: str) -> Iterator[str]:
    """In which of both lists this transition of `route` answers otherwise than is written."""
    bare = _marks(route, key, _nothing_done(route, key))
    if bare != BARE[key]:
        yield f"{key} with nothing done: {bare ^ BARE[key]}"
    for wrong in WRONG:
        if wrong.transition == key and not any(
            _marks(route, key, wrong.change(facts)) == wrong.refused for facts in _ready()[key]
        ):
            yield f"{key}: {wrong.refused} is not what is refused"


@pytest.fixture(scope="module")
def route() -> Route:
    return current("midden-groningen")


def test_the_lists_cover_every_transition(route: Route) -> None:
    assert set(BARE) == set(route.transitions)


@pytest.mark.parametrize("key", BARE)
def test_with_nothing_done_everything_that_lacks_is_said_at_once(route: Route, key: str) -> None:
    assert _marks(route, key, _nothing_done(route, key)) == BARE[key]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.transition}: {', '.join(sorted(wrong.refused))}")
def test_one_thing_wrong_is_refused_and_named(route: Route, wrong: Wrong) -> None:
    said = [_marks(route, wrong.transition, wrong.change(facts)) for facts in _ready()[wrong.transition]]
    assert wrong.refused in said


@pytest.mark.parametrize("key", BARE)
def test_a_condition_that_is_taken_out_is_noticed(route: Route, key: str) -> None:
    transition = route.transitions[key]
    for number, condition in enumerate(transition.conditions):
        rest = transition.conditions[:number] + transition.conditions[number + 1 :]
        broken = replace(route, transitions={**route.transitions, key: replace(transition, conditions=rest)})
        assert list(_unlike(broken, key)), f"{key}: nobody notices that {condition.name} {condition.params} is gone"


@pytest.mark.parametrize("key", BARE)
def test_an_explanation_that_is_no_longer_asked_is_noticed(route: Route, key: str) -> None:
    transition = route.transitions[key]
    other = replace(transition, requires_explanation=not transition.requires_explanation)
    broken = replace(route, transitions={**route.transitions, key: other})
    assert list(_unlike(broken, key))


@pytest.mark.parametrize("key", BARE)
def test_an_outcome_or_level_that_is_no_longer_asked_is_noticed(route: Route, key: str) -> None:
    transition = route.transitions[key]
    for number, condition in enumerate(transition.conditions):
        for name in {"outcomes", "levels"} & set(condition.params):
            everything = ("geen", "enkelvoudig", "complex") if name == "levels" else EVALUATION_OUTCOMES
            widened = {**condition.params, name: everything}
            if name == "outcomes" and condition.name.startswith("assessment_recorded"):
                del widened[name]
            if condition.name == "assessment_is_not":
                continue  # wider would be stricter here
            conditions = list(transition.conditions)
            conditions[number] = replace(condition, params=widened)
            broken = replace(
                route, transitions={**route.transitions, key: replace(transition, conditions=tuple(conditions))}
            )
            assert list(_unlike(broken, key)), f"{key}: nobody notices that {condition.params} asks no {name}"
