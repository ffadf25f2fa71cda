"""docs/policy.md says what the table says, the table knows every documented role, and no endpoint escapes it."""

import os
import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from app import main, policy_document
from app.api.contract import UndeclaredAction, derived, operations
from app.domain.actors import Role
from app.domain.policy import POLICY, REACH_IN_WORDS, Action, Reach
from app.main import create_app, served_contract
from app.settings import LoopbackSettings
from tests.integrations.tokens import AUDIENCE, ISSUER, static_verifier
from tests.policy.matrix import contract

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared"))


def test_docs_policy_md_is_what_the_table_says() -> None:
    assert (ROOT / "docs" / "policy.md").read_text() == policy_document.written(), (
        "run: python -m app.policy_document > docs/policy.md"
    )


@pytest.mark.parametrize("role", Role)
def test_a_grant_taken_from_a_role_changes_the_document(role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    before = policy_document.written()
    for grant in POLICY[role]:
        others = tuple(other for other in POLICY[role] if other is not grant)
        with monkeypatch.context() as changed:
            changed.setitem(POLICY, role, others)
            assert policy_document.written() != before


def test_the_document_has_a_heading_for_every_role_and_words_for_every_action_and_reach() -> None:
    text = policy_document.written()
    assert [line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")] == list(Role)
    assert policy_document.IN_WORDS.keys() == set(Action)
    assert REACH_IN_WORDS.keys() == set(Reach)


def test_the_table_has_a_line_for_every_role_and_for_nobody_else() -> None:
    assert POLICY.keys() == set(Role)
    assert all(POLICY.values())


def test_every_role_of_the_contracts_outline_stands_in_the_table_in_its_own_group() -> None:
    outline = SHARED / "api.md"
    if not outline.is_file():
        pytest.skip(f"the outline of the contract is not here: {outline} (set SHARED)")
    _, table = outline.read_text().split("| Group | `roles` codes |")
    documented = []
    for line in table.splitlines():
        if line.startswith("| ") and not line.startswith("|---"):
            _, group, codes, *_ = line.split("|")
            # Between brackets stand explanations, which may quote other words.
            documented.append((group.strip(), re.findall(r"`([a-z_]+)`", re.sub(r"\([^)]*\)", "", codes))))
        elif documented:
            break
    assert sum(len(roles) for _, roles in documented) >= 40
    assert [roles for _, roles in documented] == [[str(role) for role in r] for r in policy_document.GROUPS.values()]


def test_every_action_is_used_by_an_operation_and_every_operation_declares_one_action() -> None:
    declared = [operation["x-action"] for _, operation in operations(contract())]
    assert len(declared) > 60
    assert set(declared) == set(Action)


def test_every_action_is_granted_to_some_role() -> None:
    assert {action for grants in POLICY.values() for grant in grants for action in grant.actions} == set(Action)


def test_the_service_does_not_start_with_an_endpoint_that_declares_no_action(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.api import reference  # noqa: PLC0415 — its router is added to for this test alone

    async def leaking() -> dict[str, str]:
        return {}

    # As a process finds it that starts now; and no other test finds what is added here.
    monkeypatch.setattr(main, "_routes", main._routes.__wrapped__)  # noqa: SLF001
    settings = LoopbackSettings(database_url="postgresql://x@localhost/x", oidc_issuer=ISSUER, oidc_audience=AUDIENCE)
    create_app(settings, verifier=static_verifier())
    monkeypatch.setattr(reference.router, "routes", [*reference.router.routes])
    reference.router.add_api_route("/leaking", leaking)
    served_contract.cache_clear()
    with pytest.raises(UndeclaredAction, match="GET /leaking"):
        create_app(settings, verifier=static_verifier())


@pytest.mark.parametrize("declared", [None, "", "case.red", ["case.read", "case.update"]])
def test_nor_with_one_that_declares_something_else_than_one_action(declared: object) -> None:
    api = FastAPI()

    @api.get("/leaking", openapi_extra={"x-action": declared})
    async def leaking() -> dict[str, str]:
        return {}

    with pytest.raises(UndeclaredAction, match="GET /leaking"):
        derived(api)
