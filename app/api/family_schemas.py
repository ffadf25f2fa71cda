"""What the service answers to parents and youth: the case in plain words, who looked, and what they asked for."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.schemas import (
    AT,
    AccessEvent,
    Answer,
    ChildName,
    Deadline,
    Dossier,
    EmergencyAccess,
    Extension,
    Pause,
    YoungPerson,
    of,
    shown,
)
from app.domain.actors import Category, Role
from app.domain.numbers import NumberKind, NumberSource
from app.services import mila


class PlainStep(Answer):
    """Waar de zaak nu staat."""

    title: str = of("Hoe deze stap heet.", "Onderzoek door de school")
    meaning: str = of(
        "Wat er in deze stap gebeurt.",
        "De school zoekt met de ouders uit wat het kind nodig heeft en of basisondersteuning genoeg is.",
    )
    since: date = of("Sinds wanneer.", "2026-09-14")


class PlainTerm(Answer):
    """Wat voor een dag klaar moet zijn."""

    title: str = of("Wat er klaar moet zijn.", "Binnen zes weken is het onderzoek klaar")
    due_on: date = of("De laatste dag.", "2026-10-26")
    overdue: bool = of("Of die dag voorbij is.", False)  # noqa: FBT003 — an example


class PlainHelper(Answer):
    """Iemand die meedoet, en waarom."""

    who: str = of("Naam, rol en organisatie.", f"{mila.NURSES_NAME}, jeugdverpleegkundige, {mila.YOUTH_HEALTHS_NAME}")
    doing: list[str] = of("Wat hij of zij regelt.", [])
    why: str = of("Waarom hij of zij meedoet.", "omdat daarvoor toestemming is gegeven")
    since: date = of("Sinds wanneer.", "2026-09-21")


class PlainNext(Answer):
    """Wat hierna kan gebeuren."""

    title: str = of("De stap.", "Jeugdgezondheidszorg vragen mee te kijken")
    by: list[str] = of("Wie die stap kan zetten.", ["intern begeleider van de school"])
    waits_for: list[str] = of("Waarop die stap nog wacht.", ["Er is nog geen toestemming."])
    you: bool = of("Of u die stap nu zelf kunt zetten.", False)  # noqa: FBT003 — an example


class PlainAsked(Answer):
    """Iets wat van u wordt gevraagd."""

    kind: Literal["toestemming", "toestemming_eindigt", "overleg", "nodig", "stap"] = of(
        "Het soort vraag.", "toestemming"
    )
    text: str = of("De vraag.", f"Vindt u dit goed? {mila.PURPOSE}. Met: {mila.YOUTH_HEALTHS_NAME}.")
    href: str = of("Waar u het vindt, vanaf de wortel van de dienst.", f"/v1/consents/{mila.CONSENT}")
    due: str | None = of("Tot wanneer, of wanneer het overleg is; leeg: geen vaste dag.", "2027-07-31")


class PlainRight(Answer):
    """Iets wat u mag doen met wat er over u of uw kind staat."""

    text: str = of("Wat u mag.", "U mag een eigen verklaring in het dossier zetten.")
    href: str = of("Waar, vanaf de wortel van de dienst.", f"/v1/cases/{mila.CASE}/statements")


class MyCase(Answer):
    """Uw zaak in gewone woorden."""

    id: UUID = of("De zaak.", mila.CASE)
    young_person: ChildName = Field(description="Om wie het gaat.")
    title: str = of("Hoe de route heet die u samen loopt.", "Ondersteuningsroute Midden-Groningen")
    opened_at: AwareDatetime = of("Wanneer de zaak begon.", AT)
    closed_at: AwareDatetime | None = of("Wanneer zij klaar was; leeg: zij loopt.", None)
    step: PlainStep | None = Field(description="Waar de zaak nu staat; leeg: dat mag u niet zien.")
    terms: list[PlainTerm] = Field(description="Wat voor een dag klaar moet zijn.")
    helpers: list[PlainHelper] = Field(description="Wie er nu meedoen, en waarom.")
    coming: list[PlainNext] = Field(description="Wat hierna kan gebeuren.")
    asked: list[PlainAsked] = Field(description="Wat van u wordt gevraagd.")
    rights: list[PlainRight] = Field(description="Wat u mag.")
    withheld: list[str] = of("Waarover u in deze zaak niets ziet.", [])
    withheld_because: str | None = of("Waarom niet, en wie daarover gaat; leeg: u ziet alles.", None)


class AccessLine(Answer):
    """Wie iets zag of veranderde, en waarom."""

    id: UUID = of("De regel.", mila.EVENT)
    case_id: UUID = of("In welke zaak.", mila.CASE)
    young_person: ChildName | None = Field(description="Om wie die zaak gaat.")
    occurred_at: AwareDatetime = of("Wanneer.", AT)
    who: str = of(
        "Wie: naam, rol en organisatie.", f"{mila.NURSES_NAME}, jeugdverpleegkundige bij {mila.YOUTH_HEALTHS_NAME}"
    )
    what: str = of("Wat hij of zij deed.", "las het hele dossier")
    why: str | None = of("Waarom dat mocht; leeg: het mocht niet.", "omdat daarvoor toestemming is gegeven")
    subjects: list[str] = of("Waarover het ging.", ["gezondheid", "leren en school"])
    allowed: bool = of("Of het mocht.", True)  # noqa: FBT003 — an example
    data_categories: list[Category] = of("Dezelfde onderwerpen, als codes.", ["gezondheid", "leren"])
    ground: str | None = of("Waarom dat mocht, als code.", "toestemming")
    rule_set: str | None = of("Volgens welke regels is bepaald wie beslist; zie `/rule-sets`.", "jeugdwet@1")
    consent_ids: list[UUID] = of("Welke toestemmingen het openden; zie `/me/consents`.", [mila.CONSENT])


class MyWay(Answer):
    """Iets wat u nu kunt doen: wat het is, en welk verzoek dat doet."""

    text: str = of("Wat het is.", "Ja, ik vind het goed.")
    method: Literal["POST"] = of("HTTP-methode.", "POST")
    href: str = of("De link, vanaf de wortel van de dienst.", f"/v1/consents/{mila.CONSENT}/answers")
    fields: dict[str, Any] = of(
        "Wat in de body staat.", {"giverId": mila.MOTHER, "decision": "gegeven", "form": "digitaal"}
    )
    choices: dict[str, dict[str, str]] = of(
        "Velden van de body die u zelf kiest: bij elke waarde staat wat zij betekent. Kies er een of meer.", {}
    )


class DataRequest(Answer):
    """Een verzoek van het gezin aan een organisatie, over wat zij bewaart; en haar antwoord."""

    id: UUID = of("Het verzoek.", mila.DATA_REQUEST)
    case_id: UUID = of("De zaak.", mila.CASE)
    kind: Literal["correctie", "bezwaar", "vernietiging"] = of("Wat wordt gevraagd.", "correctie")
    young_person: ChildName = Field(description="Om wie het gaat.")
    organisation_id: UUID = of("Wie moet antwoorden.", mila.SCHOOL)
    organisation_name: str = of("Haar naam.", mila.SCHOOLS_NAME)
    requested_by: UUID = of("Wie het vroeg.", mila.MOTHER)
    requested_role: Role = of("In welke rol.", "ouder")
    content: str = of("Wat wordt gevraagd en waarom.", mila.ASKED_RIGHT)
    about_type: str | None = of("Waar het over gaat; leeg: over alles wat de organisatie bewaart.", "note")
    about_id: UUID | None = of("Het kenmerk daarvan.", mila.NOTE)
    status: Literal["wacht_op", "niet_samen", "ingetrokken", "open", "ingewilligd", "deels", "geweigerd"] = of(
        "wacht_op: nog niet ieder die het samen moet vragen, deed dat. niet_samen: een van hen wil het niet. open: de"
        " organisatie moet antwoorden.",
        "open",
    )
    waits_for: list[UUID] = of("Wie het nog mee moet vragen.", [])
    due_on: date | None = of("Uiterlijk dan komt er antwoord; leeg: nog niet ieder vroeg het.", "2026-10-14")
    overdue: bool = of("Of die dag voorbij is zonder antwoord.", False)  # noqa: FBT003 — an example
    decision: Literal["ingewilligd", "deels", "geweigerd"] | None = of("Het antwoord; leeg: nog niet.", None)
    refusal_ground: str | None = of("Bij weigeren: de grond in de wet.", None)
    granted_categories: list[Category] = of("Deels ingewilligd: over welke onderwerpen alles weggaat.", [])
    granted_ids: list[UUID] = of("Deels ingewilligd: welke gegevens weggaan.", [])
    reason: str | None = of("Waarom.", None)
    decided_at: AwareDatetime | None = of("Wanneer is beslist.", None)
    decided_role: Role | None = of("In welke rol.", None)
    created_at: AwareDatetime = of("Wanneer het is gevraagd.", AT)
    asked_of: list[UUID] = of("Wie dit samen moeten vragen, naast wie ermee begon.", [])
    status_text: str = of(
        "Hoe het ermee staat, in gewone woorden.",
        f"{mila.SCHOOLS_NAME} moet antwoorden, uiterlijk op 14-10-2026.",
    )
    operations: list[MyWay] = of("Wat u nu kunt doen.", [])


class MyChildCase(Answer):
    """Een zaak van uw kind, of van uzelf."""

    id: UUID = of("De zaak.", mila.CASE)
    title: str = of("Hoe de route heet.", "Ondersteuningsroute Midden-Groningen")
    opened_at: AwareDatetime = of("Wanneer de zaak begon.", AT)
    closed_at: AwareDatetime | None = of("Wanneer zij klaar was; leeg: zij loopt.", None)
    href: str = of("De zaak in gewone woorden, vanaf de wortel van de dienst.", f"/v1/me/cases/{mila.CASE}")


class MyChild(Answer):
    """Een kind over wie u gezag hebt, of uzelf."""

    young_person: YoungPerson = Field(description="Wie.")
    you: bool = of("Of u dit zelf bent.", False)  # noqa: FBT003 — an example
    cases: list[MyChildCase] = Field(description="De zaken.")
    export: str | None = of(
        "Alles wat u mag zien, als gegevens; leeg: dat is niet aan u.", f"/v1/me/children/{mila.MILA}/export"
    )
    document: str | None = of(
        "Hetzelfde als document (PDF); leeg: dat is niet aan u.", f"/v1/me/children/{mila.MILA}/document"
    )


class ChecklistAnswer(Answer):
    """Een antwoord op een vraag bij een overleg."""

    meeting_id: UUID = of("Het overleg.", mila.MEETING)
    item: str = of("De vraag.", "alles_verteld")
    answer: str = of("Het antwoord.", "ja")
    remark: str | None = of("De opmerking; leeg: geen, of dat mag u niet zien.", None)
    answered_at: AwareDatetime = of("Wanneer.", AT)


class ExportedCase(Answer):
    """Alles van één zaak wat u mag zien."""

    dossier: Dossier = Field(description="Het dossier.")
    pauses: list[Pause] = of("Termijnen die stilstonden.", [])
    extensions: list[Extension] = of("Termijnen die langer werden.", [])
    checklist_answers: list[ChecklistAnswer] = of("Antwoorden op de vragen van overleggen.", [])
    deadlines: list[Deadline] = of("De termijnen, en wanneer zij aflopen.", [])
    log: list[AccessEvent] = Field(description="Wie de zaak zag of wijzigde; leeg voor wie het logboek niet mag zien.")


class ExportedNumber(Answer):
    """Een BSN of PGN dat van u of uw kind wordt bewaard. Dat het is getoond is vastgelegd."""

    id: UUID = of("Het kenmerk.", mila.NUMBERED)
    kind: NumberKind = of("Soort nummer.", "bsn")
    source: NumberSource = of("Waar het vandaan komt.", "brp")
    recorded_at: AwareDatetime = of("Wanneer het is vastgelegd.", AT)
    number: str | None = of("Het nummer; leeg: het is nu niet te openen.", mila.NUMBER)


class ExportedSight(Answer):
    """Wat u een ouder laat zien."""

    guardian_id: UUID = of("De ouder of voogd met gezag.", mila.MOTHER)
    display_name: str = of("Hoe deze heet.", "Ouder Verzonnen")
    data_categories: list[Category] = of("Wat u deze ouder laat zien.", ["leven"])
    decided_at: AwareDatetime | None = of("Wanneer u dat besloot; leeg: u besloot nog niets.", AT)


class Export(Answer):
    """Alles over een kind wat u mag zien, om mee te nemen."""

    about: list[str] = of(
        "Waarvoor het is, hoe lang het blijft en wat u mag.",
        ["Dit is alles over het kind wat u in deze dienst mag zien, op het moment dat u het opvroeg."],
    )
    young_person: YoungPerson = Field(description="Om wie het gaat.")
    identity_numbers: list[ExportedNumber] = of("Het BSN of PGN dat wordt bewaard.", [])
    sight: list[ExportedSight] = of("Als u 16 of 17 bent: wat u elke ouder laat zien.", [])
    emergency_accesses: list[EmergencyAccess] = of("Wie in nood kon meelezen, zodra dat mocht worden verteld.", [])
    cases: list[ExportedCase] = Field(description="De zaken.")
    data_requests: list[DataRequest] = Field(description="De verzoeken die u deed of mee doet.")


class MyConsent(Answer):
    """Een vraag om toestemming, en wat u ermee kunt."""

    id: UUID = of("De toestemmingsvraag.", mila.CONSENT)
    case_id: UUID = of("De zaak.", mila.CASE)
    young_person: ChildName = Field(description="Om wie het gaat.")
    purpose: str = of("Waarvoor.", mila.PURPOSE)
    told: str | None = of("Wat u erbij is verteld.", mila.TOLD)
    recipients: list[str] = of("Wie het te zien krijgt.", [mila.YOUTH_HEALTHS_NAME])
    subjects: list[str] = of("Waarover.", ["gezondheid", "leren en school"])
    valid_from: date = of("Vanaf.", "2026-09-14")
    valid_until: date = of("Tot en met.", "2027-07-31")
    in_force: bool = of("Of zij nu geldt.", False)  # noqa: FBT003 — an example
    status: str = of("Hoe het ermee staat, als code.", "wacht_op")
    status_text: str = of(
        "Hoe het ermee staat, en op wie wordt gewacht.",
        "Niet iedereen heeft al geantwoord. Tot dan geldt het niet. Er wordt gewacht op: u.",
    )
    my_answer: str | None = of("Wat u het laatst antwoordde; leeg: nog niets.", None)
    waits_for_me: bool = of("Of uw antwoord nog nodig is.", True)  # noqa: FBT003 — an example
    operations: list[MyWay] = of("Wat u nu kunt doen: ja of nee zeggen, uw ja intrekken of beperken.", [shown(MyWay)])


class MyQuestion(Answer):
    """Een vraag die op tafel komt."""

    item: str = of("De vraag, als code.", "alles_verteld")
    question: str = of("De vraag.", "Hebt u alles kunnen vertellen wat u belangrijk vindt?")
    answered: bool = of("Of zij al is beantwoord.", False)  # noqa: FBT003 — an example


class MyMeeting(Answer):
    """Een overleg dat nog komt, met de vragen om over na te denken."""

    id: UUID = of("Het overleg.", mila.MEETING)
    case_id: UUID = of("De zaak.", mila.CASE)
    young_person: ChildName = Field(description="Om wie het gaat.")
    title: str = of("Wat voor overleg.", "Overleg met ouders en betrokkenen")
    planned_at: AwareDatetime = of("Wanneer.", "2026-10-06T12:00:00Z")
    place: str | None = of("Waar.", mila.MEETS_WHERE)
    invited: bool = of("Of u bent uitgenodigd.", True)  # noqa: FBT003 — an example
    questions: list[MyQuestion] = Field(description="De vragen, in de volgorde van het overleg; leeg: er zijn er geen.")
    href: str = of("Waar u ze beantwoordt.", f"/v1/meetings/{mila.MEETING}/checklist")
