"""docs/retention.md, written from the table of retention classes.

`python -m app.retention_document > docs/retention.md` writes it; a test holds the file equal to the table.
"""

import sys
from collections.abc import Iterator

from app.domain.retention import ANCHOR_IN_WORDS, CLASSES, TABLES, RetentionClass, Way

OPENING = """\
# Hoe lang wat wordt bewaard

Dit bestand is gemaakt uit de tabel in `app/domain/retention.py` en wordt er in de tests mee vergeleken; wijzig de
tabel, niet dit bestand. `GET /v1/retention-classes` zegt hetzelfde, met de termijnen die hier zijn ingesteld
(`RETENTION_TERMS`).

Een zaak wordt nooit in haar geheel door één regel vernietigd. Wat elke organisatie schreef is een deel met een eigen
klasse; wat van allen samen is (wie meedeed, welke stap is gezet, wat het gezin is gevraagd en antwoordde, wat het gezin
zelf schreef) is het gedeelde dossier, dat pas gaat als er van geen organisatie meer een deel is. Een organisatie die in
een lopende zaak nog meedoet, vernietigt niets. **Betwist** is een termijn waarover bronnen verschillen: de tabel volgt
de eerste lezing, en een instelling kan een andere kiezen.
"""
FLOW = """\
## Hoe iets weggaat

1. `ondersteuningsroute retention propose` bekijkt elk deel van elke zaak en stelt per organisatie en klasse voor wat
   aan de beurt is: aantallen en redenen, nooit een woord van de inhoud. Met `--dry-run` bewaart het niets.
2. Twee verschillende mensen van die organisatie (`beheerder` of `functionaris_gegevensbescherming`) beoordelen het:
   `POST /v1/retention-proposals/{id}/approval`, elk één keer. De database houdt dat het er twee zijn. Wie het niet wil,
   wijst het af met een reden.
3. `ondersteuningsroute retention run` vernietigt in porties, elk in één transactie, en vraagt daarin opnieuw of er
   toestemming van twee mensen is, of er een bewaarplicht geldt en of er sinds het voorstel in de zaak is geschreven.
   Afgebroken gaat het met hetzelfde bevel verder. Waar iets van een ander aan hangt, blijft staan tot dat ook weg kan.
4. Van elk object blijft een grafsteen (soort, kenmerk, klasse, wanneer, welk voorstel), van elk voorstel een
   certificaat.

Een **spoor van de meldcode** gaat zijn eigen weg, omdat niemand anders mag weten dat het er is: in geen voorstel, geen
telling, geen uitvoer van een bevel en geen logboek van de organisatie komt het voor. Wie het spoor kent ziet in
`GET /v1/meldcode-tracks/{id}/destruction` vanaf welke dag het weg kan (`keepUntil`). Een van hen stelt het voor en een
ander stemt in (`POST` op hetzelfde pad, elk één keer); `retention run` vernietigt het. Het certificaat staat in
`GET /v1/meldcode-certificates`, voor wie het spoor kende. In het register buiten de database staat alleen dat er iets
vertrouwelijks is vernietigd: van wie of van welke organisatie is er niet uit af te leiden.

Elk **certificaat** is ondertekend met de sleutel die ook de koppen van het logboek ondertekent;
`ondersteuningsroute verify-certificates` kijkt ze na.

Het **logboek** zelf wordt niet vernietigd, en geen bevel doet dat: een rij eruit halen is precies wat `verify-audit`
moet vinden, en geen rij is oud genoeg (ADR 0157).

Een **bewaarplicht** (`POST /v1/legal-holds`: een zaak, een klasse, of alles van de organisatie) houdt tegen dat iets
wordt voorgesteld, goedgekeurd of vernietigd, vanaf het antwoord. Een signaal waar niets op volgde gaat zonder
goedkeuring: het staat veertien dagen aangekondigd, en een bewaarplicht of afwijzing houdt het.

Wat is vernietigd staat ook buiten de database, in het bestand van `DESTRUCTION_REGISTER`: soorten en kenmerken, elke
regel met de hash van de vorige. Na het terugzetten van een back-up vernietigt `migrate` (of
`ondersteuningsroute reapply-destructions`, als eigenaar) opnieuw wat terugkwam; `retention run` weigert tot dat
is gedaan.
"""
WAYS = {
    Way.BY_CLASS: "per klasse",
    Way.ALONG: "gaat mee",
    Way.APART: "per klasse, apart",
    Way.SHORT: "gaat vanzelf",
    Way.KEPT: "blijft",
}


def written() -> str:
    """The whole page, as Markdown."""
    return "\n".join([OPENING, *_classes(), "", FLOW, *_tables()]) + "\n"


def _classes() -> Iterator[str]:
    yield "## De klassen\n"
    yield "| Klasse | Wat | Van wie | Termijn | Bron | Betwist |"
    yield "|---|---|---|---|---|---|"
    for each in CLASSES:
        yield f"| `{each.key}` | {each.title} | {_owners(each)} | {_term(each)} | {each.source} | {each.disputed} |"


def _owners(each: RetentionClass) -> str:
    return ", ".join(sorted(each.owners)) or "allen samen"


def _term(each: RetentionClass) -> str:
    return f"{each.term} {ANCHOR_IN_WORDS[each.anchor]}"


def _tables() -> Iterator[str]:
    yield "## De tabellen\n"
    yield "| Tabel | Hoe | Wanneer, of waarom niet |"
    yield "|---|---|---|"
    for table, (way, words) in sorted(TABLES.items()):
        yield f"| `{table}` | {WAYS[way]} | {words} |"


if __name__ == "__main__":
    sys.stdout.write(written())
