"""docs/policy.md, written from the policy table: what it permits, in words for people of the field.

`python -m app.policy_document > docs/policy.md` writes it; a test holds the file equal to the table.
"""

import sys
from collections.abc import Iterable, Iterator

from app.domain.actors import FAMILY_ROLES, Category, Role
from app.domain.assurance import OF_FAMILY, OF_WORKERS
from app.domain.policy import CASE_REACHES, KEPT_FOR, POLICY, REACH_IN_WORDS, Action, Grant, Reach, may_at_all

R = Role
# The groups in which the field knows its actors, in the order of the contract's outline.
GROUPS: dict[str, tuple[Role, ...]] = {
    "Gezin": (R.JEUGDIGE, R.OUDER, R.WETTELIJK_VERTEGENWOORDIGER),
    "School en bestuur": (
        R.LEERKRACHT,
        R.INTERN_BEGELEIDER,
        R.GEDRAGSDESKUNDIGE_SCHOOL,
        R.DIRECTIE,
        R.GEDRAGSWETENSCHAPPER_ONDERWIJS,
        R.BOVENSCHOOLS_ONDERSTEUNINGSTEAM,
        R.REGIEVOERDER_ZORG,
        R.SCHOOLBESTUURDER,
    ),
    "Samenwerkingsverband": (
        R.SWV_COORDINATOR,
        R.CONSULENT_PASSEND_ONDERWIJS,
        R.BEGELEIDER_PASSEND_ONDERWIJS,
        R.DIRECTEUR_SWV,
        R.OUDER_JEUGDSTEUNPUNT,
    ),
    "Gemeente": (
        R.KIND_OUDERONDERSTEUNER,
        R.MEDEWERKER_AANMELDTEAM,
        R.CASEMANAGER_JEUGD,
        R.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM,
        R.MEDEWERKER_LOKAAL_TEAM,
        R.GEZINSWERKER_BUURTTEAM,
        R.LEERPLICHTAMBTENAAR,
        R.WETHOUDER,
    ),
    "Jeugdgezondheidszorg (JGZ)": (R.JEUGDVERPLEEGKUNDIGE, R.JEUGDARTS, R.DOKTERSASSISTENTE),
    "Hulp en experts": (
        R.JEUGDHULPVERLENER,
        R.MAATSCHAPPELIJK_WERKER,
        R.BEHANDELAAR,
        R.EXPERTPOOL,
        R.EXPERTTEAM,
        R.SAVE_MEDEWERKER,
        R.POLITIE,
        R.OVERIGE_BETROKKENE,
    ),
    "Onafhankelijk": (R.MEDEWERKER_STAGNATIEPUNT,),
    "Toezicht en beheer": (
        R.LEIDINGGEVENDE_KERNPARTNER,
        R.AANDACHTSFUNCTIONARIS,
        R.REGIEVOERDER_VERWIJSINDEX,
        R.FUNCTIONARIS_GEGEVENSBESCHERMING,
        R.BEHEERDER,
    ),
    "Systemen": (R.LEERLINGADMINISTRATIE, R.SIGNALERINGSREGISTER),
}

