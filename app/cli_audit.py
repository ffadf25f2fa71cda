"""`verify-audit`: whether the audit is as it was sealed; and the worker's duty that writes its heads outside."""

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import httpx
import psycopg
import typer
from pydantic import ValidationError

from app.api.contract import VERSION
from app.domain.audit_chain import APART, OF_NOBODY
from app.integrations.audit_heads import (
    Entry,
    HeadsUnavailable,
    KeyUnusable,
    Ledger,
    Restore,
    entries,
    ledger,
    public_keys,
)
from app.services.audit_chain import writing_heads
from app.services.audit_proof import IN_WORDS, Finding, Verdict, count, verify
from app.settings import ProcessSettings, signer_of
from app.terminal import complaints, out, progress, stop
from app.worker import Duty

NOT_SOUND = 1
NOT_VERIFIED = 2
SHOWN = 20  # findings on the screen; the report has them all

log = logging.getLogger("app.cli")


def write_heads(settings: ProcessSettings) -> list[Duty]:
    """The duty that writes the heads outside, if this worker is told where and with which key. Raises KeyUnusable."""
    signer = signer_of(settings)
    if settings.audit_heads is None or signer is None:
        log.warning("the heads of the audit are not written outside: set AUDIT_HEADS and AUDIT_SIGNING_KEY")
        return []
    return [writing_heads(_place(settings.audit_heads, settings), signer, every=settings.audit_heads_every)]


def _place(address: str, settings: ProcessSettings) -> Ledger:
    authorization = settings.audit_heads_authorization
    return ledger(address, authorization.get_secret_value() if authorization else None)


def tell_logboek(settings: ProcessSettings) -> list[Duty]:
    """The duty that tells the Logboek, if there is one. Raises ValueError for a key of pseudonyms that will not do."""
    if settings.logboek_url is None:
        return []
    if settings.logboek_pseudonym_key is None:
        raise ValueError("LOGBOEK_PSEUDONYM_KEY")
    # Only here: whoever has no Logboek loads no OpenTelemetry.
    from app.integrations.processing_log import OtlpLogboek, Pseudonyms  # noqa: PLC0415
    from app.services.processing_log import telling  # noqa: PLC0415

    authorization = settings.logboek_authorization
    headers = {"Authorization": authorization.get_secret_value()} if authorization else {}
    logboek = OtlpLogboek(settings.logboek_url, httpx.Client(headers=headers), version=VERSION)
    return [telling(logboek, Pseudonyms.of(settings.logboek_pseudonym_key), settings.logboek_register)]


