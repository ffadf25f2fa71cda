"""What a table of sentences names must exist: tests, files, and words of the route."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def every_test_named_exists(document: str, route: str, *, at_least: int) -> None:
    """Every name in backticks of a document is a file, a test, or a word of the route file."""
    code = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests").rglob("test_*.py")))
    known = "\n".join(re.findall(r"def (test_\w+)", code))
    words = (ROOT / route).read_text(encoding="utf-8")
    named = re.findall(r"`([^`]+)`", (ROOT / document).read_text(encoding="utf-8"))
    assert len(named) >= at_least, len(named)
    for name in named:
        if "/" in name:
            assert (ROOT / name).exists(), name
            continue
        for part in re.sub(r"\[.*\]", "", name).split("…"):
            assert part in known or re.search(rf'"{part}"', words), name