A = Action
IN_WORDS: dict[Action, str] = {
    A.ME_READ: "zien wie men hier is en wat men mag",
    A.BINDING_REDEEM: "de eigen login koppelen met een code",
    A.ROUTE_READ: "de ondersteuningsroutes lezen",
    A.ORGANISATION_READ: "organisaties opzoeken",
    A.WORKER_READ: "medewerkers van de eigen organisatie zien",
    A.WORKER_CREATE: "medewerkers van de eigen organisatie invoeren",
    A.BINDING_READ: "koppelingen van logins zien",
    A.BINDING_CREATE: "een login aan een medewerker koppelen",
    A.BINDING_END: "een koppeling beëindigen",
    A.INVITATION_CREATE: "een koppelcode maken",
    A.MY_CASE_READ: "de eigen zaak in gewone woorden lezen",
    A.MY_EXPORT_READ: "alles wat men mag zien meenemen, als gegevens en als document",
    A.STATEMENT_CREATE: "een eigen verklaring in het dossier zetten",
    A.AUDIT_READ: "het logboek van de eigen organisatie lezen",
    A.YOUNG_PERSON_SEARCH: "een jeugdige zoeken",
    A.YOUNG_PERSON_CREATE: "een jeugdige invoeren",
    A.YOUNG_PERSON_READ: "een jeugdige en het gezag zien",
    A.YOUNG_PERSON_UPDATE: "gegevens van een jeugdige wijzigen",
    A.IDENTITY_NUMBER_READ: "zien welke nummers (BSN, PGN) van een jeugdige bekend zijn",
    A.IDENTITY_NUMBER_RECORD: "een BSN of PGN vastleggen",
    A.IDENTITY_NUMBER_REVEAL: "een BSN of PGN inzien, voor een eigen taak",
    A.IDENTITY_NUMBER_SEARCH: "een jeugdige zoeken op nummer",
    A.GUARDIAN_CREATE: "een ouder of voogd vastleggen",
    A.GUARDIAN_UPDATE: "gezag wijzigen",
    A.GEZAG_RECORD: "vastleggen wat over het gezag is opgezocht",
    A.CASE_CREATE: "een zaak openen",
    A.CASE_READ: "een zaak en haar dossier lezen",
    A.CASE_UPDATE: "de inschrijving op een school vastleggen",
    A.TRANSITION_PERFORM: "een stap van de route zetten",
    A.SIGNAL_CREATE: "een signaal geven",
    A.NOTE_CREATE: "een gesprek vastleggen",
    A.ASSESSMENT_CREATE: "een bevinding vastleggen",
    A.PARTICIPANT_CREATE: "iemand betrekken",
    A.PARTICIPANT_UPDATE: "functies van een betrokkene wijzigen",
    A.PARTICIPANT_END: "een betrokkenheid beëindigen",
    A.CONSENT_CREATE: "toestemming vragen",
    A.CONSENT_ANSWER: "een antwoord, beperking of intrekking van toestemming vastleggen",
    A.CONSENT_EXCEPT: "vastleggen dat bij een toestemming een ander beslist dan gewoonlijk, met motivering",
    A.MEETING_CREATE: "een overleg plannen",
    A.MEETING_UPDATE: "een overleg verzetten",
    A.MEETING_INVITE: "voor een overleg uitnodigen",
    A.MEETING_CHECKLIST: "een vraag van de checklist van een overleg beantwoorden",
    A.MEETING_REPORT: "een overleg verslaan",
    A.DECISION_CREATE: "een besluit van een overleg vastleggen",
    A.PLAN_CREATE: "een plan opstellen",
    A.PLAN_UPDATE: "een plan wijzigen",
    A.PLAN_GOAL_CREATE: "een doel aan een plan toevoegen",
    A.PLAN_ACTION_CREATE: "een actie aan een plan toevoegen",
    A.PLAN_APPROVE: "een akkoord op een plan vastleggen",
    A.PLAN_EVALUATE: "een plan evalueren",
    A.ESCALATION_CREATE: "melden dat iets vastzit",
    A.ESCALATION_FINDING: "een bevinding over het proces vastleggen",
    A.ESCALATION_RESOLVE: "vastleggen hoe iets is opgelost",
    A.ACCESS_LOG_READ: "zien wie de zaak inzag",
    A.ORGANISATION_MEETING_READ: "overleggen over beleid zien waar de eigen organisatie bij is",
    A.ORGANISATION_MEETING_CREATE: "een overleg over beleid van de eigen organisatie plannen",
    A.ORGANISATION_MEETING_REPORT: "verslag doen van een overleg over beleid",
    A.ORGANISATION_MEETING_DECIDE: "vastleggen wat over beleid is afgesproken",
    A.DEADLINE_PAUSE: "een termijn pauzeren",
    A.DEADLINE_EXTEND: "een termijn verlengen",
    A.CLOSURE_CREATE: "een studiedag of sluiting van de school vastleggen",
    A.CLOSURE_END: "een studiedag of sluiting intrekken",
    A.EMERGENCY_READ: "noodtoegang zien: de eigen, of als toetser die van de eigen organisatie",
    A.EMERGENCY_CREATE: "in nood de zaken van een jeugdige enkele uren inzien",
    A.EMERGENCY_REVIEW: "noodtoegang van een collega toetsen",
    A.RETENTION_CLASS_READ: "lezen hoe lang wat wordt bewaard",
    A.RETENTION_READ: "voorstellen tot vernietiging, bewaarplichten en certificaten van de eigen organisatie zien",
    A.RETENTION_DECIDE: "een voorstel tot vernietiging beoordelen, met een tweede persoon",
    A.LEGAL_HOLD_PLACE: "een bewaarplicht opleggen",
    A.LEGAL_HOLD_LIFT: "een bewaarplicht opheffen",
    A.DATA_REQUEST_CREATE: "vragen iets te verbeteren, niet meer te gebruiken of te vernietigen",
    A.DATA_REQUEST_AGREE: "een verzoek samen doen, of zich terugtrekken",
    A.DATA_REQUEST_READ: "verzoeken van het gezin lezen",
    A.DATA_REQUEST_DECIDE: "antwoorden op een verzoek van het gezin",
    A.SIGHT_READ: "zien wat men elke ouder laat zien",
    A.SIGHT_DECIDE: "beslissen wat een ouder ziet",
    A.MY_CASE_READ: "de eigen zaak in gewone woorden lezen",
    A.STATEMENT_CREATE: "een eigen verklaring aan het dossier toevoegen",
    A.MELDCODE_READ: "een spoor van de Meldcode lezen",
    A.MELDCODE_CREATE: "een spoor van de Meldcode openen",
    A.MELDCODE_UPDATE: "iemand bij een spoor van de Meldcode betrekken, wie beslist, en of het na zijn termijn weggaat",
    A.MELDCODE_RECORD: "een stap van de Meldcode vastleggen",
    A.MELDCODE_DECIDE: "in een spoor van de Meldcode beslissen, als wie daarvoor is aangewezen",
}
GROUNDS = {"vitaal_belang": "vitaal belang", "gezag": "gezag", "eigen_gegevens": "eigen gegevens"}

