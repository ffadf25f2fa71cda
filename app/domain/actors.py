"""Who takes part: the documented actors as roles, the kinds of organisation, the data categories, the caller."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """A documented actor. A token's `roles` claim names these codes; a code that is not here grants nothing."""

    # Family
    JEUGDIGE = "jeugdige"
    OUDER = "ouder"
    WETTELIJK_VERTEGENWOORDIGER = "wettelijk_vertegenwoordiger"
    # School and board
    LEERKRACHT = "leerkracht"
    INTERN_BEGELEIDER = "intern_begeleider"
    GEDRAGSDESKUNDIGE_SCHOOL = "gedragsdeskundige_school"
    DIRECTIE = "directie"
    GEDRAGSWETENSCHAPPER_ONDERWIJS = "gedragswetenschapper_onderwijs"
    BOVENSCHOOLS_ONDERSTEUNINGSTEAM = "bovenschools_ondersteuningsteam"
    REGIEVOERDER_ZORG = "regievoerder_zorg"
    SCHOOLBESTUURDER = "schoolbestuurder"
    # Samenwerkingsverband
    SWV_COORDINATOR = "swv_coordinator"
    CONSULENT_PASSEND_ONDERWIJS = "consulent_passend_onderwijs"
    BEGELEIDER_PASSEND_ONDERWIJS = "begeleider_passend_onderwijs"
    DIRECTEUR_SWV = "directeur_swv"
    OUDER_JEUGDSTEUNPUNT = "ouder_jeugdsteunpunt"
    # Municipality
    KIND_OUDERONDERSTEUNER = "kind_ouderondersteuner"
    MEDEWERKER_AANMELDTEAM = "medewerker_aanmeldteam"
    CASEMANAGER_JEUGD = "casemanager_jeugd"
    GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM = "gedragswetenschapper_sociaal_team"
    MEDEWERKER_LOKAAL_TEAM = "medewerker_lokaal_team"
    GEZINSWERKER_BUURTTEAM = "gezinswerker_buurtteam"
    LEERPLICHTAMBTENAAR = "leerplichtambtenaar"
    WETHOUDER = "wethouder"
    # Youth health care (JGZ)
    JEUGDVERPLEEGKUNDIGE = "jeugdverpleegkundige"
    JEUGDARTS = "jeugdarts"
    DOKTERSASSISTENTE = "doktersassistente"
    # Help and experts
    JEUGDHULPVERLENER = "jeugdhulpverlener"
    MAATSCHAPPELIJK_WERKER = "maatschappelijk_werker"
    BEHANDELAAR = "behandelaar"
    EXPERTPOOL = "expertpool"
    EXPERTTEAM = "expertteam"
    SAVE_MEDEWERKER = "save_medewerker"
    POLITIE = "politie"
    OVERIGE_BETROKKENE = "overige_betrokkene"
    # Independent
    MEDEWERKER_STAGNATIEPUNT = "medewerker_stagnatiepunt"
    # Above and keeping
    LEIDINGGEVENDE_KERNPARTNER = "leidinggevende_kernpartner"
    AANDACHTSFUNCTIONARIS = "aandachtsfunctionaris"
    REGIEVOERDER_VERWIJSINDEX = "regievoerder_verwijsindex"
    FUNCTIONARIS_GEGEVENSBESCHERMING = "functionaris_gegevensbescherming"
    BEHEERDER = "beheerder"
    # Systems
    LEERLINGADMINISTRATIE = "leerlingadministratie"
    SIGNALERINGSREGISTER = "signaleringsregister"


class OrganisationKind(StrEnum):
    """What an organisation is in the route; a consent names its recipients as organisations of these kinds."""

    SCHOOL = "school"
    SCHOOLBESTUUR = "schoolbestuur"
    SAMENWERKINGSVERBAND = "samenwerkingsverband"
    GEMEENTE = "gemeente"
    SOCIAAL_TEAM = "sociaal_team"
    LEERPLICHT = "leerplicht"
    JGZ = "jgz"
    JEUGDHULPAANBIEDER = "jeugdhulpaanbieder"
    STAGNATIEPUNT = "stagnatiepunt"
    GECERTIFICEERDE_INSTELLING = "gecertificeerde_instelling"  # SAVE (002:65)
    EXPERTPOOL = "expertpool"
    EXPERTTEAM = "expertteam"
    OVERIG = "overig"


class Category(StrEnum):
    """A data category: what a piece of content is about, and so who may see it."""

    LEREN = "leren"
    LEVEN = "leven"
    GEZONDHEID = "gezondheid"
    VERZUIM = "verzuim"
    VEILIGHEID = "veiligheid"
    PROCES = "proces"


class PersonKind(StrEnum):
    """As whom a subject is bound: one of the three that `api.md` names, or a system."""

    WORKER = "worker"
    GUARDIAN = "guardian"
    YOUNG_PERSON = "young_person"


