"""The register of processing activities (AVG art. 30): for which purpose each action handles data of whom.

One activity for each purpose; every action of the policy belongs to exactly one. The Logboek Dataverwerkingen names the
activity of each thing that was done by its URI; `docs/privacy.md` is written from here. The controller of what is
done is the organisation from which it is done: each takes these activities over into its own register, and may point to
that one by a setting. Terms of retention are classes: their length, source and whether it is disputed stand with the
retention itself.
"""

from dataclasses import dataclass
from functools import cache

from app.domain.actors import Category
from app.domain.policy import Action
from app.domain.retention import CHILD, DOSSIER, MELDCODE, SHARED

A, C = Action, Category


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of the register, in Dutch: it is shown to families and to officers.

    Attributes:
        key: its name in a URI; it never changes, because the Logboek holds it.
        ground: on what it rests, with the article.
        subjects: about whom data are handled.
        categories: the subjects of the case that can be in it; empty: none, only who and what.
        besides: data that are in no category.
        recipients: who can get them, apart from who records them.
        retention: by which classes of `app.domain.retention` it is kept, and of what no class holds the tables there.
        also: actions that no caller has: of a command, or of the worker.
    """

    key: str
    title: str
    purpose: str
    ground: str
    subjects: tuple[str, ...]
    categories: frozenset[Category]
    besides: str
    recipients: str
    retention: tuple[str, ...]
    actions: frozenset[Action]
    also: frozenset[str] = frozenset()


_FAMILY = ("jeugdigen", "ouders en andere wettelijk vertegenwoordigers")
_WITH_STAFF = (*_FAMILY, "professionals")
_ALL = frozenset(Category)
_TASK = "taak van algemeen belang (AVG 6, eerste lid, onder e), elk vanuit de eigen taak: "

ACTIVITIES = (
    Activity(
        "ondersteuningsroute",
        "De ondersteuningsroute van een kind",
        "Een kind op tijd passend helpen: zorgen opschrijven, samen onderzoeken, beslissen en zorgen dat niemand op een"
        " ander wacht.",
        _TASK + "WPO 8, 18a en 40, WVO 2020, Jeugdwet 2.1 en 2.3, Wpg 5. Delen tussen organisaties: toestemming (AVG 6,"
        " eerste lid, onder a; Jeugdwet 7.3.11) of de wettelijke grond die bij de betrokkenheid staat. Over gezondheid"
        " bovendien: uitdrukkelijke toestemming (AVG 9, tweede lid, onder a) of de eigen taak van school of hulp"
        " (AVG 9, tweede lid, onder h; UAVG 30)",
        _WITH_STAFF,
        _ALL,
        "naam en geboortedatum van het kind, wie erbij betrokken is en in welke rol",
        "de betrokken organisaties, ieder de onderwerpen waar toestemming of een wettelijke grond voor is; het gezin",
        DOSSIER,
        frozenset(
            {
                A.CASE_CREATE,
                A.CASE_READ,
                A.CASE_UPDATE,
                A.TRANSITION_PERFORM,
                A.SIGNAL_CREATE,
                A.NOTE_CREATE,
                A.ASSESSMENT_CREATE,
                A.PARTICIPANT_CREATE,
                A.PARTICIPANT_UPDATE,
                A.PARTICIPANT_END,
                A.DEADLINE_PAUSE,
                A.DEADLINE_EXTEND,
                A.ESCALATION_CREATE,
                A.ESCALATION_FINDING,
                A.ESCALATION_RESOLVE,
            }
        ),
        frozenset({"case.migrate"}),
    ),
    Activity(
        "overleg-en-plan",
        "Overleg, besluit en plan",
        "Samen met het gezin overleggen, beslissen wie wat doet, en nagaan of het helpt.",
        _TASK + "WPO 40a, Jeugdwet 4.1.2 (familiegroepsplan); delen zoals bij de ondersteuningsroute",
        _WITH_STAFF,
        _ALL,
        "wie is uitgenodigd, wie er was, wie akkoord is",
        "wie aan tafel zit, binnen de onderwerpen die hij of zij mag zien; het gezin",
        DOSSIER,
        frozenset(
            {
                A.MEETING_CREATE,
                A.MEETING_UPDATE,
                A.MEETING_INVITE,
                A.MEETING_CHECKLIST,
                A.MEETING_REPORT,
                A.DECISION_CREATE,
                A.PLAN_CREATE,
                A.PLAN_UPDATE,
                A.PLAN_GOAL_CREATE,
                A.PLAN_ACTION_CREATE,
                A.PLAN_APPROVE,
                A.PLAN_EVALUATE,
            }
        ),
    ),
    Activity(
        "toestemming-en-gezag",
        "Toestemming en gezag",
        "Weten wie over het delen van gegevens beslist, het hun vragen, en kunnen aantonen wat zij antwoordden.",
        "wettelijke plicht (AVG 6, eerste lid, onder c): AVG 7 en 8, Jeugdwet 7.3.4, 7.3.5 en 7.3.15, BW 1:245",
        _FAMILY,
        frozenset(),
        "wie gezag heeft en waaruit dat blijkt, wat is gevraagd, aan wie, en het antwoord",
        "de organisaties waarvoor toestemming is gevraagd: of zij er is; het gezin",
        (SHARED, "guardianships", "gezag_findings"),
        frozenset(
            {A.CONSENT_CREATE, A.CONSENT_ANSWER, A.CONSENT_EXCEPT, A.GEZAG_RECORD, A.GUARDIAN_CREATE, A.GUARDIAN_UPDATE}
        ),
    ),
    Activity(
        "jeugdigen",
        "Wie het kind is",
        "Het juiste kind vinden en voorkomen dat er over één kind twee zaken naast elkaar lopen.",
        _TASK + "de taak van wie de jeugdige invoert of opzoekt (WPO 40, Jeugdwet 2.3, Wpg 5, Leerplichtwet 16)",
        _FAMILY,
        frozenset(),
        "naam, geboortedatum, school en gemeente",
        "wie voor dit kind een zaak mag openen of bij een zaak betrokken is; het gezin",
        (CHILD,),
        frozenset({A.YOUNG_PERSON_SEARCH, A.YOUNG_PERSON_CREATE, A.YOUNG_PERSON_READ, A.YOUNG_PERSON_UPDATE}),
    ),
    Activity(
        "identificerende-nummers",
        "Burgerservicenummer en persoonsgebonden nummer",
        "Een kind met zekerheid herkennen waar de wet het nummer daarvoor voorschrijft.",
        "wettelijke plicht (AVG 6, eerste lid, onder c, en 87; UAVG 46): WPO 178a, Jeugdwet 7.2.1, Wabvpz 4",
        ("jeugdigen",),
        frozenset(),
        "BSN of PGN, versleuteld bewaard",
        "wie het nummer voor een wettelijke taak nodig heeft; elk tonen wordt apart vastgelegd",
        ("identity_numbers",),
        frozenset(
            {
                A.IDENTITY_NUMBER_READ,
                A.IDENTITY_NUMBER_RECORD,
                A.IDENTITY_NUMBER_REVEAL,
                A.IDENTITY_NUMBER_SEARCH,
            }
        ),
    ),
    Activity(
        "rechten-van-het-gezin",
        "De rechten van het gezin",
        "Het gezin laten zien wat er is, wie het zag en waarom, en het laten beslissen, aanvullen en bezwaar maken.",
        "wettelijke plicht (AVG 6, eerste lid, onder c): AVG 12 tot en met 22, Jeugdwet 7.3.8 tot en met 7.3.10",
        _FAMILY,
        _ALL,
        "eigen verklaringen, verzoeken en wat daarop is beslist, welke ouder wat ziet",
        "het gezin; de organisatie die over het verzoek beslist",
        (*DOSSIER, "sight_decisions"),
        frozenset(
            {
                A.MY_CASE_READ,
                A.MY_EXPORT_READ,
                A.STATEMENT_CREATE,
                A.SIGHT_READ,
                A.SIGHT_DECIDE,
                A.ACCESS_LOG_READ,
                A.DATA_REQUEST_CREATE,
                A.DATA_REQUEST_AGREE,
                A.DATA_REQUEST_READ,
                A.DATA_REQUEST_DECIDE,
            }
        ),
    ),
    Activity(
        "noodinzage",
        "Inzage in nood",
        "Een kind in acuut gevaar helpen als er geen tijd is voor de gewone weg.",
        "vitaal belang (AVG 6, eerste lid, onder d, en 9, tweede lid, onder c)",
        _FAMILY,
        frozenset({C.LEVEN, C.GEZONDHEID, C.VEILIGHEID, C.PROCES}),
        "de reden en de beoordeling achteraf",
        "wie de inzage nam, voor korte tijd; wie haar beoordeelt; het gezin, tenzij dat onveilig is",
        ("emergency_accesses",),
        frozenset({A.EMERGENCY_READ, A.EMERGENCY_CREATE, A.EMERGENCY_REVIEW}),
    ),
    Activity(
        "meldcode",
        "De meldcode huiselijk geweld en kindermishandeling",
        "Bij een vermoeden de vijf stappen van de meldcode zetten en zo nodig melden bij Veilig Thuis.",
        "wettelijke plicht (AVG 6, eerste lid, onder c): Wmo 2015 5.2.6, Jeugdwet 4.1.7, WPO 5a; melden zonder"
        " toestemming op het meldrecht (Wmo 2015 5.2.6)",
        _FAMILY,
        frozenset({C.VEILIGHEID}),
        "de stappen, de afwegingen, en wie is geraadpleegd",
        "wie aan de stappen deelneemt en de aandachtsfunctionaris; Veilig Thuis",
        MELDCODE,
        frozenset({A.MELDCODE_READ, A.MELDCODE_CREATE, A.MELDCODE_UPDATE, A.MELDCODE_RECORD, A.MELDCODE_DECIDE}),
        frozenset({"meldcode.destroy"}),
    ),
    Activity(
        "toegang",
        "Aanmelden en toegang",
        "Weten wie zich aanmeldt, en ieder geven wat bij rol en betrokkenheid hoort.",
        "wettelijke plicht (AVG 6, eerste lid, onder c): AVG 32",
        _WITH_STAFF,
        frozenset(),
        "naam, organisatie, en de aanmelding bij de inlogdienst",
        "de beheerder van de eigen organisatie",
        ("bindings", "invitation_codes", "workers"),
        frozenset(
            {
                A.ME_READ,
                A.BINDING_REDEEM,
                A.BINDING_READ,
                A.BINDING_CREATE,
                A.BINDING_END,
                A.INVITATION_CREATE,
                A.WORKER_READ,
                A.WORKER_CREATE,
            }
        ),
    ),
    Activity(
        "verantwoording",
        "Verantwoording en toezicht",
        "Kunnen laten zien wie wat zag en deed, op welke grond, en dat daaraan niets is veranderd.",
        "wettelijke plicht (AVG 6, eerste lid, onder c): AVG 5, tweede lid, en 32",
        _WITH_STAFF,
        frozenset(),
        "wie, in welke rol, wat, wanneer en op welke grond; geen inhoud",
        "de functionaris gegevensbescherming van de eigen organisatie; het gezin, over het eigen kind",
        ("audit_events",),
        frozenset({A.AUDIT_READ}),
        frozenset({"audit.destroy"}),
    ),
    Activity(
        "bewaren-en-vernietigen",
        "Bewaren en vernietigen",
        "Niets langer bewaren dan nodig, met twee mensen vernietigen, en stilzetten wat nog nodig is.",
        "wettelijke plicht (AVG 6, eerste lid, onder c): AVG 5, eerste lid, onder e, en 17, met de termijn van"
        " elke bewaarklasse",
        _WITH_STAFF,
        frozenset(),
        "aantallen, bewaarklassen en redenen; geen inhoud",
        "de functionaris gegevensbescherming en de beheerder van de eigen organisatie",
        ("retention_proposals", "legal_holds", "tombstones", "destruction_certificates"),
        frozenset(
            {A.RETENTION_CLASS_READ, A.RETENTION_READ, A.RETENTION_DECIDE, A.LEGAL_HOLD_PLACE, A.LEGAL_HOLD_LIFT}
        ),
    ),
    Activity(
        "samenwerking-van-organisaties",
        "Samenwerking van organisaties",
        "Afspreken en nakijken hoe organisaties samenwerken, zonder gegevens over een kind.",
        _TASK + "WPO 18a, Jeugdwet 2.2",
        ("professionals",),
        frozenset(),
        "wie een overleg belegde en wie er was",
        "wie aan het overleg deelneemt; iedereen: organisaties, routes en dagen waarop een school dicht is",
        ("organisations", "organisation_meetings", "organisation_decisions", "closures"),
        frozenset(
            {
                A.ORGANISATION_READ,
                A.ROUTE_READ,
                A.ORGANISATION_MEETING_READ,
                A.ORGANISATION_MEETING_CREATE,
                A.ORGANISATION_MEETING_REPORT,
                A.ORGANISATION_MEETING_DECIDE,
                A.CLOSURE_CREATE,
                A.CLOSURE_END,
            }
        ),
    ),
)


@cache
def _by_action() -> dict[str, Activity]:
    return {str(action): each for each in ACTIVITIES for action in (*each.actions, *each.also)}


def activity_of(action: str) -> Activity:
    """To which activity an action belongs; one that is not in the register counts as the route itself."""
    return _by_action().get(action, ACTIVITIES[0])
