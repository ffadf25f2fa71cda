"""Writes `docs/privacy.md`, the register and the risks: `python -m app.privacy_document > docs/privacy.md`."""

import sys
from collections.abc import Iterator

from app.domain.actors import Category
from app.domain.policy import Action
from app.domain.privacy_risks import RISKS, Risk
from app.domain.processing_activities import ACTIVITIES, Activity
from app.policy_document import IN_WORDS

OPENING = """# Privacy

Gemaakt uit het register (`app/domain/processing_activities.py`) en de risico's; wijzig die, niet dit bestand.
Verwerkingsverantwoordelijk is de organisatie van waaruit iets wordt gedaan: zij neemt deze activiteiten over in haar
eigen register (AVG 30). Het Logboek Dataverwerkingen noemt van elke handeling de activiteit bij haar sleutel.

## Register van verwerkingsactiviteiten
"""


RISKS_OPENING = """## Risico's, maatregelen en toetsen (DPIA)

De tabel van een gegevensbeschermingseffectbeoordeling (AVG 35), gemaakt uit `app/domain/privacy_risks.py`. Elke toets
draait in `make test` en faalt als de maatregel wordt weggenomen. Wat er
overblijft weegt elke verwerkingsverantwoordelijke zelf.

| Voor wie | Wat er kan gebeuren | Wat ertegen gebeurt | Toetsen | Wat overblijft |
|---|---|---|---|---|"""


def written() -> str:
    """The register and the risks, as Markdown."""
    register = [OPENING, *_table(), *(line for each in ACTIVITIES for line in _activity(each))]
    return "\n".join([*register, RISKS_OPENING, *map(_risk, RISKS)]).rstrip() + "\n"


def _risk(risk: Risk) -> str:
    tests = " ".join(f"`{test}`" for test in risk.tests)
    return f"| {risk.whom} | {risk.what} | {risk.measure} | {tests} | {risk.remains} |"


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
    yield f"| Bewaarklasse | {activity.retention} |"
    words = [IN_WORDS.get(action, action) for action in Action if action in activity.actions]
    yield f"| Handelingen | {'; '.join([*words, *sorted(activity.also)])} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(written())
