"""What a lawyer must still decide: every choice of law that an operator can settle, with its default.

A choice takes roles away, or fills in a number or a step that the law leaves open; none lets anybody see more than the
policy and the walls of the database do. What is a setting of its own, or stands fast in the code, is named beside them
in `docs/privacy.md` (`app.privacy_document`). An operator settles choices in one file, `LEGAL_CHOICES`, read at the
start.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from app.domain.actors import Role
from app.domain.policy import POLICY, Action
from app.domain.rule_sets import RULE_SETS

T_co = TypeVar("T_co", covariant=True)


class DayOfYear(NamedTuple):
    """A day that every year has."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.day:02}-{self.month:02}"


class Consultation(StrEnum):
    """When a Meldcode track asks that a colleague was consulted."""

    ALWAYS = "altijd"
    IF_NEEDED = "zo_nodig"


class YesNo(StrEnum):
    """Whether something is done."""

    YES = "ja"
    NO = "nee"


@dataclass(frozen=True, slots=True)
class Allowed(Generic[T_co]):
    """Which values a choice can have: in words, and what makes one of what the file says.

    `read` raises ValueError for everything else.
    """

    says: str
    read: Callable[[object], T_co]


@dataclass(frozen=True, slots=True)
class Choice(Generic[T_co]):
    """One question of law that an operator can settle.

    Attributes:
        key: its name in the file.
        question: what must be decided, in Dutch.
        default: what holds without the file.
        allowed: which other values there are.
        source: article, line of the domain handbook, or «beleid» where no law says it.
        changes: what another value changes, and what it leaves as it is.
        where: the module that asks for it.
    """

    key: str
    question: str
    default: T_co
    allowed: Allowed[T_co]
    source: str
    changes: str
    where: str


def _day_of_year() -> Allowed[DayOfYear]:
    def read(value: object) -> DayOfYear:
        found = re.fullmatch(r"(\d\d)-(\d\d)", value, re.ASCII) if isinstance(value, str) else None
        if found is None:
            raise ValueError
        # Of a year without 29 February: a day that not every year has is none.
        day = date(2001, int(found[2]), int(found[1]))
        return DayOfYear(day.month, day.day)

    return Allowed("een dag die elk jaar er is, als dd-mm", read)


def _whole(least: int, most: int) -> Allowed[int]:
    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError
        return value

    return Allowed(f"een heel getal van {least} tot en met {most}", read)


def _seconds(least: float, most: float) -> Allowed[float]:
    def read(value: object) -> float:
        if type(value) not in {int, float} or not least <= float(str(value)) <= most:
            raise ValueError
        return float(str(value))

    return Allowed(f"een getal van {least:g} tot en met {most:g}", read)


def _among(roles: frozenset[Role]) -> Allowed[frozenset[Role]]:
    def read(value: object) -> frozenset[Role]:
        if not isinstance(value, list) or not roles.issuperset(map(str, value)):
            raise ValueError
        return frozenset(map(Role, value))

    return Allowed(f"een lijst met geen, een of meer van: {', '.join(sorted(roles))}", read)


def _consultation() -> Allowed[Consultation]:
    return Allowed(f"een van: {', '.join(Consultation)}", lambda value: Consultation(str(value)))


def _yes_no() -> Allowed[YesNo]:
    return Allowed(f"een van: {', '.join(YesNo)}", lambda value: YesNo(str(value)))


_EXCEPTS = RULE_SETS[-1].exception_roles
_CALLED = frozenset(role for role in Role if any(Action.EMERGENCY_CREATE in grant.actions for grant in POLICY[role]))
_SEEKS_A_SCHOOL = frozenset(
    {Role.DIRECTIE, Role.REGIEVOERDER_ZORG, Role.SWV_COORDINATOR, Role.CONSULENT_PASSEND_ONDERWIJS}
)
# Help and youth health care that give an account to a gecertificeerde instelling.
_TO_AN_INSTITUTION = frozenset(
    {
        Role.CASEMANAGER_JEUGD,
        Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM,
        Role.MEDEWERKER_LOKAAL_TEAM,
        Role.KIND_OUDERONDERSTEUNER,
        Role.JEUGDVERPLEEGKUNDIGE,
        Role.JEUGDARTS,
    }
)

