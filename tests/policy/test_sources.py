"""The sentences stay what they are: sourced, many, and independent of what they judge."""

import ast
import os
from pathlib import Path

import pytest

from tests.policy.sources import README, SENTENCES, lines, readme, sentences, sourced

ROOT = Path(__file__).parents[2]
SEEDS = Path(os.environ.get("SHARED", ROOT.parent / "shared")) / "seeds"
# What a sentence may know of the application: the invented people, and the running service through `world`.
ALLOWED = ("app.demo.people", "app.demo.seed")


def test_every_sentence_says_where_it_comes_from() -> None:
    assert [words for words, docstring in sentences() if not sourced(docstring)] == []


def test_there_are_at_least_sixty_sentences() -> None:
    assert len(list(sentences())) >= 60


@pytest.mark.parametrize("file", [*sorted(SENTENCES.glob("test_*.py")), SENTENCES.parent / "arranging.py"], ids=str)
def test_a_sentence_does_not_look_at_the_table_or_the_route(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert [name for name in imported if name.split(".")[0] == "app" and name not in ALLOWED] == []


def test_every_line_named_says_something_in_the_seed() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the seeds are not here: set SHARED to the folder that holds them")
    seeds = {file.name[:3]: file.read_text(encoding="utf-8").splitlines() for file in SEEDS.glob("*.txt")}
    empty = [
        (words, span)
        for words, docstring in sentences()
        for span in lines(docstring)
        if not any(line.strip() for line in seeds[span[0]][span[1] - 1 : span[2]])
    ]
    assert empty == []


def test_the_readme_is_the_table_of_today() -> None:
    assert README.read_text(encoding="utf-8") == readme(), "write it anew: python -m tests.policy.sources"