# At which kinds of organisation a role works.
HOMES: dict[Role, frozenset[OrganisationKind]] = {
    Role.LEERKRACHT: frozenset({OrganisationKind.SCHOOL}),
    Role.INTERN_BEGELEIDER: frozenset({OrganisationKind.SCHOOL}),
    Role.GEDRAGSDESKUNDIGE_SCHOOL: frozenset({OrganisationKind.SCHOOL}),
    Role.DIRECTIE: frozenset({OrganisationKind.SCHOOL}),
    Role.GEDRAGSWETENSCHAPPER_ONDERWIJS: frozenset(
        {OrganisationKind.SCHOOLBESTUUR, OrganisationKind.SAMENWERKINGSVERBAND}
    ),
    Role.BOVENSCHOOLS_ONDERSTEUNINGSTEAM: frozenset(
        {OrganisationKind.SCHOOLBESTUUR, OrganisationKind.SAMENWERKINGSVERBAND}
    ),
    Role.REGIEVOERDER_ZORG: frozenset({OrganisationKind.SCHOOLBESTUUR}),
    Role.SWV_COORDINATOR: frozenset({OrganisationKind.SAMENWERKINGSVERBAND}),
    Role.CONSULENT_PASSEND_ONDERWIJS: frozenset({OrganisationKind.SAMENWERKINGSVERBAND}),
    Role.BEGELEIDER_PASSEND_ONDERWIJS: frozenset({OrganisationKind.SAMENWERKINGSVERBAND}),
    Role.OUDER_JEUGDSTEUNPUNT: frozenset({OrganisationKind.SAMENWERKINGSVERBAND}),
    Role.KIND_OUDERONDERSTEUNER: frozenset({OrganisationKind.GEMEENTE}),
    Role.MEDEWERKER_AANMELDTEAM: frozenset({OrganisationKind.SOCIAAL_TEAM}),
    Role.CASEMANAGER_JEUGD: frozenset({OrganisationKind.SOCIAAL_TEAM}),
    Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM: frozenset({OrganisationKind.SOCIAAL_TEAM}),
    Role.MEDEWERKER_LOKAAL_TEAM: frozenset({OrganisationKind.SOCIAAL_TEAM}),
    Role.GEZINSWERKER_BUURTTEAM: frozenset({OrganisationKind.SOCIAAL_TEAM}),
    Role.LEERPLICHTAMBTENAAR: frozenset({OrganisationKind.LEERPLICHT}),
    Role.JEUGDVERPLEEGKUNDIGE: frozenset({OrganisationKind.JGZ}),
    Role.JEUGDARTS: frozenset({OrganisationKind.JGZ}),
    Role.DOKTERSASSISTENTE: frozenset({OrganisationKind.JGZ}),
    Role.JEUGDHULPVERLENER: frozenset({OrganisationKind.JEUGDHULPAANBIEDER}),
    Role.BEHANDELAAR: frozenset({OrganisationKind.JEUGDHULPAANBIEDER}),
    Role.EXPERTPOOL: frozenset({OrganisationKind.EXPERTPOOL}),
    Role.EXPERTTEAM: frozenset({OrganisationKind.EXPERTTEAM}),
    Role.SAVE_MEDEWERKER: frozenset({OrganisationKind.GECERTIFICEERDE_INSTELLING}),
    Role.LEIDINGGEVENDE_KERNPARTNER: frozenset(
        {
            OrganisationKind.JGZ,
            OrganisationKind.LEERPLICHT,
            OrganisationKind.SAMENWERKINGSVERBAND,
            OrganisationKind.SOCIAAL_TEAM,
        }
    ),
    Role.MEDEWERKER_STAGNATIEPUNT: frozenset({OrganisationKind.STAGNATIEPUNT}),
}

FAMILY_ROLES = frozenset({Role.JEUGDIGE, Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a verified access token says of its caller; nothing here was looked up yet."""

    issuer: str
    subject: str
    client_id: str
    roles: frozenset[Role]
    organisation: str | None
    acr: str | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller who is bound to a person of ours: a worker, a guardian or a young person."""

    subject: Subject
    person_id: UUID
    person_kind: PersonKind
    organisation_id: UUID | None

    @property
    def roles(self) -> frozenset[Role]:
        """The known roles of the token; whether they fit the person was checked when the binding was read."""
        return self.subject.roles

    def of_family(self, role: str | None) -> bool:
        """Whether, in this role, the caller is not at work but stands where the family stands.

        So does who signs for the instelling that has the voogdij.
        """
        return self.person_kind is not PersonKind.WORKER or role in FAMILY_ROLES

    def voice(self, role: str | None) -> UUID:
        """Who speaks when the caller does: the person, or the organisation that is the guardian."""
        if self.organisation_id is not None and self.of_family(role):
            return self.organisation_id
        return self.person_id