CONSENT_ENDS = Choice(
    "einde_van_toestemming",
    "Op welke dag eindigt een toestemming waarbij geen einddatum is afgesproken?",
    DayOfYear(7, 31),
    _day_of_year(),
    "Beleid; AVG 5 lid 1 onder e; domeinhandboek R11",
    "De einddatum van toestemmingen die daarna worden gevraagd; wat al is gegeven houdt de eigen einddatum.",
    "app/services/consents.py",
)
CONSENT_MONTHS = Choice(
    "maanden_toestemming",
    "Hoeveel maanden kan een toestemming ten hoogste gelden?",
    12,
    _whole(1, 24),
    "Beleid: een schooljaar; AVG 5 lid 1 onder e; domeinhandboek §2.4, R11",
    "De laatste einddatum van toestemmingen die daarna worden gevraagd; wat al is gegeven houdt de eigen einddatum.",
    "app/services/consents.py",
)
CORRECTION_MONTHS = Choice(
    "maanden_correctie",
    "Binnen hoeveel maanden wordt een verzoek om correctie beantwoord?",
    1,
    _whole(1, 3),
    "AVG 12 lid 3: een maand, bij ingewikkelde of veel verzoeken met twee te verlengen",
    "De laatste dag van verzoeken die daarna worden gedaan, en de herinnering. Wie 2 of 3 kiest, laat het gezin zelf"
    " binnen een maand weten waarom: de service verlengt niet per verzoek.",
    "app/domain/data_requests.py",
)
OBJECTION_MONTHS = Choice(
    "maanden_bezwaar",
    "Binnen hoeveel maanden wordt een bezwaar beantwoord?",
    1,
    _whole(1, 3),
    "AVG 12 lid 3 en 21",
    "Als bij een correctie.",
    "app/domain/data_requests.py",
)
DESTRUCTION_MONTHS = Choice(
    "maanden_vernietiging",
    "Binnen hoeveel maanden wordt een verzoek om vernietiging beantwoord, ook buiten de jeugdhulp?",
    3,
    _whole(1, 3),
    "Jeugdwet 7.3.9: drie maanden; AVG 12 lid 3 en 17: een maand",
    "De laatste dag van verzoeken die daarna worden gedaan, en de herinnering; bij elke soort organisatie.",
    "app/domain/data_requests.py",
)
EXCEPTION_ROLES = Choice(
    "uitzondering_rollen",
    "Wie mag vastleggen dat van 12 tot 16 het ja van de jeugdige genoeg is, of dat iemand wilsonbekwaam is?",
    _EXCEPTS,
    _among(_EXCEPTS),
    "Jeugdwet 7.3.4 lid 2, 7.3.15 lid 2; BW7 450 lid 2, 465 lid 2",
    "Een rol die niet is gekozen krijgt een weigering; wat al is vastgelegd blijft gelden, en terugnemen kan ieder van"
    " de vier. Andere rollen, zoals die van een sociaal team, vragen een nieuwe regelset.",
    "app/services/consents.py",
)
VOUCHING = Choice(
    "ouder_via_andere_ouder",
    "Mag de ene ouder doorgeven wat de andere ouder met gezag antwoordt, als zij niet in conflict zijn?",
    YesNo.YES,
    _yes_no(),
    "Domeinhandboek §2.2 en R13: bronnen zijn het oneens; AVG 7 lid 1",
    "Bij `nee` antwoordt elke ouder zelf; wat al via de andere ouder is vastgelegd blijft gelden.",
    "app/services/consents.py",
)
GOES_ON = Choice(
    "verder_na_intrekking",
    "Gaat wie met toestemming is begonnen en nu op een eigen taak meedoet (jeugdwet_toegang) na een intrekking verder?",
    YesNo.YES,
    _yes_no(),
    "Domeinhandboek §2.4, R15: hulp stopt in beginsel; Jeugdwet 2.3: de gemeente houdt haar taak",
    "Bij `nee` eindigt met de intrekking ook die betrokkenheid van wie de toestemming noemde, tenzij een andere"
    " toestemming die organisatie nog noemt; wat al is vastgelegd blijft.",
    "app/services/consents.py",
)
PRIVATE_FROM = Choice(
    "eigen_vanaf",
    "Vanaf welke leeftijd kan een jeugdige iets voor zich houden dat de ouders niet lezen?",
    12,
    _whole(12, 16),
    "Beleid, naast Jeugdwet 7.3.4 lid 2 (vanaf 12) en 7.3.11 (vanaf 16)",
    "Wie jonger is kan vanaf dan niets meer voor zich houden; wat al eigen is blijft dat.",
    "app/services/cases.py",
)
EMERGENCY_ROLES = Choice(
    "noodtoegang_rollen",
    "Wie mag zich in nood toegang geven tot de zaken van een jeugdige?",
    _CALLED,
    _among(_CALLED),
    "AVG 6 lid 1 onder d, 9 lid 2 onder c",
    "Een rol die niet is gekozen krijgt een weigering, wie de jeugdige ook is; een toegang die al loopt, loopt af.",
    "app/services/emergencies.py",
)
DUTY_OF_CARE_ROLES = Choice(
    "zorgplicht_rollen",
    "Wie mag zonder toestemming een andere school betrekken, omdat de eigen school een passende plek zoekt?",
    _SEEKS_A_SCHOOL,
    _among(_SEEKS_A_SCHOOL),
    "WPO 40 lid 4",
    "Een rol die niet is gekozen betrekt een andere school alleen met toestemming; bij een lege lijst geldt dat voor"
    " ieder. Wie al betrokken is blijft.",
    "app/domain/grounds.py",
)
INSTITUTION_ROLES = Choice(
    "gecertificeerde_instelling_rollen",
    "Wie mag zonder toestemming een gecertificeerde instelling betrekken die een maatregel van de rechter uitvoert?",
    _TO_AN_INSTITUTION,
    _among(_TO_AN_INSTITUTION),
    "Jeugdwet 7.3.11 lid 4",
    "Een rol die niet is gekozen betrekt een instelling alleen met toestemming; bij een lege lijst geldt dat voor"
    " ieder. Wie al betrokken is blijft.",
    "app/domain/grounds.py",
)
WITHDRAWAL_SECONDS = Choice(
    "intrekking_seconden",
    "Hoeveel seconden mag het hooguit duren voordat wie iets intrekt hoort dat het is ingetrokken?",
    2.0,
    _seconds(0.5, 10),
    "AVG 7 lid 3; beleid",
    "Zo lang wacht een intrekking op antwoorden die nog onderweg zijn; een antwoord dat langer duurt gaat niet meer de"
    " deur uit (503). In alle processen dezelfde: stop ze alle voordat hij anders wordt.",
    "app/db/answers.py",
)
CONSULTATION = Choice(
    "meldcode_overleg",
    "Moet in elk spoor van de Meldcode dat niet acuut is een collega zijn geraadpleegd (stap 2)?",
    Consultation.ALWAYS,
    _consultation(),
    "Besluit verplichte meldcode 2 lid 2 onder b",
    "Bij `zo_nodig` houdt stap 2 niets meer tegen; bij twijfel in de weging blijft overleg met Veilig Thuis nodig.",
    "app/domain/meldcode.py",
)

