"""`migrate-cases`: the cases of one version of a route to a later one, by a mapping file; or a batch of them back."""

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import psycopg
import typer
from psycopg import errors
from psycopg.rows import dict_row
from pydantic import ValidationError

from app.db import case_versions as kept
from app.services.case_migration import Busy, NoBatch, Outcome, Report, Unsound, migrate, put_back
from app.settings import DatabaseSettings
from app.terminal import NOT_ALL_WELL, out, progress, stop, unanswered
from app.workflow.beside import load_beside
from app.workflow.loader import load_routes
from app.workflow.model import Route
from app.workflow.reader import RouteFaults
from app.workflow.versions import Renaming, read_renaming

SHOWN = 20  # refused cases on the screen; the report has them all
SHORTEST_REASON = 10  # a reason that says something


def migrate_cases(
    route: Annotated[str, typer.Argument(metavar="ROUTE", help="De sleutel van de route.")],
    *,
    old: Annotated[int, typer.Option("--from", min=1, help="De versie waar de zaken nu op staan.")],
    new: Annotated[int, typer.Option("--to", min=1, help="De versie waar zij op komen.")],
    reason: Annotated[str, typer.Option(help="Waarom; het gezin leest dit in de zaak. Zonder gegevens van iemand.")],
    mapping: Annotated[
        Path | None, typer.Option(metavar="BESTAND", help="Wat wat wordt (TOML); zie docs/versions.md.")
    ] = None,
    undo: Annotated[UUID | None, typer.Option(metavar="PARTIJ", help="Zet deze partij terug.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Laat zien wat er zou gebeuren; bewaart niets.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="BESTAND", help="Waar het rapport per zaak komt (JSON).")
    ] = None,
) -> None:
    """Zet lopende zaken over naar een latere versie van hun route, of een partij daarvan terug.

    De database komt uit DATABASE_URL, als eigenaar van de tabellen. Een zaak die in de nieuwe versie niet past, blijft
    waar zij is; het rapport zegt waarom. Wat werd afgebroken gaat met hetzelfde bevel verder. Uitkomst 0: alle zaken
    zijn over; 1: er is niets gedaan; 3: er zijn zaken achtergebleven.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        stop(f"Geef een reden van minstens {SHORTEST_REASON} tekens: het gezin leest haar in de zaak.")
    try:
        settings = DatabaseSettings()
        load_beside(settings.routes_folder)
    except ValidationError:
        stop("Zet DATABASE_URL: het postgresql://-adres van de database, als eigenaar van de tabellen.")
    except RouteFaults as faults:
        stop(f"De routes van ROUTES_FOLDER kloppen niet (docs/add-a-route.md):\n{faults}")
    address = settings.database_url.get_secret_value()
    before, after = _version(route, old), _version(route, new)
    renaming = None if undo else _renaming(mapping, before, after)
    done = _run(address, before, after, renaming, undo, reason.strip(), dry_run=dry_run)
    _tell(done, dry_run=dry_run)
    if report is not None:
        report.write_text(_as_json(done, dry_run=dry_run), encoding="utf-8")
    if done.count(Outcome.REFUSED):
        raise typer.Exit(NOT_ALL_WELL)


def _version(key: str, version: int) -> Route:
    routes = load_routes()
    if (key, version) not in routes:
        known = ", ".join(f"{name} {number}" for name, number in sorted(routes))
        stop(f"Route {key}, versie {version}, bestaat niet. Kies uit: {known}.")
    return routes[key, version]


def _renaming(mapping: Path | None, old: Route, new: Route) -> Renaming:
    if mapping is None:
        stop("Noem het bestand dat zegt wat wat wordt: --mapping BESTAND (docs/versions.md).")
    try:
        return read_renaming(mapping.name, mapping.read_text(encoding="utf-8"), old, new)
    except (OSError, UnicodeDecodeError):
        stop(f"Het bestand {mapping} is niet te lezen.")
    except RouteFaults as faults:
        stop(f"{faults}\nEr is niets gedaan.")


def _run(
    address: str, old: Route, new: Route, renaming: Renaming | None, undo: UUID | None, reason: str, *, dry_run: bool
) -> Report:
    """The work itself, and what the database may say against it in words for whoever types the command."""
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=10, row_factory=dict_row) as connection:
            return _carried_out(connection, old, new, renaming, undo, reason, dry_run=dry_run)
    except Busy:
        stop("Er worden op dit moment al zaken van deze route overgezet. Wacht tot dat klaar is.")
    except NoBatch:
        stop(f"Van {old.key} is er geen partij met dit nummer die van versie {old.version} kwam.")
    except Unsound:
        stop("Deze versies passen niet op elkaar; er is niets gedaan.")
    except errors.InsufficientPrivilege:
        stop("DATABASE_URL moet de eigenaar van de tabellen zijn. Er is niets gedaan.")
    except errors.UndefinedTable:
        stop("In deze database staan de tabellen nog niet; draai eerst de migraties. Er is niets gedaan.")
    except psycopg.Error as error:
        unanswered(error)


def _carried_out(
    connection: kept.Connection,
    old: Route,
    new: Route,
    renaming: Renaming | None,
    undo: UUID | None,
    reason: str,
    *,
    dry_run: bool,
) -> Report:
    if undo is not None:
        with progress("terugzetten", kept.to_put_back(connection, undo)) as done:
            return put_back(connection, undo, old, reason, dry_run=dry_run, done=done)
    if renaming is None:
        msg = "a mapping is asked for, unless a batch is put back"
        raise TypeError(msg)
    with progress("overzetten", kept.count(connection, old.key, old.version)) as done:
        return migrate(connection, old, new, renaming, reason, dry_run=dry_run, done=done)


def _tell(done: Report, *, dry_run: bool) -> None:
    for case in [case for case in done.cases if case.outcome is Outcome.REFUSED][:SHOWN]:
        out.print(f"Zaak {case.case_id} blijft in «{case.from_step}»: {'; '.join(text.nl for text in case.reasons)}.")
    if done.count(Outcome.REFUSED) > SHOWN:
        out.print(f"En nog {done.count(Outcome.REFUSED) - SHOWN}; --report BESTAND geeft ze alle.")
    over, back, left = (done.count(each) for each in (Outcome.MOVED, Outcome.PUT_BACK, Outcome.REFUSED))
    out.print(f"{over} overgezet, {back} teruggezet, {left} achtergebleven.")
    if dry_run:
        out.print("Dit was proefdraaien: er is niets bewaard.")
    elif done.batch is not None:
        out.print(f"Partij {done.batch}; terugzetten kan met --undo.")


def _as_json(done: Report, *, dry_run: bool) -> str:
    cases = [
        {
            "case": str(case.case_id),
            "outcome": case.outcome,
            "fromStep": case.from_step,
            "toStep": case.to_step,
            "reasons": [{"nl": text.nl, "en": text.en} for text in case.reasons],
        }
        for case in done.cases
    ]
    told = {"dryRun": dry_run, "batch": str(done.batch) if done.batch and not dry_run else None, "cases": cases}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
