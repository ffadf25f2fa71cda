"""`import organisations`: lists of schools into the organisations, with a progress bar and an answer for every row."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, NoReturn

import psycopg
import typer
from psycopg import errors
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.domain.sectors import Sector
from app.integrations.school_register import (
    AreaFile,
    BadFileError,
    Language,
    Notice,
    SchoolFile,
    load,
    read_areas,
    read_schools,
)
from app.services.organisation_import import Outcome, Report, import_schools
from app.settings import DatabaseSettings

importing = typer.Typer(help="Leest lijsten van buiten in.", no_args_is_help=True)

NOTHING_WRITTEN = 1
NOT_ALL_WELL = 3
SHOWN = 5  # refused lines on the screen; the report has them all
COLUMNS = ("file", "row", "code", "name", "outcome", "stored", "swv", "notices")


@importing.callback()
def _group() -> None:
    """Keeps `organisations` a command of its own, also while it is the only one."""


@dataclass(frozen=True, slots=True)
class _Areas:
    """The list of postcode areas: its name, what it holds."""

    name: str
    file: AreaFile


@dataclass(frozen=True, slots=True)
class _Imported:
    """One list: its name, what it was, what became of it."""

    name: str
    file: SchoolFile
    report: Report


@importing.command()
def organisations(
    files: Annotated[list[Path], typer.Argument(metavar="BESTAND", help="Lijsten van schoolvestigingen (CSV).")],
    *,
    areas: Annotated[Path, typer.Option(metavar="BESTAND", help="Postcodegebieden: pc4, gemeente, swv_po, swv_vo.")],
    report: Annotated[
        Path, typer.Option(metavar="BESTAND", help="Waar het rapport per regel komt: .csv of .json.")
    ] = Path("import-report.csv"),
    sector: Annotated[
        Sector | None, typer.Option(help="De sector van een DUO-lijst waarvan de kop die niet verraadt.")
    ] = None,
    language: Annotated[Language, typer.Option(help="De taal van de meldingen.")] = "nl",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Laat zien wat er zou gebeuren; schrijft niets.")] = False,
) -> None:
    """Leest schoolvestigingen in, met hun besturen en samenwerkingsverbanden.

    Het samenwerkingsverband volgt uit de postcode van de school. De database komt uit DATABASE_URL, als eigenaar van
    de tabellen. Alles wordt in één keer geschreven of niets. Uitkomst 0: alles ingelezen; 1: niets geschreven;
    3: ingelezen, maar er zijn regels geweigerd of het rapport ontbreekt.
    """
    screen = _Screen(language)
    target = _report_target(report, (areas, *files), screen)
    lists, regions = _read(files, areas, sector, screen)
    try:
        address = DatabaseSettings().database_url.get_secret_value()
    except ValidationError:
        screen.stop(
            "Zet DATABASE_URL: het postgresql://-adres van de database, als eigenaar van de tabellen.",
            "Set DATABASE_URL: the postgresql:// address of the database, as the owner of the tables.",
        )
    imported = None
    try:
        # The report is drafted inside the transaction: what cannot be reported is not kept either.
        with TemporaryDirectory(prefix=".import-", dir=target.parent) as folder:
            draft = Path(folder) / target.name
            imported = _write(address, lists, regions, draft, screen, dry_run=dry_run)
            draft.replace(target)
    except psycopg.Error as error:
        screen.stop(*_refusal_of(error))
    except OSError:
        screen.complain(
            f"Het rapport kon niet naar {target} geschreven worden.", f"The report could not be written to {target}."
        )
        if imported is None:
            screen.stop("Er is niets geschreven.", "Nothing was written.")
        raise typer.Exit(NOT_ALL_WELL) from None
    _summarise(imported, regions, target, screen, dry_run=dry_run)
    if regions.file.faults or any(one.report.count(Outcome.REFUSED) for one in imported):
        raise typer.Exit(NOT_ALL_WELL)


class _Screen:
    """Says things to the person at the keyboard, in one of two languages; never interprets what a file holds."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.out = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
        self.err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)

    def say(self, dutch: str, english: str) -> None:
        self.out.print(english if self.language == "en" else dutch)

    def complain(self, dutch: str, english: str) -> None:
        self.err.print(english if self.language == "en" else dutch)

    def stop(self, dutch: str, english: str) -> NoReturn:
        self.complain(dutch, english)
        raise typer.Exit(NOTHING_WRITTEN)

    def number(self, value: int) -> str:
        """7.820 in Dutch, 7,820 in English."""
        grouped = f"{value:,}"
        return grouped if self.language == "en" else grouped.replace(",", ".")


