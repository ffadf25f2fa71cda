"""From what is due to what is gone: proposals, destruction in portions, certificates, and a restored backup made good.

One run at a time. A portion is one transaction; what was broken off goes on with the next run, because the list of
what is left shrinks in the transaction that destroys. Two people agreed before anything of a proposal goes, and the
database asks that, and every hold, again in each portion.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.db import retention as kept
from app.db.retention import Connection, Granted, Owned, Proposed
from app.domain.ids import new_id
from app.domain.retention import SHORT, Part, RetentionClass, class_of, due_on
from app.integrations.audit_heads import Signer, is_signed, signature_of
from app.integrations.destruction_register import (
    CONFIDENTIAL,
    NOBODY,
    Destroyed,
    Register,
    digest_of,
)

PAGE = 500
"""Cases looked at in one statement."""
PORTION = 500
"""Objects destroyed in one transaction."""
ANNOUNCED = timedelta(days=14)
"""How long a signal that goes by itself stands announced, so that somebody can still do something with it."""

Told = Callable[[int], None]


class Busy(Exception):  # noqa: N818 — reads as the fact it states
    """Somebody else proposes or destroys at this moment."""


class Behind(Exception):  # noqa: N818 — same
    """The register knows of destructions that the database has not had: an older backup was put back."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is due of one organisation and one class."""

    proposal_id: UUID
    organisation_id: UUID
    retention_class: str
    objects: int
    parts: int


@dataclass(slots=True)
class Looked:
    """What came of looking at everything: proposals, and why parts are not in one."""

    proposals: list[Found] = field(default_factory=list)
    looked: int = 0
    not_due: int = 0
    unknown: int = 0
    held: int = 0
    nobodys: int = 0


@dataclass(slots=True)
class Ran:
    """What a run destroyed, by proposal: how much went, how much stayed; and how many certificates were made."""

    destroyed: Counter[UUID] = field(default_factory=Counter)
    stayed: Counter[UUID] = field(default_factory=Counter)
    certificates: int = 0
    waiting: int = 0
    tidied: int = 0


def propose(
    connection: Connection, classes: Mapping[str, RetentionClass], *, dry_run: bool, done: Told, page: int = PAGE
) -> Looked:
    """Look at every part of every case, and propose what is due: a proposal for each organisation and class.

    What an open proposal names already is not named again. Dry, everything is looked at and nothing kept.
    Raises Busy.
    """
    if not kept.alone(connection):
        raise Busy
    looked = Looked()
    found: defaultdict[tuple[UUID, str], list[tuple[Owned, date]]] = defaultdict(list)
    today = kept.today(connection)
    after: UUID | None = None
    while cases := kept.cases(connection, after, page):
        _sort(connection, kept.parts(connection, cases), classes, today, looked, found)
        after = cases[-1]
        done(len(cases))
    after = None
    while children := kept.children(connection, after, page):
        _sort(connection, children, classes, today, looked, found)
        after = children[-1].child_id
        done(len(children))
    with connection.transaction(force_rollback=dry_run):
        for (organisation, key), parts in sorted(found.items()):
            of = classes[key]
            proposal = Proposed(
                proposal_id=new_id(),
                organisation_id=organisation,
                retention_class=key,
                term=str(of.term),
                source=of.source,
                automatic=of.automatic,
                not_before=today + ANNOUNCED if of.automatic else today,
                due_since=min(due for _, due in parts),
            )
            objects = kept.propose(connection, proposal, [part for part, _ in parts])
            if objects:
                looked.proposals.append(Found(proposal.proposal_id, organisation, key, objects, len(parts)))
        for request in kept.granted(connection):
            _propose_requested(connection, request, today, looked)
    return looked


