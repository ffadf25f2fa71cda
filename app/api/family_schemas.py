"""What the service answers to parents and youth: the case in plain words, who looked, and what they asked for."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.schemas import AT, Answer, ChildName, of
from app.domain.actors import Category
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

    kind: Literal["toestemming", "overleg", "nodig", "stap"] = of("Het soort vraag.", "toestemming")
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


class AccessLine(Answer):
    """Wie iets zag of veranderde, en waarom."""

    id: UUID = of("De regel.", mila.EVENT)
    case_id: UUID = of("In welke zaak.", mila.CASE)
    occurred_at: AwareDatetime = of("Wanneer.", AT)
    who: str = of(
        "Wie: naam, rol en organisatie.", f"{mila.NURSES_NAME}, jeugdverpleegkundige bij {mila.YOUTH_HEALTHS_NAME}"
    )
    what: str = of("Wat hij of zij deed.", "las het hele dossier")
    why: str | None = of("Waarom dat mocht; leeg: het mocht niet.", "omdat daarvoor toestemming is gegeven")
    subjects: list[str] = of("Waarover het ging.", ["gezondheid", "leren en school"])
    allowed: bool = of("Of het mocht.", True)  # noqa: FBT003 — an example
    data_categories: list[Category] = of("Dezelfde onderwerpen, als codes.", ["gezondheid", "leren"])
