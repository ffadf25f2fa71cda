"""The demo's people and organisations, as data: all invented, in a Midden-Groningen setting.

The municipality and its samenwerkingsverband carry their real public codes, so that postcode and region fit; the BRIN
codes begin with 99, which is never issued, and the OIN codes with 00000099, the range for tests.
"""

from dataclasses import dataclass
from typing import Literal

from app.domain.actors import OrganisationKind, Role

Kind = Literal["worker", "guardian", "young_person", "system"]

SCHOOL = "brin:99ZA00"
OTHER_SCHOOL = "brin:99ZC00"
SECONDARY_SCHOOL = "brin:99ZB00"
BOARD = "bestuur:99901"
OTHER_BOARD = "bestuur:99902"
SWV = "swv:PO2001"
SECONDARY_SWV = "swv:VO2002"
MUNICIPALITY = "gm:GM1952"
SOCIAL_TEAM = "oin:00000099000000001000"
ATTENDANCE = "oin:00000099000000002000"
YOUTH_HEALTH = "oin:00000099000000003000"
STAGNATION_POINT = "oin:00000099000000004000"
PROTECTION = "oin:00000099000000005000"
EXPERT_POOL = "oin:00000099000000006000"
EXPERT_TEAM = "oin:00000099000000007000"
THERAPY = "oin:00000099000000008000"
POLICE = "oin:00000099000000009000"


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """An organisation: its code as a token names it, and for a school its board and samenwerkingsverband."""

    code: str
    kind: OrganisationKind
    name: str
    board: str | None = None
    swv: str | None = None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to be in the demo.

    Attributes:
        key: the name to ask a token by.
        roles: what the token claims.
        organisation: the code that the token claims; None for family.
        kind: as whom the subject is bound; a system stands for an organisation's own software.
    """

    key: str
    display_name: str
    roles: tuple[Role, ...]
    organisation: str | None
    kind: Kind = "worker"

    @property
    def subject(self) -> str:
        """The token's `sub`: the provider's name for this person, which says nothing about him or her."""
        return f"demo-{self.key}"

    @property
    def acr(self) -> str | None:
        """The assurance level of the login, by its eIDAS name; a system logs in without a person."""
        return None if self.kind == "system" else "http://eidas.europa.eu/LoA/substantial"


ORGANISATIONS = (
    DemoOrganisation(BOARD, OrganisationKind.SCHOOLBESTUUR, "Stichting Verzonnen Onderwijs"),
    DemoOrganisation(OTHER_BOARD, OrganisationKind.SCHOOLBESTUUR, "Vereniging Bedacht Onderwijs"),
    DemoOrganisation(SWV, OrganisationKind.SAMENWERKINGSVERBAND, "Samenwerkingsverband PO2001 (demo)"),
    DemoOrganisation(SCHOOL, OrganisationKind.SCHOOL, "Basisschool De Verzonnen Vlieger", board=BOARD, swv=SWV),
    DemoOrganisation(OTHER_SCHOOL, OrganisationKind.SCHOOL, "CBS De Tweede Coördinaat", board=OTHER_BOARD, swv=SWV),
    DemoOrganisation(SECONDARY_SWV, OrganisationKind.SAMENWERKINGSVERBAND, "Samenwerkingsverband VO2002 (demo)"),
    DemoOrganisation(SECONDARY_SCHOOL, OrganisationKind.SCHOOL, "Het Verzonnen Lyceum", board=BOARD, swv=SECONDARY_SWV),
    DemoOrganisation(MUNICIPALITY, OrganisationKind.GEMEENTE, "Gemeente Midden-Groningen (demo)"),
    DemoOrganisation(SOCIAL_TEAM, OrganisationKind.SOCIAAL_TEAM, "Sociaal Team Verzonnendorp"),
    DemoOrganisation(ATTENDANCE, OrganisationKind.LEERPLICHT, "Leerplicht Verzonnendorp"),
    DemoOrganisation(YOUTH_HEALTH, OrganisationKind.JGZ, "Jeugdgezondheidszorg Verzonnendorp"),
    DemoOrganisation(STAGNATION_POINT, OrganisationKind.STAGNATIEPUNT, "Stagnatiepunt Verzonnendorp"),
    DemoOrganisation(PROTECTION, OrganisationKind.GECERTIFICEERDE_INSTELLING, "SAVE Verzonnendorp"),
    DemoOrganisation(EXPERT_POOL, OrganisationKind.EXPERTPOOL, "Expertpool Verzonnen Regio"),
    DemoOrganisation(THERAPY, OrganisationKind.JEUGDHULPAANBIEDER, "Behandelpraktijk Bedacht"),
    DemoOrganisation(POLICE, OrganisationKind.OVERIG, "Politie Verzonnendorp"),
    DemoOrganisation(EXPERT_TEAM, OrganisationKind.EXPERTTEAM, "Expertteam Verzonnen Regio"),
)

PEOPLE = (
    DemoPerson("leerkracht", "Juf Fenna Voorbeeld", (Role.LEERKRACHT,), SCHOOL),
    DemoPerson("intern-begeleider", "Ilse Verzonnen-Begeleider", (Role.INTERN_BEGELEIDER,), SCHOOL),
    DemoPerson("directie", "Dirk Bedacht-Directeur", (Role.DIRECTIE,), SCHOOL),
    DemoPerson("regievoerder-zorg", "Renske Voorbeeld-Regie", (Role.REGIEVOERDER_ZORG,), BOARD),
    DemoPerson("gedragswetenschapper-onderwijs", "Gijs Denkbeeldig", (Role.GEDRAGSWETENSCHAPPER_ONDERWIJS,), BOARD),
    DemoPerson(
        "bovenschools-ondersteuningsteam", "Bo Bovenschools-Bedacht", (Role.BOVENSCHOOLS_ONDERSTEUNINGSTEAM,), BOARD
    ),
    DemoPerson("koo", "Kirsten Ondersteuner-Verzonnen", (Role.KIND_OUDERONDERSTEUNER,), MUNICIPALITY),
    DemoPerson("jeugdverpleegkundige", "Jet Verpleeg-Voorbeeld", (Role.JEUGDVERPLEEGKUNDIGE,), YOUTH_HEALTH),
    DemoPerson("leerplichtambtenaar", "Luuk Leerplicht-Fictief", (Role.LEERPLICHTAMBTENAAR,), ATTENDANCE),
    DemoPerson("medewerker-aanmeldteam", "Amber Aanmeld-Verzonnen", (Role.MEDEWERKER_AANMELDTEAM,), SOCIAL_TEAM),
    DemoPerson("casemanager-jeugd", "Cas Manager-Bedacht", (Role.CASEMANAGER_JEUGD,), SOCIAL_TEAM),
    DemoPerson(
        "gedragswetenschapper-sociaal-team",
        "Sanne Weten-Fictief",
        (Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM,),
        SOCIAL_TEAM,
    ),
    DemoPerson(
        "medewerker-stagnatiepunt", "Stan Stagnatie-Verzonnen", (Role.MEDEWERKER_STAGNATIEPUNT,), STAGNATION_POINT
    ),
    DemoPerson("swv-coordinator", "Saar Coördinator-Voorbeeld", (Role.SWV_COORDINATOR,), SWV),
    DemoPerson("ouder-jeugdsteunpunt", "Olaf Steunpunt-Bedacht", (Role.OUDER_JEUGDSTEUNPUNT,), SWV),
    DemoPerson("ouder-een", "Oudina Verzonnen", (Role.OUDER,), None, "guardian"),
    DemoPerson("ouder-twee", "Ouderik Verzonnen", (Role.OUDER,), None, "guardian"),
    DemoPerson("jeugdige", "Joep Verzonnen (13)", (Role.JEUGDIGE,), None, "young_person"),
    # Whom the routes of other regions know.
    DemoPerson("jeugdarts", "Jasmijn Arts-Verzonnen", (Role.JEUGDARTS,), YOUTH_HEALTH),
    DemoPerson("gezinswerker", "Guus Buurtteam-Bedacht", (Role.GEZINSWERKER_BUURTTEAM,), SOCIAL_TEAM),
    DemoPerson("medewerker-lokaal-team", "Lotte Lokaal-Voorbeeld", (Role.MEDEWERKER_LOKAAL_TEAM,), SOCIAL_TEAM),
    DemoPerson("consulent", "Carla Consulent-Fictief", (Role.CONSULENT_PASSEND_ONDERWIJS,), SWV),
    DemoPerson("begeleider", "Bram Begeleider-Verzonnen", (Role.BEGELEIDER_PASSEND_ONDERWIJS,), SECONDARY_SWV),
    DemoPerson("directeur-swv", "Desi Verbandsdirecteur-Bedacht", (Role.DIRECTEUR_SWV,), SWV),
    DemoPerson("schoolbestuurder", "Berend Bestuur-Voorbeeld", (Role.SCHOOLBESTUURDER,), BOARD),
    DemoPerson("wethouder", "Wanda Wethouder-Fictief", (Role.WETHOUDER,), MUNICIPALITY),
    DemoPerson("leidinggevende-buurtteam", "Lena Leiding-Buurtteam", (Role.LEIDINGGEVENDE_KERNPARTNER,), SOCIAL_TEAM),
    DemoPerson("leidinggevende-jgz", "Leo Leiding-Jeugdzorg", (Role.LEIDINGGEVENDE_KERNPARTNER,), YOUTH_HEALTH),
    DemoPerson("leidinggevende-leerplicht", "Lia Leiding-Leerplicht", (Role.LEIDINGGEVENDE_KERNPARTNER,), ATTENDANCE),
    DemoPerson("leidinggevende-swv", "Lex Leiding-Verband", (Role.LEIDINGGEVENDE_KERNPARTNER,), SWV),
    DemoPerson("leidinggevende-swv-vo", "Liv Leiding-Lyceum", (Role.LEIDINGGEVENDE_KERNPARTNER,), SECONDARY_SWV),
    DemoPerson("save", "Sam Veilig-Verzonnen", (Role.SAVE_MEDEWERKER,), PROTECTION),
    DemoPerson("expertpool", "Eva Expertpool-Bedacht", (Role.EXPERTPOOL,), EXPERT_POOL),
    DemoPerson("expertteam", "Egbert Expertteam-Voorbeeld", (Role.EXPERTTEAM,), EXPERT_TEAM),
    DemoPerson("behandelaar", "Bente Behandel-Voorbeeld", (Role.BEHANDELAAR,), THERAPY),
    DemoPerson("politie", "Pim Politie-Fictief", (Role.POLITIE,), POLICE),
    DemoPerson("intern-begeleider-vo", "Ids Lyceum-Begeleider", (Role.INTERN_BEGELEIDER,), SECONDARY_SCHOOL),
    DemoPerson("leerling-vo", "Lev Verzonnen (15)", (Role.JEUGDIGE,), None, "young_person"),
    DemoPerson("leerling-zeventien", "Zara Verzonnen (17)", (Role.JEUGDIGE,), None, "young_person"),
    DemoPerson("andere-school", "Vera Vreemdeling-Voorbeeld", (Role.INTERN_BEGELEIDER,), OTHER_SCHOOL),
    DemoPerson(
        "leerlingadministratie", "Leerlingadministratie (demo)", (Role.LEERLINGADMINISTRATIE,), SCHOOL, "system"
    ),
    DemoPerson("aandachtsfunctionaris", "Aad Aandacht-Bedacht", (Role.AANDACHTSFUNCTIONARIS,), SCHOOL),
    DemoPerson("beheerder", "Bea Beheer-Verzonnen", (Role.BEHEERDER,), SCHOOL),
    DemoPerson("functionaris", "Fien Privacy-Voorbeeld", (Role.FUNCTIONARIS_GEGEVENSBESCHERMING,), SCHOOL),
    # Signs for the instelling that has the voogdij over Wies.
    DemoPerson("voogd", "Vos Voogdij-Verzonnen", (Role.WETTELIJK_VERTEGENWOORDIGER,), PROTECTION),
)
BY_KEY = {person.key: person for person in PEOPLE}
