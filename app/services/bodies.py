"""What a use case is given: the request bodies of the contract, strict and bounded.

No unknown fields, no lax types: dates and moments are ISO text (a moment with its offset), numbers are numbers, texts
are bounded and hold no NUL. Names are camelCase outside and snake_case inside.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from app.domain.actors import Category, Role
from app.domain.numbers import NumberSource, NumberTask
from app.services import mila

_Date = TypeVar("_Date", bound=date)


class Body(BaseModel):
    """The manners of every request body."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=False)


def _filled(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
# Whoever is meant here lives in these years; nearer to year 1 or 9999 an offset would leave the calendar.
_YEARS = range(1900, 2200)


def _iso_date(value: object) -> object:
    """Only YYYY-MM-DD: pydantic alone would also take moments, and numbers as seconds since 1970."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("iso_date", "must be a date, YYYY-MM-DD")
    return value


def _iso_moment(value: object) -> object:
    """Only RFC 3339 text: pydantic alone would also take numbers, bare dates and hours without seconds."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise PydanticCustomError("iso_moment", "must be a moment with its offset (RFC 3339)")
    return value


def _near(value: _Date) -> _Date:
    if value.year not in _YEARS:
        raise PydanticCustomError("far_away", "must lie in the years of people alive")
    return value


_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _plain_uuid(value: object) -> object:
    """Only the 36 characters of RFC 9562: pydantic alone would also take braces, `urn:uuid:` and no hyphens at all."""
    if not isinstance(value, UUID) and not (isinstance(value, str) and _UUID.fullmatch(value)):
        raise PydanticCustomError("uuid_parsing", "must be a UUID in its usual form")
    return value


NO_NUL, CODE, ROUTE_KEY, MUNICIPALITY = r"^[^\x00]*$", r"^[a-z][a-z0-9_]{0,63}$", r"^[a-z0-9-]{1,64}$", r"^GM\d{4}$"
ORGANISATION, CURSOR = r"^[^\x00]{1,100}$", r"^[A-Za-z0-9_-]{21}[AQgw]$"
IDEMPOTENCY_KEY, INVITATION_CODE = r"^[\x21-\x7e]{1,200}$", r"^[A-Za-z0-9_-]{20,64}$"
NUMBER = r"^[0-9]{8,9}$"
FORMS = {
    NO_NUL: ("tekst zonder NUL-teken", "text without a NUL"),
    CODE: (
        "een code zoals de route of next-steps haar noemt, bijvoorbeeld `onderzoek_starten`",
        "a code as the route or next-steps names it, for example `onderzoek_starten`",
    ),
    ROUTE_KEY: (
        f"de `key` van een route, zoals `{mila.ROUTE}`: kleine letters, cijfers en streepjes",
        f"the `key` of a route, like `{mila.ROUTE}`: small letters, digits and hyphens",
    ),
    MUNICIPALITY: (
        f"GM en vier cijfers, zoals {mila.MUNICIPALITY}",
        f"GM and four digits, like {mila.MUNICIPALITY}",
    ),
    ORGANISATION: (
        "de code van een organisatie, 1 tot 100 tekens, zoals brin:99ZA00",
        "the code of an organisation, 1 to 100 characters, like brin:99ZA00",
    ),
    CURSOR: ("de cursor `next` van de vorige bladzijde", "the cursor `next` of the page before"),
    IDEMPOTENCY_KEY: (
        "1 tot 200 ASCII-tekens zonder spaties, bijvoorbeeld een UUID",
        "1 to 200 ASCII characters without blanks, for example a UUID",
    ),
    NUMBER: ("8 of 9 cijfers, zonder punten of spaties", "8 or 9 digits, without dots or blanks"),
    INVITATION_CODE: (
        "de code zoals zij is gegeven: 20 tot 64 letters, cijfers, - en _",
        "the code as it was given: 20 to 64 letters, digits, - and _",
    ),
}
"""In words, Dutch and English, what each pattern of the contract asks: how to mend it."""


def _text(longest: int) -> Any:
    return (StringConstraints(min_length=1, max_length=longest, pattern=NO_NUL), AfterValidator(_filled))


Text = Annotated[str, *_text(10_000)]
Line = Annotated[str, *_text(200)]
Code = Annotated[str, StringConstraints(pattern=CODE)]
Id = Annotated[UUID, BeforeValidator(_plain_uuid)]
Day = Annotated[date, BeforeValidator(_iso_date), AfterValidator(_near)]
Moment = Annotated[AwareDatetime, BeforeValidator(_iso_moment), AfterValidator(_near)]
Strict = Annotated[bool, Field(strict=True)]
Gezag = Literal["ja", "nee", "onbekend"]
Evidence = Literal["gezagsregister", "brp", "verklaring", "geen"]
GivenBy = Literal["jeugdige", "ouder", "professional"]
Language = Literal["nl", "en"]


PRIVATE_OF = (
    "Van wie dit alleen is: een ouder, of de jeugdige vanaf 12 (of de leeftijd die de beheerder koos)."
    " Anderen van het gezin zien het dan niet; professionals"
    " zien het zoals altijd. Leeg: van niemand in het bijzonder."
)


class SignalBody(Body):
    """Een signaal: een teken dat een kind misschien meer nodig heeft."""

    given_by: GivenBy = Field(description="Van wie het signaal komt.", examples=["professional"])
    kind: Literal["leervraag", "leefvraag", "beide", "onbekend"] = Field(
        description="Waar de zorg over gaat.", examples=["beide"]
    )
    content: Text = Field(description="Het signaal in gewone woorden.", examples=[mila.SIGNAL_TEXT])
    channel: Literal["gesprek", "telefoon", "e_mail", "inloopspreekuur", "brief", "digitaal"] | None = Field(
        default=None, description="Hoe het signaal binnenkwam.", examples=["gesprek"]
    )
    received_by_role: Role | None = Field(
        default=None,
        description="Bij wie een zorg van ouder of jeugdige terechtkomt; leeg: bij wie dit vastlegt.",
        examples=[None],
    )
    safety_reason: Text | None = Field(
        default=None,
        description="Waarom eerst met de ouders praten het kind in gevaar zou brengen; anders leeg.",
        examples=[None],
    )
    private_of: Id | None = Field(default=None, description=PRIVATE_OF, examples=[None])


class CaseBody(Body):
    """Een zaak openen: voor welke jeugdige, langs welke route, op welk eerste signaal."""

    young_person_id: Id = Field(description="De jeugdige.", examples=[mila.MILA])
    route: Annotated[str, StringConstraints(pattern=ROUTE_KEY)] = Field(
        description="De ondersteuningsroute, zie /v1/routes.", examples=[mila.ROUTE]
    )
    signal: SignalBody = Field(description="Het eerste signaal.")


class CasePatch(Body):
    """De jeugdige van de zaak inschrijven op een school, zodat school en deelverband bekend zijn."""

    school_id: Id = Field(description="De school waar de jeugdige is ingeschreven.", examples=[mila.SCHOOL])


class TransitionBody(Body):
    """Een stap van de route zetten."""

    transition: Code = Field(description="De stap, zoals next-steps hem noemt.", examples=["onderzoek_starten"])
    explanation: Text | None = Field(
        default=None,
        description="Toelichting; bij sommige stappen verplicht.",
        examples=["De ouders zijn het ermee eens."],
    )


class NoteBody(Body):
    """Een gesprek: wanneer, met wie, wat is besproken en wat is afgesproken."""

    kind: Code = Field(description="Soort gesprek, zoals de route het noemt.", examples=["oudergesprek"])
    held_at: Moment = Field(description="Wanneer het gesprek was.", examples=[mila.TALKED_AT])
    with_whom: Annotated[list[Role], Field(min_length=1, max_length=20)] = Field(
        description="Met wie: rollen, geen namen.", examples=[["ouder"]]
    )
    content: Text = Field(description="Wat er is besproken.", examples=[mila.TALKED_ABOUT])
    agreements: Text = Field(description="Welke afspraken zijn gemaakt.", examples=[mila.AGREED])
    private_of: Id | None = Field(default=None, description=PRIVATE_OF, examples=[None])


class AssessmentBody(Body):
    """Een bevinding met haar uitkomst, van een soort die de route kent."""

    kind: Code = Field(description="Soort bevinding, zoals de route het noemt.", examples=["onderzoek_gedrag"])
    outcome: Code = Field(
        description="De uitkomst, een van de uitkomsten die de route bij deze soort kent.", examples=["afgerond"]
    )
    reason: Text | None = Field(
        default=None, description="De reden; bij sommige uitkomsten verplicht.", examples=[None]
    )
    content: Text | None = Field(default=None, description="Het verslag.", examples=[mila.RESEARCH])


AnswerForm = Literal["mondeling", "schriftelijk", "digitaal"]


class AnswerBody(Body):
    """Wat één persoon antwoordde op een toestemmingsvraag."""

    giver_id: Id = Field(
        description="Wie antwoordt: een ouder of voogd met gezag, of de jeugdige zelf. Bij voogdij van een instelling:"
        " de instelling.",
        examples=[mila.MOTHER],
    )
    decision: Literal["gegeven", "geweigerd"] = Field(description="Het antwoord.", examples=["gegeven"])
    form: AnswerForm = Field(
        description="Hoe het antwoord is gegeven. Wie met de eigen login antwoordt, doet dat altijd `digitaal`.",
        examples=["digitaal"],
    )
    basis: Literal["zelf", "via_andere_ouder"] = Field(
        default="zelf",
        description="Wie het antwoord doorgaf. Namens de andere ouder telt het alleen als de ene ouder zelf ja zei en"
        " zij niet in conflict zijn.",
        examples=["zelf"],
    )
    witness_id: Id | None = Field(
        default=None,
        description="Welke medewerker een mondeling antwoord ook hoorde; een ander dan wie het vastlegt.",
        examples=[None],
    )
    witness_name: Line | None = Field(
        default=None,
        description="Wie een mondeling antwoord ook hoorde, als dat geen medewerker was: een tolk bijvoorbeeld. Een"
        " mondeling antwoord heeft een van deze twee getuigen.",
        examples=[None],
    )
    language: Language = Field(default="nl", description="In welke taal de tekst is getoond.", examples=["nl"])


class ConsentBody(Body):
    """Toestemming vragen: waarvoor, voor wie, waarover, tot wanneer, en wat het gezin is verteld."""

    purpose: Line = Field(description="Waarvoor de gegevens worden gedeeld.", examples=[mila.PURPOSE])
    recipients: Annotated[list[Id], Field(min_length=1, max_length=20)] = Field(
        description="De organisaties die de gegevens krijgen.", examples=[[mila.YOUTH_HEALTH]]
    )
    data_categories: Annotated[list[Category], Field(min_length=1, max_length=6)] = Field(
        description="Over welke onderwerpen.", examples=[["leren", "gezondheid"]]
    )
    told: Text = Field(description="Wat het gezin vooraf is verteld.", examples=[mila.TOLD])
    valid_until: Day | None = Field(
        default=None,
        description="Tot en met welke dag; leeg: het einde van het schooljaar, 31 juli (of wat de beheerder koos).",
        examples=["2027-07-31"],
    )
    answers: Annotated[list[AnswerBody], Field(max_length=10)] = Field(
        default_factory=list, description="De antwoorden die er al zijn."
    )
    data_from: Day | None = Field(
        default=None,
        description="Van welke dag de gegevens zijn: vanaf; leeg: onbeperkt. Wat van een andere dag is gaat niet open.",
        examples=[None],
    )
    data_until: Day | None = Field(
        default=None, description="Van welke dag de gegevens zijn: tot en met; leeg: onbeperkt.", examples=[None]
    )
    answer_by: Day | None = Field(
        default=None,
        description="Voor welke dag een antwoord wordt verwacht; wie dan nog niet antwoordde wordt herinnerd.",
        examples=["2026-10-01"],
    )
    replaces: Id | None = Field(
        default=None,
        description="De vraag die deze vervangt, omdat inhoud of ontvangers veranderen. Die opent vanaf nu niets meer.",
        examples=[None],
    )


class WithdrawalBody(Body):
    """Toestemming intrekken. Het gezin zelf hoeft niets in te vullen; een ander zegt wie het zei, en hoe."""

    giver_id: Id | None = Field(
        default=None, description="Wie zijn of haar toestemming intrekt; leeg: uzelf.", examples=[mila.MOTHER]
    )
    form: AnswerForm | None = Field(
        default=None, description="Hoe dat is gezegd; leeg: digitaal, met de eigen login.", examples=["mondeling"]
    )


class NarrowingBody(Body):
    """Toestemming beperken: wat er af gaat. De rest blijft zoals het was."""

    giver_id: Id | None = Field(default=None, description="Wie beperkt; leeg: uzelf.", examples=[mila.MOTHER])
    recipients: Annotated[list[Id], Field(max_length=20)] = Field(
        default_factory=list, description="Welke organisaties de gegevens niet meer krijgen.", examples=[[]]
    )
    data_categories: Annotated[list[Category], Field(max_length=6)] = Field(
        default_factory=list, description="Welke onderwerpen niet meer worden gedeeld.", examples=[["gezondheid"]]
    )
    form: AnswerForm | None = Field(
        default=None, description="Hoe dat is gezegd; leeg: digitaal, met de eigen login.", examples=[None]
    )


class ConsentExceptionBody(Body):
    """Vastleggen dat in deze zaak een ander beslist dan gewoonlijk; het laatste telt."""

    kind: Literal["ernstig_nadeel", "weloverwogen_wens", "wilsonbekwaam", "geen"] = Field(
        description="Waarom: van 12 tot 16 is het ja van de jeugdige genoeg (ernstig nadeel, weloverwogen wens), of de"
        " jeugdige kan de eigen belangen hierin niet afwegen (wilsonbekwaam). `geen`: wat eerder is vastgelegd geldt"
        " niet meer.",
        examples=["weloverwogen_wens"],
    )
    motivation: Text = Field(description="De motivering.", examples=[mila.MOTIVATION])


class GezagBody(Body):
    """Wat is opgezocht over het gezag over een jeugdige; het geldt in de plaats van wat er stond."""

    kind: Literal[
        "eenhoofdig_ouderlijk_gezag",
        "tweehoofdig_ouderlijk_gezag",
        "gezamenlijk_gezag",
        "voogdij",
        "tijdelijk_geen_gezag",
        "niet_te_bepalen",
    ] = Field(
        description="De relatie zoals de BRP haar noemt: één ouder, beide, een ouder met een ander, voogdij, tijdelijk"
        " niemand, of niet te bepalen.",
        examples=["tweehoofdig_ouderlijk_gezag"],
    )
    holders: Annotated[list[Id], Field(max_length=2)] = Field(
        default_factory=list,
        description="Wie het gezag hebben: de `guardianId` van elke ouder of voogd.",
        examples=[[mila.MOTHER, mila.FATHER]],
    )
    organisation_id: Id | None = Field(
        default=None, description="Bij voogdij van een instelling: de gecertificeerde instelling.", examples=[None]
    )
    evidence: Literal["gezagsregister", "brp", "verklaring"] = Field(
        description="Waaruit dat blijkt.", examples=["gezagsregister"]
    )
    checked_on: Day = Field(description="Wanneer dat is opgezocht.", examples=["2026-09-01"])
    valid_from: Day = Field(description="Vanaf welke dag het zo is.", examples=["2018-03-02"])
    valid_until: Day | None = Field(
        default=None, description="Tot en met welke dag; leeg: tot nader order.", examples=[None]
    )


class EmergencyBody(Body):
    """Noodtoegang: een vitaal belang van de jeugdige kan niet wachten."""

    young_person_id: Id = Field(description="De jeugdige.", examples=[mila.MILA])
    reason: Text = Field(
        description="Waarom het niet kan wachten op toestemming. Het gezin leest dit.", examples=[mila.EMERGENCY_REASON]
    )
    unsafe_reason: Text | None = Field(
        default=None,
        description=(
            "Waarom het nu gevaar oplevert als het gezin van deze toegang weet; anders leeg. Dan beslist wie toetst"
            " wanneer het gezin het hoort."
        ),
        examples=[None],
    )


class EmergencyReviewBody(Body):
    """De toetsing van een noodtoegang door een tweede persoon."""

    justified: Strict = Field(description="Of de toegang nodig was; zo niet, dan eindigt zij meteen.", examples=[True])
    note: Text = Field(description="De toelichting. Het gezin leest dit.", examples=[mila.EMERGENCY_REVIEW])
    tell_family: Strict = Field(
        default=True,
        description="Of het gezin het nu hoort; `false` alleen als dat nog gevaar oplevert.",
        examples=[True],
    )


class SightBody(Body):
    """Wat een ouder van u ziet, als u 16 of 17 bent."""

    guardian_id: Id = Field(description="De ouder of voogd.", examples=[mila.MOTHER])
    data_categories: Annotated[list[Literal["gezondheid", "leven", "verzuim"]], Field(max_length=3)] = Field(
        description=(
            "Wat deze ouder voortaan ziet: `leven`, `gezondheid`, en met `verzuim` ook waarom u er niet was. Leeg:"
            " niets daarvan. Dat u er niet was, en hoe het op school gaat, zien ouders met gezag tot u 18 bent."
        ),
        examples=[["leven"]],
    )


class MeasureBody(Body):
    """De maatregel van de rechter die een gecertificeerde instelling uitvoert."""

    kind: Literal["ondertoezichtstelling", "voogdij", "jeugdreclassering"] = Field(
        description="Welke maatregel.", examples=["ondertoezichtstelling"]
    )
    valid_from: Day = Field(description="Vanaf welke dag, zoals in de beschikking.", examples=["2026-09-01"])
    valid_until: Day | None = Field(
        default=None,
        description="Tot en met welke dag; alleen een voogdij kan zonder.",
        examples=["2027-08-31"],
    )


class ParticipantBody(Body):
    """Een organisatie betrekken, een rol daarbij, of een medewerker."""

    organisation_id: Id | None = Field(
        default=None, description="De organisatie; leeg: die van de medewerker.", examples=[mila.YOUTH_HEALTH]
    )
    role: Role | None = Field(
        default=None, description="In welke rol; leeg: de organisatie als zodanig.", examples=["jeugdverpleegkundige"]
    )
    worker_id: Id | None = Field(default=None, description="De medewerker; leeg: ieder met die rol.", examples=[None])
    functions: Annotated[list[Literal["casemanager", "contactpersoon", "regiehouder"]], Field(max_length=3)] = Field(
        default_factory=list, description="Functies in deze zaak.", examples=[[]]
    )
    ground: Literal[
        "toestemming",
        "eigen_verzoek",
        "onderwijstaak",
        "jeugdwet_toegang",
        "jgz_taak",
        "wettelijke_taak_leerplicht",
        "swv_taak",
        "zorgplicht",
        "gecertificeerde_instelling",
    ] = Field(description="Waarop de betrokkenheid rust.", examples=["toestemming"])
    motivation: Text | None = Field(
        default=None, description="Motivering; verplicht als het geen toestemming is.", examples=[mila.MOTIVATION]
    )
    measure: MeasureBody | None = Field(
        default=None,
        description="Bij `gecertificeerde_instelling`, en alleen daar: de maatregel van de rechter, die vandaag geldt"
        " (Jeugdwet 7.3.11 lid 4). Buiten die periode opent de betrokkenheid niets.",
        examples=[None],
    )


class ParticipantPatch(Body):
    """De functies van een betrokkene in de zaak wijzigen."""

    functions: Annotated[list[Literal["casemanager", "contactpersoon", "regiehouder"]], Field(max_length=3)] = Field(
        description="De functies die deze betrokkene voortaan heeft.", examples=[["contactpersoon"]]
    )


class MeetingBody(Body):
    """Een overleg plannen over dit ene kind."""

    kind: Code = Field(description="Soort overleg, zoals de route het noemt.", examples=["mdo"])
    planned_at: Moment = Field(description="Wanneer.", examples=[mila.MEETS_AT])
    place: Line | None = Field(default=None, description="Waar.", examples=[mila.MEETS_WHERE])


class MeetingPatch(Body):
    """Een overleg verzetten dat nog niet is gehouden."""

    planned_at: Moment = Field(description="De nieuwe datum en tijd.", examples=[mila.MEETS_AT])
    place: Line | None = Field(default=None, description="De nieuwe plaats.", examples=[mila.MEETS_WHERE])


class InvitationBody(Body):
    """Eén betrokkene, één ouder of voogd, of de jeugdige uitnodigen."""

    participant_id: Id | None = Field(default=None, description="Een betrokkene.", examples=[mila.INVOLVEMENT])
    guardian_id: Id | None = Field(default=None, description="Een ouder of voogd.", examples=[None])
    young_person_id: Id | None = Field(default=None, description="De jeugdige.", examples=[None])


class AttendanceBody(Body):
    """Of één genodigde er was, en zo niet: waarom niet."""

    invitation_id: Id = Field(description="De uitnodiging.", examples=[mila.INVITATION])
    present: Strict = Field(description="Aanwezig?", examples=[True])
    absence_reason: Text | None = Field(default=None, description="Bij afwezigheid: de reden.", examples=[None])


class ReportBody(Body):
    """Het verslag van een overleg; daarmee geldt het als gehouden."""

    held_at: Moment = Field(description="Wanneer het overleg was.", examples=[mila.MET_AT])
    attendance: Annotated[list[AttendanceBody], Field(min_length=1, max_length=50)] = Field(
        description="Van ieder die was uitgenodigd."
    )


class ChecklistAnswerBody(Body):
    """Een vraag van de checklist beantwoorden; een nieuw antwoord komt in de plaats van het vorige."""

    item: Code = Field(description="De vraag, zoals de checklist van de route haar noemt.", examples=["afspraken"])
    answer: Literal["ja", "deels", "nee", "besproken"] = Field(
        description="Het antwoord. Bij een open vraag: `besproken`, met in `remark` wat is gezegd.",
        examples=["besproken"],
    )
    remark: Text | None = Field(default=None, description="Toelichting.", examples=[mila.AGREED])


class DecisionBody(Body):
    """Wat een overleg heeft besloten."""

    category: Category = Field(description="Waarover het besluit gaat.", examples=["leren"])
    description: Text = Field(description="Het besluit.", examples=[mila.DECIDED])


class PlanBody(Body):
    """Een plan opstellen."""

    kind: Code = Field(description="Soort plan, zoals de route het noemt.", examples=["plan_van_aanpak"])
    perspective: Text = Field(description="Het toekomstperspectief.", examples=[mila.PERSPECTIVE])
    evaluation_date: Day = Field(description="Wanneer het plan wordt geëvalueerd.", examples=[mila.EVALUATED_ON])
    regie: Code | None = Field(
        default=None,
        description="Welke kant de procesregie heeft, in de woorden van de route; leeg: zoals de route haar verdeelt.",
        examples=[None],
    )
    regie_reason: Text | None = Field(
        default=None, description="Waarom anders dan de tabel: wie staat het dichtst bij het kind.", examples=[None]
    )


class PlanPatch(Body):
    """Een plan wijzigen dat nog niet van kracht is; wat u weglaat blijft zoals het is."""

    perspective: Text | None = Field(default=None, description="Het toekomstperspectief.", examples=[mila.PERSPECTIVE])
    evaluation_date: Day | None = Field(
        default=None, description="Wanneer het plan wordt geëvalueerd.", examples=[mila.EVALUATED_ON]
    )


class GoalBody(Body):
    """Een meetbaar doel: wat, waaraan het te zien is, en wanneer."""

    domain: Literal["onderwijs", "zorg"] = Field(
        description="Doel voor school, of voor hulp en thuis.", examples=["onderwijs"]
    )
    description: Text = Field(description="Het doel.", examples=[mila.GOAL_TEXT])
    indicator: Text = Field(description="Waaraan te zien is dat het doel is gehaald.", examples=[mila.SEEN_BY])
    target_date: Day = Field(description="Wanneer.", examples=[mila.TARGET])


class ActionBody(Body):
    """Wie wat doet, voor wanneer, voor welk doel."""

    goal_id: Id = Field(description="Het doel.", examples=[mila.GOAL])
    description: Text = Field(description="De actie.", examples=[mila.ACTION_TEXT])
    owner: Literal["participant", "ouder", "jeugdige"] = Field(description="Wie het doet.", examples=["ouder"])
    owner_participant_id: Id | None = Field(
        default=None, description="Welke betrokkene, als die het doet.", examples=[None]
    )
    due_on: Day = Field(description="Voor wanneer.", examples=[mila.DUE])


class ApprovalBody(Body):
    """Of een partij met een plan instemt."""

    party: Code = Field(
        description="Namens wie: ouder, jeugdige, of een partij van de route van de zaak.", examples=["ouder"]
    )
    person_id: Id | None = Field(
        default=None, description="Welke ouder of de jeugdige, als het gezin antwoordt.", examples=[mila.MOTHER]
    )
    agreed: Strict = Field(description="Akkoord?", examples=[True])
    remark: Text | None = Field(default=None, description="Opmerking.", examples=[mila.REMARK])


class EvaluationBody(Body):
    """Hoe het met een plan ging, en wat nu."""

    outcome: Literal["bijstellen", "opschalen", "afschalen", "afsluiten"] = Field(
        description="Wat er nu gebeurt.", examples=["bijstellen"]
    )
    held_on: Day = Field(description="Wanneer er is geëvalueerd.", examples=[mila.EVALUATED_ON])
    parties: Annotated[list[Code], Field(min_length=1, max_length=20)] = Field(
        description="Wie erbij waren: ouder, jeugdige, en partijen van de route; haar contactpersonen altijd.",
        examples=[["school", "gemeente", "ouder"]],
    )
    summary: Text = Field(description="De evaluatie.", examples=[mila.EVALUATION_TEXT])
    next_date: Day | None = Field(default=None, description="De volgende evaluatie.", examples=[mila.NEXT])


class EscalationBody(Body):
    """Melden dat het vastzit."""

    kind: Code = Field(description="Wat er vastzit, in de woorden van de route.", examples=["stagnatie"])
    addressed_to: Code = Field(description="Bij wie, zoals de route hem noemt.", examples=["stagnatiepunt"])
    reason: Text = Field(description="Wat er vastzit in het proces; geen inhoud over het kind.", examples=[mila.STUCK])


class PauseBody(Body):
    """Een termijn pauzeren: welke dagen niet tellen, en waarom."""

    term: Code = Field(description="De termijn, zoals de zaak haar noemt.", examples=["werkvoorraad"])
    first_day: Day = Field(description="De eerste dag die niet telt: vandaag of later.", examples=["2026-12-07"])
    last_day: Day = Field(description="De laatste dag die niet telt.", examples=["2026-12-18"])
    reason: Text = Field(description="Waarom.", examples=[mila.AWAY])


class ExtensionBody(Body):
    """Een termijn verlengen: hoeveel, en waarom."""

    term: Code = Field(description="De termijn, zoals de zaak haar noemt.", examples=["werkvoorraad"])
    amount: Annotated[int, Field(strict=True, ge=1, le=366)] = Field(
        description="Hoeveel langer, in de eenheid van de termijn.", examples=[2]
    )
    reason: Text = Field(description="Waarom.", examples=[mila.MORE_TIME])


class ClosureBody(Body):
    """Een studiedag of sluiting van een school."""

    kind: Literal["studiedag", "sluiting"] = Field(description="Wat het is.", examples=["studiedag"])
    first_day: Day = Field(description="De eerste dag.", examples=["2026-12-04"])
    last_day: Day = Field(description="De laatste dag.", examples=["2026-12-04"])
    name: Line = Field(description="Hoe de schoolgids het noemt.", examples=["Studiedag team"])


class LegalHoldBody(Body):
    """Een bewaarplicht opleggen: op een zaak, op een klasse, of op alles van uw organisatie."""

    case_id: Id | None = Field(
        default=None, description="Alleen deze zaak; leeg: alle zaken van uw organisatie.", examples=[mila.CASE]
    )
    retention_class: Line | None = Field(
        default=None, description="Alleen deze klasse, zoals `/retention-classes` haar noemt.", examples=[None]
    )
    reason: Text = Field(description="Waarom; noem geen kind en geen gezin.", examples=[mila.HELD_BECAUSE])


class LiftingBody(Body):
    """Een bewaarplicht opheffen."""

    reason: Text = Field(description="Waarom het niet meer nodig is.", examples=[mila.LIFTED_BECAUSE])


class RetentionRefusalBody(Body):
    """Een voorstel tot vernietiging afwijzen."""

    reason: Text = Field(description="Waarom; noem geen kind en geen gezin.", examples=[mila.STAYS_BECAUSE])


class FindingBody(Body):
    """Wat wie meekijkt aan het proces ziet."""

    content: Text = Field(description="De bevinding.", examples=[mila.SEEN])


class ResolutionBody(Body):
    """Hoe het is opgelost."""

    resolution: Text = Field(description="Hoe het is opgelost.", examples=[mila.SOLVED])


PolicySubject = Literal[
    "samenwerking_onderwijs_en_hulp",
    "wijkteams_en_zorgteams",
    "jeugdhulp_op_school",
    "intergemeentelijk",
    "ondersteuningsplan",
    "passende_plekken",
    "werkwijze",
]
"""What a meeting about policy is about (004:33): no subject is a child."""


class OrganisationMeetingBody(Body):
    """Een overleg over beleid plannen. Er is geen veld voor een kind: noem er geen, ook niet in een omschrijving."""

    kind: Literal["oogo", "zat", "cvb"] = Field(
        description="oogo: van een samenwerkingsverband met gemeenten. zat en cvb: van een school.", examples=["oogo"]
    )
    planned_at: Moment = Field(description="Wanneer.", examples=[mila.OOGO_AT])
    place: Line | None = Field(default=None, description="Waar.", examples=[mila.OOGO_WHERE])
    subjects: Annotated[list[PolicySubject], Field(min_length=1, max_length=7)] = Field(
        description="Waarover: beleid, nooit een kind.", examples=[["wijkteams_en_zorgteams"]]
    )
    parties: Annotated[list[Id], Field(max_length=50)] = Field(
        description="Welke organisaties erbij zijn, naast uw eigen.", examples=[[mila.MUNICIPALITY_ITSELF]]
    )


class OrganisationAttendanceBody(Body):
    """Of één organisatie er was, en zo niet: waarom niet."""

    organisation_id: Id = Field(description="De organisatie.", examples=[mila.MUNICIPALITY_ITSELF])
    present: Strict = Field(description="Aanwezig?", examples=[True])
    absence_reason: Line | None = Field(default=None, description="Bij afwezigheid: de reden.", examples=[None])


class OrganisationReportBody(Body):
    """Het verslag van een overleg over beleid; daarmee geldt het als gehouden."""

    held_at: Moment = Field(description="Wanneer het overleg was.", examples=[mila.OOGO_HELD])
    attendance: Annotated[list[OrganisationAttendanceBody], Field(max_length=50)] = Field(
        description="Van elke organisatie die was uitgenodigd."
    )


class OrganisationDecisionBody(Body):
    """Wat over beleid is afgesproken. Noem geen kind."""

    subject: PolicySubject = Field(description="Waarover.", examples=["wijkteams_en_zorgteams"])
    description: Text = Field(
        description="De afspraak, over beleid; noem geen kind en geen gezin.", examples=[mila.OOGO_DECIDED]
    )


class MeldcodeTrackBody(Body):
    """Een spoor van de Meldcode openen, met het eerste signaal (stap 1). Aan een zaak is dit niet te zien."""

    young_person_id: Id = Field(description="De jeugdige.", examples=[mila.MILA])
    signal: Text = Field(description="Wat is gezien of gehoord: feiten, en van wie.", examples=[mila.BLUE])
    observed_on: Day = Field(description="Op welke dag.", examples=[mila.BLUE_ON])
    decider_id: Id | None = Field(
        default=None,
        description="Wie in uw organisatie eindverantwoordelijk is voor het besluit; die neemt dan ook deel.",
        examples=[mila.SUPPORT],
    )


class MeldcodeTrackPatch(Body):
    """Aanwijzen wie beslist: een deelnemer aan dit spoor, bij naam."""

    decider_id: Id = Field(description="De deelnemer die beslist.", examples=[mila.SUPPORT])


class MeldcodeParticipantBody(Body):
    """Een collega van uw eigen organisatie bij dit spoor betrekken."""

    worker_id: Id = Field(description="De collega.", examples=[mila.SUPPORT])


class MeldcodeSignalBody(Body):
    """Stap 1: een signaal in kaart brengen."""

    content: Text = Field(description="Wat is gezien of gehoord: feiten, en van wie.", examples=[mila.BLUE])
    observed_on: Day = Field(description="Op welke dag.", examples=[mila.BLUE_ON])


class MeldcodeConsultationBody(Body):
    """Stap 2: overleg. Wie elders werkt en meedenkt krijgt hiermee geen toegang; noem het kind daar niet."""

    consulted: Literal["collega", "aandachtsfunctionaris", "veilig_thuis", "letselduiding"] = Field(
        description="Met wie.", examples=["collega"]
    )
    held_on: Day = Field(description="Op welke dag.", examples=[mila.BLUE_ON])
    advice: Text = Field(description="Wat het overleg opleverde.", examples=[mila.ADVICE])


class MeldcodeConversationBody(Body):
    """Stap 3: het gesprek met ouders of kind, of waarom dat nu niet veilig kan."""

    with_whom: Literal["ouders", "jeugdige", "gezin", "niemand"] = Field(
        description="Met wie; `niemand`: het gesprek kan nu niet, en `reason` zegt waarom.", examples=["ouders"]
    )
    held_on: Day | None = Field(default=None, description="Op welke dag; leeg: niet gevoerd.", examples=[mila.BLUE_ON])
    content: Text | None = Field(default=None, description="Wat is besproken.", examples=[mila.TALKED])
    reason: Text | None = Field(default=None, description="Waarom het gesprek nu niet kan.", examples=[None])


class MeldcodeWeighingBody(Body):
    """Stap 4: het wegen van risico, aard en ernst. Een nieuwe weging begint de afwegingen opnieuw."""

    risk: Text = Field(description="Het risico.", examples=[mila.RISK])
    nature: Text = Field(description="De aard.", examples=[mila.NATURE])
    gravity: Text = Field(description="De ernst.", examples=[mila.GRAVITY])
    doubt: Strict = Field(
        description="Is er twijfel? Dan gaat overleg met Veilig Thuis aan de afwegingen vooraf.", examples=[False]
    )


class MeldcodeConsiderationBody(Body):
    """Een van de vijf afwegingen beantwoorden. Een nieuw antwoord laat de latere afwegingen vervallen."""

    number: Annotated[int, Field(strict=True, ge=1, le=5)] = Field(description="Welke afweging.", examples=[1])
    answer: Literal["ja", "nee", "twijfel"] = Field(
        description="Het antwoord; `twijfel` kan alleen bij de tweede, en leidt dan tot melden.", examples=["ja"]
    )
    motivation: Text = Field(description="Waarom.", examples=[mila.CONSIDERED])
    term_ends_on: Day | None = Field(
        default=None, description="Bij 4, ja: tot wanneer de hulp de tijd krijgt.", examples=[None]
    )
    casemanager_id: Id | None = Field(
        default=None, description="Bij 4, ja: de deelnemer die de afspraken bewaakt.", examples=[None]
    )
    agreements: Text | None = Field(
        default=None,
        description="Bij 4, ja: de afspraken over de hulp. Bij 5, ja: hoe het kind gevolgd blijft.",
        examples=[None],
    )


class MeldcodeDecisionBody(Body):
    """Stap 5: het besluit, door wie daarvoor is aangewezen."""

    outcome: Literal["melden", "hulp_organiseren", "afsluiten"] = Field(description="Het besluit.", examples=["melden"])
    acute: Strict = Field(
        default=False,
        description="Er is acuut gevaar: melden wacht op geen andere stap. Leg wat nog ontbreekt daarna vast.",
        examples=[False],
    )
    motivation: Text = Field(description="Waarom.", examples=[mila.DECIDED_WHY])
    parents_informed: Strict = Field(description="Zijn de ouders hierover geïnformeerd?", examples=[True])
    not_informed_reason: Text | None = Field(default=None, description="Zo niet: waarom (nog) niet.", examples=[None])
    reported_on: Day | None = Field(
        default=None,
        description="Bij melden: op welke dag; leeg: vandaag. Daarna heeft Veilig Thuis vijf werkdagen.",
        examples=[mila.BLUE_ON],
    )


class MeldcodeAnswerBody(Body):
    """Wat Veilig Thuis op de melding antwoordde."""

    received_on: Day = Field(description="Op welke dag.", examples=[mila.ANSWER_DUE])
    content: Text = Field(description="Het antwoord.", examples=[mila.VEILIG_THUIS_SAID])


class YoungPersonBody(Body):
    """Een jeugdige invoeren."""

    given_name: Line = Field(description="Voornaam.", examples=[mila.FIRST_NAME])
    family_name: Line = Field(description="Achternaam.", examples=[mila.LAST_NAME])
    birth_date: Day | None = Field(
        default=None, description="Geboortedatum; zonder kan geen toestemming gelden.", examples=[mila.BORN]
    )
    school_id: Id | None = Field(
        default=None, description="De school van inschrijving; leeg: niet ingeschreven.", examples=[mila.SCHOOL]
    )
    municipality_code: Annotated[str, StringConstraints(pattern=MUNICIPALITY)] = Field(
        description="De gemeente waar de jeugdige woont, zoals GM1952.", examples=[mila.MUNICIPALITY]
    )


class YoungPersonPatch(Body):
    """Wijzigen wat van een jeugdige bekend is; wat u weglaat blijft zoals het is."""

    given_name: Line | None = Field(default=None, description="Voornaam.", examples=[None])
    family_name: Line | None = Field(default=None, description="Achternaam.", examples=[None])
    birth_date: Day | None = Field(default=None, description="Geboortedatum.", examples=[mila.BORN])
    school_id: Id | None = Field(default=None, description="De school van inschrijving.", examples=[mila.SCHOOL])
    municipality_code: Annotated[str, StringConstraints(pattern=MUNICIPALITY)] | None = Field(
        default=None, description="Gemeente.", examples=[None]
    )


class SearchBody(Body):
    """Een jeugdige zoeken op achternaam en geboortedatum: in de body, nooit in de URL."""

    family_name: Line = Field(
        description="Achternaam, precies zo gespeld; hoofdletters maken niet uit.", examples=[mila.LAST_NAME]
    )
    birth_date: Day = Field(description="Geboortedatum.", examples=[mila.BORN])


Digits = Annotated[str, StringConstraints(pattern=NUMBER)]


class IdentityNumberBody(Body):
    """Het BSN of PGN van een jeugdige vastleggen: in de body, nooit in de URL."""

    number: Digits = Field(
        description="Het nummer, 8 of 9 cijfers; het moet de elfproef doorstaan.", examples=[mila.NUMBER]
    )
    source: NumberSource = Field(
        description="Waar het vandaan komt. Wat van een school komt is een PGN, wie het ook vastlegt.", examples=["brp"]
    )


class RevealBody(Body):
    """Een nummer inzien: voor welke taak. Dat wordt vastgelegd, en het gezin ziet het terug."""

    task: NumberTask = Field(
        description="De taak, een van de `tasks` die bij het nummer staan.", examples=["jeugdgezondheidszorg"]
    )


class NumberSearchBody(Body):
    """Een jeugdige zoeken op nummer: in de body, nooit in de URL."""

    number: Digits = Field(description="Het BSN of PGN, 8 of 9 cijfers.", examples=[mila.NUMBER])


class GuardianBody(Body):
    """Een ouder, verzorger of voogd van een jeugdige vastleggen."""

    display_name: Line = Field(description="Naam.", examples=[mila.MOTHERS_NAME])
    relation: Literal["ouder", "verzorger", "voogd", "curator", "mentor"] = Field(
        description="Relatie tot de jeugdige; curator en mentor staan voor wie 18 is.", examples=["ouder"]
    )
    gezag: Gezag = Field(
        description="Heeft deze persoon gezag? Onbekend blokkeert toestemming tot het is nagegaan.", examples=["ja"]
    )
    evidence: Evidence = Field(description="Waaruit dat blijkt.", examples=["gezagsregister"])
    evidence_date: Day | None = Field(default=None, description="Wanneer dat is nagegaan.", examples=["2026-09-01"])
    conflict: Strict = Field(default=False, description="De ouders spreken niet voor elkaar.", examples=[False])


class GuardianPatch(Body):
    """Wijzigen wat over iemands gezag bekend is."""

    gezag: Gezag = Field(description="Heeft deze persoon gezag?", examples=["ja"])
    evidence: Evidence = Field(description="Waaruit dat blijkt.", examples=["gezagsregister"])
    evidence_date: Day | None = Field(default=None, description="Wanneer dat is nagegaan.", examples=["2026-09-01"])
    conflict: Strict | None = Field(default=None, description="De ouders spreken niet voor elkaar.", examples=[None])


class WorkerBody(Body):
    """Een medewerker van de eigen organisatie invoeren."""

    display_name: Line = Field(description="Naam.", examples=[mila.TEACHERS_NAME])


class BindingBody(Body):
    """Een login van de aanbieder koppelen aan een medewerker van de eigen organisatie."""

    subject: Line = Field(description="Het `sub` van de aanbieder.", examples=[mila.LOGIN])
    worker_id: Id = Field(description="De medewerker.", examples=[mila.TEACHER])
    valid_until: Day | None = Field(
        default=None, description="Tot en met; leeg: tot nader order.", examples=["2027-07-31"]
    )


class InvitationCodeBody(Body):
    """Een code maken waarmee één persoon de eigen login koppelt, één keer."""

    worker_id: Id | None = Field(default=None, description="Een medewerker van de eigen organisatie.", examples=[None])
    guardian_id: Id | None = Field(default=None, description="Een ouder of voogd.", examples=[mila.MOTHER])
    young_person_id: Id | None = Field(default=None, description="Een jeugdige vanaf 12 jaar.", examples=[None])


class RedeemBody(Body):
    """De eigen login koppelen met een code."""

    code: Annotated[str, StringConstraints(pattern=INVITATION_CODE)] = Field(
        description="De code.", examples=[mila.INVITATION_CODE]
    )


class StatementBody(Body):
    """Een eigen verklaring aan het dossier toevoegen."""

    content: Text = Field(description="Wat u wilt zeggen, in uw eigen woorden.", examples=[mila.OWN_WORDS])
    category: Literal["leren", "leven", "gezondheid", "verzuim", "veiligheid"] = Field(
        default="leven", description="Waar het over gaat. Dat bepaalt wie het mag lezen.", examples=["leven"]
    )
    private_of: Id | None = Field(default=None, description=PRIVATE_OF, examples=[None])


class DataRequestBody(Body):
    """Een organisatie vragen iets over u of uw kind te verbeteren, niet meer te gebruiken of te vernietigen."""

    kind: Literal["correctie", "bezwaar", "vernietiging"] = Field(
        description=(
            "correctie: er staat iets dat niet klopt. bezwaar: u wilt niet dat het zo wordt gebruikt. vernietiging: u"
            " wilt dat het wordt weggehaald."
        ),
        examples=["correctie"],
    )
    organisation_id: Id = Field(description="Welke organisatie moet antwoorden.", examples=[mila.SCHOOL])
    content: Text = Field(description="Wat u vraagt en waarom.", examples=[mila.ASKED_RIGHT])
    about_type: Literal["signal", "note", "assessment", "decision", "goal", "action"] | None = Field(
        default=None, description="Waar het over gaat; leeg: over alles wat de organisatie bewaart.", examples=["note"]
    )
    about_id: Id | None = Field(default=None, description="Het kenmerk daarvan.", examples=[mila.NOTE])


class AgreementBody(Body):
    """Een verzoek samen doen, of niet (meer)."""

    agrees: Strict = Field(description="Vraagt u dit ook? Nee: u trekt zich terug.", examples=[True])


class RequestDecisionBody(Body):
    """Antwoorden op een verzoek, met de reden."""

    decision: Literal["ingewilligd", "deels", "geweigerd"] = Field(
        description="Wat u besluit.", examples=["ingewilligd"]
    )
    refusal_ground: (
        Literal[
            "klopt_wel",
            "oordeel_van_professional",
            "belang_van_ander",
            "dwingende_reden",
            "wet_verplicht",
            "wet_verzet_zich",
        ]
        | None
    ) = Field(default=None, description="Bij weigeren, geheel of deels: de grond in de wet.", examples=[None])
    reason: Text = Field(description="Waarom, in woorden die het gezin begrijpt.", examples=[mila.ANSWERED])
    rectification: Text | None = Field(
        default=None,
        description="Bij een correctie van één gegeven: hoe het moet zijn. Dat komt ernaast te staan.",
        examples=[mila.RECTIFIED],
    )
    granted_categories: list[Category] = Field(
        default_factory=list,
        max_length=6,
        description="Bij vernietiging, als u deels inwilligt: over welke onderwerpen alles weggaat.",
        examples=[[]],
    )
    granted_ids: list[Id] = Field(
        default_factory=list,
        max_length=500,
        description="Bij vernietiging, als u deels inwilligt: welke gegevens weggaan, bij hun kenmerk.",
        examples=[[]],
    )


FIELD_NAMES = frozenset(
    field.alias or name for body in Body.__subclasses__() for name, field in body.model_fields.items()
)
"""Every name that a field of any body has: the words of the contract, which say nothing about anybody."""
