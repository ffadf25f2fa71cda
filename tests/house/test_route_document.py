"""The reference of the route language and the pages of the routes: as the code says, and whole."""

from pathlib import Path

import pytest

from app.route_document import CONDITIONS, SAYS, language, page, reference, written
from app.route_fields import TABLES
from app.workflow.guards import GUARDS
from app.workflow.loader import load_routes, read_route
from tests.conftest import ROOT

DOCS = ROOT / "docs"
EXAMPLE = DOCS / "example-route" / "veldmeer.1.toml"


def test_the_pages_are_what_the_code_says() -> None:
    pages = written(EXAMPLE)
    stale = [name for name, text in pages.items() if (DOCS / name).read_text(encoding="utf-8") != text]
    assert not stale, f"make docs: {stale}"
    assert {f"routes/{path.name}" for path in (DOCS / "routes").glob("*.md")} == set(pages) - {"route-language.md"}


def test_the_example_uses_every_table_and_every_field_but_those_of_another_rule() -> None:
    """So that each piece of the language has an example, and one that loads."""
    example = EXAMPLE.read_text(encoding="utf-8")
    whole = language({EXAMPLE.name: example, **{each.name: each.read_text("utf-8") for each in shipped()}})
    own = language({EXAMPLE.name: example})
    assert set(whole.fields) - set(own.fields) - CONDITIONS == {"regie.table", "regie.before_table"}
    assert set(whole.fields) - CONDITIONS == set(TABLES)


def shipped() -> list[Path]:
    """The files of the shipped routes."""
    return sorted((ROOT / "app" / "routes").glob("*.toml"))


def test_every_guard_is_told_in_words_and_by_its_parameters() -> None:
    text = (DOCS / "route-language.md").read_text(encoding="utf-8")
    assert set(SAYS) == set(GUARDS)
    for name, guard in GUARDS.items():
        told = text.split(f"### `{name}`\n")[1].split("\n### ")[0]
        assert all(f"| `{each}` |" in told for each in (*guard.required, *guard.optional)), name


def test_a_field_without_words_stops_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    example = EXAMPLE.read_text(encoding="utf-8")
    monkeypatch.setattr("app.route_fields._OWN", {})
    with pytest.raises(KeyError):
        reference({EXAMPLE.name: example}, example)


def test_a_route_s_page_names_every_step_transition_term_question_and_promise() -> None:
    routes = [*load_routes().values(), read_route(EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))]
    for route in routes:
        text = page(route)
        said = [each.title.nl for each in route.steps.values()]
        said += [each.title.nl for each in route.transitions.values()]
        said += [each.title.nl for each in route.meetings.values()]
        said += [each.title.nl for each in route.plans.values()]
        said += [each.title.nl for each in route.terms.values()]
        said += [each.title.nl for each in route.escalations]
        said += [aside.says.nl for aside in route.asides.values()]
        said += [claim.says.nl for claim in route.claims.values()]
        asked = [route.checklists[each.checklist] for each in route.meetings.values() if each.checklist]
        said += [item.question.nl for checklist in asked for item in checklist.items]
        said += [task.says.nl for role in route.roles.values() for task in role.tasks]
        assert not [each for each in said if each not in text], route.key
        for transition in route.transitions.values():
            blocks = [each.split("\n**")[0] for each in text.split(f"**{transition.title.nl}**")[1:]]
            told = [f"({each.source})" for each in transition.conditions]
            told += [route.word(role).nl for role in transition.roles]
            assert any(all(each in block for each in told) for block in blocks), transition.key
