"""What was proven is kept beside its route, and counts only for the very text and rules that it is about."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from app.workflow.proof import Proof
from app.workflow.proof.kept import fingerprint, kept_proof, proof_name, written

SHIPPED = sorted(entry.name for entry in files("app.routes").iterdir() if entry.name.endswith(".toml"))
NOTHING = Proof("made-up", 1, {"geen_einde": 3}, ())


@pytest.mark.parametrize("name", SHIPPED)
def test_the_report_beside_a_shipped_route_is_about_what_it_says_now(name: str) -> None:
    text = (files("app.routes") / name).read_text(encoding="utf-8")
    assert kept_proof(name, text) is not None, "make docs proves it again"


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / proof_name("made-up.1.toml")).write_text(written(NOTHING, "text"), encoding="utf-8")
    assert kept_proof("made-up.1.toml", "text", tmp_path) == NOTHING


def test_another_text_makes_it_worth_nothing(tmp_path: Path) -> None:
    (tmp_path / proof_name("made-up.1.toml")).write_text(written(NOTHING, "text"), encoding="utf-8")
    assert kept_proof("made-up.1.toml", "text ", tmp_path) is None


def test_other_rules_make_it_worth_nothing(tmp_path: Path) -> None:
    kept = {**json.loads(written(NOTHING, "text")), "of": fingerprint("other rules")}
    (tmp_path / proof_name("made-up.1.toml")).write_text(json.dumps(kept), encoding="utf-8")
    assert kept_proof("made-up.1.toml", "text", tmp_path) is None


def test_a_broken_report_is_none(tmp_path: Path) -> None:
    (tmp_path / proof_name("made-up.1.toml")).write_text('{"of": 1', encoding="utf-8")
    assert kept_proof("made-up.1.toml", "text", tmp_path) is None
    assert kept_proof("unknown.1.toml", "text", tmp_path) is None
