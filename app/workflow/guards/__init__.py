"""The reviewed conditions that a route file may name: each answers which reasons stand in the way, none when it is met.

A guard asks the facts alone, by their plain fields and methods, never by their collections: the proof of a route puts
the same guards to facts that are not settled yet. Its parameters were checked when the route was loaded, so a guard
never meets a kind, role or outcome that does not exist. Where a fact is missing, a guard refuses.
"""

from app.workflow.guards import consents, escalations, findings, meetings, plans, signals
from app.workflow.guards.kernel import (
    EVALUATION_OUTCOMES,
    FUNCTIONS,
    GOAL_DOMAINS,
    GUARDS,
    SECTORS,
    Guard,
    Operation,
    Params,
    Reason,
    Takes,
)
from app.workflow.guards.meetings import ANSWERS, asked_meetings, open_questions
from app.workflow.guards.signals import must_all_hear, must_hear

__all__ = [
    "ANSWERS",
    "EVALUATION_OUTCOMES",
    "FUNCTIONS",
    "GOAL_DOMAINS",
    "GUARDS",
    "SECTORS",
    "Guard",
    "Operation",
    "Params",
    "Reason",
    "Takes",
    "asked_meetings",
    "consents",
    "escalations",
    "findings",
    "meetings",
    "must_all_hear",
    "must_hear",
    "open_questions",
    "plans",
    "signals",
]
