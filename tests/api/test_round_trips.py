"""A read of a case goes to the database and back once: counted on the wire, not in our own code (ADR 0074)."""

import pytest

from tests.api.beginnings import opened
from tests.api.wire import watched
from tests.conftest import Database

pytestmark = pytest.mark.anyio

READS = (
    "/me/cases",
    "/cases?step=zorg_besproken",
    "{case}",
    "{case}/dossier",
    "{case}/next-steps",
    "{case}/deadlines",
    "{case}/participants",
    "{case}/signals",
    "{case}/transitions",
)


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
