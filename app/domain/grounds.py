"""On which ground of its own an organisation takes part in a case: one table, for the service and for the proof."""

from dataclasses import dataclass

from app.domain.actors import FAMILY_ROLES, Role
from app.domain.actors import OrganisationKind as Kind
from app.domain.choices import DUTY_OF_CARE_ROLES, INSTITUTION_ROLES, Choice, now

# On which ground of its own an organisation takes part in a case of its own making, or of its own legal task.
OWN_GROUND: dict[Kind, str] = {
    Kind.SCHOOL: "onderwijstaak",
    Kind.SCHOOLBESTUUR: "onderwijstaak",
    Kind.SAMENWERKINGSVERBAND: "swv_taak",
    Kind.LEERPLICHT: "wettelijke_taak_leerplicht",
    Kind.JGZ: "jgz_taak",
    Kind.GEMEENTE: "jeugdwet_toegang",
    Kind.SOCIAAL_TEAM: "jeugdwet_toegang",
}
# Whom a professional may involve without consent, on that organisation's own legal task (domain.md R14, R16).
# JGZ, sociaal team and municipality are not here: they come in with consent (seed 001:253, 263, 271, 341).
WITHOUT_CONSENT = frozenset({Kind.SCHOOL, Kind.SCHOOLBESTUUR, Kind.SAMENWERKINGSVERBAND, Kind.LEERPLICHT})
# Which kinds of organisation a route may bring in on a ground other than consent: on their own legal task, or on that
# of leerplicht, which calls a school to account for absence (001:94-97; domain.md R14, R16). `procesbewaking` is no
# kind's own: it is for whoever sees the process alone.
GROUND_FOR: dict[str, frozenset[Kind]] = {
    "onderwijstaak": frozenset({Kind.SCHOOL, Kind.SCHOOLBESTUUR}),
    "swv_taak": frozenset({Kind.SAMENWERKINGSVERBAND}),
    "wettelijke_taak_leerplicht": frozenset({Kind.LEERPLICHT, Kind.SCHOOL}),
    "jeugdwet_toegang": frozenset({Kind.GEMEENTE, Kind.SOCIAAL_TEAM}),
}
# On these an involvement itself opens how the case proceeds, and of the content no more than a consent in force does. A
# school that is asked for a place (WPO 40) is told by the family, or with its consent, what it needs to judge that.
PROCESS_ALONE = frozenset({"toestemming", "zorgplicht"})
# Where a concern of parents or youth may enter, and at which house it then lies (seed 001:255, 271, 281).
ENTRANCES: dict[Role, Kind] = {
    Role.LEERKRACHT: Kind.SCHOOL,
    Role.INTERN_BEGELEIDER: Kind.SCHOOL,
    Role.DIRECTIE: Kind.SCHOOL,
    Role.KIND_OUDERONDERSTEUNER: Kind.GEMEENTE,
    Role.JEUGDVERPLEEGKUNDIGE: Kind.JGZ,
    Role.LEERPLICHTAMBTENAAR: Kind.LEERPLICHT,
    Role.CASEMANAGER_JEUGD: Kind.SOCIAAL_TEAM,
    Role.GEZINSWERKER_BUURTTEAM: Kind.SOCIAAL_TEAM,  # 002:13
    Role.JEUGDARTS: Kind.JGZ,  # 002:21
    Role.OUDER_JEUGDSTEUNPUNT: Kind.SAMENWERKINGSVERBAND,
    Role.MEDEWERKER_LOKAAL_TEAM: Kind.SOCIAAL_TEAM,
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground other than consent: the law, who may invoke it, and which organisations it lets into a case.

    Without `lets_in` it is no ground to take part: it is for one disclosure, in its own place. `consulted`: only after
    a recorded consultation with a colleague. Each asks for a motivation.
    """

    source: str
    roles: frozenset[Role]
    lets_in: frozenset[Kind] = frozenset()
    consulted: bool = False


_EDUCATION = frozenset(
    {
        Role.LEERKRACHT,
        Role.INTERN_BEGELEIDER,
        Role.DIRECTIE,
        Role.REGIEVOERDER_ZORG,
        Role.SWV_COORDINATOR,
        Role.CONSULENT_PASSEND_ONDERWIJS,
        Role.BEGELEIDER_PASSEND_ONDERWIJS,
        Role.LEERPLICHTAMBTENAAR,
    }
)
# Whose task absence is: the head of the school reports it and decides about leave, the intern begeleider records it
# with leerplicht at triage (001:200, 283-287; domain.md §5, R14), leerplicht looks into it. A teacher or a
# samenwerkingsverband has no such task: they turn to the school.
_REPORTS_ABSENCE = frozenset({Role.DIRECTIE, Role.INTERN_BEGELEIDER, Role.LEERPLICHTAMBTENAAR})
# Not of the list of Besluit Jeugdwet 7.1.4 (domain.md §1.1).
_SWV = frozenset({Role.SWV_COORDINATOR, Role.CONSULENT_PASSEND_ONDERWIJS, Role.BEGELEIDER_PASSEND_ONDERWIJS})
# The family, and systems: they report nothing in the course of work.
_OUTSIDE_THE_WORK = FAMILY_ROLES | {Role.LEERLINGADMINISTRATIE, Role.SIGNALERINGSREGISTER, Role.BEHEERDER}
# Every ground other than consent on which something is disclosed (domain.md R14): a ground that does not stand here is
# none. What is presented as a duty of law is never asked as consent, nor the other way round (R16).
OTHER_GROUNDS: dict[str, Ground] = {
    "onderwijstaak": Ground("WPO 8, WVO 2020", _EDUCATION, GROUND_FOR["onderwijstaak"]),
    "swv_taak": Ground("WPO 18a lid 13", _EDUCATION, GROUND_FOR["swv_taak"]),
    "wettelijke_taak_leerplicht": Ground("Leerplichtwet 21, 21a, 22", _REPORTS_ABSENCE, frozenset({Kind.LEERPLICHT})),
    # A school that has no fitting place looks for one that has, before it lets the child go.
    "zorgplicht": Ground(
        "WPO 40 lid 4",
        DUTY_OF_CARE_ROLES.default,
        frozenset({Kind.SCHOOL}),
    ),
    # With a measure of the court, recorded with its period: help must tell what the instelling needs, also breaking
    # secrecy.
    "gecertificeerde_instelling": Ground(
        "Jeugdwet 7.3.11 lid 4", INSTITUTION_ROLES.default, frozenset({Kind.GECERTIFICEERDE_INSTELLING})
    ),
    "meldcode": Ground("Wmo 2015 5.2.6", frozenset(Role) - _OUTSIDE_THE_WORK, consulted=True),
    "verwijsindex": Ground("Jeugdwet 7.1.4.1", (_EDUCATION - _SWV) | INSTITUTION_ROLES.default, consulted=True),
    "vitaal_belang": Ground(
        "AVG 6 lid 1 onder d, 9 lid 2 onder c",
        frozenset({Role.CASEMANAGER_JEUGD, Role.MEDEWERKER_LOKAAL_TEAM, Role.JEUGDVERPLEEGKUNDIGE, Role.JEUGDARTS}),
    ),
}

# Of these an operator can choose fewer roles.
_CHOSEN: dict[str, Choice[frozenset[Role]]] = {
    "zorgplicht": DUTY_OF_CARE_ROLES,
    "gecertificeerde_instelling": INSTITUTION_ROLES,
}


def lacking(ground: str, role: Role, *, motivation: str | None, consulted: bool = False) -> tuple[str, ...]:
    """What is missing for this role to disclose on this ground now, by code; nothing: it may.

    Codes: grondslag_onbekend, rol_past_niet, motivering_ontbreekt, collegiale_consultatie_ontbreekt.
    """
    known = OTHER_GROUNDS.get(ground)
    if known is None:
        return ("grondslag_onbekend",)
    roles = now(_CHOSEN[ground]) if ground in _CHOSEN else known.roles
    codes = {
        "rol_past_niet": role not in roles,
        "motivering_ontbreekt": not (motivation and motivation.strip()),
        "collegiale_consultatie_ontbreekt": known.consulted and not consulted,
    }
    return tuple(code for code, missing in codes.items() if missing)
