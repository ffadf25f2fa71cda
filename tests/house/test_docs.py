"""The documents: what they point at exists, and the list of decisions is whole."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("openapi/*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_every_path_in_it_exists(document: Path) -> None:
    text = document.read_text()
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    paths = re.findall(r"`((?:app|docs|tests|migrations|requirements|bin|openapi)/[\w./-]+)`", text)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing + [path for path in paths if not (ROOT / path).exists()] == []


def test_the_list_of_decisions_is_whole_and_in_order() -> None:
    folder = ROOT / "docs" / "adr"
    listed = re.findall(r"^\| \[(\d{4})\]\((.+?)\) \| (.+) \|$", (folder / "README.md").read_text(), re.MULTILINE)
    decisions = sorted(folder.glob("[0-9]*.md"))
    assert listed == [
        (path.name[:4], path.name, path.read_text().splitlines()[0].removeprefix("# ")) for path in decisions
    ]
    assert len({number for number, _, _ in listed}) == len(listed)
