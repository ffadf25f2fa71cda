"""What codes mean, in words that a family reads at once: roles, grounds, deeds, subjects. Dutch first, English too.

Plain Dutch (B1): short sentences, no abbreviation without its meaning. What has no words of its own here is told in
general words, never as a code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.actors import Category, Role
from app.domain.policy import Action
from app.workflow.model import Text

A, R = Action, Role

ROLES: dict[str, Text] = {
    R.JEUGDIGE: Text("de jeugdige", "the youth"),
    R.OUDER: Text("ouder of verzorger", "parent or carer"),
    R.WETTELIJK_VERTEGENWOORDIGER: Text("voogd", "legal guardian"),
    R.LEERKRACHT: Text("leerkracht", "teacher"),
    R.INTERN_BEGELEIDER: Text("intern begeleider van de school", "internal supervisor of the school"),
    R.GEDRAGSDESKUNDIGE_SCHOOL: Text("gedragsdeskundige van de school", "behavioural expert of the school"),
    R.DIRECTIE: Text("directie van de school", "head of the school"),
    R.GEDRAGSWETENSCHAPPER_ONDERWIJS: Text(
        "gedragswetenschapper van het onderwijs", "behavioural scientist of education"
    ),
    R.BOVENSCHOOLS_ONDERSTEUNINGSTEAM: Text("team dat meerdere scholen helpt", "team that helps several schools"),
    R.REGIEVOERDER_ZORG: Text(
        "medewerker van het schoolbestuur die let op kinderen die extra hulp nodig hebben",
        "worker of the school board who watches over children who need more help",
    ),
    R.SCHOOLBESTUURDER: Text("bestuurder van de school", "member of the school board"),
    R.SWV_COORDINATOR: Text(
        "coördinator van het samenwerkingsverband (de scholen in de buurt samen)",
        "coordinator of the samenwerkingsverband (the schools nearby together)",
    ),
    R.CONSULENT_PASSEND_ONDERWIJS: Text("adviseur passend onderwijs", "adviser on fitting education"),
    R.BEGELEIDER_PASSEND_ONDERWIJS: Text("begeleider passend onderwijs", "supporter of fitting education"),
    R.DIRECTEUR_SWV: Text("directeur van het samenwerkingsverband", "director of the samenwerkingsverband"),
    R.OUDER_JEUGDSTEUNPUNT: Text(
        "medewerker van het steunpunt voor ouders en jeugd", "worker of the support point for parents and youth"
    ),
    R.KIND_OUDERONDERSTEUNER: Text(
        "ondersteuner voor kind en ouders van de gemeente", "supporter of child and parents, of the municipality"
    ),
    R.MEDEWERKER_AANMELDTEAM: Text("medewerker bij wie u zich aanmeldt", "worker of the intake team"),
    R.CASEMANAGER_JEUGD: Text("casemanager (regelt de hulp)", "case manager (arranges the help)"),
    R.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM: Text(
        "gedragswetenschapper van het sociaal team", "behavioural scientist of the social team"
    ),
    R.MEDEWERKER_LOKAAL_TEAM: Text("medewerker van het team in uw buurt", "worker of the team in your area"),
    R.GEZINSWERKER_BUURTTEAM: Text("gezinswerker van het buurtteam", "family worker of the neighbourhood team"),
    R.LEERPLICHTAMBTENAAR: Text(
        "leerplichtambtenaar (let op of kinderen naar school gaan)",
        "attendance officer (watches that children go to school)",
    ),
    R.WETHOUDER: Text("wethouder", "alderman"),
    R.JEUGDVERPLEEGKUNDIGE: Text("jeugdverpleegkundige", "youth health nurse"),
    R.JEUGDARTS: Text("jeugdarts", "youth health doctor"),
    R.DOKTERSASSISTENTE: Text("doktersassistente", "doctor's assistant"),
    R.JEUGDHULPVERLENER: Text("jeugdhulpverlener", "youth care worker"),
    R.MAATSCHAPPELIJK_WERKER: Text("maatschappelijk werker", "social worker"),
    R.BEHANDELAAR: Text("behandelaar", "therapist"),
    R.EXPERTPOOL: Text("deskundige die meedenkt", "expert who thinks along"),
    R.EXPERTTEAM: Text("team van deskundigen dat meedenkt", "team of experts that thinks along"),
    R.SAVE_MEDEWERKER: Text("medewerker die let op de veiligheid", "worker who watches over safety"),
    R.POLITIE: Text("politie", "police"),
    R.OVERIGE_BETROKKENE: Text("iemand anders die helpt", "somebody else who helps"),
    R.MEDEWERKER_STAGNATIEPUNT: Text("medewerker die helpt als het vastzit", "worker who helps when things are stuck"),
    R.LEIDINGGEVENDE_KERNPARTNER: Text("leidinggevende", "manager"),
    R.AANDACHTSFUNCTIONARIS: Text("aandachtsfunctionaris (let op veiligheid)", "officer who watches over safety"),
    R.REGIEVOERDER_VERWIJSINDEX: Text("beheerder van de verwijsindex", "keeper of the reference index"),
    R.FUNCTIONARIS_GEGEVENSBESCHERMING: Text(
        "functionaris gegevensbescherming (let op uw privacy)", "data protection officer"
    ),
    R.BEHEERDER: Text("beheerder", "administrator"),
    R.LEERLINGADMINISTRATIE: Text("leerlingadministratie van de school", "pupil administration of the school"),
    R.SIGNALERINGSREGISTER: Text("signaleringsregister", "signalling register"),
}
# What a parent or youth may do, by the action that it takes: told to who has it in that case.
RIGHTS: tuple[tuple[Action, Text, str], ...] = (
    (
        Action.CONSENT_ANSWER,
        Text(
            "U mag uw toestemming altijd beperken of intrekken. Het geldt meteen.",
            "You may always narrow or take back your consent. It holds at once.",
        ),
        "/me/consents",
    ),
    (
        Action.SIGHT_DECIDE,
        Text(
            "Vanaf 16 beslist u zelf wat elk van uw ouders ziet.",
            "From 16 you decide yourself what each of your parents sees.",
        ),
        "/me/sight",
    ),
    (
        Action.MY_EXPORT_READ,
        Text("U mag alles meenemen wat u mag zien.", "You may take along everything that you may see."),
        "/me/children",
    ),
    (
        Action.STATEMENT_CREATE,
        Text(
            "U mag een eigen verklaring in het dossier zetten.", "You may put a statement of your own in the dossier."
        ),
        "/cases/{case}/statements",
    ),
    (
        Action.DATA_REQUEST_CREATE,
        Text(
            "U mag vragen iets te verbeteren, niet meer te gebruiken of weg te halen.",
            "You may ask to put something right, to stop using it or to remove it.",
        ),
        "/cases/{case}/data-requests",
    ),
    (
        Action.ACCESS_LOG_READ,
        Text("U mag zien wie er meekeek, en waarom.", "You may see who looked, and why."),
        "/me/access-log",
    ),
)
_SOMEBODY = Text("iemand die helpt", "somebody who helps")

CATEGORIES: dict[str, Text] = {
    Category.LEREN: Text("leren en school", "learning and school"),
    Category.LEVEN: Text("het leven thuis", "life at home"),
    Category.GEZONDHEID: Text("gezondheid", "health"),
    Category.VERZUIM: Text("niet op school zijn", "absence from school"),
    Category.VEILIGHEID: Text("veiligheid", "safety"),
    Category.PROCES: Text("hoe de hulp verloopt", "how the help proceeds"),
}

GROUNDS: dict[str, Text] = {
    "toestemming": Text("omdat daarvoor toestemming is gegeven", "because consent was given for it"),
    "eigen_verzoek": Text("omdat u of uw gezin daarom vroeg", "because you or your family asked for it"),
    "onderwijstaak": Text(
        "omdat de school uw kind goed onderwijs moet geven", "because the school must give good education"
    ),
    "jeugdwet_toegang": Text(
        "omdat de gemeente moet kijken welke hulp nodig is",
        "because the municipality must see which help is needed",
    ),
    "jgz_taak": Text(
        "omdat de jeugdgezondheidszorg op de gezondheid van kinderen let",
        "because youth health care watches over the health of children",
    ),
    "wettelijke_taak_leerplicht": Text(
        "omdat de wet zegt dat iemand erop let dat kinderen naar school gaan",
        "because the law has somebody watch that children go to school",
    ),
    "swv_taak": Text(
        "omdat het samenwerkingsverband moet zorgen voor een passende plek op school",
        "because the samenwerkingsverband must see to a fitting place at school",
    ),
    "procesbewaking": Text(
        "om te helpen als het vastzit; zonder te zien wat er over uw kind staat",
        "to help when things are stuck; without seeing what is said about your child",
    ),
    "gezag": Text("omdat een ouder of voogd beslist over het kind (gezag)", "as a parent or guardian decides (gezag)"),
    "eigen_gegevens": Text("omdat het over deze jeugdige zelf gaat", "because it is about this youth"),
    "vitaal_belang": Text("omdat er direct gevaar was", "because there was immediate danger"),
    "meldcode": Text("omdat de wet dat bij zorgen over veiligheid zegt", "because the law says so about safety"),
    "verwijsindex": Text(
        "omdat de wet zegt dat hulpverleners elkaar mogen vinden", "because the law lets helpers find each other"
    ),
    "gecertificeerde_instelling": Text("omdat de rechter dat heeft bepaald", "because a court decided so"),
    "zorgplicht": Text(
        "omdat de school voor een passende plek moet zorgen", "because the school must see to a fitting place"
    ),
    "verzoek_van_gezin": Text("omdat uw gezin daarom vroeg", "because your family asked for it"),
    "noodtoegang": Text(
        "omdat het niet kon wachten; een ander kijkt na of dat klopte",
        "because it could not wait; somebody else checks whether that was right",
    ),
}
# The same, of what the reader did.
_OWN_GROUNDS: dict[str, Text] = {
    "gezag": Text("omdat u beslist over uw kind (gezag)", "because you decide about your child (gezag)"),
    "eigen_gegevens": Text("omdat het over jou gaat", "because it is about you"),
}
_BY_TASK = Text("omdat dat bij het werk hoort", "because it belongs to the work")

# What somebody did, after his or her name.
DEEDS: dict[str, Text] = {
    A.CASE_READ: Text("las gegevens", "read data"),
    A.CASE_CREATE: Text("begon de zaak", "opened the case"),
    A.CASE_UPDATE: Text("paste de zaak aan", "changed the case"),
    A.TRANSITION_PERFORM: Text("zette een stap", "took a step"),
    A.SIGNAL_CREATE: Text("schreef een zorg op", "wrote down a concern"),
    A.NOTE_CREATE: Text("schreef een gesprek op", "wrote down a conversation"),
    A.ASSESSMENT_CREATE: Text("schreef een bevinding op", "wrote down a finding"),
    A.PARTICIPANT_CREATE: Text("vroeg iemand om mee te doen", "asked somebody to take part"),
    A.PARTICIPANT_UPDATE: Text("veranderde wie wat doet", "changed who does what"),
    A.PARTICIPANT_END: Text("liet iemand stoppen met meedoen", "ended somebody's part"),
    A.CONSENT_CREATE: Text("vroeg om toestemming", "asked for consent"),
    A.CONSENT_ANSWER: Text(
        "gaf antwoord op een vraag om toestemming, of kwam daarop terug",
        "answered a question for consent, or took it back",
    ),
    A.CONSENT_EXCEPT: Text("schreef op dat nu een ander beslist", "wrote down that somebody else decides now"),
    A.MEETING_CREATE: Text("plande een overleg", "planned a meeting"),
    A.MEETING_UPDATE: Text("verzette een overleg", "moved a meeting"),
    A.MEETING_INVITE: Text("nodigde iemand uit voor een overleg", "invited somebody to a meeting"),
    A.MEETING_CHECKLIST: Text("vulde een vraag van een overleg in", "answered a question of a meeting"),
    A.MEETING_REPORT: Text("schreef op wie bij een overleg was", "wrote down who was at a meeting"),
    A.DECISION_CREATE: Text("schreef een besluit op", "wrote down a decision"),
    A.PLAN_CREATE: Text("begon een plan", "began a plan"),
    A.PLAN_UPDATE: Text("paste een plan aan", "changed a plan"),
    A.PLAN_GOAL_CREATE: Text("zette een doel in een plan", "added a goal to a plan"),
    A.PLAN_ACTION_CREATE: Text("zette een afspraak in een plan", "added an action to a plan"),
    A.PLAN_APPROVE: Text("zei of een plan goed is", "said whether a plan is good"),
    A.PLAN_EVALUATE: Text("keek terug op een plan", "looked back on a plan"),
    A.ESCALATION_CREATE: Text("meldde dat het vastzit", "said that things are stuck"),
    A.ESCALATION_FINDING: Text("schreef op wat er vastzit", "wrote down what is stuck"),
    A.ESCALATION_RESOLVE: Text("schreef op hoe het is opgelost", "wrote down how it was solved"),
    A.ACCESS_LOG_READ: Text("bekeek wie er meekeek", "looked at who looked"),
    A.YOUNG_PERSON_READ: Text("bekeek naam en geboortedatum", "looked at name and birth date"),
    A.YOUNG_PERSON_UPDATE: Text("paste naam, school of woonplaats aan", "changed name, school or place"),
    A.YOUNG_PERSON_SEARCH: Text("zocht uw kind op", "searched for your child"),
    A.GUARDIAN_CREATE: Text("schreef een ouder of voogd op", "wrote down a parent or guardian"),
    A.GUARDIAN_UPDATE: Text("paste aan wie gezag heeft", "changed who holds gezag"),
    A.GEZAG_RECORD: Text("zocht op wie gezag heeft en schreef dat op", "looked up who holds gezag and wrote it down"),
    A.IDENTITY_NUMBER_RECORD: Text("schreef een BSN of leerlingnummer op", "wrote down a BSN or pupil number"),
    A.IDENTITY_NUMBER_REVEAL: Text("bekeek een BSN of leerlingnummer", "looked at a BSN or pupil number"),
    A.EMERGENCY_CREATE: Text("keek mee zonder op toestemming te wachten", "looked without waiting for consent"),
    A.EMERGENCY_REVIEW: Text(
        "keek na of dat meekijken zonder te wachten nodig was", "checked whether looking without waiting was needed"
    ),
    A.SIGHT_DECIDE: Text("koos wat een ouder ziet", "chose what a parent sees"),
    A.LEGAL_HOLD_PLACE: Text("zorgde dat niets wordt weggehaald", "saw to it that nothing is removed"),
    A.LEGAL_HOLD_LIFT: Text("liet weghalen weer toe", "allowed removal again"),
    A.RETENTION_DECIDE: Text("besliste of gegevens worden weggehaald", "decided whether data are removed"),
    A.YOUNG_PERSON_CREATE: Text("schreef het kind in deze dienst in", "entered the child in this service"),
    A.DEADLINE_PAUSE: Text("zette een termijn stil", "paused a term"),
    A.DEADLINE_EXTEND: Text("maakte een termijn langer", "extended a term"),
    A.MY_CASE_READ: Text("bekeek de eigen zaak", "looked at the own case"),
    A.MY_EXPORT_READ: Text("nam alle gegevens mee", "took all data along"),
    A.STATEMENT_CREATE: Text("voegde een eigen verklaring toe", "added a statement of one's own"),
    A.DATA_REQUEST_CREATE: Text("deed een verzoek", "made a request"),
    A.DATA_REQUEST_AGREE: Text("deed mee met een verzoek, of niet meer", "joined a request, or left it"),
    A.DATA_REQUEST_DECIDE: Text("antwoordde op een verzoek", "answered a request"),
    "case.migrate": Text("zette de zaak over naar nieuwe regels", "moved the case to new rules"),
}
_READ, _DONE = Text("las gegevens", "read data"), Text("legde iets vast", "recorded something")

# What was looked at, for a reading.
THINGS: dict[str, Text] = {
    "case": Text("de zaak", "the case"),
    "dossier": Text("het hele dossier", "the whole dossier"),
    "access-log": Text("wie er meekeek", "who looked"),
    "next-steps": Text("wat er nu kan", "what can be done now"),
    "deadlines": Text("de termijnen", "the terms"),
    "diagram": Text("de tekening van de route", "the picture of the route"),
    "signal": Text("de zorgen die zijn gemeld", "the concerns"),
    "note": Text("de gesprekken", "the conversations"),
    "assessment": Text("de bevindingen", "the findings"),
    "participant": Text("wie er meedoen", "who takes part"),
    "consent": Text("de toestemmingen", "the consents"),
    "meeting": Text("de overleggen", "the meetings"),
    "plan": Text("de plannen", "the plans"),
    "escalation": Text("wat er vastzit", "what is stuck"),
    "transition": Text("de stappen die zijn gezet", "the steps taken"),
    "data-request": Text("de verzoeken", "the requests"),
    "statement": Text("de eigen verklaringen", "the statements"),
}


def role(code: str | None) -> Text:
    """Somebody's role."""
    return ROLES.get(code or "", _SOMEBODY)


