"""What the service answers: one class a representation. No defaults: every field is always there.

What a caller may not see is null and named in `withheld`. The read models (`app.db.reads`) make these bodies in SQL;
a test holds every real answer to these classes. Their words and examples are what the contract tells.
"""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from app.domain.actors import Category, OrganisationKind, PersonKind, Role
from app.domain.numbers import NumberKind, NumberSource, NumberTask
from app.domain.policy import Action
from app.services import mila

PRIVATE_OF = "Van wie het alleen is: anderen van het gezin zien het niet."
# Words of the route of the case.
Party = str
Function = Literal["casemanager", "contactpersoon", "regiehouder"]
Regie = str
Severity = Literal["geen", "enkelvoudig", "meervoudig", "multiproblematiek"]
Form = Literal["mondeling", "schriftelijk", "digitaal"]
AT, LATER = "2026-09-14T13:45:00Z", "2026-10-06T12:05:00Z"


def of(description: str, example: Any, **more: Any) -> Any:
    """A field: what it says, and what it says of Mila."""
    return Field(description=description, examples=[example], **more)


class Answer(BaseModel):
    """The manners of every answer."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=False)


def shown(kind: type[Answer], **otherwise: Any) -> dict[str, Any]:
    """The example of an answer, with some of its fields, by their names in the contract, otherwise."""
    fields = kind.model_fields.items()
    own = {field.alias or to_camel(name): field.examples[0] for name, field in fields if field.examples}
    return own | otherwise


class Fault(Answer):
    """Eén ding dat niet klopt aan het verzoek."""

    where: Literal["body", "query", "path", "header"] = of("Waar de fout zit.", "body", alias="in")
    location: str = of("JSON-pointer in de body, of de naam van de parameter.", "/signal/content")
    code: str = of("Vaste code.", "missing")
    detail: str = of("Wat er mis is en hoe het te herstellen is.", "Dit veld is verplicht.")


class Operation(Answer):
    """Het verzoek waarmee een reden wordt opgelost, of waarmee de stap zelf wordt gezet."""

    action: Action = of("De handeling, zoals `x-action` in dit contract.", "note.create")
    method: Literal["POST", "PATCH", "DELETE"] = of("HTTP-methode.", "POST")
    href: str = of(
        "De link, vanaf de wortel van de dienst. Bij PATCH en DELETE geeft een GET van dezelfde link de ETag voor"
        " `If-Match`. Staat er nog een naam tussen accolades, dan moet eerst een andere reden zijn opgelost.",
        f"/v1/cases/{mila.CASE}/notes",
    )
    fields: dict[str, Any] = of("Wat al vaststaat in de body.", {"kind": "oudergesprek"})
    choices: dict[str, list[str]] = of(
        "Velden van de body die u zelf kiest, met de waarden die helpen; bij een lijst: ten minste één.",
        {"withWhom": ["ouder", "wettelijk_vertegenwoordiger"]},
    )
    to_fill: list[str] = of(
        "Velden van de body die hier verplicht zijn en die u zelf invult.", ["agreements", "content", "heldAt"]
    )
    lookups: dict[str, str] = of("Velden van de body waarvan een GET van deze link de waarden geeft.", {})
    for_you: bool = of(
        "Bij een reden: of u dit zelf kunt doen. Bij een stap: of u haar nu kunt zetten, zoals `allowed`.",
        True,  # noqa: FBT003 — an example
    )


class Reason(Answer):
    """Waarom iets nu niet kan."""

    code: str = of("Vaste code.", "oudergesprek_ontbreekt")
    detail: str = of("De reden in gewone woorden.", "Bespreek de zorg eerst met de ouders en leg dat gesprek vast.")
    resolvers: list[Role] = of("De rollen die dit kunnen oplossen.", ["leerkracht", "intern_begeleider"])
    operation: Operation | None = Field(
        description=(
            "Hoe; leeg als een andere stap of de tijd eerst moet komen, en bij `/me/tasks`: zie dan `next-steps`."
        )
    )


class Problem(BaseModel):
    """Een probleem (RFC 9457): `errors` noemt elke fout in de invoer, `reasons` elke reden van de route."""

    type: str = of(
        "`urn:ondersteuningsroute:problem:` en een van de codes in `x-problem-codes`, die elk hun statussen noemen."
        " Een code blijft wat zij is; er kunnen er bijkomen.",
        "urn:ondersteuningsroute:problem:niet-gevonden",
    )
    title: str = of("Het soort probleem in woorden.", "Niet gevonden")
    status: int = of("HTTP-statuscode.", 404)
    detail: str = of("Wat er aan de hand is.", "Dit bestaat niet, of u mag het niet zien.")
    instance: str = of("Kenmerk van dit verzoek.", "urn:uuid:0199a5c0-7d1e-4a52-9c41-5b0c6d2e8f10")
    errors: list[Fault] | None = Field(default=None, description="Alle fouten in de invoer.")
    reasons: list[Reason] | None = Field(default=None, description="Alle redenen van de route.")
    trace_id: str | None = Field(
        default=None,
        alias="traceId",
        pattern="^[0-9a-f]{32}$",
        description="Bij een fout van ons (5xx): noem dit als u het meldt; het is het trace-id van dit verzoek.",
        examples=["4bf92f3577b34da6a3ce929d0e0e4736"],
    )


class Authored(Answer):
    """Wie het schreef, in welke rol, namens welke organisatie, en wanneer."""

    id: UUID = of("Het kenmerk.", mila.NOTE)
    case_id: UUID = of("De zaak.", mila.CASE)
    author_id: UUID = of("Wie het schreef.", mila.TEACHER)
    author_role: Role = of("In welke rol.", "leerkracht")
    author_organisation_id: UUID | None = of("Namens welke organisatie; leeg bij het gezin.", mila.SCHOOL)
    created_at: AwareDatetime = of("Wanneer het is vastgelegd.", AT)


class ChildName(Answer):
    """De jeugdige van een zaak."""

    id: UUID = of("De jeugdige.", mila.MILA)
    given_name: str = of("Voornaam.", mila.FIRST_NAME)
    family_name: str = of("Achternaam.", mila.LAST_NAME)


HIDDEN = "Velden die u niet mag zien en daarom leeg zijn."


class Case(Answer):
    """Een zaak: haar route en versie, waar zij staat, hoe de vraag is ingeschat en wie de regie heeft."""

    id: UUID = of("De zaak.", mila.CASE)
    young_person: ChildName = Field(description="Om wie het gaat.")
    school_id: UUID | None = of("De school van inschrijving; leeg: niet ingeschreven.", mila.SCHOOL)
    deelverband: str | None = of("Het samenwerkingsverband van de school; leeg zonder school.", "swv:PO2001")
    route: str = of("De ondersteuningsroute, zie /v1/routes.", mila.ROUTE)
    route_version: int = of("De versie van de route waarop de zaak begon en blijft.", 1)
    step: str | None = of("De stap waarin de zaak staat.", "signaal")
    step_since: AwareDatetime | None = of("Sinds wanneer.", AT)
    leervraag: Severity | None = of("Hoe zwaar de vraag op school is; leeg: nog niet ingeschat.", None)
    leefvraag: Severity | None = of("Hoe zwaar de vraag thuis is; leeg: nog niet ingeschat.", None)
    problem_class: Literal["enkelvoudig", "meervoudig", "multiproblematiek"] | None = of(
        "De problematiek als geheel; leeg: nog niet ingeschat.", None
    )
    regie: Regie | None = of("Wie de procesregie heeft; leeg: nog niemand.", None)
    regie_reason: str | None = of("Waarom anders dan de regietabel; leeg: volgens de tabel.", None)
    opened_at: AwareDatetime = of("Wanneer de zaak is geopend.", AT)
    closed_at: AwareDatetime | None = of("Wanneer zij is afgesloten; leeg: zij loopt.", None)
    withheld: list[str] = of(HIDDEN, [])
    data_categories: list[Category] = of("De onderwerpen die u in deze zaak mag zien.", ["leren", "leven", "proces"])


class Signal(Authored):
    """Een signaal: een teken dat een kind misschien meer nodig heeft."""

    id: UUID = of("Het signaal.", mila.SIGNAL)
    given_by: Literal["jeugdige", "ouder", "professional"] = of("Van wie het komt.", "professional")
    kind: Literal["leervraag", "leefvraag", "beide", "onbekend"] = of("Waar de zorg over gaat.", "beide")
    category: Category = of("Het onderwerp: wie het mag zien.", "leren")
    channel: Literal["gesprek", "telefoon", "e_mail", "inloopspreekuur", "brief", "digitaal"] | None = of(
        "Hoe het binnenkwam.", "gesprek"
    )
    received_by_role: Role | None = of("Bij wie een zorg van ouder of jeugdige terechtkwam.", None)
    content: str | None = of("Het signaal in gewone woorden.", mila.SIGNAL_TEXT)
    private_of: UUID | None = of(PRIVATE_OF, None)
    safety_reason: str | None = of(
        "Waarom eerst met de ouders praten het kind in gevaar zou brengen; anders leeg.", None
    )
    withheld: list[str] = of(HIDDEN, [])


class EmergencyAccess(Answer):
    """Noodtoegang: wie waarom de zaken van een jeugdige inzag, tot wanneer, en wie dat toetste."""

    id: UUID = of("De noodtoegang.", mila.EMERGENCY)
    young_person_id: UUID = of("De jeugdige.", mila.MILA)
    worker_id: UUID = of("Wie toegang nam.", mila.NURSE)
    organisation_id: UUID = of("Van welke organisatie.", mila.YOUTH_HEALTH)
    organisation_name: str = of("Hoe die heet.", mila.YOUTH_HEALTHS_NAME)
    role: Role = of("In welke rol.", "jeugdverpleegkundige")
    reason: str = of("Waarom het niet kon wachten.", mila.EMERGENCY_REASON)
    unsafe_reason: str | None = of("Waarom het gezin het toen nog niet mocht weten; anders leeg.", None)
    started_at: AwareDatetime = of("Vanaf wanneer.", AT)
    until: AwareDatetime = of("Tot wanneer; dit eind ligt vast.", "2026-09-14T16:45:00Z")
    told_at: AwareDatetime | None = of("Sinds wanneer het gezin dit kan zien; leeg: nog niet.", AT)
    reviewed_at: AwareDatetime | None = of("Wanneer het is getoetst; leeg: nog niet.", None)
    reviewed_by: UUID | None = of("Door wie.", None)
    justified: bool | None = of("Of het terecht was.", None)
    review_note: str | None = of("De toelichting van wie toetste.", None)
    withheld: list[str] = of(HIDDEN, [])


class Sight(Answer):
    """Wat een ouder ziet van een jeugdige van 16 of 17."""

    guardian_id: UUID = of("De ouder of voogd met gezag.", mila.MOTHER)
    display_name: str = of("Hoe deze heet.", "Ouder Verzonnen")
    data_categories: list[Literal["gezondheid", "leven", "verzuim"]] = of(
        "Wat u deze ouder laat zien; `verzuim`: ook waarom u er niet was.", ["leven"]
    )
    decided_at: AwareDatetime | None = of("Wanneer u dat besloot; leeg: u besloot nog niets.", AT)
    status_text: str = of("Wat deze ouder nu ziet.", "Ouder Verzonnen ziet: leren en school, het leven thuis.")
    choices: dict[str, str] = of(
        "Wat u deze ouder kunt laten zien (`dataCategories`), met wat het betekent.", {"leven": "het leven thuis"}
    )


class Note(Authored):
    """Een gesprek."""

    kind: str = of("Soort gesprek, zoals de route het noemt.", "oudergesprek")
    category: Category = of("Het onderwerp: wie het mag zien.", "leren")
    held_at: AwareDatetime = of("Wanneer het was.", "2026-09-14T13:30:00Z")
    with_whom: list[Role] = of("Met wie: rollen, geen namen.", ["ouder"])
    content: str | None = of("Wat er is besproken.", mila.TALKED_ABOUT)
    agreements: str | None = of("Welke afspraken zijn gemaakt.", mila.AGREED)
    private_of: UUID | None = of(PRIVATE_OF, None)
    withheld: list[str] = of(HIDDEN, [])


class Assessment(Authored):
    """Een bevinding met haar uitkomst."""

    id: UUID = of("De bevinding.", mila.ASSESSMENT)
    kind: str = of("Soort bevinding, zoals de route het noemt.", "onderzoek_gedrag")
    category: Category = of("Het onderwerp: wie het mag zien.", "leren")
    outcome: str = of("De uitkomst, een van die de route bij deze soort kent.", "afgerond")
    reason: str | None = of("De reden; bij sommige uitkomsten verplicht.", None)
    content: str | None = of("Het verslag.", mila.RESEARCH)
    withheld: list[str] = of(HIDDEN, [])


class Transition(Answer):
    """Een stap die is gezet."""

    id: UUID = of("De gezette stap.", mila.STEP_TAKEN)
    case_id: UUID = of("De zaak.", mila.CASE)
    sequence: int = of("De hoeveelste stap van deze zaak.", 1)
    transition: str = of(
        "Welke stap van de route; `versie_overgezet` of `versie_teruggezet`: de zaak ging naar een andere versie.",
        "onderzoek_starten",
    )
    from_step: str = of("Waar de zaak vandaan kwam.", "signaal")
    to_step: str = of("Waar zij toen stond.", "onderzoek")
    explanation: str | None = of("De toelichting.", "De ouders zijn het ermee eens.")
    performed_by: UUID = of("Wie haar zette; bij een andere versie: het nummer van de partij.", mila.TEACHER)
    role: Role = of("In welke rol.", "leerkracht")
    organisation_id: UUID | None = of("Namens welke organisatie; leeg bij het gezin.", mila.SCHOOL)
    performed_at: AwareDatetime = of("Wanneer.", AT)
    withheld: list[str] = of(HIDDEN, [])


class Measure(Answer):
    """De maatregel van de rechter waarop een gecertificeerde instelling meedoet."""

    kind: Literal["ondertoezichtstelling", "voogdij", "jeugdreclassering"] = of("Welke.", "ondertoezichtstelling")
    valid_from: date = of("Vanaf.", "2026-09-01")
    valid_until: date | None = of("Tot en met; leeg: zonder einddag.", "2027-08-31")


class Participant(Answer):
    """Een betrokkenheid: een organisatie, een rol daarbij of een medewerker."""

    id: UUID = of("De betrokkenheid.", mila.INVOLVEMENT)
    case_id: UUID = of("De zaak.", mila.CASE)
    organisation_id: UUID = of("De organisatie.", mila.YOUTH_HEALTH)
    organisation_name: str = of("Haar naam.", mila.YOUTH_HEALTHS_NAME)
    role: Role | None = of("In welke rol; leeg: de organisatie als zodanig.", "jeugdverpleegkundige")
    worker_id: UUID | None = of("De medewerker; leeg: ieder met die rol.", mila.NURSE)
    display_name: str | None = of("De naam van de medewerker.", mila.NURSES_NAME)
    functions: list[Function] = of("Functies in deze zaak.", ["contactpersoon"])
    ground: str = of("Waarop de betrokkenheid rust.", "toestemming")
    motivation: str | None = of("De motivering.", mila.MOTIVATION)
    measure: Measure | None = of("Bij een gecertificeerde instelling: de maatregel die zij uitvoert.", None)
    started_at: AwareDatetime = of("Sinds wanneer.", LATER)
    ended_at: AwareDatetime | None = of("Tot wanneer; leeg: nog betrokken.", None)
    withheld: list[str] = of(HIDDEN, [])


class ConsentAnswer(Answer):
    """Wat één persoon antwoordde."""

    id: UUID = of("Het antwoord.", mila.ANSWER)
    giver_id: UUID = of("Wie antwoordde.", mila.MOTHER)
    capacity: Literal["gezag", "jeugdige", "voogd", "vertegenwoordiger"] = of(
        "Als wie: als ouder met gezag, als de jeugdige zelf, als voogd, of als curator of mentor.", "gezag"
    )
    decision: Literal["gegeven", "geweigerd", "ingetrokken"] = of("Het antwoord.", "gegeven")
    form: Form = of("Hoe het is gegeven.", "digitaal")
    basis: Literal["zelf", "via_andere_ouder"] = of("Wie het doorgaf.", "zelf")
    recorded_by: UUID = of("Wie het vastlegde.", mila.MOTHER)
    recorded_role: Role = of("In welke rol.", "ouder")
    answered_at: AwareDatetime = of("Wanneer.", AT)
    without_recipients: list[UUID] = of("Met welke van de gevraagde organisaties niet.", [])
    without_categories: list[Category] = of("Over welke van de gevraagde onderwerpen niet.", [])
    witness_id: UUID | None = of("Welke medewerker een mondeling antwoord hoorde.", None)
    witness_name: str | None = of("Wie een mondeling antwoord hoorde, als dat geen medewerker was.", None)
    assurance: str | None = of("Hoe zeker de login was, bij een antwoord met de eigen login (`acr`).", "substantial")
    language: Literal["nl", "en"] | None = of("In welke taal de tekst is getoond.", "nl")
    text_version: int | None = of("Welke versie van de tekst is getoond; zie `/consent-texts`.", 1)


class ConsentException(Answer):
    """Waarom bij een toestemming een ander beslist dan gewoonlijk."""

    id: UUID = of("Wat is vastgelegd.", mila.EXCEPTION)
    kind: Literal["ernstig_nadeel", "weloverwogen_wens", "wilsonbekwaam", "geen"] = of(
        "De reden; het laatste telt.", "weloverwogen_wens"
    )
    motivation: str = of("De motivering.", mila.MOTIVATION)
    author_id: UUID = of("Wie het vastlegde.", mila.NURSE)
    author_role: Role = of("In welke rol.", "jeugdverpleegkundige")
    created_at: AwareDatetime = of("Wanneer.", AT)


class Consent(Authored):
    """Een toestemmingsvraag: wat is gevraagd, elk antwoord, en of zij vandaag geldt."""

    id: UUID = of("De toestemmingsvraag.", mila.CONSENT)
    purpose: str = of("Waarvoor de gegevens worden gedeeld.", mila.PURPOSE)
    recipients: list[UUID] = of("De organisaties die de gegevens krijgen.", [mila.YOUTH_HEALTH])
    data_categories: list[Category] = of("Over welke onderwerpen.", ["gezondheid", "leren"])
    told: str | None = of("Wat het gezin vooraf is verteld.", mila.TOLD)
    valid_from: date = of("Vanaf welke dag.", "2026-09-14")
    valid_until: date = of("Tot en met welke dag.", "2027-07-31")
    in_force: bool = of("Of zij vandaag geldt.", True)  # noqa: FBT003 — an example
    status: Literal[
        "van_kracht",
        "wacht_op",
        "geweigerd",
        "ingetrokken",
        "tegenstrijdig",
        "verlopen",
        "te_vernieuwen",
        "onduidelijk_wie_beslist",
    ] = of(
        "Hoe het ermee staat. `wacht_op`: zie `waitsFor`. `tegenstrijdig`: de een zei ja, de ander nee."
        " `te_vernieuwen`: door een verjaardag, ander gezag, andere inhoud of ontvanger moet opnieuw worden gevraagd.",
        "van_kracht",
    )
    reason: str | None = of("Waarom zij niet geldt, als code; leeg: zij geldt.", None)
    waits_for: list[UUID] = of("Op wiens antwoord wordt gewacht.", [])
    informs: list[UUID] = of("Wie wordt ingelicht zonder te beslissen, omdat de route dat vraagt.", [])
    rule_set: str = of("Volgens welke regels, met versie; zie `/rule-sets`.", "jeugdwet@1")
    shared_with: list[UUID] = of("De ontvangers die overblijven na beperking.", [mila.YOUTH_HEALTH])
    shared_categories: list[Category] = of("De onderwerpen die overblijven na beperking.", ["gezondheid", "leren"])
    replaces: UUID | None = of("Welke eerdere vraag deze vervangt.", None)
    text_key: str | None = of("De tekst die is getoond; zie `/consent-texts`.", "delen")
    text_version: int | None = of("De versie van die tekst.", 1)
    data_from: date | None = of(
        "Van welke dag de gegevens zijn die zij opent: vanaf; wat van een andere dag is blijft dicht.", None
    )
    data_until: date | None = of("Van welke dag de gegevens zijn die zij opent: tot en met.", None)
    answer_by: date | None = of("Voor welke dag een antwoord wordt verwacht.", "2026-10-01")
    exceptions: list[ConsentException] = of("Waarom een ander beslist dan gewoonlijk, als u dat mag zien.", [])
    withheld: list[str] = of(HIDDEN, [])
    answers: list[ConsentAnswer] = Field(description="Elk antwoord, oudste eerst; het laatste van iemand telt.")


class Invitation(Answer):
    """Iemand die voor een overleg is uitgenodigd."""

    id: UUID = of("De uitnodiging.", mila.INVITATION)
    meeting_id: UUID = of("Het overleg.", mila.MEETING)
    party: str = of("Namens welke partij.", "ouder")
    participant_id: UUID | None = of("De betrokkene, als het er een is.", None)
    guardian_id: UUID | None = of("De ouder of voogd, als het er een is.", mila.MOTHER)
    young_person_id: UUID | None = of("De jeugdige, als die het is.", None)
    present: bool | None = of("Of die er was; leeg: het overleg is nog niet gehouden.", None)
    absence_reason: str | None = of("Bij afwezigheid: de reden.", None)
    created_at: AwareDatetime = of("Wanneer uitgenodigd.", AT)
    withheld: list[str] = of(HIDDEN, [])


class Decision(Authored):
    """Een besluit van een overleg."""

    id: UUID = of("Het besluit.", mila.DECISION)
    author_id: UUID = of("Wie het schreef.", mila.SUPPORT)
    author_role: Role = of("In welke rol.", "intern_begeleider")
    meeting_id: UUID = of("Het overleg.", mila.MEETING)
    category: Category = of("Waarover het gaat: wie het mag zien.", "leren")
    description: str | None = of("Het besluit.", mila.DECIDED)
    withheld: list[str] = of(HIDDEN, [])


class Meeting(Authored):
    """Een overleg over één kind, gepland of gehouden."""

    id: UUID = of("Het overleg.", mila.MEETING)
    author_id: UUID = of("Wie het plande.", mila.SUPPORT)
    author_role: Role = of("In welke rol.", "intern_begeleider")
    kind: str = of("Soort overleg, zoals de route het noemt.", "mdo")
    planned_at: AwareDatetime = of("Voor wanneer het is gepland.", "2026-10-06T12:00:00Z")
    place: str | None = of("Waar.", mila.MEETS_WHERE)
    held_at: AwareDatetime | None = of("Wanneer het was; leeg: nog niet gehouden.", None)
    invitations: list[Invitation] = of("Wie zijn uitgenodigd.", [])
    decisions: list[Decision] = of("De besluiten die u mag zien.", [])


class ChecklistItem(Answer):
    """Een vraag van de checklist, met het antwoord dat nu geldt."""

    item: str = of("De vraag, zoals de route haar noemt.", "afspraken")
    question: str = of("De vraag.", "Wat zijn de afspraken?")
    answer_kind: Literal["ja_nee", "tekst"] = of("Gesloten of open vraag.", "tekst")
    answer: Literal["ja", "deels", "nee", "besproken"] | None = of("Het antwoord; leeg: nog open.", "besproken")
    answered_at: AwareDatetime | None = of("Wanneer zij is beantwoord.", mila.MET_AT)
    remark: str | None = of("De toelichting, als u die mag zien.", mila.AGREED)
    withheld: list[str] = of("Wat u niet mag zien.", [])


class Checklist(Answer):
    """De vragen die beantwoord zijn voordat het overleg wordt afgerond."""

    meeting_id: UUID = of("Het overleg.", mila.MEETING)
    checklist: str | None = of("Welke checklist van de route; leeg: dit overleg heeft er geen.", "is_alles_besproken")
    title: str | None = of("Hoe zij heet.", "Checklist: is alles besproken?")
    complete: bool = of("Of elke vraag is beantwoord.", True)  # noqa: FBT003 — an example
    items: list[ChecklistItem] = Field(description="De vragen, in de volgorde van de route.")


class Goal(Authored):
    """Een meetbaar doel van een plan."""

    id: UUID = of("Het doel.", mila.GOAL)
    plan_id: UUID = of("Het plan.", mila.PLAN)
    domain: Literal["onderwijs", "zorg"] = of("Doel voor school, of voor hulp en thuis.", "onderwijs")
    category: Category = of("Het onderwerp: wie het mag zien.", "leren")
    description: str = of("Het doel.", mila.GOAL_TEXT)
    indicator: str = of("Waaraan te zien is dat het is gehaald.", mila.SEEN_BY)
    target_date: date = of("Wanneer.", mila.TARGET)


class PlanAction(Authored):
    """Een actie van een plan: wie doet wat, voor wanneer."""

    id: UUID = of("De actie.", mila.ACTION)
    plan_id: UUID = of("Het plan.", mila.PLAN)
    goal_id: UUID = of("Voor welk doel.", mila.GOAL)
    category: Category = of("Het onderwerp: wie het mag zien.", "leren")
    description: str = of("De actie.", mila.ACTION_TEXT)
    owner: Literal["participant", "ouder", "jeugdige"] = of("Wie het doet.", "ouder")
    owner_participant_id: UUID | None = of("Welke betrokkene, als die het doet.", None)
    due_on: date = of("Voor wanneer.", mila.DUE)
    done_at: AwareDatetime | None = of("Wanneer het af was; leeg: nog niet.", None)


class Approval(Authored):
    """Of een partij met een plan instemt."""

    id: UUID = of("De instemming.", mila.APPROVAL)
    plan_id: UUID = of("Het plan.", mila.PLAN)
    party: Party = of("Namens wie.", "ouder")
    person_id: UUID | None = of("Welke ouder of de jeugdige, als het gezin antwoordde.", mila.MOTHER)
    agreed: bool = of("Akkoord?", True)  # noqa: FBT003 — an example
    remark: str | None = of("Opmerking.", mila.REMARK)
    withheld: list[str] = of(HIDDEN, [])


class Evaluation(Authored):
    """Hoe het met een plan ging, en wat nu."""

    id: UUID = of("De evaluatie.", mila.EVALUATION)
    plan_id: UUID = of("Het plan.", mila.PLAN)
    outcome: Literal["bijstellen", "opschalen", "afschalen", "afsluiten"] = of("Wat er nu gebeurt.", "bijstellen")
    held_on: date = of("Wanneer er is geëvalueerd.", mila.EVALUATED_ON)
    parties: list[Party] = of("Wie erbij waren.", ["school", "gemeente", "ouder"])
    summary: str | None = of("De evaluatie.", mila.EVALUATION_TEXT)
    next_date: date | None = of("De volgende evaluatie.", mila.NEXT)
    withheld: list[str] = of(HIDDEN, [])


class Plan(Authored):
    """Een plan met zijn doelen, acties, instemming en evaluaties."""

    id: UUID = of("Het plan.", mila.PLAN)
    kind: str = of("Soort plan, zoals de route het noemt.", "plan_van_aanpak")
    perspective: str | None = of("Het toekomstperspectief.", mila.PERSPECTIVE)
    evaluation_date: date = of("Wanneer het wordt geëvalueerd.", mila.EVALUATED_ON)
    regie: Regie | None = of("Wie de procesregie heeft.", "onderwijs")
    regie_reason: str | None = of("Waarom anders dan de regietabel; leeg: volgens de tabel.", None)
    in_force_at: AwareDatetime | None = of("Sinds wanneer het van kracht is; leeg: nog niet.", None)
    goals: list[Goal] = of("De doelen die u mag zien.", [])
    actions: list[PlanAction] = of("De acties die u mag zien.", [])
    approvals: list[Approval] = of("Wie instemde, en wie niet.", [])
    evaluations: list[Evaluation] = of("De evaluaties.", [])
    withheld: list[str] = of(HIDDEN, [])


class Finding(Authored):
    """Wat wie meekijkt aan het proces ziet."""

    id: UUID = of("De bevinding over het proces.", mila.FINDING)
    author_id: UUID = of("Wie het zag.", mila.WATCHER)
    author_role: Role = of("In welke rol.", "medewerker_stagnatiepunt")
    author_organisation_id: UUID | None = of("Namens welke organisatie.", mila.STAGNATION_POINT)
    escalation_id: UUID = of("De melding dat iets vastzit.", mila.ESCALATION)
    content: str = of("De bevinding.", mila.SEEN)


class Escalation(Authored):
    """Een melding dat iets vastzit."""

    id: UUID = of("De melding.", mila.ESCALATION)
    kind: str = of("Wat er vastzit, in de woorden van de route.", "stagnatie")
    addressed_to: str = of("Bij wie.", "stagnatiepunt")
    reason: str = of("Wat er vastzit in het proces; geen inhoud over het kind.", mila.STUCK)
    resolved_at: AwareDatetime | None = of("Wanneer het is opgelost; leeg: nog niet.", None)
    resolution: str | None = of("Hoe het is opgelost; leeg: nog niet.", None)
    findings: list[Finding] = of("Wat aan het proces is gezien.", [])


class Statement(Authored):
    """Een eigen verklaring van ouder of jeugdige in het dossier, of een verbetering die daar naast komt te staan."""

    id: UUID = of("De verklaring.", mila.STATEMENT)
    author_id: UUID = of("Wie haar schreef.", mila.MOTHER)
    author_role: Role = of("In welke rol.", "ouder")
    author_organisation_id: UUID | None = of("Namens welke organisatie; leeg bij het gezin.", None)
    kind: Literal["verklaring", "rectificatie"] = of(
        "verklaring: van het gezin zelf. rectificatie: wat een organisatie verbeterde.", "verklaring"
    )
    category: Category = of("Het onderwerp: wie het mag zien.", "leven")
    private_of: UUID | None = of(PRIVATE_OF, None)
    content: str | None = of("De verklaring.", mila.OWN_WORDS)
    withheld: list[str] = of(HIDDEN, [])
    about_type: str | None = of("Bij welk soort gegeven zij hoort; leeg: bij het hele dossier.", None)
    about_id: UUID | None = of("Bij welk gegeven.", None)


class Dossier(Answer):
    """De paperclip: alles van de zaak wat u mag zien."""

    case: Case = Field(description="De zaak.")
    signals: list[Signal] = Field(description="De signalen.")
    notes: list[Note] = Field(description="De gesprekken.")
    assessments: list[Assessment] = of("De bevindingen.", [])
    participants: list[Participant] = Field(description="Wie betrokken is of was.")
    consents: list[Consent] = Field(description="De toestemmingsvragen, met elk antwoord.")
    meetings: list[Meeting] = of("De overleggen.", [])
    plans: list[Plan] = of("De plannen.", [])
    escalations: list[Escalation] = of("Wat vastzat of vastzit.", [])
    transitions: list[Transition] = of("De stappen die zijn gezet.", [])
    statements: list[Statement] = of("De eigen verklaringen van ouders en jeugdige, en verbeteringen.", [])
    withheld: list[Category] = of(
        "De onderwerpen die u in deze zaak niet mag zien.", ["gezondheid", "veiligheid", "verzuim"]
    )


class NextStep(Answer):
    """Een stap die kan volgen."""

    transition: str = of("De stap, zoals u haar zet.", "onderzoek_starten")
    title: str = of("Hoe zij heet.", "Onderzoek starten")
    to_step: str = of("Waar de zaak dan staat.", "onderzoek")
    purpose: str = of(
        "Waar de stap voor is waar zij heen leidt.", "De school zoekt met de ouders uit wat het kind nodig heeft."
    )
    allowed: bool = of("Of u deze stap nu kunt zetten.", False)  # noqa: FBT003 — an example
    for_you: bool = of("Of deze stap aan u is (rol en functie), zodra niets meer in de weg staat.", True)  # noqa: FBT003
    roles: list[Role] = of("Wie deze stap zetten.", ["leerkracht", "intern_begeleider"])
    functions: list[Function] = of("Welke functie in de zaak daarbij nodig is; leeg: geen.", [])
    requires_explanation: bool = of("Of een toelichting verplicht is.", False)  # noqa: FBT003
    reasons: list[Reason] = Field(
        description="Wat nu in de weg staat; leeg: niets staat in de weg, en of het aan u is zegt `forYou`."
    )
    operation: Operation = of(
        "Het verzoek waarmee u haar zet.",
        {
            "action": "transition.perform",
            "method": "POST",
            "href": f"/v1/cases/{mila.CASE}/transitions",
            "fields": {"transition": "onderzoek_starten"},
            "choices": {},
            "toFill": [],
            "lookups": {},
            "forYou": False,
        },
    )


class AsideText(Answer):
    """Wat buiten de route om gaat, zoals onveiligheid: bij elke stap te zien, en door niets geblokkeerd."""

    key: str = of("Waarover.", "veiligheid")
    title: str = of("Hoe het heet.", "Onveiligheid, crisis of calamiteit")
    says: str = of("Wat te doen.", "Is er direct gevaar? Bel 112.")


Unit = Literal["schooldag", "werkdag", "kalenderdag", "week", "maand"]
TermState = Literal["running", "paused", "met", "ended", "passed"]


class StepTerm(Answer):
    """Een termijn van de stap waarin de zaak staat."""

    term: str = of("De termijn.", "werkvoorraad")
    title: str = of("Hoe zij heet.", "Hoogstens zes weken in de werkvoorraad")
    due_on: date | None = of("De laatste dag; leeg: zij is niet te tellen, zie `deadlines`.", "2026-10-26")
    state: TermState = of("Hoe het ermee staat; `passed`: verstreken.", "running")
    way_on: list[str] = of("Met welke stappen u verder kunt als zij is verstreken.", ["uit_werkvoorraad_halen"])


class Pause(Authored):
    """Dagen die in een termijn niet meetellen."""

    id: UUID = of("De pauze.", mila.PAUSE)
    term: str = of("De termijn.", "werkvoorraad")
    first_day: date = of("De eerste dag.", "2026-12-07")
    last_day: date = of("De laatste dag.", "2026-12-18")
    reason: str | None = of("Waarom; leeg als u geen inhoud van de zaak mag zien.", mila.AWAY)
    withheld: list[str] = of("Wat u niet mag zien.", [])


class Extension(Authored):
    """Een verlenging van een termijn."""

    id: UUID = of("De verlenging.", mila.EXTENSION)
    term: str = of("De termijn.", "werkvoorraad")
    anchored_on: date = of("De dag waarop de termijn begon die is verlengd.", "2026-09-14")
    amount: int = of("Hoeveel langer, in de eenheid van de termijn.", 2)
    reason: str | None = of("Waarom; leeg als u geen inhoud van de zaak mag zien.", mila.MORE_TIME)
    withheld: list[str] = of("Wat u niet mag zien.", [])


class CountedDay(Answer):
    """Eén dag van een telling."""

    day: date = of("De dag.", "2026-09-15")
    counted: bool = of("Of zij meetelt.", True)  # noqa: FBT003 — an example
    because: Literal["weekend", "feestdag", "schoolvakantie", "sluiting", "pauze", "termijnenwet"] | None = of(
        "Waarom niet; leeg: zij telt mee.", None
    )
    name: str | None = of("Hoe dat heet.", None)


class Uncounted(Answer):
    """Waarom een termijn niet te tellen is."""

    code: str = of("Vaste code.", "vakantieregio_onbekend")
    detail: str = of("Wat ontbreekt en wie dat kan aanvullen.", "Van de school is de vakantieregio niet bekend.")


class Deadline(Answer):
    """Een termijn van een zaak."""

    term: str = of("De termijn.", "werkvoorraad")
    title: str = of("Hoe zij heet.", "Hoogstens zes weken in de werkvoorraad")
    step: str | None = of("De stap waarvan zij het wachten begrenst; leeg: geen.", "werkvoorraad")
    anchor: str = of("Waarmee zij begint: soort en sleutel.", "step:werkvoorraad")
    anchored_on: date | None = of("De dag waarop zij begon; zij telt vanaf de dag erna.", "2026-09-14")
    until: list[str] = of("Waarmee eraan is voldaan; leeg: met het verlaten van de stap.", [])
    amount: int = of("Hoe lang.", 6)
    unit: Unit = of("In welke eenheid.", "week")
    extended_by: int = of("Hoeveel zij is verlengd, in dezelfde eenheid.", 0)
    hard: bool = of("Of zij vastligt: geen pauze, geen verlenging.", False)  # noqa: FBT003 — an example
    basis: Literal["law", "policy"] = of("Uit de wet, of een afspraak van de regio.", "policy")
    source: str = of("Waar het staat: bestand en regel van de bron, of het wetsartikel.", "001:129")
    due_on: date | None = of("De laatste dag; leeg: niet te tellen, zie `fault`.", "2026-10-26")
    remind_on: date | None = of("Wanneer wie het aangaat eraan wordt herinnerd.", "2026-10-19")
    state: TermState = of(
        "Loopt, gepauzeerd, gehaald, vervallen (de zaak ging een andere weg), of verstreken.", "running"
    )
    met_on: date | None = of("De dag waarop eraan is voldaan.", None)
    late: bool = of("Of dat na de laatste dag was.", False)  # noqa: FBT003 — an example
    way_on: list[str] = of("Met welke stappen u verder kunt als zij is verstreken.", ["uit_werkvoorraad_halen"])
    days: list[CountedDay] = Field(description="Dag voor dag hoe is geteld; leeg bij een verjaardag.")
    pauses: list[Pause] = of("De pauzes.", [])
    extensions: list[Extension] = of("De verlengingen.", [])
    fault: Uncounted | None = of("Waarom zij niet te tellen is; leeg: dat is zij wel.", None)


class Deadlines(Answer):
    """De termijnen van een zaak."""

    items: list[Deadline] = Field(description="De termijnen die begonnen zijn, en de verjaardagen.")
    withheld: list[str] = of("Wat u niet mag zien: `verjaardagen`, of niets.", [])


class Closure(Answer):
    """Een studiedag of sluiting van een school."""

    id: UUID = of("De studiedag of sluiting.", mila.CLOSURE)
    organisation_id: UUID = of("De school.", mila.SCHOOL)
    kind: Literal["studiedag", "sluiting"] = of("Wat het is.", "studiedag")
    first_day: date = of("De eerste dag.", "2026-12-04")
    last_day: date = of("De laatste dag.", "2026-12-04")
    name: str = of("Hoe de schoolgids het noemt.", "Studiedag team")


class RetentionClass(Answer):
    """Hoe lang iets wordt bewaard, en waarom zo lang."""

    key: str = of("De klasse.", "jeugdhulpdossier")
    title: str = of("Wat het is.", "Jeugdhulpdossier")
    owners: list[OrganisationKind] = of("Van welke soorten organisatie; leeg: van allen samen.", ["jeugdhulpaanbieder"])
    term: str = of("Hoe lang.", "20 jaar")
    anchor: str = of("Vanaf wanneer.", "vanaf de laatste wijziging")
    source: str = of("Waar dat staat; «Beleid» waar geen wet het zegt.", "Jeugdwet 7.3.8, lid 3")
    disputed: str | None = of("De andere lezing, waar bronnen verschillen; leeg: er is geen verschil bekend.", None)
    automatic: bool = of("Of het vanzelf gaat, zonder dat twee mensen het goedkeuren.", False)  # noqa: FBT003 — an example


class RetentionClasses(Answer):
    """Alle klassen."""

    items: list[RetentionClass] = Field(description="De klassen, in vaste volgorde.")


class RecordCount(Answer):
    """Hoeveel van een soort gegeven."""

    record: str = of("De soort, zoals tabellen haar noemen.", "notes")
    count: int = of("Hoeveel.", 12)


class RetentionProposal(Answer):
    """Wat uw organisatie wordt voorgesteld te vernietigen: aantallen en redenen, nooit een woord van de inhoud."""

    id: UUID = of("Het voorstel.", mila.PROPOSAL)
    retention_class: str = of("De klasse.", "leerlingdossier")
    ground: Literal["termijn", "verzoek"] = of("De termijn is voorbij, of de familie vroeg erom.", "termijn")
    term: str = of("De termijn, toen het werd voorgesteld.", "2 jaar")
    source: str = of("Waar die termijn staat.", "PO-Raad en AVS: 2 jaar na vertrek")
    status: Literal["voorgesteld", "beoordeeld", "goedgekeurd", "aangekondigd", "afgewezen", "uitgevoerd"] = of(
        "`voorgesteld`: de eerste beoordeelt; `beoordeeld`: een ander keurt goed; `aangekondigd`: gaat vanzelf.",
        "beoordeeld",
    )
    held: bool = of("Of er iets in zit dat onder een bewaarplicht valt.", False)  # noqa: FBT003 — an example
    records: list[RecordCount] = of("Hoeveel van elke soort.", [{"record": "notes", "count": 12}])
    cases: int = of("Uit hoeveel zaken.", 4)
    due_since: date = of("Sinds wanneer het oudste weg kan.", "2026-08-01")
    not_before: date = of("Wanneer het op zijn vroegst gebeurt.", "2026-11-22")
    destroyed: int = of("Hoeveel er al weg is.", 0)
    kept: int = of("Hoeveel er bleef, omdat er iets aan hangt of de zaak weer liep.", 0)
    created_at: AwareDatetime = of("Wanneer het werd voorgesteld.", AT)
    reviewed_by: UUID | None = of("Wie het beoordeelde.", mila.SUPPORT)
    reviewed_at: AwareDatetime | None = of("Wanneer.", AT)
    approved_by: UUID | None = of("Wie het daarna goedkeurde: een ander.", None)
    approved_at: AwareDatetime | None = of("Wanneer.", None)
    refused_by: UUID | None = of("Wie het afwees.", None)
    refused_at: AwareDatetime | None = of("Wanneer.", None)
    refusal_reason: str | None = of("Waarom het werd afgewezen.", None)
    certificate_id: UUID | None = of("Het certificaat, als het is uitgevoerd.", None)


class LegalHold(Answer):
    """Een bewaarplicht: wat hieronder valt, wordt niet voorgesteld, niet goedgekeurd en niet vernietigd."""

    id: UUID = of("De bewaarplicht.", mila.HOLD)
    case_id: UUID | None = of("Alleen deze zaak; leeg: alle zaken van uw organisatie.", mila.CASE)
    retention_class: str | None = of("Alleen deze klasse; leeg: alle.", None)
    reason: str = of("Waarom.", mila.HELD_BECAUSE)
    placed_by: UUID = of("Wie haar oplegde.", mila.SUPPORT)
    placed_at: AwareDatetime = of("Wanneer.", AT)
    lifted_by: UUID | None = of("Wie haar ophief.", None)
    lifted_at: AwareDatetime | None = of("Wanneer; leeg: zij geldt.", None)
    lifting_reason: str | None = of("Waarom zij niet meer nodig was.", None)


class DestructionCertificate(Answer):
    """Het bewijs van een vernietiging: wat, op welke grond, door wiens besluit. Zonder inhoud."""

    id: UUID = of("Het certificaat.", mila.CERTIFICATE)
    proposal_id: UUID = of("Het voorstel.", mila.PROPOSAL)
    document: str = of("Het certificaat zelf, als JSON-tekst: hierover gaat `digest`.", '{"klasse":"leerlingdossier"}')
    digest: str = of("SHA-256 van `document`, in hexadecimalen.", "0" * 64)
    signature: str | None = of("Handtekening over `digest`, als er een sleutel is ingesteld.", None)
    created_at: AwareDatetime = of("Wanneer het werd gemaakt.", AT)


class NextSteps(Answer):
    """Waar de zaak staat, en elke stap vanaf daar."""

    step: str = of("De stap waarin de zaak staat.", "signaal")
    title: str = of("Hoe zij heet.", "Signaal")
    purpose: str = of("Waar zij voor is.", "Er is een zorg of vraag over een kind.")
    due: date | None = of("Voor wanneer iemand hier opnieuw naar moet kijken; leeg: geen termijn.", "2026-10-05")
    asides: list[AsideText] = of("Wat buiten de route om gaat; bij elke stap hetzelfde.", [])
    terms: list[StepTerm] = of("De termijnen van deze stap, de eerste die afloopt voorop.", [])
    items: list[NextStep] = Field(description="De stappen die kunnen volgen.")


class Organisation(Answer):
    """Een organisatie."""

    id: UUID = of("De organisatie.", mila.SCHOOL)
    code: str = of("De code, zoals een token haar noemt.", "brin:99ZA00")
    kind: OrganisationKind = of("De soort.", "school")
    name: str = of("De naam.", mila.SCHOOLS_NAME)
    sector: str | None = of("De onderwijssector van een school, zoals DUO hem noemt.", "po")
    municipality_code: str | None = of("De gemeente.", mila.MUNICIPALITY)
    board_id: UUID | None = of("Het bestuur van een school.", mila.BOARD)
    swv_id: UUID | None = of("Het samenwerkingsverband van een school.", mila.SWV)


PolicySubject = Literal[
    "samenwerking_onderwijs_en_hulp",
    "wijkteams_en_zorgteams",
    "jeugdhulp_op_school",
    "intergemeentelijk",
    "ondersteuningsplan",
    "passende_plekken",
    "werkwijze",
]


class OrganisationMeetingParty(Answer):
    """Een organisatie aan tafel."""

    organisation_id: UUID = of("De organisatie.", mila.MUNICIPALITY_ITSELF)
    organisation_name: str = of("De naam.", mila.MUNICIPALITYS_NAME)
    present: bool | None = of("Of zij er was; leeg: nog geen verslag.", None)
    absence_reason: str | None = of("Bij afwezigheid: waarom.", None)


class OrganisationDecision(Answer):
    """Een afspraak over beleid."""

    id: UUID = of("De afspraak.", mila.OOGO_DECISION)
    subject: PolicySubject = of("Waarover.", "wijkteams_en_zorgteams")
    description: str = of("De afspraak.", mila.OOGO_DECIDED)
    decided_at: AwareDatetime = of("Wanneer zij is vastgelegd.", mila.OOGO_HELD)


class OrganisationMeeting(Answer):
    """Een overleg van een organisatie over beleid, nooit over een kind."""

    id: UUID = of("Het overleg.", mila.OOGO)
    organisation_id: UUID = of("Van welke organisatie.", mila.SWV)
    kind: Literal["oogo", "zat", "cvb"] = of("De soort.", "oogo")
    planned_at: AwareDatetime = of("Voor wanneer het is gepland.", "2026-11-10T09:00:00Z")
    place: str | None = of("Waar.", mila.OOGO_WHERE)
    subjects: list[PolicySubject] = of("Waarover.", ["wijkteams_en_zorgteams"])
    held_at: AwareDatetime | None = of("Wanneer het was; leeg: nog niet gehouden.", None)
    convened_by: Role = of("Welke rol het bijeenriep.", "directeur_swv")
    parties: list[OrganisationMeetingParty] = of(
        "Welke organisaties erbij zijn, naast de eigen.",
        [
            {
                "organisationId": mila.MUNICIPALITY_ITSELF,
                "organisationName": mila.MUNICIPALITYS_NAME,
                "present": None,
                "absenceReason": None,
            }
        ],
    )
    decisions: list[OrganisationDecision] = of("Wat is afgesproken.", [])
    created_at: AwareDatetime = of("Wanneer het is gepland.", AT)


class YoungPerson(Answer):
    """Een jeugdige."""

    id: UUID = of("De jeugdige.", mila.MILA)
    given_name: str = of("Voornaam.", mila.FIRST_NAME)
    family_name: str = of("Achternaam.", mila.LAST_NAME)
    birth_date: date | None = of("Geboortedatum; zonder kan geen toestemming gelden.", mila.BORN)
    school_id: UUID | None = of("De school van inschrijving; leeg: niet ingeschreven.", mila.SCHOOL)
    municipality_code: str | None = of("De gemeente waar de jeugdige woont.", mila.MUNICIPALITY)


class IdentityNumber(Answer):
    """Dat er een BSN of PGN van een jeugdige bekend is, en waarvandaan; het nummer zelf staat er niet bij."""

    id: UUID = of("Het kenmerk.", mila.NUMBERED)
    young_person_id: UUID = of("De jeugdige.", mila.MILA)
    kind: NumberKind = of("Een nummer dat van een school komt is een PGN, elk ander een BSN.", "bsn")
    source: NumberSource = of("Waar het vandaan komt.", "brp")
    recorded_by_organisation_id: UUID | None = of("De organisatie die het vastlegde.", mila.YOUTH_HEALTH)
    recorded_at: AwareDatetime = of("Wanneer het is vastgelegd.", AT)
    tasks: list[NumberTask] = of("Voor welke taken u het mag inzien.", ["jeugdgezondheidszorg", "verwijsindex"])


class RevealedNumber(Answer):
    """Een nummer, getoond voor één taak. Dat u keek is vastgelegd."""

    id: UUID = of("Het kenmerk.", mila.NUMBERED)
    kind: NumberKind = of("Soort nummer.", "bsn")
    number: str = of("Het nummer, negen cijfers.", mila.NUMBER, pattern="^[0-9]{9}$")
    task: NumberTask = of("De taak waarvoor u het vroeg.", "jeugdgezondheidszorg")


class Guardian(Answer):
    """De band tussen een volwassene en een jeugdige."""

    id: UUID = of("De band.", mila.MOTHERHOOD)
    young_person_id: UUID = of("De jeugdige.", mila.MILA)
    guardian_id: UUID = of("De volwassene.", mila.MOTHER)
    display_name: str | None = of("De naam van de volwassene.", mila.MOTHERS_NAME)
    relation: Literal["ouder", "verzorger", "voogd", "curator", "mentor"] = of("Relatie tot de jeugdige.", "ouder")
    gezag: Literal["ja", "nee", "onbekend"] = of("Of deze persoon gezag heeft.", "ja")
    evidence: Literal["gezagsregister", "brp", "verklaring", "geen"] = of("Waaruit dat blijkt.", "gezagsregister")
    evidence_date: date | None = of("Wanneer dat is nagegaan.", "2026-09-01")
    conflict: bool | None = of(
        "Of de ouders niet voor elkaar spreken; leeg voor het gezin zelf.",
        False,  # noqa: FBT003 — an example
    )
    valid_from: date = of("Vanaf welke dag.", "2026-09-01")
    valid_until: date | None = of("Tot en met welke dag; leeg: tot nader order.", None)


class Gezag(Answer):
    """Wat is opgezocht over het gezag over een jeugdige; het nieuwste telt."""

    id: UUID = of("Wat is opgezocht.", mila.FOUND)
    young_person_id: UUID = of("De jeugdige.", mila.MILA)
    kind: Literal[
        "eenhoofdig_ouderlijk_gezag",
        "tweehoofdig_ouderlijk_gezag",
        "gezamenlijk_gezag",
        "voogdij",
        "tijdelijk_geen_gezag",
        "niet_te_bepalen",
    ] = of("De relatie, zoals de BRP haar noemt.", "tweehoofdig_ouderlijk_gezag")
    holders: list[UUID] = of("Welke ouders of voogden het gezag hebben.", [mila.MOTHER, mila.FATHER])
    organisation_id: UUID | None = of("De instelling die de voogdij heeft.", None)
    evidence: Literal["gezagsregister", "brp", "verklaring"] = of("Waaruit dat blijkt.", "gezagsregister")
    checked_on: date = of("Wanneer dat is opgezocht.", "2026-09-01")
    valid_from: date = of("Vanaf welke dag het zo is.", "2018-03-14")
    valid_until: date | None = of("Tot en met welke dag; leeg: tot nader order.", None)
    recorded_role: Role = of("In welke rol het is vastgelegd.", "intern_begeleider")
    created_at: AwareDatetime = of("Wanneer het is vastgelegd.", AT)


class Decider(Answer):
    """Iemand van wie een ja nodig is."""

    person_id: UUID = of("Wie: de jeugdige, een ouder of voogd, of een instelling.", mila.MOTHER)
    capacity: Literal["gezag", "jeugdige", "voogd", "vertegenwoordiger"] = of("Als wie.", "gezag")


class WhoDecides(Answer):
    """Wie vandaag beslist over delen van gegevens van een jeugdige, naar de wet; een route kan meer vragen."""

    rule_set: str = of("Volgens welke regels, met versie.", "jeugdwet@1")
    deciders: list[Decider] = Field(description="Van wie een ja nodig is; leeg: dat is niet duidelijk.")
    unclear: str | None = of("Waarom niet duidelijk is wie beslist, als code; leeg: het is duidelijk.", None)
    remedy: str | None = of("Wat dan helpt.", None)


class RuleLine(Answer):
    """Eén regel, en waar die staat."""

    key: str = of("De regel.", "onder_12")
    says: str = of("Wat de regel zegt.", "Onder de 12 beslissen de ouders of voogden met gezag, ieder van hen.")
    source: str = of("Waar dat staat.", "Jeugdwet 7.3.15 lid 1")


class RuleSet(Answer):
    """De regels voor wie beslist over toestemming, in één versie."""

    name: str = of("De naam.", "jeugdwet")
    version: int = of("De versie.", 1)
    in_force_from: date = of("Vanaf welke dag deze versie geldt.", "2015-01-01")
    youth_from: int = of("Vanaf deze leeftijd beslist de jeugdige mee.", 12)
    youth_alone_from: int = of("Vanaf deze leeftijd beslist de jeugdige alleen.", 16)
    adult_from: int = of("Vanaf deze leeftijd heeft niemand meer gezag.", 18)
    exception_roles: list[Role] = of("Wie een uitzondering mag vastleggen.", ["jeugdarts", "jeugdverpleegkundige"])
    exception_recipients: list[OrganisationKind] = of("Met wie delen een uitzondering kent.", ["jgz"])
    lines: list[RuleLine] = Field(description="De regels, elk met haar bron.")


class ConsentText(Answer):
    """De tekst die wordt getoond als toestemming wordt gevraagd, in één versie."""

    key: str = of("De tekst.", "delen")
    version: int = of("De versie.", 2)
    to: Literal["ouder", "jeugdige"] = of("Aan wie: wie over een kind beslist, of de jeugdige over zichzelf.", "ouder")
    language: Literal["nl", "en"] = of("De taal.", "nl")
    says: str = of("Wat er staat.", "Mogen wij informatie over uw kind delen? U mag nee zeggen.")


class Worker(Answer):
    """Een medewerker van de eigen organisatie."""

    id: UUID = of("De medewerker.", mila.TEACHER)
    organisation_id: UUID = of("De organisatie.", mila.SCHOOL)
    display_name: str = of("De naam.", mila.TEACHERS_NAME)


class Bound(Answer):
    """Dat een login is gekoppeld."""

    id: UUID = of("De koppeling.", mila.BINDING)


class Binding(Answer):
    """De login van een medewerker van de eigen organisatie."""

    id: UUID = of("De koppeling.", mila.BINDING)
    worker_id: UUID = of("De medewerker.", mila.TEACHER)
    subject: str = of("Het `sub` van de aanbieder.", mila.LOGIN)
    valid_from: date = of("Vanaf welke dag.", "2026-09-01")
    valid_until: date | None = of("Tot en met welke dag; leeg: tot nader order.", "2027-07-31")
    ended_at: AwareDatetime | None = of("Wanneer zij is beëindigd; leeg: zij geldt.", None)


class InvitationCode(Answer):
    """Een code, die alleen deze keer te zien is."""

    id: UUID = of("De code, als regel.", mila.CODE)
    code: str | None = of("De code; alleen bij het maken te zien, bij herhaling leeg.", mila.INVITATION_CODE)
    expires_at: AwareDatetime | None = of("Tot wanneer zij te gebruiken is; bij herhaling leeg.", LATER)


class Me(Answer):
    """Wie u hier bent, en wat u mag."""

    person_id: UUID | None = of("Leeg: deze login is nog niet gekoppeld.", mila.TEACHER)
    person_kind: PersonKind | None = of("Als wie u bent gekoppeld.", "worker")
    name: str | None = of("Uw naam hier.", mila.TEACHERS_NAME)
    organisation: str | None = of("De code van uw organisatie; leeg bij het gezin.", "brin:99ZA00")
    organisation_name: str | None = of("De naam van uw organisatie.", mila.SCHOOLS_NAME)
    roles: list[Role] = of("Uw rollen.", ["leerkracht"])
    actions: list[Action] = of("De handelingen die u ergens mag doen.", ["case.create", "case.read", "note.create"])


class TaskTerm(Answer):
    """Een termijn die u aangaat en nadert of verstreken is."""

    term: str = of("De termijn.", "werkvoorraad")
    title: str = of("Hoe zij heet.", "Hoogstens zes weken in de werkvoorraad")
    due_on: date = of("De laatste dag.", "2026-10-26")
    overdue: bool = of("Of zij is verstreken.", False)  # noqa: FBT003 — an example


class Task(Answer):
    """Een zaak waarin u aan zet bent."""

    case: Case = Field(description="De zaak.")
    steps: list[str] = of("De stappen die u nu kunt zetten.", [])
    terms: list[TaskTerm] = of("De termijnen die u aangaan en naderen of verstreken zijn.", [])
    needed: list[Reason] = of(
        "Wat van u nodig is om verder te komen; hoe staat in `next-steps`, `operation` is hier altijd leeg.",
        [shown(Reason, operation=None)],
    )


class AccessEvent(Answer):
    """Eén regel van het logboek: wie, wat, wanneer, in welke rol, op welke grond."""

    id: UUID = of("De regel.", mila.EVENT)
    occurred_at: AwareDatetime = of("Wanneer.", AT)
    actor_id: UUID | None = of("Wie; leeg: een login die niet is gekoppeld.", mila.NURSE)
    actor_name: str | None = of("De naam, voor wie die mag zien.", mila.NURSES_NAME)
    actor_role: str | None = of("In welke rol.", "jeugdverpleegkundige")
    organisation_id: UUID | None = of("Vanuit welke organisatie.", mila.YOUTH_HEALTH)
    organisation_name: str | None = of("De naam van die organisatie.", mila.YOUTH_HEALTHS_NAME)
    on_behalf_of: UUID | None = of("Namens wie, als dat een ander is.", None)
    action: str = of(
        "De handeling, zoals `x-action` in dit contract; `case.migrate`: naar een andere versie van de route.",
        "case.read",
    )
    object_type: str = of("Waarop: het soort gegeven.", "dossier")
    object_id: UUID | None = of("Welk gegeven.", None)
    case_id: UUID | None = of("De zaak; leeg: buiten een zaak.", mila.CASE)
    ground: str | None = of("Op welke grond; leeg: op geen, of van een lijst op meer dan een.", "toestemming")
    grounds: list[str] = of("Van een lijst: elke grond waarop iets daarvan te zien was.", ["toestemming"])
    rule_set: str | None = of("Volgens welke regels is bepaald wie beslist; zie `/rule-sets`.", "jeugdwet@1")
    consent_ids: list[UUID] = of("Op welke toestemmingen, toen van kracht, het rust.", [mila.CONSENT])
    data_categories: list[Category] = of("Welke onderwerpen te zien waren.", ["gezondheid", "leren", "proces"])
    outcome: Literal["toegestaan", "geweigerd"] = of("Of het mocht.", "toegestaan")
    kind: Literal["geopend", "getoond", "gewijzigd", "geweigerd"] | None = of(
        "Of iets is geopend, alleen getoond (in een lijst of als zoekresultaat), gewijzigd of geweigerd; leeg: van voor"
        " versie 0.4.0.",
        "geopend",
    )
    reason: str | None = of("Bij een weigering: waarom.", None)


class Recorded(Answer):
    """Wie iets in een spoor van de Meldcode vastlegde, in welke rol, en wanneer."""

    id: UUID = of("Het kenmerk.", mila.NOTE)
    author_id: UUID = of("Wie het vastlegde.", mila.TEACHER)
    author_name: str | None = of("De naam.", mila.TEACHERS_NAME)
    author_role: Role = of("In welke rol.", "leerkracht")
    recorded_at: AwareDatetime = of("Wanneer.", AT)


class MeldcodeSignal(Recorded):
    """Stap 1: een signaal."""

    content: str = of("Wat is gezien of gehoord.", mila.BLUE)
    observed_on: date = of("Op welke dag.", mila.BLUE_ON)


class MeldcodeConsultation(Recorded):
    """Stap 2: overleg."""

    consulted: Literal["collega", "aandachtsfunctionaris", "veilig_thuis", "letselduiding"] = of("Met wie.", "collega")
    held_on: date = of("Op welke dag.", mila.BLUE_ON)
    advice: str = of("Wat het opleverde.", mila.ADVICE)


class MeldcodeConversation(Recorded):
    """Stap 3: het gesprek, of waarom het nu niet kan."""

    with_whom: Literal["ouders", "jeugdige", "gezin", "niemand"] = of("Met wie.", "ouders")
    held_on: date | None = of("Op welke dag.", mila.BLUE_ON)
    content: str | None = of("Wat is besproken.", mila.TALKED)
    reason: str | None = of("Waarom het niet kon.", None)


class MeldcodeWeighing(Recorded):
    """Stap 4: risico, aard en ernst."""

    risk: str = of("Het risico.", mila.RISK)
    nature: str = of("De aard.", mila.NATURE)
    gravity: str = of("De ernst.", mila.GRAVITY)
    doubt: bool = of("Of er twijfel was.", False)  # noqa: FBT003 — an example


class MeldcodeConsideration(Recorded):
    """Een van de vijf afwegingen."""

    number: int = of("Welke.", 1)
    answer: Literal["ja", "nee", "twijfel"] = of("Het antwoord.", "ja")
    motivation: str = of("Waarom.", mila.CONSIDERED)
    term_ends_on: date | None = of("Tot wanneer de hulp de tijd krijgt.", None)
    casemanager_id: UUID | None = of("Wie de afspraken bewaakt.", None)
    agreements: str | None = of("Wat is afgesproken.", None)


class MeldcodeDecision(Recorded):
    """Stap 5: een besluit."""

    outcome: Literal["melden", "hulp_organiseren", "afsluiten"] = of("Het besluit.", "melden")
    acute: bool = of("Of het gevaar acuut was.", False)  # noqa: FBT003 — an example
    motivation: str = of("Waarom.", mila.DECIDED_WHY)
    parents_informed: bool = of("Of de ouders zijn geïnformeerd.", True)  # noqa: FBT003 — an example
    not_informed_reason: str | None = of("Waarom niet.", None)
    reported_on: date | None = of("Bij melden: op welke dag.", mila.BLUE_ON)
    answer_due_on: date | None = of("Bij melden: uiterlijk wanneer Veilig Thuis antwoordt.", mila.ANSWER_DUE)


class MeldcodeAnswer(Recorded):
    """Het antwoord van Veilig Thuis."""

    received_on: date = of("Op welke dag.", mila.ANSWER_DUE)
    content: str = of("Het antwoord.", mila.VEILIG_THUIS_SAID)


class MeldcodeParticipant(Answer):
    """Een deelnemer aan een spoor."""

    worker_id: UUID = of("De medewerker.", mila.TEACHER)
    name: str | None = of("De naam.", mila.TEACHERS_NAME)
    added_at: AwareDatetime = of("Sinds wanneer.", AT)
    ended_at: AwareDatetime | None = of("Tot wanneer; leeg: neemt deel.", None)


class MeldcodeExpectation(Answer):
    """Wat er in een spoor wordt verwacht, en uiterlijk wanneer."""

    kind: Literal["antwoord_veilig_thuis", "uitkomst_hulp"] = of("Waarop.", "antwoord_veilig_thuis")
    due_on: date = of("De laatste dag.", mila.ANSWER_DUE)
    overdue: bool = of("Of die dag voorbij is.", False)  # noqa: FBT003 — an example


class MeldcodeTrackSummary(Answer):
    """Een spoor van de Meldcode, in een lijst."""

    id: UUID = of("Het spoor.", mila.TRACK)
    organisation_id: UUID = of("Van welke organisatie.", mila.SCHOOL)
    young_person: ChildName | None = Field(
        description="Om wie het gaat; leeg: van dit kind wordt hier niets anders meer bewaard."
    )
    opened_at: AwareDatetime = of("Wanneer het is geopend.", AT)
    closed_at: AwareDatetime | None = of("Wanneer het is afgesloten; leeg: het loopt.", None)
    expected: list[MeldcodeExpectation] = Field(
        description="Wat wordt verwacht. Niemand wordt daarover een bericht gestuurd."
    )


class MeldcodeTrack(MeldcodeTrackSummary):
    """Een spoor van de Meldcode, met elke stap."""

    opened_by: UUID = of("Wie het opende.", mila.TEACHER)
    opened_by_role: Role = of("In welke rol.", "leerkracht")
    decider_id: UUID | None = of("Wie beslist; leeg: nog niemand aangewezen.", mila.SUPPORT)
    step: Literal["overleg", "gesprek", "weging", "besluit", "hulp", "veilig_thuis", "afgesloten"] = of(
        "Wat aan de beurt is: een stap van de Meldcode, de uitkomst van hulp, het antwoord van Veilig Thuis.", "overleg"
    )
    question: int | None = of("Welke afweging nu aan de beurt is; leeg: de antwoorden leiden ergens toe.", 2)
    leads_to: Literal["melden", "hulp_organiseren", "afsluiten"] | None = of(
        "Waartoe de afwegingen leiden; leeg: dat is nog open.", None
    )
    participants: list[MeldcodeParticipant] = Field(description="Wie deelneemt of deelnam.")
    signals: list[MeldcodeSignal] = Field(description="Stap 1.")
    consultations: list[MeldcodeConsultation] = Field(description="Stap 2.")
    conversations: list[MeldcodeConversation] = Field(description="Stap 3.")
    weighings: list[MeldcodeWeighing] = Field(description="Stap 4.")
    considerations: list[MeldcodeConsideration] = Field(description="De afwegingen, elk antwoord dat is gegeven.")
    decisions: list[MeldcodeDecision] = Field(description="Stap 5.")
    answers: list[MeldcodeAnswer] = Field(description="Antwoorden van Veilig Thuis.")


class MeldcodeDestruction(Answer):
    """Hoe lang een spoor wordt bewaard, en of wie het kent instemt dat het weggaat."""

    track_id: UUID = of("Het spoor.", mila.TRACK)
    retention_class: str = of("De bewaarklasse.", "meldcode_onderwijs")
    term: str = of("Hoe lang.", "2 jaar")
    source: str = of("Waar dat staat.", "Beleid: als het leerlingdossier")
    disputed: str | None = of("De andere lezing, waar bronnen verschillen.", None)
    keep_until: date | None = of("Vanaf deze dag kan het weg; leeg: het loopt nog, of dat is niet te bepalen.", None)
    status: Literal["loopt", "blijft", "kan_weg", "voorgesteld", "goedgekeurd"] = of(
        "loopt: het spoor is nog open. blijft: de termijn is niet voorbij. goedgekeurd: de volgende ronde vernietigt"
        " het.",
        "kan_weg",
    )
    proposed_by: UUID | None = of("Wie voorstelde het te vernietigen.", None)
    proposed_at: AwareDatetime | None = of("Wanneer.", None)
    approved_by: UUID | None = of("Wie instemde: een ander.", None)
    approved_at: AwareDatetime | None = of("Wanneer.", None)


class MeldcodeCertificate(Answer):
    """Het bewijs dat een spoor is vernietigd, voor wie het kende."""

    id: UUID = of("Het certificaat.", mila.CERTIFICATE)
    track_id: UUID = of("Het spoor dat er was.", mila.TRACK)
    document: str = of("Het certificaat zelf, als JSON-tekst: hierover gaat `digest`.", '{"klasse":"meldcode_hulp"}')
    digest: str = of("SHA-256 van `document`, in hexadecimalen.", "0" * 64)
    signature: str | None = of("Handtekening over `digest`, als er een sleutel is ingesteld.", None)
    created_at: AwareDatetime = of("Wanneer het werd vernietigd.", AT)


class MeldcodeEvent(Answer):
    """Eén regel van het logboek van een spoor: wie, wat, wanneer. In geen ander logboek staat er iets van."""

    id: UUID = of("De regel.", mila.TRACK_EVENT)
    occurred_at: AwareDatetime = of("Wanneer.", AT)
    actor_id: UUID | None = of("Wie; leeg: een login die niet is gekoppeld.", mila.TEACHER)
    actor_name: str | None = of("De naam, van wie van uw eigen organisatie is.", mila.TEACHERS_NAME)
    actor_role: str | None = of("In welke rol.", "leerkracht")
    organisation_id: UUID | None = of("Vanuit welke organisatie.", mila.SCHOOL)
    action: str = of("De handeling, zoals `x-action` in dit contract.", "meldcode.read")
    outcome: Literal["toegestaan", "geweigerd"] = of("Of het mocht.", "toegestaan")
    reason: str | None = of("Bij een weigering: waarom.", None)


_HASH, _BEFORE = "4f6c" * 16, "00" * 32


class AuditSeal(Answer):
    """Een zegel op een aantal regels van het logboek van een organisatie."""

    number: int = of("Het hoeveelste van deze organisatie.", 1)
    size: int = of("Hoeveel regels eronder liggen.", 12)
    sealed_at: AwareDatetime = of("Wanneer.", AT)
    hash: str = of("SHA-256 over de regels, hun volgorde en het vorige zegel.", _HASH)
    previous: str = of("De hash van het vorige zegel; bij het eerste nullen.", _BEFORE)
    head_outside: bool = of("Of een kop tot en met dit zegel ook buiten de database is geschreven.", True)  # noqa: FBT003 - an example


class AuditVerdict(AuditSeal):
    """Een zegel, nagekeken."""

    sound: bool = of("Of alles klopt.", True)  # noqa: FBT003 - an example
    fits: bool = of("Of het zegel bij zijn regels hoort: geen eruit, erbij of verwisseld.", True)  # noqa: FBT003 - an example
    follows: bool = of("Of het op het vorige zegel aansluit.", True)  # noqa: FBT003 - an example
    changed: list[UUID] = of("Welke regels zijn gewijzigd nadat zij werden verzegeld.", [])
    gone: list[UUID] = of("Welke regels er niet meer zijn; `verify-audit` zegt of dat volgens de regels ging.", [])


class RouteSummary(Answer):
    """Een versie van een route."""

    key: str = of("De route.", mila.ROUTE)
    version: int = of("De versie.", 1)
    title: str = of("De naam.", "Midden-Groningen")
    status: Literal["draft", "in_force", "withdrawn"] = of(
        "Waar deze versie staat: concept, van kracht of ingetrokken.", "in_force"
    )


class Titled(Answer):
    """Een woord van de route."""

    key: str = of("De vaste code.", "afgerond")
    title: str = of("Hoe het heet.", "Afgerond")


class RouteStep(Titled):
    """Een stap van een route: waar een zaak kan staan."""

    key: str = of("De stap.", "signaal")
    title: str = of("Hoe zij heet.", "Signaal")
    purpose: str = of("Waar zij voor is.", "Er is een zorg of vraag over een kind.")
    end: bool = of("Of de zaak hier eindigt.", False)  # noqa: FBT003 — an example


class RouteTransition(Titled):
    """Een overgang van een route: van stap naar stap."""

    key: str = of("De overgang.", "onderzoek_starten")
    title: str = of("Hoe zij heet.", "Onderzoek starten")
    from_steps: list[str] = of("Vanuit welke stappen.", ["signaal"])
    to_step: str | None = of("Naar welke stap; leeg: de zaak blijft waar zij staat.", "onderzoek")
    roles: list[Role] = of("Wie haar zetten.", ["leerkracht", "intern_begeleider"])
    functions: list[Function] = of("Welke functie in de zaak daarbij nodig is; leeg: geen.", [])
    conditions: list[str] = of("De voorwaarden, bij hun code.", ["conversation_held"])
    requires_explanation: bool = of("Of een toelichting verplicht is.", False)  # noqa: FBT003
    source: str = of("Waar dit in de bron staat.", "001:52")


class RouteAssessment(Titled):
    """Een soort bevinding van een route."""

    key: str = of("De soort.", "onderzoek_gedrag")
    title: str = of("Hoe zij heet.", "Onderzoek naar gedrag (observatie in de klas)")
    category: Category = of("Het onderwerp: wie zo'n bevinding mag zien.", "leren")
    roles: list[Role] = of("Wie haar vastleggen.", ["leerkracht", "intern_begeleider"])
    outcomes: list[Titled] = Field(description="De uitkomsten die kunnen.")
    needs_reason: list[str] = of("Bij welke uitkomsten een reden verplicht is.", [])


class RouteKind(Titled):
    """Een soort gesprek, overleg of plan van een route."""

    key: str = of("De soort.", "oudergesprek")
    title: str = of("Hoe het heet.", "Gesprek met de ouders")
    roles: list[Role] = of("Wie het vastleggen.", ["leerkracht", "intern_begeleider"])


class RoutePathStep(Answer):
    """Iets wat op het pad naar een fout gebeurt."""

    who: str | None = of(
        "De rol die het doet; leeg: de tijd, of het gezin dat terugkomt op een ja.", "intern_begeleider"
    )
    does: str = of("Wat er gebeurt.", "Onderzoek starten")
    step: str = of("Waar de zaak dan staat.", "onderzoek")


class RouteFault(Answer):
    """Een fout in een route, met het pad dat haar toont."""

    code: str = of("De soort fout.", "delen_zonder_toestemming")
    subject: str = of("Waar in de route.", "transition:aanmelden")
    says: str = of("Wat er mis is.", "Het sociaal team komt erbij zonder dat er toestemming is.")
    remedy: str = of("Hoe het goed komt.", "Vraag de voorwaarde consent_in_force.")
    path: list[RoutePathStep] = Field(description="Wat er gebeurt, zonder overbodige stap.")
    picture: str = of("Het pad als tekening (Mermaid); leeg zonder pad.", "flowchart TD")


class RouteProof(Answer):
    """Het verslag van het bewijs van een route: over elke stap en elke samenloop van feiten."""

    sound: bool = of("Of er niets mis is.", True)  # noqa: FBT003 — an example
    questions: int = of("Hoeveel vragen zijn gesteld.", 512)
    faults: list[RouteFault] = of("De fouten.", [])


class Route(RouteSummary):
    """Een route als gegevens: haar stappen, overgangen en woorden."""

    steps: list[RouteStep] = Field(description="De stappen.")
    transitions: list[RouteTransition] = Field(description="De overgangen.")
    assessments: list[RouteAssessment] = Field(description="De soorten bevindingen.")
    notes: list[RouteKind] = Field(description="De soorten gesprekken.")
    meetings: list[RouteKind] = of(
        "De soorten overleg.",
        [shown(RouteKind, key="mdo", title="multidisciplinair overleg (MDO)", roles=["intern_begeleider"])],
    )
    plans: list[RouteKind] = of(
        "De soorten plannen.", [shown(RouteKind, key="plan_van_aanpak", title="plan van aanpak")]
    )
    proof: RouteProof | None = of(
        "Het verslag van het bewijs; leeg: deze versie is na een wijziging nog niet bewezen.", shown(RouteProof)
    )


Items = Annotated[
    str | None, Field(description="De cursor van de volgende bladzijde; leeg op de laatste.", examples=[None])
]


class Page(Answer):
    """Een bladzijde van een lijst."""

    next: Items


def page_of(kind: type[Answer]) -> type[Page]:
    """The envelope of a list of this kind."""
    return type(
        f"{kind.__name__}Page",
        (Page,),
        {
            # made for each kind
            "__annotations__": {"items": Annotated[list[kind], Field(description="De regels.")]},  # type: ignore[valid-type]
            "__module__": __name__,
            "__doc__": f"Een bladzijde. Per regel: {kind.__doc__}",
        },
    )
