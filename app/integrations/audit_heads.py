"""Where the heads of the audit's chains are written outside the database: signed, one entry after another.

Whoever has the database can write its chains anew, and its heads with them. Not these entries: they are signed with a
key that is not in the database (Ed25519), each holds the hash of the entry before, and they stand in a file or an
object store of somebody else. An entry is one line of JSON.
"""

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_NOTHING = "0" * 64
_TIMEOUT = httpx.Timeout(10.0)
_LONGEST = 4_000_000  # bytes of one entry: more than ten thousand chains
_END = b"-----END PUBLIC KEY-----"


class HeadsUnavailable(Exception):  # noqa: N818 - an outage: what was not written is written in a later round
    """The heads cannot be written or read now; says what to look at."""


class KeyUnusable(ValueError):  # noqa: N818 - a fault in a setting, told to the operator
    """A key file that holds no Ed25519 key in PEM."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal of a chain when it was written down."""

    chain: UUID
    number: int
    hash: bytes
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was read.

    `follows`: it is the next after the entry before, and holds its hash. `signed`: one of our keys signed it.
    """

    sequence: int
    written_at: datetime
    heads: tuple[Head, ...]
    follows: bool
    signed: bool


class Ledger(Protocol):
    """The port: entries in order. Each method raises HeadsUnavailable."""

    def append(self, signer: Ed25519PrivateKey, heads: Sequence[Head]) -> None:
        """Write one more entry, which stands when this returns."""

    def lines(self) -> Iterator[bytes]:
        """Every entry as it was written, oldest first."""


def ledger(place: str, authorization: str | None = None) -> Ledger:
    """The ledger at this place: an https folder of an object store, or a file."""
    if not place.startswith("https://"):
        return FileLedger(Path(place))
    headers = {"Authorization": authorization} if authorization else {}
    return StoreLedger(place, httpx.Client(headers=headers))


def private_key(file: Path) -> Ed25519PrivateKey:
    """The key that signs. Raises KeyUnusable, without a word of what the file holds."""
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as fault:
        raise KeyUnusable(type(fault).__name__) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(type(key).__name__)
    return key


def public_keys(file: Path) -> dict[str, Ed25519PublicKey]:
    """The keys whose signatures count, by their name: those in use and those of before. Raises KeyUnusable."""
    keys = {}
    try:
        for part in file.read_bytes().split(_END)[:-1]:
            key = load_pem_public_key(part.strip() + b"\n" + _END)
            if not isinstance(key, Ed25519PublicKey):
                raise KeyUnusable(type(key).__name__)
            keys[name_of(key)] = key
    except (OSError, ValueError, TypeError) as fault:
        raise KeyUnusable(type(fault).__name__) from None
    if not keys:
        raise KeyUnusable("empty")
    return keys


def name_of(key: Ed25519PublicKey) -> str:
    """By which name an entry says who signed it: the beginning of the key's hash."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def _canonical(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


def written(signer: Ed25519PrivateKey, heads: Iterable[Head], last: bytes | None, now: datetime) -> bytes:
    """The entry that follows the line `last`, as one line; None: it is the first."""
    told: dict[str, Any] = {
        "sequence": 1 if last is None else _sequence(last) + 1,
        "previous": _NOTHING if last is None else hashlib.sha256(last).hexdigest(),
        "at": now.astimezone(UTC).isoformat(timespec="microseconds"),
        "heads": [
            {
                "chain": str(each.chain),
                "number": each.number,
                "hash": each.hash.hex(),
                "sealedAt": each.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            }
            for each in heads
        ],
        "key": name_of(signer.public_key()),
    }
    return _canonical({**told, "signature": base64.b64encode(signer.sign(_canonical(told))).decode()})


def _sequence(line: bytes) -> int:
    try:
        found = json.loads(line)["sequence"]
    except (ValueError, KeyError, TypeError):
        raise HeadsUnavailable("the last entry cannot be read") from None
    if not isinstance(found, int):
        raise HeadsUnavailable("the last entry has no number")
    return found


