"""What can be said of a route without following any case: its tables among each other, and beside the policy."""

from collections.abc import Iterable, Iterator

from app.domain.actors import Category, Role
from app.domain.grounds import GROUND_FOR
from app.domain.policy import CASE_REACHES, POLICY
from app.domain.regie import PAIRS
from app.workflow.model import Effect, Ground, Involve, RegieChoice, Route, Text
from app.workflow.promises import statements
from app.workflow.proof.report import Finding


def faults_of_tables(route: Route) -> Iterator[tuple[str, Finding | None]]:
    """Each question that was put, by its check, with the fault where there is one."""
    yield from _regie_table(route)
    yield from _ends(route)
    yield from _parties(route)
    yield from _levels(route)
    yield from _terms(route)
    yield from _tasks(route)
    yield from _kept(route)


def _asked(code: str, wrong: bool, subject: str, says: Text, remedy: Text) -> tuple[str, Finding | None]:  # noqa: FBT001  # an answer, no switch
    return code, Finding(code, subject, says, remedy) if wrong else None


def _regie_table(route: Route) -> Iterator[tuple[str, Finding | None]]:
    if route.regie.choice is not RegieChoice.CHOSEN:
        for pair in PAIRS:
            yield _asked(
                "regietabel",
                pair not in route.regie.table,
                "regie:table",
                Text(f"De regietabel zegt niets over {pair[0]} en {pair[1]}.", f"The regie table is silent on {pair}."),
                Text("Voeg de regel toe.", "Add the row."),
            )
    sides = {side for side in route.regie.table.values() if side} | {each.holder for each in route.regie.before_table}
    for side in sorted(sides):
        yield _asked(
            "regietabel",
            not route.regie.holders.get(side),
            "regie:holders",
            Text(f"Niemand kan de regie houden namens {side}.", f"Nobody can hold the regie for {side}."),
            Text("Noem bij holders de rollen van deze kant.", "Name the roles of this side under holders."),
        )


def _ends(route: Route) -> Iterator[tuple[str, Finding | None]]:
    """What ends the route closes the case, and nothing else does; what leads back opens it again."""
    for transition in route.transitions.values():
        for origin in transition.origins:
            starts, ends = route.steps[origin].end, route.steps[transition.target(origin)].end
            closes, opens = Effect.CLOSE_CASE in transition.effects, Effect.REOPEN_CASE in transition.effects
            yield _asked(
                "einde_sluit_zaak",
                closes != (ends and not starts) or opens != (starts and not ends),
                f"transition:{transition.key}",
                Text(
                    "Een einde sluit de zaak, en wie van een einde terugkomt opent haar weer; hier klopt dat niet.",
                    "An end closes the case, and whoever comes back from one opens it again; here that does not fit.",
                ),
                Text(
                    "Zet close_case of reopen_case waar het hoort.", "Put close_case or reopen_case where it belongs."
                ),
            )


def _involved(route: Route) -> Iterator[tuple[str, Involve]]:
    for transition in route.transitions.values():
        yield from ((f"transition:{transition.key}", party) for party in transition.involve)
    for escalation in route.escalations:
        yield from ((f"escalation:{escalation.addressed_to}", party) for party in escalation.involve)


def _reaches_no_case(role: Role) -> bool:
    return not any(grant.reach in CASE_REACHES for grant in POLICY[role])


def _sees_content(role: Role) -> bool:
    return any(grant.categories | grant.under_consent > {Category.PROCES} for grant in POLICY[role])


def _parties(route: Route) -> Iterator[tuple[str, Finding | None]]:
    for subject, party in _involved(route):
        kinds = GROUND_FOR.get(party.ground)
        misfit = kinds is not None and party.organisation_kind not in kinds
        if party.ground is Ground.PROCESBEWAKING:
            misfit = any(_sees_content(role) for role in party.roles)
        yield _asked(
            "grond_past_niet",
            misfit,
            subject,
            Text(
                f"{party.organisation_kind} kan niet meedoen op de grond {party.ground}.",
                f"{party.organisation_kind} can't take part on the ground {party.ground}.",
            ),
            Text(
                "Kies de eigen wettelijke grond, of vraag toestemming.", "Choose its own legal ground, or ask consent."
            ),
        )
        for role in party.roles:
            yield _asked(
                "rol_zonder_zaak",
                _reaches_no_case(role),
                subject,
                Text(f"De rol {role} komt volgens het beleid in geen zaak.", f"The policy lets {role} into no case."),
                Text("Betrek een andere rol.", "Involve another role."),
            )


