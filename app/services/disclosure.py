"""Whether something of a case may leave by another way than an answer: mail, a webhook, a registry, a calendar.

The same table and the same consents as for an answer, for a recipient who is not asking now. Whoever sends calls it at
the moment of sending, in the transaction of the sending, and keeps the `Decision` with what was sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from app.domain.actors import FAMILY_ROLES, Category, OrganisationKind, Role
from app.domain.policy import POLICY, Action, Grant, Reach, homes

Connection = psycopg.AsyncConnection[Any]
_ADULT, _OF_ITS_OWN, _DECIDES = 18, 12, 16


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether all that was asked for may be told, and what that rests on.

    Attributes:
        allowed: whether every category asked for is open; what is not stands in `refused`.
        code: why not, for the log; None when it is allowed.
        ground: of the involvement or the relation that opens it; None for who has none.
        rule_set: by which was judged who decides.
        consent_ids: the consents in force that the recipient's sight rests on.
    """

    allowed: bool
    code: str | None
    ground: str | None
    rule_set: str
    consent_ids: tuple[UUID, ...]
    refused: frozenset[Category]


async def may_receive(
    connection: Connection,
    case_id: UUID,
    categories: Iterable[Category],
    *,
    organisation: UUID | None = None,
    person: UUID | None = None,
) -> Decision:
    """Whether an organisation, somebody who works there, or a person of the family may be told this now.

    One statement, on a connection of the worker. Of a case that does not exist nothing may be told to anybody.
    """
    cursor = await connection.execute("select app_recipient(%s, %s, %s)", (case_id, organisation, person))
    row = await cursor.fetchone()
    return judged(row[0] if row else None, frozenset(categories))


def judged(known: dict[str, Any] | None, categories: frozenset[Category]) -> Decision:
    """The decision, from what the database knows of the recipient (`app_recipient`)."""
    if known is None:
        return Decision(
            allowed=False, code="niet-gevonden", ground=None, rule_set="", consent_ids=(), refused=categories
        )
    consented = frozenset(map(Category, known["consented"]))
    opened: frozenset[Category] = frozenset()
    grounds: list[str] = []
    by_consent = False
    for role, ground, grant in _lines(known):
        seen = grant.categories
        if ground == "toestemming":
            seen = (grant.categories | grant.under_consent) & consented | {Category.PROCES}
        elif role not in FAMILY_ROLES:
            seen |= grant.under_consent & consented
        else:
            seen |= grant.by_youth & frozenset(map(Category, known["sight"]))
        by_consent = by_consent or ground == "toestemming" or not seen <= grant.categories
        opened |= seen
        grounds.append(ground)
    refused = categories - opened
    code = None if not refused and grounds else ("niet-betrokken" if not grounds else "categorie-niet-toegestaan")
    return Decision(
        allowed=code is None,
        code=code,
        ground=min(grounds, default=None, key=lambda each: (each == "toestemming", each)),
        rule_set=known["ruleSet"],
        consent_ids=tuple(UUID(each) for each in known["consents"]) if by_consent else (),
        refused=refused,
    )


def _lines(known: dict[str, Any]) -> Iterable[tuple[Role, str, Grant]]:
    """The lines of the policy table that lead this recipient to the case, each with its ground."""
    for role, grant in ((role, grant) for role, grants in POLICY.items() for grant in grants):
        if Action.CASE_READ not in grant.actions:
            continue
        if role in FAMILY_ROLES:
            if _of_family(known, grant.reach) and grant.ground:
                yield role, grant.ground, grant
        elif known["kind"] and OrganisationKind(known["kind"]) in homes(role):
            for involved, ground in known["involved"]:
                as_such = involved is None and grant.reach is Reach.OWN_SCHOOL
                if as_such or (involved == role and grant.reach is Reach.INVOLVED):
                    yield role, ground, grant


def _of_family(known: dict[str, Any], reach: Reach) -> bool:
    years = known["years"]
    return (
        (reach is Reach.SELF and known["self"] and years >= _OF_ITS_OWN)
        or (reach is Reach.OWN_CHILD and known["gezag"] and years < _DECIDES)
        or (reach is Reach.WARD and known["ward"] and years < _DECIDES)
        or (reach is Reach.WARD_16_17 and known["ward"] and _DECIDES <= years < _ADULT)
        or (reach is Reach.OWN_CHILD_16_17 and known["gezag"] and known["followed"] and _DECIDES <= years < _ADULT)
    )
