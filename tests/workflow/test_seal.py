"""A version in force never changes: what it said is written down, and compared."""

import json
from pathlib import Path

import pytest

from app import seal
from app.workflow.loader import load_routes
from app.workflow.model import Status

NAME = "ergens.1.toml"
DRAFT, IN_FORCE, WITHDRAWN = (f'key = "ergens"\nstatus = "{status}"\nstart = "a"\n' for status in Status)


def test_every_version_in_force_says_what_it_said_when_it_was_sealed() -> None:
    """Before its first release a version may be sealed anew: take its line out of in_force.json. After that never."""
    assert seal.faults(seal.files(), seal.sealed()) == []


def test_what_is_sealed_is_what_takes_cases_or_took_them() -> None:
    binding = {f"{route.key}.{route.version}.toml" for route in load_routes().values() if route.status != Status.DRAFT}
    assert seal.binding(seal.files()).keys() == binding


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (IN_FORCE, None),
        (WITHDRAWN, None),
        (IN_FORCE.replace('"a"', '"b"'), "says something else now"),
        (WITHDRAWN + "# een opmerking\n", "says something else now"),
        (DRAFT, "is gone, or a draft again"),
        (None, "is gone, or a draft again"),
    ],
)
def test_a_change_of_a_sealed_version_is_found(text: str | None, fault: str | None) -> None:
    found = seal.faults({NAME: text} if text else {}, seal.binding({NAME: IN_FORCE}))
    assert [fault in each for each in found] == [True] if fault else found == []


def test_a_version_that_comes_in_force_must_be_sealed_and_a_draft_not() -> None:
    assert seal.faults({NAME: DRAFT}, {}) == []
    assert seal.faults({NAME: IN_FORCE}, {}) == [f"{NAME} is in force and not sealed. Run: make seal"]


def test_sealing_adds_and_never_writes_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "ROUTES", tmp_path)
    monkeypatch.setattr(seal, "SEALS", tmp_path / "in_force.json")
    (tmp_path / NAME).write_text(IN_FORCE)
    (tmp_path / "nieuw.1.toml").write_text(DRAFT)
    seal.main()
    first = json.loads(seal.SEALS.read_text())
    assert first.keys() == {NAME}
    (tmp_path / "nieuw.1.toml").write_text(IN_FORCE)
    seal.main()
    both = json.loads(seal.SEALS.read_text())
    assert both == {**first, "nieuw.1.toml": seal.seal(IN_FORCE)}
    (tmp_path / NAME).write_text(IN_FORCE + "# anders\n")
    with pytest.raises(SystemExit, match="says something else now"):
        seal.main()
    assert json.loads(seal.SEALS.read_text()) == both