OPENING = """\
# Wie mag wat

Dit bestand is gemaakt uit de policytabel (`app/domain/policy.py`) en wordt er in de tests mee vergeleken; wijzig de
tabel, niet dit bestand. Wat hier niet staat, mag niet. Een rol die hier niet staat, geeft geen enkel recht.

- **Waarvoor** is de reikwijdte van een regel: om welke zaken of jeugdigen het gaat.
- **Uit eigen grond** zijn de onderwerpen die met de betrokkenheid zelf meekomen.
- **Met toestemming** zijn de onderwerpen die pas opengaan zolang een geldige toestemming deze organisatie en dat
  onderwerp noemt. Wie alleen op grond van toestemming betrokken is, ziet van beide kolommen uitsluitend wat die
  toestemming noemt, en het proces. Is de toestemming geweigerd, verlopen of ingetrokken, dan is er niets te zien.
- **Grond** is de juridische grond. «Van de betrokkenheid» betekent: die waarop de organisatie of medewerker in deze
  zaak betrokken is; elke betrokkenheid legt haar grond vast.
- Daarnaast ziet wie iets schreef het zelf terug, en ziet een organisatie wat haar eigen mensen schreven over de
  onderwerpen die bij de rol horen.
- Van `verzuim` ziet een ouder van een jeugdige van 16 of 17 de feiten; de redenen zolang de jeugdige dat zo beslist.
- Wat een ouder of de jeugdige (vanaf 12) voor zichzelf houdt, ziet geen ander van het gezin, ook niet in het logboek.
- Wat in een compartiment staat (hieronder) ziet een ander alleen met een geldige toestemming voor dat onderwerp. Een
  besluit van een gezamenlijk overleg en een feit van het proces staan in geen compartiment; het gezin leest wat over
  hen gaat.
- Functies in één zaak (contactpersoon, casemanager van deze zaak, regiehouder) komen uit de zaak, nooit uit een token,
  en geven in deze tabel geen rechten. De route zegt daarnaast welke rol welke stap zet: beide moeten het toestaan.

## De onderwerpen

`leren` (onderwijs en leerprestaties), `leven` (thuis, opvoeding, leefgebieden), `gezondheid`, `verzuim`, `veiligheid`
en `proces` (wie betrokken is, wanneer men overlegt, welke stap is gezet; geen inhoud).
"""


