"""A route that the proof found faults in is not loaded, shipped or not; a draft is, and no case walks it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from app.workflow import loader
from app.workflow.loader import UnknownRoute, current, known_beside, load_routes, proven, read_routes
from app.workflow.model import Status, Text
from app.workflow.proof import Finding, PathStep, Proof
from app.workflow.proof import kept as keeping
from app.workflow.proof.kept import kept_proof, proof_name, unproven, written
from app.workflow.reader import RouteFaults

NAME = "expertteam-verbinding.1.toml"
KEY = ("expertteam-verbinding", 1)
FAULT = Finding(
    "geen_einde",
    "step:regio",
    Text("Hier loopt een zaak vast.", "Here a case gets stuck."),
    Text("Geef de stap een uitgang.", "Give the step a way out."),
    (PathStep("expertteam", Text("Zicht vragen op de regio", "Ask for a view of the region"), "regio"),),
)


@pytest.fixture
def text() -> str:
    return (files("app.routes") / NAME).read_text(encoding="utf-8")


def told(text: str, folder: Path, proof: Proof | None) -> list[str]:
    if proof is not None:
        (folder / proof_name(NAME)).write_text(written(proof, text), encoding="utf-8")
    return [str(fault) for fault in unproven(NAME, text, load_routes()[KEY], folder)]


def test_faults_are_told_with_the_shortest_path(text: str, tmp_path: Path) -> None:
    (fault,) = told(text, tmp_path, Proof(*KEY, {"geen_einde": 1}, (FAULT,)))
    assert "it has 1 faults" in fault
    assert "Zicht vragen op de regio → Zicht op de regio" in fault


def test_without_a_report_nobody_proved_it(text: str, tmp_path: Path) -> None:
    (fault,) = told(text, tmp_path, None)
    assert "it was not proven as it is" in fault


def test_a_sound_report_lets_it_be_loaded(text: str, tmp_path: Path) -> None:
    assert told(text, tmp_path, Proof(*KEY, {"geen_einde": 1}, ())) == []


def test_a_shipped_route_with_faults_is_not_loaded(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / proof_name(NAME)).write_text(written(Proof(*KEY, {}, (FAULT,)), text), encoding="utf-8")
    monkeypatch.setattr(keeping, "files", lambda _: tmp_path)
    monkeypatch.setattr(keeping, "fingerprint", lambda _: "these rules")
    with pytest.raises(RouteFaults, match="Hier loopt een zaak vast"):
        proven(read_routes({NAME: text}), {NAME: text})


def test_a_shipped_file_that_was_changed_is_not_loaded(text: str) -> None:
    changed = f"{text}\n# changed where it is installed\n"
    with pytest.raises(RouteFaults, match="not proven as it is"):
        proven(read_routes({NAME: changed}), {NAME: changed})


@pytest.fixture
def draft() -> Iterator[str]:
    route = replace(load_routes()[KEY], key="made-up", status=Status.DRAFT)
    known_beside({("made-up", 1): route})
    yield "made-up"
    known_beside({})


def test_a_draft_is_read_and_not_walked(draft: str, text: str, tmp_path: Path) -> None:
    assert list(unproven(NAME, text, load_routes()[draft, 1], tmp_path)) == []
    with pytest.raises(UnknownRoute):
        current(draft)


def test_loading_asks_for_the_report_and_proves_nothing(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    report = kept_proof(NAME, text)
    assert report is not None
    assert json.loads((files("app.routes") / proof_name(NAME)).read_text(encoding="utf-8"))["proof"]["sound"] is True
    monkeypatch.setattr("app.workflow.proof.moves.Moves.__post_init__", lambda _: pytest.fail("it proves"))
    assert loader.proven(read_routes({NAME: text}), {NAME: text})