def _propose_requested(connection: Connection, request: Granted, today: date, looked: Looked) -> None:
    """What the family asked an organisation to destroy: its part of that case, whatever its term (Jeugdwet 7.3.9).

    Who granted the request is the first of the two people; a hold keeps it out until it is lifted.
    """
    parts = [
        part
        for part in kept.parts(connection, [request.case_id])
        if part.owner_id == request.organisation_id and part.facts.part is not Part.SHARED
    ]
    if not parts:
        return
    key = class_of(parts[0].facts).key
    if kept.held(connection, [(request.organisation_id, key, request.case_id)]):
        looked.held += 1
        return
    proposal = Proposed(
        proposal_id=new_id(),
        organisation_id=request.organisation_id,
        retention_class=key,
        term="op verzoek",
        source="Jeugdwet 7.3.9: vernietiging op verzoek",
        automatic=False,
        not_before=today,
        due_since=request.decided_on,
        ground="verzoek",
        request_id=request.request_id,
        reviewed_by=request.decided_by,
    )
    objects = kept.propose(connection, proposal, parts)
    if objects:
        looked.proposals.append(Found(proposal.proposal_id, request.organisation_id, key, objects, len(parts)))


def _sort(
    connection: Connection,
    parts: Sequence[Owned],
    classes: Mapping[str, RetentionClass],
    today: date,
    looked: Looked,
    found: defaultdict[tuple[UUID, str], list[tuple[Owned, date]]],
) -> None:
    """Which of these parts are due, and of the others why they are not."""
    due: list[tuple[UUID, str, Owned, date]] = []
    for part in parts:
        looked.looked += 1
        if part.owner_id is None or part.facts.owner is None:
            looked.nobodys += 1
            continue
        day = due_on(part.facts, classes)
        if day is None:
            looked.unknown += 1
        elif day > today:
            looked.not_due += 1
        else:
            due.append((part.owner_id, class_of(part.facts).key, part, day))
    held = kept.held(connection, [(owner, key, part.case_id) for owner, key, part, _ in due]) if due else set()
    for owner, key, part, day in due:
        if (owner, key, part.case_id) in held:
            looked.held += 1
        else:
            found[owner, key].append((part, day))


def run(
    connection: Connection,
    register: Register,
    *,
    dry_run: bool,
    done: Told,
    portion: int = PORTION,
    signer: Signer | None = None,
) -> Ran:
    """Carry out every proposal that two people agreed to, and give each that is done its certificate, signed.

    Raises Busy, Behind, and RegisterBroken: what was in the portion at hand is then not destroyed.
    """
    if not kept.alone(connection):
        raise Busy
    _together(connection, register)
    ran = Ran()
    for proposal in kept.ready(connection):
        if dry_run:
            ran.waiting += proposal.objects_left
            continue
        while True:
            with connection.transaction():
                went = kept.destroy(connection, proposal.proposal_id, new_id(), portion)
                if went.looked:
                    register.destroying(
                        Destroyed(
                            went.portion_id,
                            proposal.proposal_id,
                            proposal.organisation_id,
                            proposal.retention_class,
                            digest_of(went.objects),
                            went.objects,
                        )
                    )
            if not went.looked:
                break
            register.kept(went.portion_id)
            ran.destroyed[proposal.proposal_id] += len(went.objects)
            ran.stayed[proposal.proposal_id] += went.looked - len(went.objects)
            done(went.looked)
        ran.certificates += _certify(connection, proposal.proposal_id, signer)
        ran.waiting += int(kept.proposal(connection, proposal.proposal_id)["left"])
    if not dry_run:
        _confidential(connection, register, signer)
        intervals = (SHORT["idempotency_keys"], SHORT["outbox"], SHORT["invitation_codes"])
        ran.tidied = kept.tidy(connection, *(f"{each.amount} days" for each in intervals))
    return ran


def _confidential(connection: Connection, register: Register, signer: Signer | None) -> None:
    """What nobody else may know of goes in silence: it is in no count, and the register tells no kind and no owner."""
    for asked in kept.confidential_ready(connection):
        portion = new_id()
        with connection.transaction():
            name, digest = kept.destroy_confidential(connection, asked, portion)
            if signer is not None:
                kept.sign_confidential(connection, asked, signature_of(signer, digest))
            objects = ((CONFIDENTIAL, name),)
            register.destroying(Destroyed(portion, asked, NOBODY, CONFIDENTIAL, digest_of(objects), objects))
        register.kept(portion)