def _report_target(report: Path, sources: Sequence[Path], screen: _Screen) -> Path:
    """Where the report goes, checked before anything is done."""
    if report.suffix.lower() not in {".csv", ".json"}:
        screen.stop(
            f"Het rapport {report} moet eindigen op .csv of .json.", f"The report {report} must end in .csv or .json."
        )
    if report.is_dir() or not report.parent.is_dir():
        screen.stop(
            f"Het rapport kan niet naar {report}: dat is een map, of de map erboven ontbreekt.",
            f"The report cannot go to {report}: that is a folder, or the folder above is missing.",
        )
    if report.resolve() in {source.resolve() for source in sources}:
        screen.stop(
            f"Het rapport zou de lijst {report} overschrijven; kies een andere naam.",
            f"The report would overwrite the list {report}; choose another name.",
        )
    return report


def _read(
    files: Sequence[Path], areas: Path, sector: Sector | None, screen: _Screen
) -> tuple[list[tuple[str, SchoolFile]], _Areas]:
    """All lists and the areas; when any cannot be read each is named, and nothing is done."""
    lists: list[tuple[str, SchoolFile]] = []
    regions = None
    bad = False
    for path in (areas, *files):
        try:
            if path is areas:
                regions = _Areas(path.name, read_areas(load(path)))
            else:
                lists.append((path.name, read_schools(load(path), sector=sector)))
        except BadFileError as error:
            bad = True
            text = f"{path}: {error.notice.text(screen.language)}"
            screen.complain(text, text)
    if bad or regions is None:
        screen.stop("Er is niets geschreven.", "Nothing was written.")
    return lists, regions


def _write(
    address: str,
    lists: Sequence[tuple[str, SchoolFile]],
    areas: _Areas,
    draft: Path,
    screen: _Screen,
    *,
    dry_run: bool,
) -> list[_Imported]:
    """Imports all lists and writes the report, in one transaction: either all of it is there afterwards or nothing."""
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=screen.err,
    )
    imported = []
    with ExitStack() as stack:
        connection = stack.enter_context(psycopg.connect(address, autocommit=True, connect_timeout=10))
        stack.enter_context(bar)
        stack.enter_context(connection.transaction(force_rollback=dry_run))
        for name, file in lists:
            done = import_schools(
                connection, file.rows, areas.file.areas, partial(bar.advance, bar.add_task(name, total=len(file.rows)))
            )
            imported.append(_Imported(name, file, done))
        _write_report(draft, imported, areas, screen.language)
    return imported


def _write_report(path: Path, imported: Sequence[_Imported], areas: _Areas, language: Language) -> None:
    records = list(_records(imported, areas, language))
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps({"rows": records}, ensure_ascii=False, indent=1), encoding="utf-8")
        return
    # As a Dutch spreadsheet opens it by itself: semicolons and a byte order mark.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(COLUMNS)
        for record in records:
            texts = " ".join(notice["text"] for notice in record["notices"])
            writer.writerow([_as_text(record[column]) for column in COLUMNS[:-1]] + [_as_text(texts)])


def _records(imported: Sequence[_Imported], areas: _Areas, language: Language) -> Iterator[dict[str, Any]]:
    for fault in areas.file.faults:
        notices = [{"code": notice.code, "text": notice.text(language)} for notice in fault.faults]
        yield dict(
            zip(COLUMNS, (areas.name, fault.number, fault.pc4, None, Outcome.REFUSED, None, None, notices), strict=True)
        )
    for one in imported:
        for row in one.report.rows:
            notices = [{"code": notice.code, "text": notice.text(language)} for notice in row.notices]
            cells = (one.name, row.number, row.code, row.name, row.outcome, row.stored, row.swv, notices)
            yield dict(zip(COLUMNS, cells, strict=True))


