"""Between the service and PostgreSQL: counts what passes, and can fall silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from tests.conftest import Database
from tests.world import World
from tests.world import world as world_of


class Wire:
    """Counts how often the server said that it is ready for what comes next, and how many statements it has planned."""

    def __init__(self) -> None:
        self.trips = 0
        self.parsed = 0
        self.port = 0
        self.silent = False

    @asynccontextmanager
    async def to(self, port: int) -> AsyncIterator[None]:
        """Listen, and pass everything on to that port of this machine."""
        ended = asyncio.Event()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, out = await asyncio.open_connection("127.0.0.1", port)
            try:
                await asyncio.gather(_passed(reader, out), self._counted(there, writer), return_exceptions=True)
            finally:
                for each in (out, writer):
                    each.close()
                    with suppress(ConnectionError):
                        await each.wait_closed()
                ended.set()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 5)

    async def _counted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Messages of the server: a byte for its kind, four for its length; Z is ReadyForQuery, 1 is ParseComplete."""
        while True:
            head = await reader.readexactly(5)
            body = await reader.readexactly(int.from_bytes(head[1:]) - 4)
            self.trips += head[:1] == b"Z"
            self.parsed += head[:1] == b"1"
            if not self.silent:
                writer.write(head + body)
                await writer.drain()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def watched(database: Database) -> AsyncIterator[tuple[Wire, World]]:
    """A service whose database is on the other end of a wire."""
    wire = Wire()
    address = urlsplit(database.api_dsn)
    async with wire.to(address.port or 0):
        passing = f"{database.api_dsn.replace(f':{address.port}/', f':{wire.port}/')}?sslmode=disable"
        async with world_of(database.owner_dsn, passing) as world:
            yield wire, world
