"""The service on a real socket, and requests to it byte by byte, sound or not."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from app.api.connections import manners
from app.main import create_app
from app.settings import LoopbackSettings
from tests.integrations.tokens import AUDIENCE, ISSUER, mint, static_verifier

LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def service(**settings: object) -> FastAPI:
    """The real application; its database is never asked here."""
    known = {"database_url": "postgresql://x@127.0.0.1:1/x", "oidc_issuer": ISSUER, "oidc_audience": AUDIENCE}
    return create_app(LoopbackSettings.model_validate({**known, **settings}), verifier=static_verifier())


def post(*headers: str, body: bytes = b"", token: bool = True) -> bytes:
    """A POST with the headers that say where its body ends, or not."""
    who = [f"Authorization: Bearer {mint()}"] if token else []
    lines = ["POST /v1/cases HTTP/1.1", "Host: x", "Content-Type: application/json", *who, *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


HIDDEN = b"GET /v1/hidden HTTP/1.1\r\nHost: x\r\n\r\n"
NO_HTTP = {
    "no HTTP": b"hallo\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "a blank before the colon": post("Content-Length : 5", body=b"GET /"),
    "a NUL in a header": LIVE[:-2] + b"X-A: a\0b\r\n\r\n",
    "a NUL in a name": LIVE[:-2] + b"X\0A: b\r\n\r\n",
    "a bare CR in a header": LIVE[:-2] + b"X-A: a\rX-B: b\r\n\r\n",
    "no name": LIVE[:-2] + b": b\r\n\r\n",
    "a folded first header": b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
    "a blank in the address": b"GET /health/live x HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": post("Content-Length: 5", "Content-Length: 0", body=HIDDEN),
    "two lengths in one": post("Content-Length: 5, 0", body=HIDDEN),
    "a signed length": post("Content-Length: +5", body=HIDDEN),
    "a negative length": post("Content-Length: -1", body=HIDDEN),
    "a length in hexadecimals": post("Content-Length: 0x5", body=HIDDEN),
    "another encoding": post("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n" + HIDDEN),
    "an unknown encoding": post("Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + HIDDEN),
    "chunked twice": post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + HIDDEN),
    "a tab before chunked": post("Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n" + HIDDEN),
    "a length and an encoding": post("Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + HIDDEN),
    "an encoding and a length": post("Transfer-Encoding: chunked", "Content-Length: 4", body=b"0\r\n\r\n" + HIDDEN),
    "a size that is no number": post("Transfer-Encoding: chunked", body=b"zz\r\n\r\n" + HIDDEN),
    "a size that overflows": post("Transfer-Encoding: chunked", body=b"f" * 30 + b"\r\n" + HIDDEN),
    "a chunk that is longer than it says": post("Transfer-Encoding: chunked", body=b"1\r\n  0\r\n\r\n" + HIDDEN),
}


class _Server(uvicorn.Server):
    """Leaves the signals to the test runner."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(application: ASGIApp, trusted_proxies: tuple[str, ...] = ()) -> AsyncIterator[int]:
    """The application behind uvicorn as production sets it up: its port."""
    config = uvicorn.Config(
        application, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1, **manners([*trusted_proxies])
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done()
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = server.force_exit = True
    await running


@asynccontextmanager
async def dialled(
    port: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, gone at the end whatever became of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def answer(port: int, *parts: object, patience: float = 5, tls: ssl.SSLContext | None = None) -> bytes:
    """What comes back until the other side closes, or for as long as `patience`; a number waits so many seconds."""
    received = bytearray()

    async def read(reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(65536):
            received.extend(chunk)

    async with dialled(port, tls) as (reader, writer):
        reading = asyncio.create_task(read(reader))
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(patience):
                for part in parts:
                    if isinstance(part, bytes):
                        writer.write(part)
                        await writer.drain()
                    elif isinstance(part, float):
                        await asyncio.wait([reading], timeout=part)
        with suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(reading, patience)
    return bytes(received)


def statuses(received: bytes) -> list[int]:
    """The status of each answer on a connection: two where one was asked is a smuggled request."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


async def until(held: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for something to become true; fails when it does not."""
    async with asyncio.timeout(seconds):
        while not held():  # noqa: ASYNC110 - what is awaited tells nobody
            await asyncio.sleep(0.01)