def _as_text(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: the lists come from outside."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _summarise(imported: Sequence[_Imported], areas: _Areas, report: Path, screen: _Screen, *, dry_run: bool) -> None:
    n, source, faults = screen.number, areas.file.source, areas.file.faults
    head = f"{areas.name} ({source.encoding}, «{source.delimiter}»): {n(len(areas.file.areas))}"
    screen.say(
        f"{head} postcodegebieden, {n(len(faults))} regels geweigerd",
        f"{head} postcode areas, {n(len(faults))} lines refused",
    )
    _show_refused([(fault.number, fault.faults) for fault in faults], screen)
    for one in imported:
        _summarise_list(one, screen)
    screen.say(f"Rapport per regel: {report}", f"Report per row: {report}")
    if dry_run:
        screen.say("Dit was proefdraaien: er is niets bewaard.", "This was a dry run: nothing was kept.")


def _summarise_list(one: _Imported, screen: _Screen) -> None:
    n, report, source = screen.number, one.report, one.file.source
    without, refused = report.count(Outcome.WITHOUT_SWV), report.count(Outcome.REFUSED)
    stored = {kind: sum(row.stored is kind for row in report.rows) for kind in Outcome}
    swvs = sum(code.startswith("swv:") for code in report.companions)
    head = f"{one.name} ({source.layout}, {source.encoding}, «{source.delimiter}»)"
    screen.say(
        f"{head}: {n(len(report.rows))} regels\n"
        f"  {n(len(report.rows) - without - refused)} met een samenwerkingsverband uit de postcode van de school,"
        f" {n(without)} zonder, {n(refused)} geweigerd\n"
        f"  {n(stored[Outcome.CREATED])} nieuw, {n(stored[Outcome.UPDATED])} gewijzigd,"
        f" {n(stored[Outcome.UNCHANGED])} ongewijzigd\n"
        f"  daarbij nieuwe organisaties: samenwerkingsverbanden {n(swvs)}, besturen {n(len(report.companions) - swvs)}",
        f"{head}: {n(len(report.rows))} rows\n"
        f"  {n(len(report.rows) - without - refused)} with a samenwerkingsverband from the school's postcode,"
        f" {n(without)} without, {n(refused)} refused\n"
        f"  {n(stored[Outcome.CREATED])} created, {n(stored[Outcome.UPDATED])} updated,"
        f" {n(stored[Outcome.UNCHANGED])} unchanged\n"
        f"  new organisations along: samenwerkingsverbanden {n(swvs)}, boards {n(len(report.companions) - swvs)}",
    )
    if one.file.assumed_sector:
        screen.say(
            f"  alle vestigingen ingelezen als sector {one.file.assumed_sector}: de rijen noemen er geen (--sector)",
            f"  all locations taken as sector {one.file.assumed_sector}: the rows name none (--sector)",
        )
    told = Counter(notice.code for row in report.rows for notice in row.notices)
    if told:
        listed = ", ".join(f"{n(times)} × {code}" for code, times in told.most_common())
        screen.say(f"  meldingen: {listed}", f"  notices: {listed}")
    _show_refused([(row.number, row.notices) for row in report.rows if row.outcome is Outcome.REFUSED], screen)


def _show_refused(refused: Sequence[tuple[int, Sequence[Notice]]], screen: _Screen) -> None:
    for number, notices in refused[:SHOWN]:
        texts = " ".join(notice.text(screen.language) for notice in notices)
        screen.say(f"  regel {number} geweigerd: {texts}", f"  line {number} refused: {texts}")
    if len(refused) > SHOWN:
        more = screen.number(len(refused) - SHOWN)
        screen.say(f"  en nog {more}: zie het rapport", f"  and {more} more: see the report")


def _refusal_of(error: psycopg.Error) -> tuple[str, str]:
    """What to tell of a database that would not: never its own text, which may repeat the address with the password."""
    match error:
        case errors.UndefinedTable():
            return (
                "In deze database staan de tabellen nog niet; draai eerst de migraties. Er is niets geschreven.",
                "This database does not have the tables yet; run the migrations first. Nothing was written.",
            )
        case errors.InsufficientPrivilege():
            return (
                "DATABASE_URL moet de eigenaar van de tabellen zijn. Er is niets geschreven.",
                "DATABASE_URL must be the owner of the tables. Nothing was written.",
            )
        case psycopg.Error(sqlstate=None):
            return (
                "De database antwoordt niet, of niet op dit adres. Kijk DATABASE_URL na. Er is niets geschreven.",
                "The database does not answer, or not at this address. Check DATABASE_URL. Nothing was written.",
            )
        case _:
            return (
                f"De database weigert (code {error.sqlstate}). Er is niets geschreven.",
                f"The database refuses (code {error.sqlstate}). Nothing was written.",
            )
