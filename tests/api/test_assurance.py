"""How sure a login must be, action by action."""

import pytest
from pydantic import ValidationError

from app.domain.actors import Role
from app.domain.assurance import OF_FAMILY, Assurance, level, sufficient
from app.domain.policy import Action
from app.settings import LoopbackSettings
from tests.integrations.tokens import OMIT
from tests.policy.arranging import ONE, TEACHER, a_case
from tests.world import World

LOW, SUBSTANTIAL, HIGH = (f"http://eidas.europa.eu/LoA/{each}" for each in ("low", "substantial", "high"))


@pytest.mark.parametrize(
    ("acr", "reached"),
    [(None, 0), ("", 0), ("zeker weten", 0), (LOW, 1), ("loa3", 0), (SUBSTANTIAL, 2), (HIGH, 3), ("high", 3)],
)
def test_what_is_not_known_counts_as_nothing(acr: str | None, reached: int) -> None:
    assert level(acr) == reached


def test_a_parent_needs_substantial_and_a_worker_what_the_organisation_vouches_for() -> None:
    both = frozenset({Role.OUDER, Role.LEERKRACHT})
    # One token with two roles: the surer one is not lent to the other.
    assert sufficient(both, Action.CASE_READ, LOW, {}) == {Role.LEERKRACHT}
    assert sufficient(both, Action.CASE_READ, SUBSTANTIAL, {}) == both
    assert sufficient(both, Action.BINDING_REDEEM, LOW, {}) == frozenset()
    assert sufficient(both, Action.ME_READ, None, {}) == both
    assert {Action.ME_READ, Action.ROUTE_READ, Action.ORGANISATION_READ}.isdisjoint(OF_FAMILY)


def test_a_setting_raises_or_lowers_one_action() -> None:
    settled = {Action.MY_EXPORT_READ: Assurance.HOOG, Action.CASE_READ: Assurance.LAAG}
    parent = frozenset({Role.OUDER})
    assert sufficient(parent, Action.MY_EXPORT_READ, SUBSTANTIAL, settled) == frozenset()
    assert sufficient(parent, Action.MY_EXPORT_READ, HIGH, settled) == parent
    assert sufficient(parent, Action.CASE_READ, LOW, settled) == parent
    assert sufficient(parent, Action.CONSENT_ANSWER, LOW, settled) == frozenset()


def test_a_setting_names_actions_and_levels_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"database_url": "postgresql://x@localhost/x", "oidc_issuer": "https://a.invalid", "oidc_audience": "a"}
    monkeypatch.setenv("ASSURANCE", "my-export.read=hoog, case.read=laag")
    settled = LoopbackSettings(**known).assurance  # type: ignore[arg-type]  # as the environment gives them
    assert settled == {Action.MY_EXPORT_READ: Assurance.HOOG, Action.CASE_READ: Assurance.LAAG}
    for wrong in ("case.reed=hoog", "case.read=hoogst", "case.read"):
        monkeypatch.setenv("ASSURANCE", wrong)
        with pytest.raises(ValidationError):
            LoopbackSettings(**known)  # type: ignore[arg-type]  # as the environment gives them


@pytest.mark.anyio
async def test_a_parent_who_logged_in_less_surely_is_told_what_would_help(world: World) -> None:
    story = await a_case(world)
    for acr in (LOW, OMIT):
        parent = world.caller(sub=f"demo-{ONE}", roles=["ouder"], organisation=OMIT, acr=acr)
        assert (await parent.get("/me")).status_code == 200
        refused = await parent.get(story.path)
        assert refused.status_code == 403
        assert refused.json()["type"].rpartition(":")[2] == "betrouwbaarheid-te-laag"
        assert "op niveau substantieel of hoog" in refused.json()["detail"]
        at_work = (await parent.get("/workers")).json()
        assert at_work["type"].rpartition(":")[2] == "rol-past-niet"
        assert "Dit doen: leerkracht, intern begeleider van de school, " in at_work["detail"]
    teacher = world.caller(sub=f"demo-{TEACHER}", roles=["leerkracht"], organisation="brin:99ZA00", acr=OMIT)
    assert (await teacher.get(story.path)).status_code == 200
