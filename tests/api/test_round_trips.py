"""A read of a case goes to the database and back once: counted on the wire, not in our own code (ADR 0074)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from tests.api.beginnings import opened
from tests.conftest import Database
from tests.world import World
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
        self.parsed = 0
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
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 5)

    async def _counted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Messages of the server: a byte for its kind, four for its length; Z is ReadyForQuery, 1 is ParseComplete."""
        while True:
            head = await reader.readexactly(5)
            body = await reader.readexactly(int.from_bytes(head[1:]) - 4)
            self.trips += head[:1] == b"Z"
            self.parsed += head[:1] == b"1"
            writer.write(head + body)
            await writer.drain()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def watched(database: Database) -> AsyncIterator[tuple[Wire, World]]:
    """A service whose database is on the other end of a wire that counts."""
    wire = Wire()
    address = urlsplit(database.api_dsn)
    async with wire.to(address.port or 0):
        passing = f"{database.api_dsn.replace(f':{address.port}/', f':{wire.port}/')}?sslmode=disable"
        async with world_of(database.owner_dsn, passing) as world:
            yield wire, world


async def test_every_read_of_a_case_is_one_round_trip(database: Database) -> None:
    async with watched(database) as (wire, world):
        case = await opened(world["intern-begeleider"])
        for read in READS:
            path = read.format(case=case)
            await world["intern-begeleider"].seen(path)  # now the connection is there, and the plan
            before = wire.trips
            await world["intern-begeleider"].seen(path)
            assert (path, wire.trips - before) == (path, 1)


async def test_after_a_refusal_nothing_is_planned_anew(database: Database) -> None:
    async with watched(database) as (wire, world):
        case = await opened(world["intern-begeleider"])
        for _ in range(2):
            await world["intern-begeleider"].seen(f"{case}/dossier")
        refused = await world["intern-begeleider"].post(f"{case}/transitions", {"transition": "zaak_afsluiten"})
        assert refused.status_code in {400, 403, 409}
        before = wire.parsed
        await world["intern-begeleider"].seen(f"{case}/dossier")
        assert wire.parsed == before
