"""What others hold the contract to: the government's rules, a linter, the released contract, a typed client."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.contract_document import FROZEN
from tests.contract import breaking
from tests.node_packages import ROOT, run

SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared"))
RULES = SHARED / "adr-linter" / "linter-v2.2.0.yaml"
CONFIG = ROOT / "openapi" / "redocly.yaml"
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
SILENT = "# Changelog\n\n## Unreleased\n\n- A field more.\n\n## 0.1.0\n\n### Breaking\n\n- Long ago.\n"
SAID = "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- A field less.\n\n## 0.1.0\n"


@pytest.fixture
def document() -> dict[str, Any]:
    """The contract, to change at will; that it is the one that is served is another test's."""
    read: dict[str, Any] = json.loads(FROZEN.read_text())
    return read


def dutch_rules(contract: Path, folder: Path) -> str:
    """What the NL GOV API Design Rules 2.2.0 find, warnings included; empty when nothing."""
    told = run("spectral", "lint", "--ruleset", RULES, "--fail-severity=warn", contract, folder=folder)
    return told.stdout if told.returncode else ""


def lint(contract: Path, folder: Path) -> str:
    """What Redocly finds by openapi/redocly.yaml, warnings included; empty when nothing."""
    told = run("redocly", "lint", "--config", CONFIG, contract, folder=folder)
    return told.stdout if told.returncode or "warning" in told.stdout else ""


def without_examples(value: Any) -> Any:
    """The same without examples: the Dutch rules do not look at them, Spectral walks through them for half a minute.

    `redocly lint`, and a test of our own, hold each to its schema.
    """
    if isinstance(value, dict):
        return {name: without_examples(each) for name, each in value.items() if name not in {"example", "examples"}}
    return [without_examples(each) for each in value] if isinstance(value, list) else value


@pytest.mark.skipif(not RULES.is_file(), reason=f"the ADR rules are not here: {RULES} (set SHARED)")
def test_the_government_finds_nothing(document: dict[str, Any], tmp_path: Path) -> None:
    (served := tmp_path / "served.json").write_text(json.dumps(without_examples(document)))
    assert not dutch_rules(served, tmp_path)
    document["paths"] = {"/mijn_zaken": document["paths"]["/me/cases"]}
    (seeded := tmp_path / "seeded.json").write_text(json.dumps(without_examples(document)))
    assert "nlgov:paths-kebab-case" in dutch_rules(seeded, tmp_path)


def test_redocly_finds_nothing(document: dict[str, Any], tmp_path: Path) -> None:
    assert not lint(FROZEN, tmp_path)
    document["components"]["responses"]["Problem404"]["content"]["application/problem+json"]["example"] = {"status": ""}
    (seeded := tmp_path / "seeded.json").write_text(json.dumps(document))
    assert "no-invalid-media-type-examples" in lint(seeded, tmp_path)


def test_what_changed_since_the_last_release_is_said(document: dict[str, Any], tmp_path: Path) -> None:
    found = breaking.faults(document, CHANGELOG, tmp_path)
    assert not found, "\n".join(found)


def test_each_release_is_the_contract_of_its_name() -> None:
    released = sorted(breaking.RELEASED.glob("*.json"))
    assert released
    assert all(json.loads(path.read_text())["info"]["version"] == path.stem for path in released)


def gone(document: dict[str, Any]) -> None:
    del document["paths"]["/cases/{caseId}/dossier"]


def renamed(document: dict[str, Any]) -> None:
    document["paths"]["/me"]["get"]["operationId"] = "whoAmI"


def less_told(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["Case"]
    schema["required"].remove("withheld")
    del schema["properties"]["withheld"]


def more_asked(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["SignalBody"]["required"].append("channel")


def narrower(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["SignalBody"]["properties"]["content"]["maxLength"] = 100


def another_type(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Transition"]["properties"]["sequence"]["type"] = "string"


def another_status(document: dict[str, Any]) -> None:
    answers = document["paths"]["/cases"]["post"]["responses"]
    answers["200"] = answers.pop("201")


def open_to_everybody(document: dict[str, Any]) -> None:
    document["paths"]["/cases"]["get"]["security"] = [{}, {"token": []}]


def without_security(document: dict[str, Any]) -> None:
    del document["security"]


BREAKS = [gone, renamed, less_told, more_asked, narrower, another_type, another_status]


def released(document: dict[str, Any], version: str, folder: Path) -> Path:
    """This contract, as if it had been released with this version."""
    document["info"]["version"] = version
    (base := folder / "released.json").write_text(json.dumps(document))
    return base


@pytest.mark.parametrize("seed", [*BREAKS, open_to_everybody, without_security])
def test_a_break_is_noticed(seed: Callable[[dict[str, Any]], None], document: dict[str, Any], tmp_path: Path) -> None:
    base = released(document, "0.1.0", tmp_path)
    seed(document)
    document["info"]["version"] = "0.2.0"
    assert breaking.faults(document, SILENT, tmp_path, base), "no word of it in the changelog"


def test_a_break_asks_for_a_word_and_a_version(document: dict[str, Any], tmp_path: Path) -> None:
    base = released(document, "0.1.0", tmp_path)
    gone(document)
    assert "info.version stayed 0.1.0" in breaking.faults(document, SAID, tmp_path, base)[0]
    document["info"]["version"] = "0.2.0"
    assert not breaking.faults(document, SAID, tmp_path, base)


def test_from_1_0_0_on_a_break_is_a_new_major_version(document: dict[str, Any], tmp_path: Path) -> None:
    base = released(document, "1.4.0", tmp_path)
    without_security(document)
    document["info"]["version"] = "1.5.0"
    assert breaking.faults(document, SAID, tmp_path, base)
    document["info"]["version"] = "2.0.0"
    assert not breaking.faults(document, SILENT, tmp_path, base)


def test_what_is_added_breaks_nothing(document: dict[str, Any], tmp_path: Path) -> None:
    base = released(document, "0.1.0", tmp_path)
    document["info"]["version"] = "0.2.0"
    document["paths"]["/me/colleagues"] = json.loads(json.dumps(document["paths"]["/me/tasks"]))
    document["paths"]["/me/colleagues"]["get"]["operationId"] = "readMyColleagues"
    document["components"]["schemas"]["SignalBody"]["properties"]["weather"] = {"type": "string", "maxLength": 10}
    assert not breaking.faults(document, SILENT, tmp_path, base)


def test_a_typed_client_compiles(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parent / "client.ts", tmp_path)
    made = run("openapi-typescript", FROZEN, "-o", "schema.d.ts", folder=tmp_path)
    assert not made.returncode, made.stdout
    strict = ("--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noEmit")
    told = run("tsc", *strict, "--target", "es2022", "--lib", "es2022,dom", "client.ts", folder=tmp_path)
    assert not told.returncode, told.stdout
