"""Which sentence rests on which line of a seed or article of law: read from the tests themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SENTENCES = Path(__file__).parent / "sentences"
README = SENTENCES / "README.md"
# "001:253-259", "001:263,271" and "001:9, 12"; the seed's number stands before the first line.
_LINES = re.compile(r"\b(\d{3}):(\d+(?:-\d+)?(?:,\s?\d+(?:-\d+)?(?!\d|:))*)")
_OTHER = re.compile(r"(?:Jeugdwet \d|AVG \d|Burgerlijk Wetboek \d|domain\.md (?:R\d|§\d))")

HEAD = """# Sentences

Who may see and do what, written by hand from the seeds: seed and line (`001:253`), the law, or the domain handbook
where the seed is silent. They know the service alone: they import neither the policy table nor the route, so a mistake
there is not repeated here. The table follows from the docstrings; `python -m tests.policy.sources` writes it anew.

| Source | Sentences |
|---|---|
"""


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence: its name as words, and its docstring."""
    for file in sorted(SENTENCES.glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
                words = re.sub(r"_s(?=_|$)", "'s", node.name.removeprefix("test_")).replace("_", " ")
                yield words, ast.get_docstring(node) or ""


def lines(docstring: str) -> list[tuple[str, int, int]]:
    """The lines of the seeds that a docstring names: seed, first, last."""
    found = []
    for seed, numbers in _LINES.findall(docstring):
        for span in numbers.split(","):
            first, _, last = span.strip().partition("-")
            found.append((seed, int(first), int(last or first)))
    return found


def sourced(docstring: str) -> bool:
    """Whether it says where the sentence comes from."""
    return bool(lines(docstring) or _OTHER.search(docstring))


def readme() -> str:
    """The table: for each line of a seed the sentences that rest on it; last those that rest on the law alone."""
    rows: dict[str, list[str]] = {}
    keyed = sorted(
        ((*span, words) for words, docstring in sentences() for span in lines(docstring) or [("wet", 0, 0)]),
    )
    for seed, first, last, words in keyed:
        place = f"{seed}:{first}" + (f"-{last}" if last != first else "") if first else "law, handbook"
        rows.setdefault(place, []).append(words)
    return HEAD + "".join(f"| {place} | {'; '.join(dict.fromkeys(each))} |\n" for place, each in rows.items())


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