def _levels(route: Route) -> Iterator[tuple[str, Finding | None]]:
    """Whoever works on the level of policy never sees a child."""
    acting = {role for transition in route.transitions.values() for role in transition.roles}
    brought = {(party.organisation_kind, role) for _, party in _involved(route) for role in party.roles}
    for level in route.levels.values():
        for figure in level.key_figures:
            enters = figure.role in acting or (figure.organisation_kind, figure.role) in brought
            yield _asked(
                "niveau_ziet_kind",
                enters and not level.sees_the_child,
                f"level:{level.key}",
                Text(
                    f"{figure.word.nl} werkt aan beleid en komt hier toch in een zaak.",
                    f"{figure.word.en} works on policy and enters a case here.",
                ),
                Text("Haal deze rol uit de zaak.", "Take this role out of the case."),
            )


def _terms(route: Route) -> Iterator[tuple[str, Finding | None]]:
    bounded = {term.step for term in route.terms.values()}
    for step in route.steps.values():
        if not step.end:
            yield _asked(
                "wachten_zonder_termijn",
                step.key not in bounded,
                f"step:{step.key}",
                Text(f"«{step.title.nl}» kan eindeloos wachten.", f"«{step.title.en}» can wait for ever."),
                Text("Geef de stap een termijn.", "Give the step a term."),
            )
    for term in route.terms.values():
        yield _asked(
            "termijn_zonder_uitweg",
            term.step is not None and not term.way_on,
            f"term:{term.key}",
            Text(f"Na «{term.title.nl}» is er geen weg verder.", f"After «{term.title.en}» there is no way on."),
            Text("Noem onder way_on een overgang.", "Name a transition under way_on."),
        )


def _doings(route: Route) -> Iterator[tuple[str, Iterable[Role]]]:
    yield from ((f"transition:{each.key}", each.roles) for each in route.transitions.values())
    yield from ((f"assessment:{each.key}", each.roles) for each in route.assessments.values())
    yield from ((f"note:{each.key}", each.roles) for each in route.notes.values())
    yield from ((f"meeting:{each.key}", each.roles) for each in route.meetings.values())
    yield from ((f"plan:{each.key}", each.roles) for each in route.plans.values())
    yield from ((f"escalation:{each.addressed_to}", each.roles) for each in route.escalations)


def _tasks(route: Route) -> Iterator[tuple[str, Finding | None]]:
    """Both ways: what a role may do stands under a task of the seed, and a task names what the role may do."""
    may = {(subject, role) for subject, roles in _doings(route) for role in roles}
    told = {(does, role) for role, known in route.roles.items() for task in known.tasks for does in task.does}
    for subject, role in sorted(may):
        yield _asked(
            "rol_zonder_taak",
            bool(route.roles) and (subject, role) not in told,
            f"role:{role}",
            Text(f"{role} mag {subject}, maar geen taak noemt dat.", f"{role} may {subject}, which no task names."),
            Text("Noem het onder een taak, of haal de rol weg.", "Name it under a task, or take the role away."),
        )
    for does, role in sorted(told):
        yield _asked(
            "taak_zonder_recht",
            (does, role) not in may,
            f"role:{role}",
            Text(
                f"Een taak van {role} noemt {does}, dat {role} niet mag.",
                f"A task of {role} names {does}: not allowed.",
            ),
            Text("Geef de rol dat recht, of pas de taak aan.", "Grant it, or change the task."),
        )


def _kept(route: Route) -> Iterator[tuple[str, Finding | None]]:
    """What a promise says of the tables, they say."""
    said = frozenset(statements(route))
    for claim in route.claims.values():
        for statement in claim.keeps:
            yield _asked(
                f"belofte_{claim.key}",
                statement not in said,
                f"claim:{claim.key}",
                Text(
                    f"Belofte gebroken: {claim.says.nl} De route zegt niet meer: {statement}.",
                    f"A promise is broken: {claim.says.en} The route no longer says: {statement}.",
                ),
                Text("Zet terug wat de belofte zegt.", "Put back what the promise says."),
            )
