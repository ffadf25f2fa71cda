"""The keys that seal identity numbers: from a file, or from a command that asks a key service. And the sealing itself.

A number is sealed with AES-256-GCM under a key that the row names; the row's id, its child and its kind are sealed in
(AAD), so that a ciphertext put into another row opens as little as a forged one. Looking a number up goes by a keyed
hash (HMAC-SHA-256) under a key of its own: nine digits alone are guessed within seconds (docs/adr/0144).
"""

import asyncio
import hmac
import json
import logging
import os
import secrets
import signal
import stat
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.integrations.strict_json import parse_object

logger = logging.getLogger(__name__)

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D §8.2: the length for which random nonces are meant
LARGEST_ANSWER = 64 * 1024
# So long the keys of a service are kept in memory: a key that is taken away there is gone here within this time.
KEPT_SECONDS = 300.0
# After a failure the service is left alone so long, and whoever asks is told at once that it cannot be done now.
PAUSE_SECONDS = 5.0
_LONGEST_NAME = 40


class KeysUnusable(ValueError):  # noqa: N818 — reads as the fact it states
    """What should hold the keys does not: the text says what is wrong, in Dutch, and quotes nothing of it."""


class KeyLost(LookupError):  # noqa: N818 — same
    """A row names a key that nobody gave us: `key` is its name."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Tampered(ValueError):  # noqa: N818 — same
    """It does not open: it was changed, it stands in another row, or the key under that name is another one."""


@dataclass(frozen=True, slots=True)
class Keyset:
    """Keys of one purpose by name, and the one that new rows get."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def key(self, name: str) -> bytes:
        """The key of that name. Raises KeyLost."""
        try:
            return self.keys[name]
        except KeyError:
            raise KeyLost(name) from None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: its own row, of this child, as this kind."""

    row: UUID
    child: UUID
    kind: str

    def sealed_in(self, key: str) -> bytes:
        """What is sealed in with the number; none of its parts can hold the mark between them."""
        parts = ("ondersteuningsroute", "identity-number", "1", key, self.row.hex, self.child.hex, self.kind)
        return "\0".join(parts).encode()


@dataclass(frozen=True, slots=True)
class Keyring:
    """Both sets of keys: what is sealed and opened, and what is looked up."""

    encryption: Keyset
    lookup: Keyset

    def seal(self, number: str, place: Place) -> tuple[str, bytes]:
        """The name of the present key, and nonce and ciphertext together."""
        name = self.encryption.current
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.encryption.key(name)).encrypt(nonce, number.encode(), place.sealed_in(name))
        return name, nonce + sealed

    def open(self, key: str, sealed: bytes, place: Place) -> str:
        """The number again. Raises KeyLost, or Tampered."""
        cipher = AESGCM(self.encryption.key(key))
        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, ciphertext, place.sealed_in(key)).decode()
        except (InvalidTag, ValueError):  # ValueError: cut short
            raise Tampered from None

    def digest(self, number: str, kind: str) -> tuple[str, bytes]:
        """The name of the present key, and the hash by which the number is found again."""
        return self.lookup.current, self._digest(self.lookup.current, number, kind)

    def digests(self, number: str, kind: str) -> list[bytes]:
        """The hash under every key that is known: while keys are rotated rows stand under both."""
        return [self._digest(name, number, kind) for name in sorted(self.lookup.keys)]

    def fingerprint(self, digest: bytes) -> bytes:
        """A digest of a request that holds a number, so that nobody finds the number by trying all of them."""
        return hmac.digest(self.lookup.key(self.lookup.current), b"request\0" + digest, "sha256")

    def _digest(self, name: str, number: str, kind: str) -> bytes:
        return hmac.digest(self.lookup.key(name), f"identity-number\0{kind}\0{number}".encode(), "sha256")


class Keys(Protocol):
    """Whoever has the keys."""

    async def ring(self) -> Keyring | None:
        """The keys as they are now; None while they cannot be had, which is then in the log."""


@dataclass(frozen=True, slots=True)
class NoKeys:
    """Nobody set where the keys are: no number is recorded, found or shown."""

    async def ring(self) -> Keyring | None:
        """None."""
        return None


@dataclass(slots=True)
class KeyFile:
    """A file that only its owner can read; read again when it was replaced."""

    path: Path
    _read: tuple[tuple[int, int, int], Keyring] | None = field(default=None, repr=False)

    async def ring(self) -> Keyring | None:
        """The keys in the file, or None with a line in the log: what is wrong, and nothing of what it holds."""
        try:
            found = self.path.stat()
            version = (found.st_ino, found.st_size, found.st_mtime_ns)
            if self._read is None or self._read[0] != version:
                self._read = version, read_key_file(self.path)
        except (KeysUnusable, OSError) as fault:
            logger.error("the file with keys cannot be used: %s", _told(fault))  # noqa: TRY400 - its frames say nothing
            return None
        return self._read[1]


@dataclass(slots=True)
class KeyCommand:
    """A command that asks a key service: no shell, a bound on its time and its answer, its keys kept for some minutes.

    It gets `{"version": 1, "want": ["encryption", "lookup"]}` on standard input and answers, with exit code 0, what a
    key file holds on standard output. What it says on standard error is not kept. It does not get DATABASE_URL.
    """

    arguments: tuple[str, ...]
    seconds: float
    kept: float = KEPT_SECONDS
    pause: float = PAUSE_SECONDS
    _ring: Keyring | None = field(default=None, repr=False)
    _until: float = 0.0
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def ring(self) -> Keyring | None:
        """The keys that the service gave, or None with a line in the log while it does not."""
        async with self._asking:
            if time.monotonic() >= self._until:
                self._ring = await self._ask()
                self._until = time.monotonic() + (self.pause if self._ring is None else self.kept)
            return self._ring

    async def _ask(self) -> Keyring | None:
        try:
            return parse_keys(await _answer(self.arguments, self.seconds))
        except (KeysUnusable, OSError, TimeoutError) as fault:
            logger.error("the key service cannot be used: %s", _told(fault))  # noqa: TRY400 - its frames say nothing
            return None


def _told(fault: Exception) -> str:
    return str(fault) if isinstance(fault, KeysUnusable) else type(fault).__name__


_QUESTION = json.dumps({"version": 1, "want": ["encryption", "lookup"]}).encode() + b"\n"


async def _answer(arguments: tuple[str, ...], seconds: float) -> bytes:
    """What the command answers. Raises KeysUnusable, OSError, TimeoutError; then nothing of it runs any more."""
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        start_new_session=True,  # so that what it started itself ends with it
    )
    assert process.stdin is not None  # noqa: S101 - asked for above  # nosec B101
    assert process.stdout is not None  # noqa: S101 - same  # nosec B101
    try:
        async with asyncio.timeout(seconds):
            with suppress(ConnectionError):  # it need not read the question
                process.stdin.write(_QUESTION)
                await process.stdin.drain()
                process.stdin.close()
            answer = bytearray()
            while part := await process.stdout.read(LARGEST_ANSWER):
                answer += part
                if len(answer) > LARGEST_ANSWER:
                    raise KeysUnusable("het antwoord is te groot")
            if await process.wait():
                raise KeysUnusable(f"het commando eindigt met code {process.returncode}")
            return bytes(answer)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def read_key_file(path: Path) -> Keyring:
    """The keys in a file. Raises KeysUnusable, or OSError when it is not there."""
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise KeysUnusable("het is geen gewoon bestand")
        if found.st_mode & 0o077:
            raise KeysUnusable("anderen dan de eigenaar mogen het lezen of schrijven; zet de rechten op 0600")
        return parse_keys(file.read(LARGEST_ANSWER + 1))


def parse_keys(content: bytes) -> Keyring:
    """The keys in a JSON object: `{"encryption": {"current": name, "keys": {name: base64}}, "lookup": …}`.

    Raises KeysUnusable.
    """
    if len(content) > LARGEST_ANSWER:
        raise KeysUnusable("het is te groot")
    try:
        document = parse_object(content)
    except ValueError:
        raise KeysUnusable("het is geen geldig JSON-object") from None
    if set(document) - {"version"} != {"encryption", "lookup"} or document.get("version", 1) != 1:
        raise KeysUnusable("er horen precies «version» (1), «encryption» en «lookup» in te staan")
    encryption, lookup = (_keyset(purpose, document[purpose]) for purpose in ("encryption", "lookup"))
    every = [*encryption.keys.values(), *lookup.keys.values()]
    if len(every) != len(set(every)):
        raise KeysUnusable("dezelfde sleutel staat er onder twee namen, of voor twee doelen")
    return Keyring(encryption, lookup)


def _keyset(purpose: str, given: object) -> Keyset:
    if not isinstance(given, dict) or set(given) != {"current", "keys"} or not isinstance(given["keys"], dict):
        raise KeysUnusable(f"«{purpose}» hoort «current» en «keys» te hebben")
    if not isinstance(given["current"], str) or given["current"] not in given["keys"]:
        raise KeysUnusable(f"«{purpose}»: «current» noemt geen van de sleutels")
    return Keyset(given["current"], {_name(purpose, name): _key(purpose, text) for name, text in given["keys"].items()})


def _name(purpose: str, name: str) -> str:
    if not 0 < len(name) <= _LONGEST_NAME or not name.replace("-", "").isalnum() or not name.isascii():
        raise KeysUnusable(f"«{purpose}»: een naam is 1 tot {_LONGEST_NAME} letters, cijfers en streepjes")
    return name


def _key(purpose: str, text: object) -> bytes:
    try:
        key = b64decode(text, validate=True) if isinstance(text, str) else b""
    except (NotBase64, ValueError):
        key = b""
    if len(key) != KEY_BYTES or len(set(key)) == 1:
        raise KeysUnusable(f"«{purpose}»: elke sleutel is {KEY_BYTES} willekeurige bytes, als base64")
    return key


def draw_key_file(path: Path, name: str) -> None:
    """Make a file with new keys, readable by its owner alone; one that is there stays. Whole or not at all."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    purposes = ("encryption", "lookup")
    keys = {
        each: {"current": name, "keys": {name: b64encode(secrets.token_bytes(KEY_BYTES)).decode()}} for each in purposes
    }
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"version": 1, **keys}, indent=1) + "\n", encoding="utf-8")
    draft.rename(path)
