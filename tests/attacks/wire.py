"""The service on a real socket, and requests to it byte by byte, sound or not."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from app.api.connections import manners


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
async def dialled(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, gone at the end whatever became of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def answer(port: int, *parts: object, patience: float = 5) -> bytes:
    """What comes back until the other side closes, or for as long as `patience`; a number waits so many seconds."""
    received = bytearray()

    async def read(reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(65536):
            received.extend(chunk)

    async with dialled(port) as (reader, writer):
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
