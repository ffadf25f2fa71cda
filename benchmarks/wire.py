"""What goes to PostgreSQL and back: a proxy between the service and its database that reads the protocol along.

It shows what the service really sends, whatever made it: statements, parameters, transactions, and how often somebody
waits for somebody (a round trip). PostgreSQL's protocol 3.0, "Message Formats".
"""

import asyncio
import re
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from psycopg import pq
from psycopg.adapt import PyFormat, Transformer

_LENGTH = 4  # bytes of a message's length
_UUIDS = frozenset({2950, 2951})  # uuid and uuid[], as pg_type numbers them
_HEX_ID = re.compile(r"\b[0-9a-f]{32}\b")


def _dashed(found: re.Match[str]) -> str:
    return str(UUID(found[0]))


@dataclass
class Sent:
    """One statement as it was executed, with its parameters as text (None for NULL) and what it answered."""

    text: str
    parameters: list[str | None]
    types: list[int]
    rows: list[dict[str, str | None]] = field(default_factory=list)


@dataclass
class Recording:
    """What went over the wire since it was last cleared."""

    statements: list[Sent] = field(default_factory=list)
    round_trips: int = 0

    def clear(self) -> None:
        """Forget."""
        self.statements.clear()
        self.round_trips = 0


class _Conversation:
    """One connection: what is prepared and bound under which name, and whose turn it was."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._prepared: dict[bytes, tuple[str, tuple[int, ...]]] = {}
        self._described: dict[bytes, list[tuple[str, int]]] = {}
        self._portals: dict[bytes, tuple[bytes, Sent]] = {}
        self._waiting: list[tuple[str, bytes, Sent | None]] = []
        self._fields: list[tuple[str, int, int]] = []
        self._open = False
        self._buffers = {"client": bytearray(), "server": bytearray()}
        self._started = False

    def client(self, data: bytes) -> None:
        buffer = self._buffers["client"]
        buffer += data
        if not self._started:  # the start-up message has no type
            if len(buffer) < _LENGTH or len(buffer) < (length := struct.unpack_from("!I", buffer)[0]):
                return
            del buffer[:length]
            self._started = True
        for kind, body in _messages(buffer):
            self._asked(kind, body)

    def server(self, data: bytes) -> None:
        buffer = self._buffers["server"]
        buffer += data
        for kind, body in _messages(buffer):
            self._answered(kind, body)

    def _asked(self, kind: bytes, body: bytes) -> None:
        # Somebody waits after a Sync, after a simple query, and after a Flush for what was not synchronised yet. What
        # is written in several pieces before that is still one way there.
        if kind in b"SQ" or (kind == b"H" and self._open):
            self._recording.round_trips += 1
        self._open = kind in b"PBDE" or (self._open and kind not in b"SH")
        if kind == b"P":
            name, rest = _text(body)
            query, rest = _text(rest)
            count = struct.unpack_from("!H", rest)[0]
            self._prepared[name] = (query.decode(), struct.unpack_from(f"!{count}I", rest, 2))
        elif kind == b"B":
            self._bound(body)
        elif kind == b"E":
            portal, _ = _text(body)
            _, sent = self._portals[portal]
            self._recording.statements.append(sent)
            self._waiting.append(("execute", portal, sent))
        elif kind == b"D":
            self._waiting.append(("describe", b"", None))
        elif kind == b"Q":
            sent = Sent(_text(body)[0].decode(), [], [])
            self._recording.statements.append(sent)
            self._waiting.append(("query", b"", sent))

    def _bound(self, body: bytes) -> None:
        portal, rest = _text(body)
        name, rest = _text(rest)
        count = struct.unpack_from("!H", rest)[0]
        formats = struct.unpack_from(f"!{count}H", rest, 2)
        rest = rest[2 + 2 * count :]
        values, rest = struct.unpack_from("!H", rest)[0], rest[2:]
        query, types = self._prepared[name]
        parameters: list[str | None] = []
        for at in range(values):
            length = struct.unpack_from("!i", rest)[0]
            raw, rest = (None, rest[4:]) if length < 0 else (rest[4 : 4 + length], rest[4 + length :])
            binary = bool(formats and formats[at if len(formats) > 1 else 0])
            parameters.append(None if raw is None else _as_text(raw, types[at] if at < len(types) else 0, binary))
        self._portals[portal] = (name, Sent(query, parameters, list(types)))

    def _answered(self, kind: bytes, body: bytes) -> None:
        if kind == b"T":
            self._fields = _fields(body)
        elif kind == b"D" and (sent := self._current()):
            sent.rows.append(_row(body, self._fields))
        elif kind in {b"C", b"I", b"E"}:
            while self._waiting:
                what, _, _ = self._waiting.pop(0)
                if what != "describe":
                    break
        elif kind == b"Z":
            self._waiting.clear()

    def _current(self) -> Sent | None:
        return next((sent for what, _, sent in self._waiting if what != "describe"), None)


def _messages(buffer: bytearray) -> list[tuple[bytes, bytes]]:
    """The whole messages at the front of the buffer, taken out of it."""
    found = []
    while len(buffer) > _LENGTH and len(buffer) >= (length := 1 + struct.unpack_from("!I", buffer, 1)[0]):
        found.append((bytes(buffer[:1]), bytes(buffer[5:length])))
        del buffer[:length]
    return found


def _text(body: bytes) -> tuple[bytes, bytes]:
    text, _, rest = body.partition(b"\0")
    return text, rest


def _fields(body: bytes) -> list[tuple[str, int, int]]:
    """Name, type and format of each column."""
    count, rest = struct.unpack_from("!H", body)[0], body[2:]
    found = []
    for _ in range(count):
        name, rest = _text(rest)
        _, _, oid, _, _, form = struct.unpack_from("!IHIhih", rest)
        found.append((name.decode(), oid, form))
        rest = rest[18:]
    return found


def _row(body: bytes, fields: list[tuple[str, int, int]]) -> dict[str, str | None]:
    rest = body[2:]
    row: dict[str, str | None] = {}
    for name, oid, form in fields:
        length = struct.unpack_from("!i", rest)[0]
        raw, rest = (None, rest[4:]) if length < 0 else (rest[4 : 4 + length], rest[4 + length :])
        row[name] = None if raw is None else _as_text(raw, oid, bool(form))
    return row


def _as_text(raw: bytes, oid: int, binary: bool) -> str:  # noqa: FBT001 — as the protocol says it
    """A value as PostgreSQL's text form of its type."""
    text = raw.decode() if not binary else _binary_as_text(raw, oid)
    # psycopg writes ids without their dashes; everywhere else they have them.
    return _HEX_ID.sub(_dashed, text) if oid in _UUIDS else text


def _binary_as_text(raw: bytes, oid: int) -> str:
    known = Transformer()
    value: Any = known.get_loader(oid, pq.Format.BINARY).load(raw)
    if isinstance(value, (bytes, memoryview)):
        return "\\x" + bytes(value).hex()
    dumped = known.get_dumper(value, PyFormat.TEXT).dump(value)
    return "" if dumped is None else bytes(dumped).decode()


class Proxy:
    """Listens on a port of its own and passes everything on, reading along while it does."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.recording = Recording()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        upstream, downstream = await asyncio.open_connection(*self._target)
        conversation = _Conversation(self.recording)
        try:
            with suppress(asyncio.CancelledError):  # how the block above ends it
                await asyncio.gather(
                    _pass_on(reader, downstream, conversation.client), _pass_on(upstream, writer, conversation.server)
                )
        finally:
            for each in (writer, downstream):
                each.close()
                with suppress(OSError):
                    await each.wait_closed()


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, read_along: Callable[[bytes], None]
) -> None:
    while data := await reader.read(65536):
        read_along(data)
        writer.write(data)
        await writer.drain()
    writer.close()
