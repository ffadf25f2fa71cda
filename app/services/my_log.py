"""Who saw or changed what about my child, and why, in words: the audit as a family reads it."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.db import reads
from app.services import plain_words
from app.services.work import Work
from app.workflow.model import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One line: who, what, why, about which subjects, and whether it was allowed."""

    id: UUID
    told: dict[str, Any]
    child: dict[str, Any] | None
    who: Text
    what: Text
    why: Text
    subjects: list[Text]


async def lines(work: Work, *, after: UUID | None, limit: int) -> list[Line]:
    """The newest lines of all the caller's cases, before the line `after`."""
    work.about.object_type = "access-log"
    (rows,) = await work.session.ask(reads.my_access_log(work.roles, after=after, limit=limit))
    found = [(row["id"], json.loads(row["body"])) for row in rows]
    return [line(id_, told["event"], work.actor.person_id, told["child"]) for id_, told in found]


def line(event_id: UUID, told: dict[str, Any], reader: UUID, child: dict[str, Any] | None = None) -> Line:
    """A row of the audit in words."""
    deed = plain_words.deed(told["action"], told["objectType"])
    refused = told["outcome"] != "toegestaan"
    return Line(
        id=event_id,
        told=told,
        child=child,
        who=_who(told, reader),
        what=Text(f"probeerde dit, maar het kon of mocht niet: {deed.nl}", f"tried this, which was refused: {deed.en}")
        if refused
        else deed,
        why=Text("", "") if refused else plain_words.ground(told["ground"], own=told["actorId"] == str(reader)),
        subjects=[] if refused else plain_words.subjects(told["dataCategories"]),
    )


def _who(told: dict[str, Any], reader: UUID) -> Text:
    if told["actorId"] == str(reader):
        return Text("uzelf", "yourself")
    role = plain_words.role(told["actorRole"])
    name = f"{told['actorName']}, " if told["actorName"] else ""
    home = told["organisationName"]
    return Text(f"{name}{role.nl}{f' bij {home}' if home else ''}", f"{name}{role.en}{f' at {home}' if home else ''}")