def _together(connection: Connection, register: Register) -> None:
    """Database and register tell the same: what was committed and not marked is marked. Raises Behind."""
    done, unmarked = register.portions()
    unknown = kept.unknown_portions(connection, [each.portion for each in (*done, *unmarked)])
    if any(each.portion in unknown for each in done):
        raise Behind
    for each in unmarked:
        if each.portion not in unknown:
            register.kept(each.portion)


def _certify(connection: Connection, proposal_id: UUID, signer: Signer | None) -> bool:
    """Make the certificate of a proposal of which nothing is left."""
    row = kept.proposal(connection, proposal_id)
    if row["left"]:
        return False
    portions = kept.portions(connection, proposal_id)
    document = {
        "certificaat": str(new_id()),
        "voorstel": str(proposal_id),
        "organisatie": str(row["organisation_id"]),
        "klasse": row["retention_class"],
        "grond": row["ground"],
        "verzoek": str(row["request_id"]) if row["request_id"] else None,
        "termijn": row["term"],
        "bron": row["source"],
        "beoordeeldDoor": str(row["reviewed_by"]) if row["reviewed_by"] else None,
        "goedgekeurdDoor": str(row["approved_by"]) if row["approved_by"] else None,
        "vanzelf": row["automatic"],
        "voorgesteld": row["records"],
        "vernietigd": row["destroyed"],
        "gebleven": row["kept"],
        "porties": [
            {
                "portie": str(each["id"]),
                "op": each["destroyed_at"].astimezone(UTC).isoformat(timespec="seconds"),
                "aantal": each["objects"],
                "sha256": each["digest"],
            }
            for each in portions
        ],
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    signature = None if signer is None else signature_of(signer, digest)
    return kept.certify(connection, proposal_id, UUID(document["certificaat"]), text, digest, signature)


class Doubt(StrEnum):
    """What can be wrong with a certificate."""

    MISSING = "certificaat-verdwenen"
    CHANGED = "certificaat-gewijzigd"
    MOVED = "certificaat-van-iets-anders"
    UNSIGNED = "certificaat-niet-ondertekend"
    FORGED = "handtekening-klopt-niet"


@dataclass(slots=True)
class Proven:
    """What came of looking at the certificates: how many, and what is wrong with which; None: one that is apart."""

    looked: int = 0
    doubts: list[tuple[Doubt, UUID | None]] = field(default_factory=list)


def prove(connection: Connection, keys: Mapping[str, Ed25519PublicKey]) -> Proven:
    """Whether every certificate is there, is as it was made, is of what it stands with, and was signed by us.

    As the role of the worker, in one snapshot. Of the certificates of the Meldcode only that one is wrong is told.
    """
    proven = Proven()
    with connection.transaction():
        for row in kept.certificates(connection):
            proven.looked += not row["apart"]
            doubt = _doubt(row, keys)
            if doubt is not None:
                proven.doubts.append((doubt, None if row["apart"] else row["asked"]))
    return proven


def _doubt(row: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> Doubt | None:
    if row["document"] is None:
        return Doubt.MISSING
    if hashlib.sha256(row["document"].encode()).hexdigest() != row["digest"]:
        return Doubt.CHANGED
    told = json.loads(row["document"])
    of = {"certificaat": str(row["id"]), "organisatie": row["organisation"]}
    if not row["apart"]:
        of["voorstel"] = str(row["asked"])
    if {name: told.get(name) for name in of} != of:
        return Doubt.MOVED
    if row["signature"] is None:
        return Doubt.UNSIGNED
    return None if is_signed(row["signature"], row["digest"], keys) else Doubt.FORGED


def behind(connection: Connection, register: Register) -> list[Destroyed]:
    """What the register tells and the database has not had. Raises RegisterBroken."""
    done, _ = register.portions()
    unknown = kept.unknown_portions(connection, [each.portion for each in done])
    return [each for each in done if each.portion in unknown]


def reapply(connection: Connection, register: Register, *, dry_run: bool, done: Told) -> int:
    """Destroy again what a restored backup brought back; how many rows. As the owner of the tables.

    Raises RegisterBroken, when the register was changed: then nothing is believed and nothing destroyed.
    """
    total = 0
    for portion in behind(connection, register):
        with connection.transaction(force_rollback=dry_run):
            total += kept.destroy_again(connection, portion)
        done(len(portion.objects))
    return total