CHOICES: tuple[Choice[object], ...] = (
    CONSENT_ENDS,
    CONSENT_MONTHS,
    CORRECTION_MONTHS,
    OBJECTION_MONTHS,
    DESTRUCTION_MONTHS,
    EXCEPTION_ROLES,
    VOUCHING,
    GOES_ON,
    PRIVATE_FROM,
    EMERGENCY_ROLES,
    DUTY_OF_CARE_ROLES,
    INSTITUTION_ROLES,
    WITHDRAWAL_SECONDS,
    CONSULTATION,
)
BY_KEY: Mapping[str, Choice[object]] = {each.key: each for each in CHOICES}

# What an operator settled, of this process: set once, before it answers anything.
_settled: dict[str, object] = {}


def now(choice: Choice[T_co]) -> T_co:
    """What holds: what the operator settled, otherwise the default."""
    found: T_co = _settled.get(choice.key, choice.default)  # type: ignore[assignment]  # read by this choice's own reader
    return found


def read(text: str) -> Mapping[str, object]:
    """What a file settles, by key; TOML, one line a choice, as `maanden_vernietiging = 1`.

    Raises:
        ValueError: everything that is wrong: no TOML, a key that is no choice, a value that a choice cannot have; each
            with what it must be, and never with what stood there.
    """
    try:
        lines = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise ValueError("is geen TOML: schrijf per keuze een regel als maanden_vernietiging = 1") from None
    found, faults = {}, []
    for key, value in lines.items():
        if key not in BY_KEY:
            faults.append(f"{key}: deze keuze is er niet; kies uit {', '.join(BY_KEY)}")
            continue
        try:
            found[key] = BY_KEY[key].allowed.read(value)
        except ValueError:
            faults.append(f"{key}: moet {BY_KEY[key].allowed.says} zijn")
    if faults:
        raise ValueError("; ".join(faults))
    return found


def settle(values: Mapping[str, object]) -> None:
    """From now on this holds in this process, as `read` gave it; what is not named has its default."""
    _settled.clear()
    _settled.update(values)


@contextmanager
def settled(text: str) -> Iterator[None]:
    """As long as it lasts the choices are those of this text, and then those of before. Raises as `read`."""
    before = dict(_settled)
    settle(read(text))
    try:
        yield
    finally:
        settle(before)
