"""What the worker says of consents, each once: an answer that comes due, an end that is near, a yes to ask anew.

Only that it is so, for the role that asked and the regiehouder; who is waited for, each reads in the consent itself, by
the rights of then.
"""

from datetime import date, datetime, time
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from app.domain.calendar import in_working_hours, local_day
from app.domain.ids import new_id
from app.integrations.calendars import WORKING_DAYS
from app.services.reminders import CLOSES, OPENS

Connection = psycopg.AsyncConnection[Any]

PORTION = 100
"""Reminders in one transaction."""

_TRY = "select pg_try_advisory_xact_lock(hashtextextended('consent-reminders', 0))"


async def remind_of_consents(
    connection: Connection, moment: datetime, opens: time = OPENS, closes: time = CLOSES
) -> bool:
    """Says what has come near, once for each consent and day; True when more may wait.

    What is said is kept in the same transaction as the fact. One worker does this at a time: another goes on. Outside
    working hours nothing is said; what is near waits for the next working day.
    """
    if not in_working_hours(moment, WORKING_DAYS, opens, closes):
        return False
    taken = await (await connection.execute(_TRY)).fetchone()
    if not (taken and taken[0]):
        return False
    today = local_day(moment)
    found = await connection.execute(
        "with near as (select * from every_consent_to_remind(%s, %s)),"
        " said as (insert into consent_reminders (consent_id, kind, of_day, case_id)"
        " select consent_id, kind, of_day, case_id from near on conflict do nothing returning consent_id, kind, of_day)"
        " select n.consent_id, n.case_id, n.kind, n.of_day, n.role from near n"
        " join said s on s.consent_id = n.consent_id and s.kind = n.kind and s.of_day = n.of_day",
        (today, PORTION),
    )
    rows = await found.fetchall()
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into outbox (id, type, case_id, object_id, data) values (%s, %s, %s, %s, %s)",
            [
                (
                    new_id(),
                    f"consent.{kind}",
                    case,
                    consent,
                    Jsonb({"when": _when(of_day, today), "roles": [role], "functions": ["regiehouder"]}),
                )
                for consent, case, kind, of_day, role in rows
            ],
        )
    return len(rows) == PORTION


def _when(of_day: date, today: date) -> str:
    return "before" if of_day > today else "at" if of_day == today else "passed"