def by(codes: Iterable[str]) -> Text:
    """Who does something, role by role in words: to be read after «door»."""
    found = list(dict.fromkeys(role(each) for each in codes))
    return Text(", ".join(each.nl for each in found), ", ".join(each.en for each in found))


def ground(code: str | None, *, own: bool = False) -> Text:
    """Why somebody may look or help, or with `own` why the reader may: to be read after a comma."""
    known = {**GROUNDS, **_OWN_GROUNDS} if own else GROUNDS
    return known.get(code or "", _BY_TASK)


def deed(action: str, object_type: str) -> Text:
    """What was done: a verb and its object, to be read after who did it."""
    told = DEEDS.get(action) or (_READ if action.endswith((".read", ".search")) else _DONE)
    thing = THINGS.get(object_type)
    if action == A.CASE_READ and thing is not None:
        return Text(f"las {thing.nl}", f"read {thing.en}")
    return told


def subjects(categories: list[str]) -> list[Text]:
    """What it was about."""
    return [CATEGORIES[Category(each)] for each in categories]


@dataclass(frozen=True, slots=True)
class Way:
    """Something the reader can do now: in words, the POST that does it (a path under /v1), and what there is to choose.

    Attributes:
        fields: what is certain of the body.
        choices: by field of the body each value to choose from, with what it means.
    """

    text: Text
    path: str
    fields: Mapping[str, Any]
    choices: Mapping[str, Mapping[str, Text]]


def awaited(waits_for: Iterable[str], reader: UUID | None, child: Mapping[str, str]) -> Text:
    """Whose answer is waited for, as one of the family is told: the reader, the child by name, another parent."""
    names = {child["id"]: Text(child["givenName"], child["givenName"]), str(reader): Text("u", "you")}
    other = Text("een andere ouder of voogd", "another parent or guardian")
    found = list(dict.fromkeys(names.get(each, other) for each in waits_for))
    return Text(
        f"Er wordt gewacht op: {' en '.join(each.nl for each in found)}.",
        f"It waits for: {' and '.join(each.en for each in found)}.",
    )


def day(value: str) -> Text:
    """A day (`2026-09-14`) in words that are read at once: `14-09-2026`."""
    year, month, number = value[:10].split("-")
    return Text(f"{number}-{month}-{year}", value[:10])
