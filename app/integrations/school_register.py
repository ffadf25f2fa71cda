"""Reads lists of school locations and of postcode areas, in the three layouts in which they are going round.

A file becomes rows that are sound or that name everything wrong with them; nothing here looks up or stores. Layouts
and encodings are those of DUO's open data through the years (the rules R7 and R49 of the domain handbook):

* `duo_old`: BRIN NUMMER and VESTIGINGSNUMMER, separated by semicolons, latin-1, until about 2020;
* `duo_current`: INSTELLINGSCODE and VESTIGINGSCODE, semicolons or commas, UTF-8 with or without a byte order mark;
* `cleaned`: brin6, naam, sector, postcode and more, with a column for the samenwerkingsverband that is not believed;
* `areas`: pc4, gemeente, swv_po, swv_vo, from the ministerial regulation that draws the regions (BWBR0032324).
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.domain.sectors import Sector, stage_of

Language = Literal["nl", "en"]

LARGEST_FILE = 50_000_000  # bytes; DUO's longest list of locations is about two million
LONGEST_NAME = 200  # characters; DUO's names stay under 80
LONGEST_SHOWN = 60  # characters of a cell that are repeated in a message

_LINE_END = re.compile(rb"\r\n|\n|\r")
_C1 = re.compile(rb"[\x80-\x9f]")  # letters in windows-1252, control characters (so never meant) in latin-1
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_TWICE_ENCODED = re.compile("[ÃÂ][\u0080-\u00bf]|\ufffd")  # UTF-8 read as latin-1 and written again: `Ã«` for `ë`
_BRIN = re.compile(r"[0-9]{2}[A-Z]{2}")
_BRIN6 = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")
_BRANCH = re.compile(r"[0-9]{1,2}")
_AREA = re.compile(r"[1-9][0-9]{3}")
_SWV = re.compile(r"(PO|VO)?[ .-]*([0-9]{2})[ .-]?([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that the person who imports should know: a stable code, and what it is and how to mend it."""

    code: str
    dutch: str
    english: str

    def text(self, language: Language = "nl") -> str:
        """The sentence, in Dutch unless English was asked for."""
        return self.english if language == "en" else self.dutch


class BadFileError(Exception):
    """A file that cannot be read as a list at all; `notice` says why and what to do."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.english)
        self.notice = notice


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school location as a list gives it; None where the list is silent.

    Attributes:
        number: its line in the file, as an editor or a spreadsheet counts: the header is line 1.
        brin6: BRIN and location, `99ZA00`; in a faulty row whatever stood there.
        postcode: without a blank, `9593AA`.
        municipality_code: `GM1952`.
        board_number: DUO's number of the bevoegd gezag, five digits.
        stated_swv: what the list's own column says; only compared, never followed (R7).
        faults: everything for which this row is refused; empty when it is sound.
    """

    number: int
    brin6: str
    name: str
    sector: Sector | None
    postcode: str | None
    municipality_code: str | None
    board_number: str | None
    stated_swv: str | None
    faults: tuple[Notice, ...]

    @property
    def code(self) -> str:
        """How the organisation is named in this service and in a token's claim: `brin:99ZA00`."""
        return f"brin:{self.brin6}"


@dataclass(frozen=True, slots=True)
class Area:
    """A postcode area of four digits and the samenwerkingsverbanden of the schools that stand in it."""

    pc4: str
    gemeente: str
    swv_po: str | None
    swv_vo: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """What a file turned out to be.

    Attributes:
        layout: `duo_old`, `duo_current`, `cleaned` or `areas`.
        encoding: `utf-8`, `utf-8-sig` (with a byte order mark), `latin-1`, `windows-1252` or `mixed`.
        delimiter: the character between two cells.
    """

    layout: str
    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """A list of schools. `assumed_sector` is set when the header had to tell which sector all its rows are of."""

    source: Source
    rows: tuple[SchoolRow, ...]
    assumed_sector: Sector | None


