"""`retention propose` and `retention run`: what is due, and what two people agreed to; and `reapply-destructions`."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import psycopg
import typer
from psycopg import errors
from psycopg.rows import dict_row
from pydantic import ValidationError

from app.db import retention as kept
from app.db.migrations import needed
from app.domain.retention import BY_KEY, overridden
from app.integrations.audit_heads import KeyUnusable, public_keys
from app.integrations.destruction_register import Register, RegisterBroken
from app.services.destruction import Behind, Busy, propose, prove, reapply, run
from app.settings import DatabaseSettings, signer_of
from app.terminal import Told, complaints, out, progress, stop, unanswered

NOT_SOUND = 1
NOT_VERIFIED = 2

T = TypeVar("T")
retention = typer.Typer(
    help="Bewaartermijnen: voorstellen doen, en vernietigen wat is goedgekeurd.", no_args_is_help=True
)
DryRun = Annotated[bool, typer.Option("--dry-run", help="Laat zien wat er zou gebeuren; bewaart en vernietigt niets.")]


@retention.command("propose")
def propose_what_is_due(*, dry_run: DryRun = False) -> None:
    """Stelt voor wat aan de beurt is: per organisatie en klasse één voorstel, dat twee mensen daar beoordelen.

    De database komt uit DATABASE_URL, als de rol ondersteuningsroute_retention. Wat onder een bewaarplicht valt, blijft
    buiten het voorstel. Een signaal waar niets op volgde wordt aangekondigd en gaat na veertien dagen vanzelf.
    """
    settings = _settings()
    classes = overridden(settings.retention_terms)

    def work(connection: kept.Connection, done: Told) -> None:
        looked = propose(connection, classes, dry_run=dry_run, done=done)
        for each in looked.proposals:
            title = BY_KEY[each.retention_class].title
            out.print(f"{title}: {each.objects} gegevens uit {each.parts} delen, organisatie {each.organisation_id}.")
        out.print(
            f"{looked.looked} delen bekeken: {looked.not_due} nog niet aan de beurt, {looked.unknown} nog niet te"
            f" bepalen, {looked.held} onder bewaarplicht, {looked.nobodys} zonder bewaarder."
        )
        if dry_run:
            out.print("Dit was proefdraaien: er is niets voorgesteld.")

    _carried_out(settings, "bekijken", kept.count, work)


@retention.command("run")
def destroy_what_was_approved(*, dry_run: DryRun = False) -> None:
    """Vernietigt wat twee mensen goedkeurden, in porties, en maakt van elk voorstel dat af is een certificaat.

    De database komt uit DATABASE_URL, als de rol ondersteuningsroute_retention; DESTRUCTION_REGISTER noemt het bestand
    buiten de database waarin staat wat is vernietigd. De certificaten worden ondertekend met AUDIT_SIGNING_KEY of door
    AUDIT_SIGNING_COMMAND. Wat werd afgebroken gaat met hetzelfde bevel verder.
    """
    settings = _settings()
    register = _register(settings)
    try:
        signer = signer_of(settings)
    except KeyUnusable:
        stop("AUDIT_SIGNING_KEY is geen bestand met een Ed25519-sleutel (PEM). Er is niets gedaan.")
    if signer is None:
        complaints.print("Zonder AUDIT_SIGNING_KEY of AUDIT_SIGNING_COMMAND zijn de certificaten niet ondertekend.")

    def count(connection: kept.Connection) -> int:
        return sum(each.objects_left for each in kept.ready(connection))

    def work(connection: kept.Connection, done: Told) -> None:
        ran = run(connection, register, dry_run=dry_run, done=done, signer=signer)
        if dry_run:
            out.print(f"{ran.waiting} gegevens zijn goedgekeurd. Dit was proefdraaien: er is niets vernietigd.")
            return
        out.print(
            f"{sum(ran.destroyed.values())} gegevens vernietigd, {sum(ran.stayed.values())} gebleven omdat er iets"
            f" anders aan hangt of omdat er weer in de zaak is gewerkt, {ran.waiting} onder bewaarplicht;"
            f" {ran.certificates} certificaten gemaakt."
        )

    _carried_out(settings, "vernietigen", count, work)


def verify_certificates() -> None:
    """Kijkt na of elk certificaat van vernietiging er is, is zoals het werd gemaakt, en door ons werd ondertekend.

    De database komt uit DATABASE_URL, als de rol van de worker; de sleutels uit AUDIT_PUBLIC_KEYS. Uitkomst 0: alles
    klopt; 1: er klopt iets niet; 2: het kon niet worden nagekeken.
    """
    settings = _settings()
    if settings.audit_public_keys is None:
        stop("Zet AUDIT_PUBLIC_KEYS: een bestand met de openbare sleutels.", NOT_VERIFIED)
    try:
        keys = public_keys(settings.audit_public_keys)
        with psycopg.connect(
            settings.database_url.get_secret_value(), autocommit=True, connect_timeout=10, row_factory=dict_row
        ) as connection:
            proven = prove(connection, keys)
    except KeyUnusable:
        stop("AUDIT_PUBLIC_KEYS is geen bestand met openbare Ed25519-sleutels (PEM).", NOT_VERIFIED)
    except psycopg.Error as error:  # never its own text, which may repeat the address with the password
        stop(f"De database antwoordt niet, of niet aan deze rol (code {error.sqlstate or 'geen'}).", NOT_VERIFIED)
    for doubt, asked in proven.doubts:
        complaints.print(f"{doubt}: {f'voorstel {asked}' if asked else 'van een vertrouwelijk spoor'}.")
    out.print(f"{proven.looked} certificaten nagekeken.")
    if proven.doubts:
        raise typer.Exit(NOT_SOUND)
    out.print("Elk certificaat is zoals het werd gemaakt en ondertekend.")


def reapply_destructions(*, dry_run: DryRun = False) -> None:
    """Vernietigt opnieuw wat een teruggezette back-up terugbracht, zoals DESTRUCTION_REGISTER het noemt.

    De database komt uit DATABASE_URL, als eigenaar van de tabellen. `migrate` doet dit ook.
    """
    settings = _settings()
    register = _register(settings)

    def work(connection: kept.Connection, done: Told) -> None:
        total = reapply(connection, register, dry_run=dry_run, done=done)
        out.print(f"{total} teruggekomen gegevens opnieuw vernietigd.")
        if dry_run:
            out.print("Dit was proefdraaien: er is niets vernietigd.")

    _carried_out(settings, "opnieuw vernietigen", lambda _: 0, work)


def _settings() -> DatabaseSettings:
    try:
        return DatabaseSettings()
    except ValidationError as faults:
        words = [str(each["ctx"]["error"]) for each in faults.errors() if "error" in each.get("ctx", {})]
        stop("\n".join(["Zet DATABASE_URL, en kijk RETENTION_TERMS na (docs/operate.md).", *words]))


def _register(settings: DatabaseSettings) -> Register:
    if settings.destruction_register is None:
        stop(
            "Zet DESTRUCTION_REGISTER: het bestand buiten de database waarin staat wat is vernietigd. Zonder dat komt"
            " met een back-up terug wat weg moest blijven. Er is niets gedaan."
        )
    return Register(settings.destruction_register)


def _carried_out(
    settings: DatabaseSettings,
    what: str,
    count: Callable[[kept.Connection], int],
    work: Callable[[kept.Connection, Told], None],
) -> None:
    """The work itself, with its progress, and what may stand in its way in words for whoever types the command."""
    try:
        with psycopg.connect(
            settings.database_url.get_secret_value(), autocommit=True, connect_timeout=10, row_factory=dict_row
        ) as connection:
            if kept.newest_migration(connection) < needed():
                stop("De database mist migraties; draai eerst: ondersteuningsroute migrate. Er is niets gedaan.")
            with progress(what, count(connection)) as done:
                work(connection, done)
    except Busy:
        stop("Er loopt op dit moment al een voorstel of vernietiging. Wacht tot dat klaar is.")
    except Behind:
        stop(
            "De database is ouder dan DESTRUCTION_REGISTER: er is een back-up teruggezet. Draai eerst, als eigenaar:"
            " ondersteuningsroute reapply-destructions"
        )
    except RegisterBroken as fault:
        stop(f"DESTRUCTION_REGISTER is niet te gebruiken: {fault}. Wat al was vernietigd, is en blijft weg.")
    except errors.InsufficientPrivilege:
        stop("DATABASE_URL noemt een rol die dit niet mag (docs/operate.md). Er is niets gedaan.")
    except KeyUnusable:
        stop("AUDIT_SIGNING_COMMAND ondertekent niet. Wat af was is weg; met hetzelfde bevel gaat het verder.")
    except psycopg.Error as error:
        unanswered(error)
