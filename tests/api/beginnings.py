"""How stories in these tests begin: a case, a conversation, and what the database keeps of it."""

from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from app.demo.seed import known_id
from tests.world import Json, Person, World

SIGNAL = {"givenBy": "professional", "kind": "leervraag", "content": "Leest met moeite."}
TALK: dict[str, Any] = {
    "kind": "oudergesprek",
    "heldAt": "2026-11-20T15:30:00+01:00",
    "withWhom": ["ouder"],
    "content": "Thuis leest het kind graag voor.",
    "agreements": "We kijken samen over twee weken.",
}
NOWHERE = UUID("01900000-0000-7000-8000-00000000dead")


def case_body(child: str = "mila", **signal: str) -> dict[str, Any]:
    """What opens a case for a child of the demo."""
    return {"youngPersonId": str(known_id(child)), "route": "midden-groningen", "signal": {**SIGNAL, **signal}}


async def opened(person: Person, child: str = "mila", **signal: str) -> str:
    """A case, by this person: its path."""
    made: Json = await person.made("/cases", case_body(child, **signal))
    return f"/cases/{made['id']}"


async def ready_for_research(teacher: Person, child: str = "mila") -> str:
    """A case in which the teacher has talked with the parents, so that `onderzoek_starten` is allowed: its path."""
    path = await opened(teacher, child)
    await teacher.made(f"{path}/notes", TALK)
    return path


async def kept(world: World, statement: str, *parameters: object) -> list[dict[str, Any]]:
    """What the database holds, looked at as its owner."""
    connection = await psycopg.AsyncConnection.connect(world.owner_dsn, row_factory=dict_row, autocommit=True)
    async with connection:
        cursor = await connection.execute(statement.encode(), parameters)
        return await cursor.fetchall() if cursor.description else []


async def count(world: World, table: str, where: str = "true", *parameters: object) -> int:
    """How many rows of a table there are."""
    found: int = (await kept(world, f"select count(*) as n from {table} where {where}", *parameters))[0]["n"]
    return found


def codes(problem: Json) -> set[str]:
    """The stable codes of every reason of a refused step."""
    return {reason["code"] for reason in problem["reasons"]}