@dataclass(frozen=True, slots=True)
class AreaFault:
    """A line of the list of areas that was left out, with everything that is wrong with it."""

    number: int
    pc4: str
    faults: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class AreaFile:
    """The postcode areas by their four digits, and the lines that could not be used."""

    source: Source
    areas: Mapping[str, Area]
    faults: tuple[AreaFault, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which heading carries what; a heading that is not `needed` may be absent."""

    key: str
    columns: Mapping[str, str]
    needed: frozenset[str]


_DUO = {
    "name": "VESTIGINGSNAAM",
    "postcode": "POSTCODE",
    "municipality": "GEMEENTENUMMER",
    "board": "BEVOEGD GEZAG NUMMER",
    "structure": "ONDERWIJSSTRUCTUUR",
}
_CLEANED = {
    "location": "BRIN6",
    "institution": "BRIN",
    "branch": "VESTIGING",
    "name": "NAAM",
    "sector": "SECTOR",
    "kind": "SOORT",
    "postcode": "POSTCODE",
    "municipality": "GM CODE",
    "swv": "SWV CODE",
}
_IN_DUO = frozenset({"institution", "location", "name", "postcode"})
SCHOOL_LAYOUTS = (
    _Layout("duo_old", {"institution": "BRIN NUMMER", "location": "VESTIGINGSNUMMER", **_DUO}, _IN_DUO),
    _Layout("duo_current", {"institution": "INSTELLINGSCODE", "location": "VESTIGINGSCODE", **_DUO}, _IN_DUO),
    _Layout("cleaned", _CLEANED, frozenset({"location", "name", "sector", "postcode"})),
)
AREA_LAYOUT = _Layout(
    "areas",
    {"pc4": "PC4", "gemeente": "GEMEENTE", "swv_po": "SWV PO", "swv_vo": "SWV VO"},
    frozenset({"pc4", "swv_po", "swv_vo"}),
)


def load(path: Path) -> bytes:
    """The bytes of a file that a person named.

    Raises:
        BadFileError: there is no such file, it is a folder or a device, may not be read, or is far too big for a list.
    """
    try:
        if not path.exists():
            raise BadFileError(Notice("geen_bestand", "Dit bestand bestaat niet.", "There is no such file."))
        if path.is_dir():
            raise BadFileError(
                Notice("map", "Dit is een map; noem het bestand erin.", "This is a folder; name the file in it.")
            )
        if not path.is_file():
            raise BadFileError(Notice("geen_gewoon_bestand", "Dit is geen gewoon bestand.", "This is no regular file."))
        if path.stat().st_size > LARGEST_FILE:
            raise BadFileError(
                Notice(
                    "te_groot",
                    f"Dit bestand is groter dan {LARGEST_FILE // 1_000_000} MB: dat is geen lijst met scholen.",
                    f"This file is larger than {LARGEST_FILE // 1_000_000} MB: that is no list of schools.",
                )
            )
        return path.read_bytes()
    except OSError as error:
        raise BadFileError(
            Notice("onleesbaar", "Dit bestand is niet te lezen.", "This file cannot be read.")
        ) from error


def read_schools(data: bytes, *, sector: Sector | None = None) -> SchoolFile:
    """Reads a list of school locations: recognises layout, encoding and delimiter, and judges each row by itself.

    Args:
        data: the file, as it is.
        sector: what all schools of a DUO list are, for lists whose header does not tell (such as special education).

    Raises:
        BadFileError: no layout fits the header, or there is nothing to read.
    """
    layout, source, lines = _read_table(data, SCHOOL_LAYOUTS)
    assumed = None
    if "sector" not in layout:
        # DUO publishes a list a sector and does not name it in the rows. Only its VO list has this column.
        assumed = sector or (Sector.VO if "structure" in layout else Sector.PO)
    return SchoolFile(source, tuple(_school(number, cells, assumed) for number, cells in lines), assumed)


def read_areas(data: bytes) -> AreaFile:
    """Reads the list of postcode areas. Two lines that disagree on an area are both left out: neither can be trusted.

    Raises:
        BadFileError: the header does not fit, or there is nothing to read.
    """
    _, source, lines = _read_table(data, (AREA_LAYOUT,))
    areas: dict[str, Area] = {}
    faults: list[AreaFault] = []
    disputed: set[str] = set()
    for number, cells in lines:
        pc4, found = "", [cells] if isinstance(cells, Notice) else []
        if not isinstance(cells, Notice):
            area, found = _area(cells)
            pc4, known = area.pc4, areas.get(area.pc4)
            if known and not found and (known.swv_po, known.swv_vo) != (area.swv_po, area.swv_vo):
                disputed.add(pc4)
                found.append(
                    Notice(
                        "gebied_tegenstrijdig",
                        f"Postcodegebied {pc4} staat er vaker in, met een ander samenwerkingsverband; geen ervan geldt."
                        " Laat één regel staan.",
                        f"Postcode area {pc4} occurs more than once, with another samenwerkingsverband; none counts."
                        " Keep one line.",
                    )
                )
            elif not found:
                areas.setdefault(pc4, area)
        if found:
            faults.append(AreaFault(number, pc4, tuple(found)))
    return AreaFile(source, {pc4: area for pc4, area in areas.items() if pc4 not in disputed}, tuple(faults))


def normalise_swv(text: str, stage: Literal["po", "vo"]) -> str | None:
    """One spelling for a samenwerkingsverband: `PO2001` for `20-01`, `PO 20.01` and `po2001`.

    Args:
        text: as written; the same four digits exist for PO and for VO.
        stage: what the place where it stands says, for spellings that leave it out.

    Returns:
        None when it is no such code, or one of the other stage.
    """
    match = _SWV.fullmatch(text.strip().upper())
    kind = stage.upper()
    if not match or (match[1] or kind) != kind:
        return None
    return f"{kind}{match[2]}{match[3]}"


# --- A table of text out of bytes ---------------------------------------------------------------------------------


def _read_table(
    data: bytes, layouts: Sequence[_Layout]
) -> tuple[frozenset[str], Source, list[tuple[int, dict[str, str] | Notice]]]:
    """The fields that the header carries, what the file is, and each filled line: its cells by field, or its fault.

    Every line is read by itself. No register puts a line end in a cell, and a quotation mark that was never closed
    then costs one row, not the rest of the file.
    """
    lines, encoding = _decode(data)
    number, header = next(((at, line) for at, line in enumerate(lines, 1) if line.strip()), (0, ""))
    if _CONTROL.search(header):
        raise BadFileError(_BINARY)
    layout, delimiter, headings = _recognise(header, layouts)
    places = {field: headings.index(heading) for field, heading in layout.columns.items() if heading in headings}
    read = list(_lines(lines[number:], number + 1, delimiter, len(headings), places))
    if not read:
        raise BadFileError(
            Notice(
                "geen_regels",
                "Er staat alleen een kopregel in dit bestand, geen enkele regel eronder.",
                "This file has a header only, not one line below it.",
            )
        )
    return frozenset(places), Source(layout.key, encoding, delimiter), read


def _lines(
    lines: Sequence[str], first: int, delimiter: str, width: int, places: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, str] | Notice]]:
    for number, line in enumerate(lines, first):
        try:
            cells = _split(line, delimiter)
        except csv.Error:
            yield (
                number,
                Notice(
                    "regel_onleesbaar",
                    "Deze regel is niet in cellen te verdelen; kijk naar de aanhalingstekens.",
                    "This line cannot be split into cells; look at the quotation marks.",
                ),
            )
            continue
        if not any(cells):
            continue
        if len(cells) < width or any(cells[width:]):
            yield (
                number,
                Notice(
                    "aantal_cellen",
                    f"Deze regel heeft {len(cells)} cellen, de kop {width}; kijk naar scheidings- en aanhalingstekens.",
                    f"This line has {len(cells)} cells, the header {width}; look at delimiters and quotation marks.",
                ),
            )
            continue
        yield number, {field: cells[place] for field, place in places.items()}


_BINARY = Notice(
    "geen_tekst",
    "Dit is geen tekstbestand. Sla een werkblad op als CSV (UTF-8) en probeer het daarmee.",
    "This is no text file. Save a spreadsheet as CSV (UTF-8) and try that.",
)


def _decode(data: bytes) -> tuple[list[str], str]:
    """The lines as text and the encoding they were in: judged a line at a time, since a cut-and-pasted list mixes."""
    marked = data.startswith(codecs.BOM_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise BadFileError(Notice("leeg", "Dit bestand is leeg.", "This file is empty."))
    if b"\0" in data or data.startswith(b"PK\x03\x04"):
        raise BadFileError(_BINARY)
    lines: list[str] = []
    encodings: set[str] = set()
    for raw in _LINE_END.split(data):
        try:
            line = raw.decode("utf-8")
            if not raw.isascii():
                encodings.add("utf-8")
        except UnicodeDecodeError:
            encoding = "windows-1252" if _C1.search(raw) else "latin-1"
            line = raw.decode(encoding, errors="replace")  # what that leaves as `\ufffd` its own row reports
            encodings.add(encoding)
        lines.append(line)
    if encodings == {"latin-1", "windows-1252"}:
        encodings = {"windows-1252"}  # the wider of the two; they agree on everything that latin-1 has
    if len(encodings) > 1 or (marked and encodings - {"utf-8"}):
        return lines, "mixed"
    return lines, "utf-8-sig" if marked else next(iter(encodings), "utf-8")


def _split(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _recognise(header: str, layouts: Sequence[_Layout]) -> tuple[_Layout, str, list[str]]:
    """The layout and the delimiter under which the header carries most of what is needed.

    Raises:
        BadFileError: even the best fit lacks a needed column, or carries one twice; it names them.
    """
    fits = []
    for delimiter in ";,\t":
        try:
            headings = [" ".join(cell.upper().replace("_", " ").split()) for cell in _split(header, delimiter)]
        except csv.Error:
            continue
        for layout in layouts:
            missing = [layout.columns[field] for field in layout.needed if layout.columns[field] not in headings]
            found = len(layout.needed) - len(missing)
            fits.append((found / len(layout.needed), layout, delimiter, headings, sorted(missing)))
    share, layout, delimiter, headings, missing = max(
        fits, key=lambda fit: fit[0], default=(0, layouts[0], ";", [], [])
    )
    expected = [" + ".join(sorted(one.columns[field] for field in one.needed)) for one in layouts]
    if share == 0:
        raise BadFileError(
            Notice(
                "kop_onbekend",
                f"De eerste regel is geen bekende kop. Verwacht: {'; of '.join(expected)}.",
                f"The first line is no known header. Expected: {'; or '.join(expected)}.",
            )
        )
    if missing:
        raise BadFileError(
            Notice(
                "kop_onvolledig",
                f"De kop lijkt op de indeling {layout.key}, maar mist: {', '.join(missing)}.",
                f"The header resembles the layout {layout.key}, but lacks: {', '.join(missing)}.",
            )
        )
    twice = sorted({heading for heading in layout.columns.values() if headings.count(heading) > 1})
    if twice:
        raise BadFileError(
            Notice(
                "kop_dubbel",
                f"Deze kolommen staan dubbel in de kop: {', '.join(twice)}.",
                f"These columns stand in the header more than once: {', '.join(twice)}.",
            )
        )
    return layout, delimiter, headings


# --- A school and an area out of cells ----------------------------------------------------------------------------

# Cells that may be empty: how they are written, and what is said when they are not.
_WRITTEN_AS = {
    "postcode": (
        re.compile(r"([1-9][0-9]{3}) ?([A-Z]{2})"),
        "postcode_ongeldig",
        "Postcode «{}» is geen postcode; schrijf vier cijfers en twee letters: 9593 AA.",
        "Postcode «{}» is no postcode; write four digits and two letters: 9593 AA.",
    ),
    "municipality": (
        re.compile(r"(?:GM)?([0-9]{1,4})"),
        "gemeente_ongeldig",
        "Gemeentecode «{}» is geen CBS-code; schrijf GM1952 of 1952.",
        "Municipality code «{}» is no CBS code; write GM1952 or 1952.",
    ),
    "board": (
        re.compile(r"[0-9]{1,5}"),
        "bestuur_ongeldig",
        "Nummer bevoegd gezag «{}» is geen getal van ten hoogste vijf cijfers.",
        "Bevoegd gezag number «{}» is no number of at most five digits.",
    ),
}


def _school(number: int, cells: dict[str, str] | Notice, assumed: Sector | None) -> SchoolRow:
    if isinstance(cells, Notice):
        return SchoolRow(number, "", "", assumed, None, None, None, None, (cells,))
    faults: list[Notice] = []
    brin6 = _location(cells, faults)
    name = " ".join(cells["name"].split())
    faults += _faults_of_name(name)
    sector = assumed or _sector(cells["sector"], cells.get("kind", ""), faults)
    postcode = _matched("postcode", cells, faults)
    municipality = _matched("municipality", cells, faults)
    board = _matched("board", cells, faults)
    stated = cells.get("swv", "")
    return SchoolRow(
        number=number,
        brin6=brin6,
        name=name if not faults else _shown(name),
        sector=sector,
        postcode="".join(postcode.groups()) if postcode else None,
        # A spreadsheet drops the zeros in front: 106 is Assen's 0106.
        municipality_code=f"GM{municipality[1].zfill(4)}" if municipality else None,
        board_number=board[0].zfill(5) if board else None,
        stated_swv=((normalise_swv(stated, stage_of(sector)) if sector else None) or _shown(stated))
        if stated
        else None,
        faults=tuple(faults),
    )


def _location(cells: Mapping[str, str], faults: list[Notice]) -> str:
    """BRIN and location as six characters: `99ZA00`, also from `99ZA` with a location that lost its zero."""
    written = cells["location"].upper().replace(" ", "")
    institution = cells.get("institution", "").upper()
    if _BRANCH.fullmatch(written) and _BRIN.fullmatch(institution):
        return institution + written.zfill(2)
    if not _BRIN6.fullmatch(written):
        faults.append(
            Notice(
                "code_ongeldig",
                f"Vestigingscode «{_shown(cells['location'])}» is geen BRIN met vestiging; schrijf zoals 99ZA00.",
                f"Location code «{_shown(cells['location'])}» is no BRIN with a location; write it as 99ZA00.",
            )
        )
        return _shown(written)
    branch = cells.get("branch", "")
    if (institution and written[:4] != institution) or (branch and written[4:] != branch.zfill(2)):
        parts = _shown(f"{institution} {branch}".strip())
        faults.append(
            Notice(
                "code_tegenstrijdig",
                f"Vestigingscode {written} hoort niet bij «{parts}» in dezelfde regel; een van beide is verkeerd.",
                f"Location code {written} does not go with «{parts}» in the same line; one of them is wrong.",
            )
        )
    return written


def _faults_of_name(name: str) -> Iterator[Notice]:
    if not name:
        yield Notice("naam_ontbreekt", "De naam van de school ontbreekt.", "The name of the school is missing.")
    if len(name) > LONGEST_NAME:
        yield Notice(
            "naam_te_lang",
            f"De naam heeft {len(name)} tekens, meer dan {LONGEST_NAME}; waarschijnlijk is er een cel verschoven.",
            f"The name has {len(name)} characters, more than {LONGEST_NAME}; probably a cell was shifted.",
        )
    if not name.isprintable() or _TWICE_ENCODED.search(name):
        yield Notice(
            "naam_beschadigd",
            f"De naam «{_shown(name)}» bevat beschadigde tekens; sla de lijst opnieuw op als UTF-8.",
            f"The name «{_shown(name)}» has damaged characters; save the list again as UTF-8.",
        )


def _sector(sector: str, kind: str, faults: list[Notice]) -> Sector | None:
    """The sector, made precise by the kind of school where that says more (`PO` with `Sbo` is sbo)."""
    for written in (kind, sector):
        if written.casefold() in set(Sector):
            return Sector(written.casefold())
    faults.append(
        Notice(
            "sector_onbekend",
            f"Sector «{_shown(sector)}» is niet bekend; schrijf PO, SBO, SO, VO of VSO.",
            f"Sector «{_shown(sector)}» is not known; write PO, SBO, SO, VO or VSO.",
        )
    )
    return None


def _area(cells: Mapping[str, str]) -> tuple[Area, list[Notice]]:
    faults: list[Notice] = []
    if not _AREA.fullmatch(cells["pc4"]):
        faults.append(
            Notice(
                "gebied_ongeldig",
                f"Postcodegebied «{_shown(cells['pc4'])}» heeft geen vier cijfers.",
                f"Postcode area «{_shown(cells['pc4'])}» does not have four digits.",
            )
        )
    stages: tuple[Literal["po", "vo"], ...] = ("po", "vo")
    codes = [normalise_swv(cells[f"swv_{stage}"], stage) for stage in stages]
    for stage, code in zip(stages, codes, strict=True):
        kind, written = stage.upper(), cells[f"swv_{stage}"]
        if written and not code:
            faults.append(
                Notice(
                    "swv_ongeldig",
                    f"Samenwerkingsverband {kind} «{_shown(written)}» is geen code; schrijf zoals {kind}2001.",
                    f"Samenwerkingsverband {kind} «{_shown(written)}» is no code; write it as {kind}2001.",
                )
            )
    return Area(_shown(cells["pc4"]), cells.get("gemeente", ""), codes[0], codes[1]), faults


def _matched(field: str, cells: Mapping[str, str], faults: list[Notice]) -> re.Match[str] | None:
    """The match of a cell that may be empty or absent; filled with something else it is a fault."""
    pattern, code, dutch, english = _WRITTEN_AS[field]
    written = cells.get(field, "")
    match = pattern.fullmatch(written.upper())
    if written and not match:
        faults.append(Notice(code, dutch.format(_shown(written)), english.format(_shown(written))))
    return match


def _shown(written: str) -> str:
    """A cell as it may be repeated to a person: short, and without characters that act on a terminal."""
    clean = "".join(character if character.isprintable() else "\ufffd" for character in written)
    return clean if len(clean) <= LONGEST_SHOWN else f"{clean[: LONGEST_SHOWN - 1]}…"
