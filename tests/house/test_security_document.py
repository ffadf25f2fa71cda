"""docs/security.md: every risk has a test that holds it, and every test that it names is there."""

import re

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def _source(path: str) -> str:
    file = ROOT / path
    return file.read_text() if file.exists() else ""


def test_every_test_that_it_names_exists() -> None:
    named = NAMED.findall(TEXT)
    assert len(set(named)) > 30
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in _source(path)]
    assert missing == []


def test_every_risk_of_the_ten_has_a_holder_and_a_test() -> None:
    rows = re.findall(r"^\| API(\d+) [^|]+\|([^|]+)\|([^|]+)\|(.+)\|$", TEXT, re.MULTILINE)
    assert [int(number) for number, *_ in rows] == list(range(1, 11))
    for number, meaning, holder, tests in rows:
        assert meaning.strip(), number
        assert re.search(r"`(app|deploy|migrations|openapi)/", holder), number
        assert len(NAMED.findall(tests)) >= 2, number
