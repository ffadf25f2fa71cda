"""`rotate-keys`: every BSN and PGN under the present keys, so that the older ones can be taken away."""

import asyncio
from typing import Annotated

import psycopg
import typer
from psycopg import errors
from psycopg.rows import dict_row
from pydantic import ValidationError

from app.integrations.keys import Keyring
from app.services.key_rotation import Connection, Rotated, rotate, sees_all, to_rotate, under_each_key
from app.settings import RotationSettings, keys_of
from app.terminal import NOT_ALL_WELL, out, progress, stop, unanswered


def rotate_keys(
    *, dry_run: Annotated[bool, typer.Option("--dry-run", help="Telt alleen; wijzigt niets.")] = False
) -> None:
    """Brengt elk BSN en PGN onder de sleutels die nu gelden, zodat oudere weg kunnen.

    De database komt uit DATABASE_URL, als eigenaar van de tabellen; de sleutels uit NUMBER_KEYS_FILE of
    NUMBER_KEYS_COMMAND, de oude en de nieuwe samen. Wat werd afgebroken gaat met hetzelfde bevel verder. Uitkomst 0:
    alles staat onder de nieuwe sleutels; 1: er is niets gedaan; 3: er zijn nummers die niet open gaan.
    """
    try:
        settings = RotationSettings()
    except ValidationError:
        stop(
            "Zet DATABASE_URL (het postgresql://-adres, als eigenaar van de tabellen) en NUMBER_KEYS_FILE of"
            " NUMBER_KEYS_COMMAND (een van beide)."
        )
    ring = asyncio.run(keys_of(settings).ring())
    if ring is None:
        stop("De sleutels zijn er niet of kloppen niet; zie hierboven en docs/operate.md. Er is niets gedaan.")
    try:
        with psycopg.connect(
            settings.database_url.get_secret_value(), autocommit=True, connect_timeout=10, row_factory=dict_row
        ) as connection:
            if not sees_all(connection):
                stop("DATABASE_URL moet de eigenaar van de tabellen zijn. Er is niets gedaan.")
            done = Rotated() if dry_run else _carried_out(connection, ring)
            _tell(done, ring, under_each_key(connection), to_rotate(connection, ring))
    except errors.UndefinedTable:
        stop("In deze database staan de tabellen nog niet; draai eerst de migraties. Er is niets gedaan.")
    except psycopg.Error as error:
        unanswered(error)
    if done.stuck:
        raise typer.Exit(NOT_ALL_WELL)


def _carried_out(connection: Connection, ring: Keyring) -> Rotated:
    with progress("opnieuw versleutelen", to_rotate(connection, ring)) as done:
        return rotate(connection, ring, done=done)


def _tell(done: Rotated, ring: Keyring, each: dict[str, int], left: int) -> None:
    out.print(f"{done.done} opnieuw versleuteld, {left} nog onder een oudere sleutel.")
    for name, count in sorted(done.lost.items()):
        out.print(
            f"Sleutel «{name}» is er niet: {count} nummers blijven zoals zij zijn. Zet haar terug en herhaal dit."
        )
    for name, count in sorted(done.damaged.items()):
        out.print(f"Onder sleutel «{name}» gaan {count} nummers niet open: gewijzigd, of de sleutel is een andere.")
    known = {*ring.encryption.keys, *ring.lookup.keys} - {ring.encryption.current, ring.lookup.current}
    for name in sorted(known):
        used = each.get(name, 0)
        out.print(
            f"Oudere sleutel «{name}»: {f'nog {used} nummers' if used else 'kan weg, vijf minuten na de wissel'}."
        )
