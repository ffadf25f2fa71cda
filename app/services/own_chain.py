"""The chain of the caller's own organisation: its seals, and whether one still fits what it sealed."""

import json
from datetime import datetime
from uuid import UUID

from app.db.session import Row, Session
from app.domain.audit_chain import FIRST, Sealing, hash_of
from app.domain.errors import NotVisible
from app.services.work import Work

_SEAL = (
    "json_build_object('number', s.number, 'size', s.size, 'sealedAt', app_time(s.sealed_at),"
    " 'hash', encode(s.hash, 'hex'), 'previous', encode(s.previous, 'hex'), 'headOutside', exists (select from"
    " audit_chains c where c.chain = s.chain and c.written_number >= s.number))"
)


async def seals(session: Session, *, after: UUID | None, limit: int) -> list[Row]:
    """The seals of the own organisation, newest first: id (the number, as a cursor), and body as text."""
    found = await session.rows(
        f"select s.number, ({_SEAL})::text as body from audit_seals s where s.chain = app_organisation()"
        " and (%(after)s::bigint is null or s.number < %(after)s) order by s.number desc limit %(limit)s",
        after=after.int if after else None,
        limit=limit,
    )
    return [{"id": UUID(int=row["number"]), "body": row["body"]} for row in found]


async def verified(work: Work, number: int) -> str:
    """One seal, looked at row by row, as JSON text: which rows were changed, which are gone, and whether it follows.

    Raises NotVisible when the own organisation has no seal of this number.
    """
    work.about.object_type = "audit-seal"
    seal = await work.session.row(
        f"select s.*, ({_SEAL})::text as body, p.hash as before from audit_seals s"
        " left join audit_seals p on p.chain = s.chain and p.number = s.number - 1"
        " where s.chain = app_organisation() and s.number = %(number)s",
        number=number,
    )
    if seal is None:
        raise NotVisible
    sealing, changed, gone = Sealing(), [], []
    for row in await work.session.rows("select * from app_sealed_rows(%(number)s)", number=number):
        sealing.add(row["event_id"], row["hash"])
        if row["event"] is None:
            gone.append(str(row["event_id"]))
        elif hash_of(_event(row["event"])) != row["hash"]:
            changed.append(str(row["event_id"]))
    made = sealing.done(seal["chain"], number, seal["previous"], seal["sealed_at"])
    fits = made == seal["hash"] and sealing.size == seal["size"]
    follows = seal["previous"] == (FIRST if number == 1 else seal["before"])
    told = {"changed": changed, "gone": gone, "fits": fits, "follows": follows}
    return json.dumps({**json.loads(seal["body"]), **told, "sound": fits and follows and not changed and not gone})


def _event(told: Row) -> Row:
    """A row as the worker read it: moments are moments again."""
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and value is not None else value
        for name, value in told.items()
    }
