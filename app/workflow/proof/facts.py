"""A case of which nothing is settled: the same questions as `app.workflow.facts.Facts`, answered by variables."""

from collections.abc import Callable, Collection, Container
from dataclasses import dataclass
from datetime import date
from typing import cast

from app.domain.actors import OrganisationKind, Role
from app.domain.consent import Missing
from app.workflow.facts import Facts
from app.workflow.model import Route
from app.workflow.proof.asking import Asking
from app.workflow.proof.case import Case

_SOME_DAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class _Listed(Container[str]):
    """A list of which only this is asked: does it hold that."""

    holds: Callable[[str], bool]

    def __contains__(self, each: object) -> bool:
        return self.holds(str(each))


@dataclass(frozen=True, slots=True)
class _Signal:
    asking: Asking
    case: Case

    @property
    def given_by(self) -> str:
        return str(self.asking.of(self.case.given_by))

    @property
    def author_role(self) -> Role:
        return Role(str(self.asking.of(self.case.received_by)))


@dataclass(frozen=True, slots=True)
class _Assessment:
    asking: Asking
    case: Case
    kind: str
    outcome: str
    reason: str = "toegelicht"  # the service takes no such outcome without one

    @property
    def fresh(self) -> bool:
        return self.asking.of(self.case.fresh_assessment(self.kind)) is True


