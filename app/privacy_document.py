"""Writes `docs/privacy.md`, register, risks and choices: `python -m app.privacy_document > docs/privacy.md`."""

import sys
from collections.abc import Iterator

from app.domain.actors import Category
from app.domain.choices import CHOICES, Choice
from app.domain.policy import Action
from app.domain.privacy_risks import RISKS, Risk
from app.domain.processing_activities import ACTIVITIES, Activity
from app.domain.retention import how_long
from app.policy_document import IN_WORDS
from app.settings import Settings

OPENING = """# Privacy

Gemaakt uit het register (`app/domain/processing_activities.py`) en de risico's; wijzig die, niet dit bestand.
Verwerkingsverantwoordelijk is de organisatie van waaruit iets wordt gedaan: zij neemt deze activiteiten over in haar
eigen register (AVG 30). Het Logboek Dataverwerkingen noemt van elke handeling de activiteit bij haar sleutel.

Voor elke activiteit geldt ook: hoe lang iets blijft staat bij de [bewaarklassen](retention.md), wie wat mag in
[een tabel](policy.md), en hoe het is beveiligd in [beveiliging](security.md). De dienst geeft zelf niets door buiten de
Europese Economische Ruimte; waar zij draait, en wie haar daar beheert (de verwerker, AVG 28), vult ieder zelf in.

## Register van verwerkingsactiviteiten
"""


RISKS_OPENING = """## Risico's, maatregelen en toetsen (DPIA)

De tabel van een gegevensbeschermingseffectbeoordeling (AVG 35), gemaakt uit `app/domain/privacy_risks.py`. Elke toets
draait in `make test` en faalt als de maatregel wordt weggenomen. Wat er overblijft weegt elke
verwerkingsverantwoordelijke zelf.

| Voor wie | Wat er kan gebeuren | Wat ertegen gebeurt | Toetsen | Wat overblijft |
|---|---|---|---|---|"""


LAWYER_OPENING = """
## Wat een jurist nog beslist

Waar de wet ruimte laat of bronnen het oneens zijn, koos de service een standaard. Wie haar gebruikt laat elke keuze
door een eigen jurist bevestigen. Deze staan in `app/domain/choices.py`; een andere waarde is een regel in het bestand
van `LEGAL_CHOICES` ([bediening](operate.md#choices-of-law)). Geen ervan laat iemand iets zien wat de standaard niet
laat zien.

| Sleutel | Wat er te beslissen is | Standaard | Wat ook kan | Bron | Wat een andere waarde verandert | Waar |
|---|---|---|---|---|---|---|"""

SETTINGS_OPENING = """
Deze hebben al een plaats van zichzelf:

| Plaats | Wat er te beslissen is | Standaard |
|---|---|---|"""

SETTINGS: dict[str, str] = {
    "emergency_access_hours": "Hoeveel uur een noodtoegang duurt; 1 tot 24 (AVG 9 lid 2 onder c)",
    "assurance": "Hoe zeker een login moet zijn, per handeling (eIDAS; [tabel](policy.md))",
    "retention_terms": "Hoe lang wat wordt bewaard, ook waar bronnen het oneens zijn ([klassen](retention.md))",
    "logboek_url": "Of handelingen naar een Logboek Dataverwerkingen gaan; zonder adres gaat er niets heen",
}
ELSEWHERE: tuple[tuple[str, str, str], ...] = (
    (
        "`parents_16_17` van een route",
        "Of ouders van 16- en 17-jarigen worden ingelicht of gevraagd (Jeugdwet 7.3.5, 7.3.11; ADR 0122)",
        "geen van beide",
    ),
    (
        "regelset `jeugdwet@1`",
        "Vanaf welke leeftijd wie beslist ([wie beslist](who-decides.md)); een andere is een nieuwe versie",
        "12, 16 en 18",
    ),
)

FIXED_OPENING = """
Deze liggen vast in de code, omdat ook de muren van de database ze kennen of omdat er nog niets te kiezen valt. Een
ander besluit is een wijziging van de service, geen instelling:

| Wat er te beslissen is | Hoe het nu is | Waar |
|---|---|---|"""

