"""What the family may ask about what is kept on it, who must ask it, until when it is answered, why it can be refused.

Sources: Jeugdwet 7.3.8-7.3.10 and 7.3.15 (destruction within three months, who asks), AVG 12, 16, 17 and 21 (correction
and objection within a month); `domain.md` §4 and R46.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.domain import choices
from app.domain.calendar import months_later
from app.domain.gezag import GezagRelation, Unclear, age_on, holders_on


class RequestKind(StrEnum):
    """What is asked: that something is put right, that it is no longer used, that it is destroyed."""

    CORRECTIE = "correctie"
    BEZWAAR = "bezwaar"
    VERNIETIGING = "vernietiging"


class Verdict(StrEnum):
    """What the organisation that holds the data decided."""

    INGEWILLIGD = "ingewilligd"
    DEELS = "deels"
    GEWEIGERD = "geweigerd"


MONTHS: Mapping[RequestKind, choices.Choice[int]] = {
    RequestKind.CORRECTIE: choices.CORRECTION_MONTHS,
    RequestKind.BEZWAAR: choices.OBJECTION_MONTHS,
    RequestKind.VERNIETIGING: choices.DESTRUCTION_MONTHS,
}
"""Within how many months a request is answered: one, and for destruction three, unless chosen otherwise."""

REFUSALS: Mapping[RequestKind, Mapping[str, str]] = {
    # What professionals saw and thought is theirs to write: it is not put right, a statement is put beside it.
    RequestKind.CORRECTIE: {
        "klopt_wel": "AVG 16: wat er staat is juist",
        "oordeel_van_professional": "AVG 16: een indruk of conclusie van een professional",
        "belang_van_ander": "AVG 23: een ander wordt er ernstig door geschaad",
    },
    RequestKind.BEZWAAR: {
        "dwingende_reden": "AVG 21 (1): een dwingende reden die zwaarder weegt",
        "wet_verplicht": "AVG 6 (1) c: de wet verplicht hiertoe",
    },
    RequestKind.VERNIETIGING: {
        "belang_van_ander": "Jeugdwet 7.3.9: een aanmerkelijk belang van een ander",
        "wet_verzet_zich": "Jeugdwet 7.3.9: de wet verzet zich ertegen",
    },
}
"""Why it may be refused, wholly or in part, with the source of each ground; nothing else is a ground."""


def must_ask(
    kind: RequestKind, *, day: date, birth_date: date | None, youth: UUID, gezag: Iterable[GezagRelation]
) -> frozenset[UUID] | Unclear:
    """Who has to ask it together, or why that is not known. Empty: whoever may ask it at all asks it alone.

    To destroy cannot be undone: under 12 it takes everybody with gezag, from 12 to 15 the youth as well, from 16 the
    youth alone (Jeugdwet 7.3.9 with 7.3.15; domain.md §4). Where somebody with gezag has to ask along and it is not
    known who has it, nobody asks in that person's place.
    """
    if kind is not RequestKind.VERNIETIGING:
        return frozenset()
    if birth_date is None:
        return Unclear.BIRTH_DATE
    age = age_on(birth_date, day)
    if age >= 16:  # noqa: PLR2004 — the law's age
        return frozenset({youth})
    holders = holders_on(day, gezag)
    if isinstance(holders, Unclear) or age < 12:  # noqa: PLR2004 — the law's age
        return holders
    return holders | {youth}


def last_day(kind: RequestKind, asked_on: date) -> date:
    """Until when it must be answered: the same day so many months later, or the last of that month."""
    return months_later(asked_on, choices.now(MONTHS[kind]))