@dataclass(frozen=True, slots=True)
class _Consent:
    """A consent of which nobody says more than is asked: in force, said no to, or neither."""

    asking: Asking
    case: Case
    recipient: OrganisationKind
    missing: tuple[str, ...] = ()
    lapsed: bool = False  # said as a no

    @property
    def in_force(self) -> bool:
        return self.asking.whether(f"ja {self.recipient}", self.case.consented(self.recipient))

    @property
    def code(self) -> str | None:
        if self.in_force:
            return None
        said_no = self.asking.whether(f"nee {self.recipient}", self.case.refused(self.recipient))
        return Missing.REFUSED if said_no else Missing.NONE_ASKED


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A meeting that was planned or held; whoever counts as having been there was invited too."""

    asking: Asking
    case: Case
    kind: str

    @property
    def held(self) -> bool:
        return self.asking.of(self.case.meeting(self.kind)) == "held"

    def _counts(self, party: str) -> bool:
        return self.asking.listed(f"{self.kind}: {party}", self.case.counts_in(self.kind, party))

    @property
    def invited(self) -> Container[str]:
        return _Listed(self._counts)

    @property
    def present(self) -> Container[str]:
        return _Listed(self._counts)

    @property
    def absent_with_reason(self) -> Container[str]:
        return ()

    @property
    def answered(self) -> Container[str]:
        case = self.case
        return _Listed(
            lambda _: self.asking.listed(f"{self.kind}: antwoorden", case.space.holds(case.answered(self.kind)))
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    asking: Asking
    case: Case
    kind: str

    def _is(self, what: str) -> bool:
        return self.asking.of(self.case.plan_part(self.kind, what)) is True

    @property
    def in_force(self) -> bool:
        return self._is("in_force")

    @property
    def perspective(self) -> bool:
        return self._is("perspective")

    @property
    def goal_domains(self) -> Container[str]:
        return self._list("goal")

    @property
    def unmeasured_goals(self) -> int:
        return 0 if self._is("measured") else 1

    @property
    def goals_without_action(self) -> int:
        return 0 if self._is("actions") else 1

    @property
    def evaluation_date(self) -> date | None:
        return _SOME_DAY if self._is("evaluation_date") else None

    @property
    def regie(self) -> str | None:
        return cast("str | None", self.asking.of(self.case.plan_regie(self.kind)))

    @property
    def approved_by(self) -> Container[str]:
        return self._list("approved")

    @property
    def evaluation(self) -> str | None:
        return cast("str | None", self.asking.of(self.case.plan_evaluation(self.kind)))

    @property
    def evaluation_parties(self) -> Container[str]:
        return self._list("evaluated")

    def _list(self, what: str) -> Container[str]:
        def holds(each: str) -> bool:
            part = self.case.plan_part(self.kind, f"{what} {each}")
            return self.asking.listed(part.name, self.case.space.holds(part))

        return _Listed(holds)


@dataclass(frozen=True, slots=True)
class _Open:
    """The facts of a case as far as a rule asks for them."""

    asking: Asking
    case: Case

    # No verdict hangs on the step: a transition names where it starts. Reasons look at it, and nobody reads them here.
    step = ""
    explanation = None

    @property
    def age(self) -> int | None:
        return cast("int | None", self.asking.of(self.case.age))

    @property
    def school_known(self) -> bool:
        return self.asking.of(self.case.school_known) is True

    @property
    def deelverband_known(self) -> bool:
        return self.asking.of(self.case.deelverband_known) is True

    @property
    def sector(self) -> str | None:
        return cast("str | None", self.asking.of(self.case.sector))

    @property
    def leervraag(self) -> str | None:
        return cast("str | None", self.asking.of(self.case.classified("leervraag")))

    @property
    def leefvraag(self) -> str | None:
        return cast("str | None", self.asking.of(self.case.classified("leefvraag")))

    @property
    def problem_class(self) -> str | None:
        return cast("str | None", self.asking.of(self.case.classified("problem_class")))

    @property
    def regie(self) -> str | None:
        return cast("str | None", self.asking.of(self.case.regie))

    @property
    def only_own_signals(self) -> bool:
        return self.asking.of(self.case.only_own_signals) is True

    def first_signal(self) -> _Signal:
        return _Signal(self.asking, self.case)

    def safety_at_stake(self) -> bool:
        return self.asking.of(self.case.safety) is True

    def signalled(self, kinds: Collection[str]) -> bool:
        return self.asking.of(self.case.signalled(frozenset(kinds))) is True

    def assessment(self, kind: str) -> _Assessment | None:
        outcome = self.asking.of(self.case.assessment(kind))
        return None if outcome is None else _Assessment(self.asking, self.case, kind, str(outcome))

    def talked(
        self,
        kind: str,
        roles: Collection[Role],
        whom: frozenset[str],
        everyone: frozenset[frozenset[str]] = frozenset(),
        *,
        fresh: bool = False,
    ) -> bool:
        receiver = self.asking.known(self.case.received_by.name)
        asked = self.case.talked(
            kind,
            frozenset(roles),
            whom,
            everyone,
            fresh=fresh,
            receiver=None if receiver is None else str(receiver),
        )
        return self.asking.of(asked) is True

    def consent(self, recipient: OrganisationKind) -> _Consent:
        return _Consent(self.asking, self.case, recipient)

    def involves(self, *kinds: OrganisationKind) -> bool:
        return self.asking.whether(f"betrokken {sorted(kinds)}", self.case.involved(*kinds))

    def roles_of(self, _: OrganisationKind) -> tuple[Role, ...]:
        return ()  # only reasons ask it, to say who resolves them

    def has_named(self, roles: Collection[Role], function: str = "") -> bool:
        named = self.case.named(frozenset(roles), function)
        return self.asking.whether(f"bij naam {sorted(roles)} {function}", named)

    def meetings_of(self, kind: str) -> tuple[_Meeting, ...]:
        exists = self.asking.of(self.case.meeting(kind)) is not None
        return (_Meeting(self.asking, self.case, kind),) if exists else ()

    def plan_of(self, kind: str) -> _Plan | None:
        return _Plan(self.asking, self.case, kind) if self.asking.of(self.case.plan(kind)) is True else None

    def escalation_open(self, kinds: Collection[str], addressed_to: str) -> bool:
        return self.asking.of(self.case.escalation(frozenset(kinds), addressed_to)) is True


def open_facts(asking: Asking, case: Case) -> Facts:
    """Facts that answer a rule by the questions it asks; to the rule they are those of any case."""
    return cast("Facts", _Open(asking, case))


def outcomes_asked(asking: Asking, case: Case, route: Route) -> dict[str, str]:
    """The outcomes that go before the regie table, as far as they are asked for."""
    kinds = dict.fromkeys(each.assessment for each in route.regie.before_table)
    found = {kind: asking.of(case.assessment(kind)) for kind in kinds}
    return {kind: str(outcome) for kind, outcome in found.items() if outcome is not None}
