"""How sure the provider must be of who logged in, action by action: one table, that a setting may raise or lower.

Levels of eIDAS (and of eHerkenning, and as plain words) in a token's `acr`. A family logs in from outside, so what it
reads and does asks `substantieel`; a worker's login is vouched for by the organisation, which a setting may doubt.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from app.domain.actors import FAMILY_ROLES, Role
from app.domain.policy import Action, may_at_all


class Assurance(IntEnum):
    """How sure: nothing said, low, substantial, high."""

    GEEN = 0
    LAAG = 1
    SUBSTANTIEEL = 2
    HOOG = 3


_LEVELS: Mapping[str, Assurance] = {
    "http://eidas.europa.eu/LoA/low": Assurance.LAAG,
    "http://eidas.europa.eu/LoA/substantial": Assurance.SUBSTANTIEEL,
    "http://eidas.europa.eu/LoA/high": Assurance.HOOG,
    "urn:etoegang:core:assurance-class:loa2": Assurance.LAAG,
    "urn:etoegang:core:assurance-class:loa2plus": Assurance.LAAG,
    "urn:etoegang:core:assurance-class:loa3": Assurance.SUBSTANTIEEL,
    "urn:etoegang:core:assurance-class:loa4": Assurance.HOOG,
    "low": Assurance.LAAG,
    "substantial": Assurance.SUBSTANTIEEL,
    "high": Assurance.HOOG,
}
# What tells nothing of anybody: who one is here, the public register and the routes.
_OPEN = frozenset({Action.ME_READ, Action.ROUTE_READ, Action.ORGANISATION_READ})
Table = Mapping[Action, Assurance]

# To bind a login to a person asks it of everybody (`domain.md` §10, invitation codes).
OF_WORKERS: Table = {Action.BINDING_REDEEM: Assurance.SUBSTANTIEEL}
OF_FAMILY: Table = {action: Assurance.SUBSTANTIEEL for action in Action if action not in _OPEN}


LEVELS_IN_WORDS: Mapping[Assurance, tuple[str, str]] = {
    Assurance.GEEN: ("geen eis", "none"),
    Assurance.LAAG: ("laag of hoger", "low or higher"),
    Assurance.SUBSTANTIEEL: ("substantieel of hoog", "substantial or high"),
    Assurance.HOOG: ("hoog", "high"),
}


def level(acr: str | None) -> Assurance:
    """The level that a token names; what is unknown counts as nothing."""
    return _LEVELS.get(acr or "", Assurance.GEEN)


def sufficient(roles: Iterable[Role], action: Action, acr: str | None, settled: Table) -> frozenset[Role]:
    """Those of the roles for which the login is sure enough for this action. `settled` goes before the table."""
    reached = level(acr)
    return frozenset(role for role in roles if reached >= _needed(role, action, settled))


def _needed(role: Role, action: Action, settled: Table) -> Assurance:
    own = OF_FAMILY if role in FAMILY_ROLES else OF_WORKERS
    # A setting is about who can do it from outside, or about everybody where the table asks it of everybody.
    if action in settled and (role in FAMILY_ROLES or action in OF_WORKERS):
        return settled[action]
    return own.get(action, Assurance.GEEN)


def needed(roles: Iterable[Role], action: Action, settled: Table) -> Assurance:
    """The lowest level at which one of the roles that have this action may do it."""
    return min(
        (_needed(role, action, settled) for role in roles if may_at_all(frozenset({role}), action)),
        default=Assurance.GEEN,
    )


def too_low(roles: Iterable[Role], action: Action, acr: str | None, settled: Table) -> bool:
    """Whether somebody with these roles could do it, were the login surer."""
    mine = frozenset(roles)
    return may_at_all(mine, action) and not may_at_all(sufficient(mine, action, acr, settled), action)
