"""docs/seed-001.md names only tests, and words of the route, that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_table_names_exists() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests").rglob("test_*.py")))
    known = "\n".join(re.findall(r"def (test_\w+)", code))
    words = (ROOT / "app/routes/midden-groningen.1.toml").read_text(encoding="utf-8")
    table = (ROOT / "docs/seed-001.md").read_text(encoding="utf-8")
    named = re.findall(r"`([^`]+)`", table)
    assert len(named) > 80
    for name in named:
        if "/" in name:
            assert (ROOT / name).exists(), name
            continue
        for part in re.sub(r"\[.*\]", "", name).split("…"):
            assert part in known or re.search(rf'"{part}"', words), name