def written() -> str:
    """The whole document, as Markdown. KeyError for an action that has no words yet."""
    return "\n".join([OPENING, *_compartments(), *_reaches(), *_roles(), *_actions()]).rstrip() + "\n"


def _compartments() -> Iterator[str]:
    yield "## De compartimenten\n\n| Signalen, gesprekken en bevindingen van | Voor |\n|---|---|"
    for role, homes in KEPT_FOR.items():
        yield f"| {role} | {', '.join(sorted(homes))} |"
    yield ""


def _reaches() -> Iterator[str]:
    yield "## De reikwijdtes\n\n| Code | Waarvoor |\n|---|---|"
    for reach in Reach:
        yield f"| `{reach}` | {REACH_IN_WORDS[reach]} |"
    yield ""


def _roles() -> Iterator[str]:
    everyone = _shared(POLICY.values())
    yield "## Iedereen\n"
    yield "Elke rol hieronder mag ook:\n"
    for grant in everyone:
        yield from (f"- {IN_WORDS[action]} (`{action}`)" for action in Action if action in grant.actions)
    yield ""
    for group, roles in GROUPS.items():
        yield f"## {group}\n"
        for role in roles:
            yield f"### {role}\n"
            own = [grant for grant in POLICY[role] if grant not in everyone]
            if not own:
                yield "Niets meer dan iedereen: geen zaken en geen jeugdigen.\n"
                continue
            yield "| Waarvoor | Wat | Uit eigen grond | Met toestemming | Grond |\n|---|---|---|---|---|"
            yield from (_line(grant) for grant in own)
            yield ""


def _shared(lines: Iterable[tuple[Grant, ...]]) -> list[Grant]:
    """The grants that every role has: told once."""
    first, *others = lines
    return [grant for grant in first if all(grant in other for other in others)]


def _line(grant: Grant) -> str:
    actions = "; ".join(IN_WORDS[action] for action in Action if action in grant.actions)
    return (
        f"| {REACH_IN_WORDS[grant.reach]} | {actions} | {_categories(grant.categories)}"
        f" | {_opened(grant)} | {_ground(grant)} |"
    )


def _opened(grant: Grant) -> str:
    if not grant.by_youth:
        return _categories(grant.under_consent)
    return f"zoveel als de jeugdige deze ouder laat zien: {_categories(grant.by_youth)}"


def _categories(categories: frozenset[Category]) -> str:
    return ", ".join(category for category in Category if category in categories) or "–"


def _ground(grant: Grant) -> str:
    if grant.ground is not None:
        return GROUNDS[grant.ground]
    return "van de betrokkenheid" if grant.reach in CASE_REACHES else "taak van de eigen organisatie"


def _actions() -> Iterator[str]:
    yield "## Per handeling\n"
    yield (
        "Onder «login» staat hoe zeker de aanbieder moet zijn van wie er inlogt (eIDAS), en voor wie dat geldt."
        " Een streepje: daarvoor staat de eigen organisatie in. De instelling `ASSURANCE` kiest voor een handeling een"
        " ander niveau.\n"
    )
    yield "| Handeling | Code | Login | Rollen |\n|---|---|---|---|"
    for action in Action:
        roles = [
            f"{role} ({', '.join(grant.reach for grant in POLICY[role] if action in grant.actions)})"
            for group in GROUPS.values()
            for role in group
            if any(action in grant.actions for grant in POLICY[role])
        ]
        told = "iedereen" if len(roles) == len(Role) else "; ".join(roles)
        yield f"| {IN_WORDS[action]} | `{action}` | {_login(action)} | {told} |"


def _login(action: Action) -> str:
    """How sure the login must be, and of whom."""
    if action in OF_WORKERS:
        return f"ieder: {OF_WORKERS[action].name.lower()}"
    if action in OF_FAMILY and may_at_all(FAMILY_ROLES, action):
        return f"gezin: {OF_FAMILY[action].name.lower()}"
    return "–"


if __name__ == "__main__":
    sys.stdout.write(written())
