"""What was raised because things are stuck."""

from app.workflow.facts import Facts
from app.workflow.guards.kernel import Operation, Params, Reason, Takes, guard, operation_with


@guard(kinds=Takes.ESCALATIONS, addressed_to=Takes.ADDRESSEE)
def escalation_open(facts: Facts, params: Params) -> list[Reason]:
    """One of these was raised with this addressee and is not resolved yet (001:275-279)."""
    kinds, addressee = params.texts("kinds"), params.text("addressed_to")
    if facts.escalation_open(kinds, addressee):
        return []
    may = [e.roles for e in params.route.escalations if e.addressed_to == addressee and set(kinds) & set(e.kinds)]
    return [
        Reason(
            "escalatie_ontbreekt",
            "Leg eerst vast wat er vastloopt: " + ", ".join(kind.replace("_", " ") for kind in kinds) + ".",
            "First record what is stuck: " + ", ".join(kind.replace("_", " ") for kind in kinds) + ".",
            tuple(dict.fromkeys(role for roles in may for role in roles)),
            operation_with("escalation.create", {"addressedTo": addressee}, "kind", kinds),
        )
    ]


@guard(kinds=Takes.ESCALATIONS, addressed_to=Takes.ADDRESSEE)
def no_escalation_open(facts: Facts, params: Params) -> list[Reason]:
    """Nothing of this kind that was raised with this addressee is still open (002:57-59)."""
    kinds, addressee = params.texts("kinds"), params.text("addressed_to")
    if not facts.escalation_open(kinds, addressee):
        return []
    roles = tuple(
        dict.fromkeys(
            role
            for each in params.route.escalations
            if each.addressed_to == addressee
            for party in each.involve
            for role in party.roles
        )
    )
    return [
        Reason(
            "escalatie_open",
            "Er ligt nog een vraag om hulp bij vastlopen; rond die eerst af.",
            "Something that was raised because things are stuck is still open; resolve it first.",
            roles,
            Operation("escalation.resolve"),
        )
    ]