FIXED: tuple[tuple[str, str, str], ...] = (
    (
        "Of andere rollen dan die van jeugdhulp en jeugdgezondheidszorg de uitzonderingen van 12 tot 16 vastleggen",
        "nee; wie van hen wel is een keuze",
        "`app/domain/rule_sets.py`, `app/domain/policy.py`",
    ),
    (
        "Of het nee van een wilsonbekwame jeugdige een toestemming nog sluit",
        "ja: wie eenmaal nee zei, wordt opnieuw gevraagd",
        "`app/domain/consent.py` en de database",
    ),
    (
        "Of jeugdhulp een BSN inziet, en of het samenwerkingsverband een PGN krijgt",
        "geen van beide",
        "`app/domain/numbers.py` en de database",
    ),
    (
        "Wat noodtoegang opent",
        "leven, gezondheid, veiligheid en het proces; alleen lezen",
        "`app/domain/policy.py` en de database",
    ),
    (
        "Wie op de zorgplicht wordt betrokken",
        "alleen een school; het samenwerkingsverband komt op zijn eigen taak",
        "`app/domain/grounds.py` en de database",
    ),
    (
        "Of gegevens in gebruik blijven zolang een bezwaar nog niet is beantwoord (AVG 18 lid 1 onder d)",
        "ja: een bezwaar sluit niets tot er is beslist",
        "`app/services/data_requests.py` en de database",
    ),
    (
        "Of het schoolbestuur leest wat het samenwerkingsverband vastlegt (WPO 18a lid 13)",
        "ja: het bestuur is in de wet de school",
        "`app/domain/policy.py` en de database",
    ),
    (
        "Of wat een jeugdige zelf ja noemde op de 16e en 18e verjaardag opnieuw wordt gevraagd",
        "nee: het ja van de jeugdige blijft; dat van de ouders telt vanaf dan niet meer",
        "`app/domain/consent.py` en de database",
    ),
    (
        "Of iedere medewerker die tekent voor een gecertificeerde instelling al haar pupillen ziet",
        "ja: wie de rol heeft; de instelling geeft die aan wie de voogdij uitvoert (ADR 0163)",
        "`app/domain/policy.py` en de database",
    ),
    (
        "Wat een school ziet die om een plek wordt gevraagd",
        "het proces; de inhoud alleen met toestemming (ADR 0170)",
        "`app/domain/grounds.py` en de database",
    ),
    (
        "Wat een gecertificeerde instelling op haar grond ziet",
        "het proces; leren, leven en gezondheid alleen met toestemming",
        "`app/domain/policy.py` en de database",
    ),
    (
        "Of de termijn van een verzoek per geval wordt verlengd (AVG 12 lid 3)",
        "nee: er is geen handeling voor",
        "`app/services/data_requests.py`",
    ),
    (
        "Of het gezin ook leest in welke lijsten het kind stond",
        "nee: dat staat in het logboek van de organisatie (ADR 0148)",
        "`app/db/reads.py`",
    ),
    (
        "Hoe lang het logboek blijft, ook dat van de sporen van de Meldcode",
        "ten minste vijf jaar (NEN 7513), en geen bevel vernietigt het (ADR 0157)",
        "`app/domain/retention.py`",
    ),
)


def written() -> str:
    """The register, the risks, and what a lawyer must still decide, as Markdown."""
    register = [OPENING, *_table(), *(line for each in ACTIVITIES for line in _activity(each))]
    return "\n".join([*register, RISKS_OPENING, *map(_risk, RISKS), *_for_a_lawyer()]).rstrip() + "\n"


def _for_a_lawyer() -> Iterator[str]:
    yield LAWYER_OPENING
    yield from map(_choice, CHOICES)
    yield SETTINGS_OPENING
    for name, question in SETTINGS.items():
        default = Settings.model_fields[name].default
        yield f"| `{name.upper()}` | {question} | {'geen' if default is None else default or 'zoals daar staat'} |"
    yield from (f"| {place} | {question} | {default} |" for place, question, default in ELSEWHERE)
    yield FIXED_OPENING
    yield from (f"| {question} | {fixed} | {where} |" for question, fixed, where in FIXED)


def _choice(choice: Choice[object]) -> str:
    default = ", ".join(sorted(choice.default)) if isinstance(choice.default, frozenset) else str(choice.default)
    told = (choice.question, default, choice.allowed.says, choice.source, choice.changes, f"`{choice.where}`")
    return f"| `{choice.key}` | {' | '.join(told)} |"


def _risk(risk: Risk) -> str:
    tests = " ".join(f"`{test}`" for test in risk.tests)
    return f"| {risk.whom} | {risk.what} | {risk.measure} | {tests} | {risk.remains} |"


# What no caller does, in words.
_BY_COMMAND = {
    "case.migrate": "een zaak naar een latere versie van haar route brengen (door wie de dienst beheert)",
    "audit.destroy": "regels van het logboek vernietigen na hun termijn (door twee mensen goedgekeurd)",
    "meldcode.destroy": "een spoor van de meldcode vernietigen na zijn termijn (door twee mensen die het kennen)",
}


def _table() -> Iterator[str]:
    yield "| Activiteit | Sleutel | Doel |\n|---|---|---|"
    yield from (f"| [{each.title}](#{_anchor(each.title)}) | `{each.key}` | {each.purpose} |" for each in ACTIVITIES)
    yield ""


def _anchor(title: str) -> str:
    return "".join(each for each in title.lower().replace(" ", "-") if each.isalnum() or each == "-")


def _activity(activity: Activity) -> Iterator[str]:
    categories = ", ".join(each for each in Category if each in activity.categories)
    yield f"### {activity.title}\n"
    yield "| | |\n|---|---|"
    yield f"| Doel | {activity.purpose} |"
    yield f"| Grondslag | {activity.ground} |"
    yield f"| Over wie | {', '.join(activity.subjects)} |"
    yield f"| Gegevens | {'; '.join(filter(None, (activity.besides, categories)))} |"
    yield f"| Wie ze kan krijgen | {activity.recipients} |"
    yield f"| Bewaarklasse ([tabel](retention.md)) | {'; '.join(map(how_long, activity.retention))} |"
    words = [IN_WORDS[action] for action in Action if action in activity.actions]
    yield f"| Handelingen | {'; '.join([*words, *(_BY_COMMAND[each] for each in sorted(activity.also))])} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(written())