def entries(lines: Iterable[bytes], keys: Mapping[str, Ed25519PublicKey]) -> Iterator[Entry]:
    """Each entry, looked at: whether it follows, and whether it was signed. Raises HeadsUnavailable if unreadable."""
    sequence, previous = 0, _NOTHING
    for line in lines:
        sequence += 1
        try:
            told = json.loads(line)
            heads = tuple(
                Head(
                    UUID(each["chain"]),
                    int(each["number"]),
                    bytes.fromhex(each["hash"]),
                    datetime.fromisoformat(each["sealedAt"]),
                )
                for each in told["heads"]
            )
            follows = told["sequence"] == sequence and told["previous"] == previous
            entry = Entry(told["sequence"], datetime.fromisoformat(told["at"]), heads, follows, _signed(told, keys))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise HeadsUnavailable(f"entry {sequence} cannot be read") from None
        yield entry
        sequence, previous = entry.sequence, hashlib.sha256(line).hexdigest()


def _signed(told: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> bool:
    key = keys.get(told["key"])
    if key is None:
        return False
    unsigned = {name: value for name, value in told.items() if name != "signature"}
    try:
        key.verify(base64.b64decode(told["signature"], validate=True), _canonical(unsigned))
    except InvalidSignature:
        return False
    return True


class FileLedger:
    """A file to which lines are only added: on a disk that the database's machine has not, best one that keeps all."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def append(self, signer: Ed25519PrivateKey, heads: Sequence[Head]) -> None:
        """Another line, on the disk before this returns; who writes at the same time waits."""
        try:
            with self._file.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                last = _last_line(file.fileno())
                # A line that was broken off half way stays, as a fault to be seen; what follows begins on its own.
                file.write(written(signer, heads, last, datetime.now(UTC)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise HeadsUnavailable(type(fault).__name__) from fault

    def lines(self) -> Iterator[bytes]:
        """Every line; a file that is not there yet has none."""
        try:
            with self._file.open("rb") as file:
                for line in file:
                    yield line.rstrip(b"\n")
        except FileNotFoundError:
            return
        except OSError as fault:
            raise HeadsUnavailable(type(fault).__name__) from fault


def _last_line(descriptor: int) -> bytes | None:
    end = os.fstat(descriptor).st_size
    if not end:
        return None
    tail = os.pread(descriptor, min(end, _LONGEST), max(0, end - _LONGEST))
    if not tail.endswith(b"\n"):
        raise HeadsUnavailable("the last line was broken off: look at it, and end it or take it away")
    return tail[:-1].rpartition(b"\n")[2]


class StoreLedger:
    """An object store that is spoken to by plain HTTP (PUT and GET): an object an entry, numbered, never written twice.

    `address` is the folder, https; `client` carries what the store wants to know of us. The store is asked to refuse a
    second object of one name (`If-None-Match: *`), so that two writers never take each other's place.
    """

    def __init__(self, address: str, client: httpx.Client) -> None:
        self._address = address.rstrip("/")
        self._client = client
        self._last: tuple[int, bytes | None] = (0, None)

    def append(self, signer: Ed25519PrivateKey, heads: Sequence[Head]) -> None:
        """Another object, after the newest."""
        while (following := self._get(self._last[0] + 1)) is not None:
            self._last = (self._last[0] + 1, following)
        number, last = self._last
        line = written(signer, heads, last, datetime.now(UTC))
        try:
            answer = self._client.put(
                self._name(number + 1),
                content=line,
                headers={"If-None-Match": "*", "Content-Type": "application/json"},
                timeout=_TIMEOUT,
            )
        except httpx.HTTPError as fault:
            raise HeadsUnavailable(type(fault).__name__) from None
        if not answer.is_success:
            raise HeadsUnavailable(f"the store answered {answer.status_code}")
        self._last = (number + 1, line)

    def lines(self) -> Iterator[bytes]:
        """Every object from the first, until one is not there."""
        number = 1
        while (line := self._get(number)) is not None:
            yield line
            number += 1

    def _name(self, number: int) -> str:
        return f"{self._address}/{number:09d}.json"

    def _get(self, number: int) -> bytes | None:
        try:
            answer = self._client.get(self._name(number), timeout=_TIMEOUT)
        except httpx.HTTPError as fault:
            raise HeadsUnavailable(type(fault).__name__) from None
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if not answer.is_success:
            raise HeadsUnavailable(f"the store answered {answer.status_code}")
        return answer.content
