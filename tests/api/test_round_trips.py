"""A read of a case goes to the database and back once: counted on the wire, not in our own code (ADR 0074)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from tests.api.beginnings import opened
from tests.conftest import Database
from tests.world import world as world_of

pytestmark = pytest.mark.anyio

READS = (
    "/me/cases",
    "/cases?step=zorg_besproken",
    "{case}",
    "{case}/dossier",
    "{case}/next-steps",
    "{case}/participants",
    "{case}/signals",
    "{case}/transitions",
)


class Wire:
    """Between the service and PostgreSQL: counts how often the server said that it is ready for what comes next."""

    def __init__(self) -> None:
        self.trips = 0
        self.port = 0

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
                    await each.wait_closed()
                ended.set()

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            await ended.wait()

    async def _counted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Messages of the server: a byte for its kind, four for its length; Z is ReadyForQuery."""
        while True:
            head = await reader.readexactly(5)
            body = await reader.readexactly(int.from_bytes(head[1:]) - 4)
            self.trips += head[:1] == b"Z"
            writer.write(head + body)
            await writer.drain()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()


async def test_every_read_of_a_case_is_one_round_trip(database: Database) -> None:
    wire = Wire()
    address = urlsplit(database.api_dsn)
    async with wire.to(address.port or 0):
        passing = f"{database.api_dsn.replace(f':{address.port}/', f':{wire.port}/')}?sslmode=disable"
        async with world_of(database.owner_dsn, passing) as world:
            case = await opened(world["intern-begeleider"])
            for read in READS:
                path = read.format(case=case)
                await world["intern-begeleider"].seen(path)  # now the connection is there, and the plan
                before = wire.trips
                await world["intern-begeleider"].seen(path)
                assert (path, wire.trips - before) == (path, 1)
