"""On which ground of its own an organisation takes part in a case: one table, for the service and for the proof."""

from app.domain.actors import OrganisationKind as Kind
from app.domain.actors import Role

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