def verify_audit(
    *,
    organisation: Annotated[
        UUID | None, typer.Option(metavar="ID", help="Alleen de keten van deze organisatie, bij haar id in de API.")
    ] = None,
    without_heads: Annotated[
        bool, typer.Option("--without-heads", help="Kijk niet buiten de database: afkappen blijft dan ongezien.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="BESTAND", help="Waar het oordeel komt (JSON), met elke bevinding.")
    ] = None,
) -> None:
    """Kijkt na of het logboek is zoals het werd verzegeld: elke rij, elk zegel, en de koppen buiten de database.

    De database komt uit DATABASE_URL, als de rol van de worker; de koppen uit AUDIT_HEADS, met de sleutels van
    AUDIT_PUBLIC_KEYS. Wat nu wordt geschreven, wordt niet opgehouden. Uitkomst 0: alles klopt; 1: er klopt iets niet;
    2: het kon niet worden nagekeken.
    """
    verdict = _verified(_settings(), organisation, without_heads=without_heads)
    _tell(verdict)
    if report is not None:
        report.write_text(_as_json(verdict), encoding="utf-8")
    if not verdict.sound:
        raise typer.Exit(NOT_SOUND)


def accept_restore(
    *,
    by: Annotated[str, typer.Option("--by", metavar="WIE", help="Wie het terugzetten aanvaardt.")],
    reason: Annotated[str, typer.Option("--reason", metavar="WAAROM", help="Waarom er een oudere kopie staat.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Laat zien wat er zou worden aanvaard.")] = False,
) -> None:
    """Legt buiten de database ondertekend vast dat een oudere kopie is teruggezet, door wie en waarom.

    Alleen als verify-audit niets anders vindt dan dat: wie een rij wijzigde of weghaalde, kan niemand aanvaarden. De
    koppen die daarna buiten stonden blijven daar staan, en tellen niet meer mee. Instellingen als bij verify-audit, met
    AUDIT_SIGNING_KEY of AUDIT_SIGNING_COMMAND. Uitkomst 0: aanvaard, of er is niets te aanvaarden; 1: er klopt iets
    anders niet; 2: het kon niet.
    """
    settings = _settings()
    if not by.strip() or not reason.strip():
        _stop("Noem wie het aanvaardt (--by) en waarom (--reason).")
    verdict = _verified(settings, None, without_heads=False)
    if not verdict.restored:
        _tell(verdict)
        complaints.print("Er is meer mis dan dat er een oudere kopie staat. Er is niets aanvaard.")
        raise typer.Exit(NOT_SOUND)
    if not verdict.brought_back:
        out.print("Er is geen oudere kopie teruggezet; er is niets te aanvaarden.")
        return
    for each in verdict.brought_back:
        out.print(f"{_chain(each.chain)}: terug tot zegel {each.number}; buiten stond vanaf zegel {each.lost} meer.")
    if dry_run:
        out.print("Dit was proefdraaien: er is niets aanvaard.")
        return
    try:
        signer = signer_of(settings)
        if signer is None or settings.audit_heads is None:
            _stop("Zet AUDIT_SIGNING_KEY of AUDIT_SIGNING_COMMAND: zonder handtekening telt het niet.")
        restore = Restore(tuple(verdict.brought_back), by.strip(), reason.strip())
        _place(settings.audit_heads, settings).append(signer, [], restore)
    except KeyUnusable:
        _stop("Met AUDIT_SIGNING_KEY of AUDIT_SIGNING_COMMAND is niet te ondertekenen. Er is niets aanvaard.")
    except HeadsUnavailable as fault:
        _stop(f"Buiten de database is niet te schrijven ({fault}). Kijk AUDIT_HEADS na; er is niets aanvaard.")
    out.print("Ondertekend vastgelegd. Draai verify-audit opnieuw.")


def _settings() -> ProcessSettings:
    try:
        return ProcessSettings()
    except ValidationError:
        _stop("De instellingen kloppen niet. Zet DATABASE_URL: het postgresql://-adres, als de rol van de worker.")


def _verified(settings: ProcessSettings, organisation: UUID | None, *, without_heads: bool) -> Verdict:
    """The verdict; or the end of the program, with what is in its way."""
    try:
        outside = None if without_heads else _outside(settings)
        return _run(settings.database_url.get_secret_value(), organisation, outside)
    except KeyUnusable:
        _stop("AUDIT_PUBLIC_KEYS is geen bestand met openbare Ed25519-sleutels (PEM).")
    except HeadsUnavailable as fault:
        _stop(f"De koppen buiten de database zijn niet te lezen ({fault}). Kijk AUDIT_HEADS na.")
    except psycopg.Error as fault:  # its text may repeat the address, or a row
        _stop(f"De database antwoordt niet, of niet aan deze rol ({type(fault).__name__}). Kijk DATABASE_URL na.")


def _chain(chain: UUID) -> str:
    if chain == APART:
        return "keten van de meldcode"
    return "keten zonder organisatie" if chain == OF_NOBODY else f"keten {chain}"


def _outside(settings: ProcessSettings) -> Iterator[Entry]:
    """The entries outside. Raises KeyUnusable."""
    if settings.audit_heads is None or settings.audit_public_keys is None:
        _stop("Zet AUDIT_HEADS en AUDIT_PUBLIC_KEYS, of geef --without-heads: dan blijft afkappen ongezien.")
    return entries(_place(settings.audit_heads, settings).lines(), public_keys(settings.audit_public_keys))


def _run(address: str, chain: UUID | None, outside: Iterable[Entry] | None) -> Verdict:
    with (
        psycopg.connect(address, connect_timeout=10, autocommit=True) as connection,
        progress("rijen", count(connection, chain), stays=False) as done,
    ):
        return verify(connection, outside, chain=chain, watch=done)


def _tell(verdict: Verdict) -> None:
    for finding in verdict.findings[:SHOWN]:
        complaints.print(_line(finding))
    if (more := len(verdict.findings) + verdict.more_findings - SHOWN) > 0:
        complaints.print(f"… en nog {more}.")
    out.print(
        f"{verdict.rows} rijen in {verdict.seals} zegels van {verdict.chains} ketens nagekeken;"
        f" {verdict.destroyed} volgens de regels vernietigd; {verdict.waiting} wachten nog op een zegel."
    )
    if verdict.waiting_since is not None:
        out.print(f"De oudste die wacht is van {verdict.waiting_since.isoformat(timespec='seconds')}.")
    if verdict.entries is None:
        out.print("Buiten de database is niet gekeken: dat er iets is afgekapt zou niet te zien zijn.")
    else:
        out.print(f"Buiten de database: {verdict.entries} regels.")
    out.print("Het logboek is zoals het werd verzegeld." if verdict.sound else "Het logboek klopt niet.")


def _line(finding: Finding) -> str:
    place = [
        _chain(finding.chain) if finding.chain else "",
        f"nummer {finding.number}" if finding.number is not None else "",
        f"rij {finding.event_id}" if finding.event_id else "",
        f"sinds {finding.since.isoformat(timespec='seconds')}" if finding.since else "",
    ]
    return f"{finding.fault}: {IN_WORDS[finding.fault]} ({', '.join(filter(None, place))})."


def _as_json(verdict: Verdict) -> str:
    told = {
        "sound": verdict.sound,
        "rows": verdict.rows,
        "seals": verdict.seals,
        "chains": verdict.chains,
        "destroyed": verdict.destroyed,
        "waiting": verdict.waiting,
        "entriesOutside": verdict.entries,
        "moreFindings": verdict.more_findings,
        "findings": [
            {
                "fault": each.fault,
                "chain": str(each.chain) if each.chain else None,
                "number": each.number,
                "eventId": str(each.event_id) if each.event_id else None,
                "since": each.since.isoformat() if each.since else None,
            }
            for each in verdict.findings
        ],
    }
    return json.dumps(told, indent=2)


def _stop(text: str) -> NoReturn:
    stop(text, NOT_VERIFIED)
