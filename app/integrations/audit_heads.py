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
import signal
import subprocess  # nosec B404 - the command that the operator set, without a shell
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
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

from app.integrations.strict_json import parse_object

_NOTHING = "0" * 64
_LARGEST_ANSWER = 64 * 1024  # bytes that a command may answer
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
class Accepted:
    """That a chain was brought back to the seal `number` by a restore: what stood outside from `lost` on is no more."""

    chain: UUID
    number: int
    lost: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was read: heads, or that a restore was accepted.

    `follows`: it is the next after the entry before, and holds its hash. `signed`: one of our keys signed it.
    """

    sequence: int
    written_at: datetime
    heads: tuple[Head, ...]
    follows: bool
    signed: bool
    accepted: tuple[Accepted, ...] = ()


@dataclass(frozen=True, slots=True)
class Restore:
    """That an older copy was put back: of which chains, by whom it was accepted and why."""

    accepted: tuple[Accepted, ...]
    by: str
    reason: str

    def told(self) -> dict[str, Any]:
        """As an entry holds it."""
        chains = [{"chain": str(each.chain), "number": each.number, "lost": each.lost} for each in self.accepted]
        return {"acceptedBy": self.by, "reason": self.reason, "chains": chains}


class Signer(Protocol):
    """Whoever has the key that signs: an Ed25519 key itself, or a command that asks a key service."""

    def public_key(self) -> Ed25519PublicKey:
        """By which anybody verifies what was signed."""

    def sign(self, data: bytes) -> bytes:
        """The signature, 64 bytes."""


@dataclass(frozen=True)
class SigningCommand:
    """A command that asks a key service, so that the key never comes here: no shell, bound in time and in its answer.

    It gets a JSON object on standard input and answers one on standard output, with exit code 0. To
    `{"version": 1, "want": "public-key"}` it answers `{"publicKey": base64 of 32 bytes}`, and to `{"version": 1,
    "want": "signature", "message": base64}` it answers `{"signature": base64 of 64 bytes}`. What it says on standard
    error is not kept, and it does not get DATABASE_URL. Each method raises KeyUnusable.
    """

    arguments: tuple[str, ...]
    seconds: float

    def public_key(self) -> Ed25519PublicKey:
        """Asked once."""
        return self._public

    @cached_property
    def _public(self) -> Ed25519PublicKey:
        try:
            return Ed25519PublicKey.from_public_bytes(self._asked("publicKey", {"want": "public-key"}))
        except ValueError:
            raise KeyUnusable("the answer holds no Ed25519 key") from None

    def sign(self, data: bytes) -> bytes:
        """A signature that was verified before it is believed."""
        answer = self._asked("signature", {"want": "signature", "message": base64.b64encode(data).decode()})
        try:
            self.public_key().verify(answer, data)
        except InvalidSignature:
            raise KeyUnusable("the answer is no signature of that key") from None
        return answer

    def _asked(self, name: str, question: Mapping[str, str]) -> bytes:
        try:
            return base64.b64decode(str(parse_object(self._answer({"version": 1, **question}))[name]), validate=True)
        except KeyUnusable:
            raise
        except (KeyError, ValueError):
            raise KeyUnusable(f"the answer has no {name}") from None

    def _answer(self, question: Mapping[str, object]) -> bytes:
        try:
            process = subprocess.Popen(  # noqa: S603 - as the operator set it, no shell  # nosec B603
                self.arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
                start_new_session=True,  # so that what it started itself ends with it
            )
        except OSError as fault:
            raise KeyUnusable(type(fault).__name__) from None
        with process:
            try:
                answer, _ = process.communicate(json.dumps(question).encode() + b"\n", timeout=self.seconds)
            except (subprocess.TimeoutExpired, OSError) as fault:
                raise KeyUnusable(type(fault).__name__) from None
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode or len(answer) > _LARGEST_ANSWER:
            raise KeyUnusable(f"it ended with code {process.returncode}")
        return answer


_CERTIFICATE = b"ondersteuningsroute destruction-certificate 1\n"


def signature_of(signer: Signer, digest: str) -> str:
    """The signature under a certificate of destruction, by its digest: the name of the key, and base64."""
    signed = base64.b64encode(signer.sign(_CERTIFICATE + digest.encode())).decode()
    return f"{name_of(signer.public_key())}:{signed}"


def is_signed(signature: str, digest: str, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether one of our keys signed the certificate with this digest."""
    name, _, signed = signature.partition(":")
    try:
        keys[name].verify(base64.b64decode(signed, validate=True), _CERTIFICATE + digest.encode())
    except (KeyError, ValueError, InvalidSignature):
        return False
    return True


class Ledger(Protocol):
    """The port: entries in order. Each method raises HeadsUnavailable."""

    def append(self, signer: Signer, heads: Sequence[Head], restore: Restore | None = None) -> None:
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


def written(
    signer: Signer, heads: Iterable[Head], last: bytes | None, now: datetime, restore: Restore | None = None
) -> bytes:
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
    if restore is not None:
        told["restore"] = restore.told()
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
            accepted = tuple(
                Accepted(UUID(each["chain"]), int(each["number"]), int(each["lost"]))
                for each in told.get("restore", {}).get("chains", ())
            )
            at = datetime.fromisoformat(told["at"])
            entry = Entry(told["sequence"], at, heads, follows, _signed(told, keys), accepted)
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

    def append(self, signer: Signer, heads: Sequence[Head], restore: Restore | None = None) -> None:
        """Another line, on the disk before this returns; who writes at the same time waits."""
        try:
            with self._file.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                last = _last_line(file.fileno())
                # A line that was broken off half way stays, as a fault to be seen; what follows begins on its own.
                file.write(written(signer, heads, last, datetime.now(UTC), restore) + b"\n")
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

    def append(self, signer: Signer, heads: Sequence[Head], restore: Restore | None = None) -> None:
        """Another object, after the newest."""
        while (following := self._get(self._last[0] + 1)) is not None:
            self._last = (self._last[0] + 1, following)
        number, last = self._last
        line = written(signer, heads, last, datetime.now(UTC), restore)
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
