"""Where facts go that concern the outside: the port, and the one adapter that exists now, the log.

A fact says that something happened, never what it says. Subscriptions of other systems come in a later stage.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the outbox. The same fact may come twice; its id tells."""

    id: UUID
    occurred_at: datetime
    type: str
    case_id: UUID | None
    object_id: UUID | None
    data: Mapping[str, str]


Receiver = Callable[[Fact], Awaitable[None]]
"""The port: takes one fact, or raises; then the fact waits and is offered again."""


async def to_the_log(fact: Fact) -> None:
    """One line: what happened and when. In which case is left out: a log is no place to follow a child by."""
    said = {"id": str(fact.id), "type": fact.type, "occurredAt": fact.occurred_at.isoformat(), "data": dict(fact.data)}
    logger.info("fact", extra={"fields": {"fact": said}})
