"""What a change of the contract does to those who use it, and what has to be said or raised for it.

`redocly diff` compares with the newest contract in openapi/released and rates each change. Until 1.0.0 a change that
breaks clients needs a word in the changelog; from then on it needs a new major version (semver.org, 4 and 8).
"""

import json
import re
from pathlib import Path
from typing import Any

from tests.node_packages import ROOT, run

RELEASED = ROOT / "openapi" / "released"
HEADING = re.compile(r"^### Breaking", re.MULTILINE)
CHAPTER = re.compile(r"^## (\S+).*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


def newest() -> Path:
    """The contract that was released last."""
    return max(RELEASED.glob("*.json"), key=lambda path: numbers(path.stem))


def security_lost(base: dict[str, Any], revision: dict[str, Any]) -> list[str]:
    """Operations that asked for a token and no longer do: `redocly diff` calls that a patch."""
    return [
        f"{method.upper()} {path} no longer asks for a token"
        for path, methods in base["paths"].items()
        for method, operation in methods.items()
        if (now := revision["paths"].get(path, {}).get(method)) is not None
        and _closed(operation, base)
        and not _closed(now, revision)
    ]


def _closed(operation: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether every way to call it asks for something; no list, or an empty alternative, asks for nothing."""
    ways = operation.get("security", document.get("security", []))
    return bool(ways) and all(ways)


def faults(revision: dict[str, Any], changelog: str, folder: Path, base: Path | None = None) -> list[str]:
    """Why this contract may not follow the released one (by default the newest), with this changelog.

    `folder` is a place for files of its own.
    """
    released = base or newest()
    revised, report = folder / "revision.json", folder / "report.json"
    revised.write_text(json.dumps(revision))
    # In that folder there is no redocly.yaml: the rule sets for linting switch the rating of changes off.
    told = run(
        "redocly", "diff", released, revised, "--fail-on=none", "--check-version", "--format=json", "-o", report,
        folder=folder,
    )  # fmt: skip
    assert report.exists(), told.stdout
    found = [line for line in told.stdout.splitlines() if "info.version" in line]
    assert bool(found) is bool(told.returncode), told.stdout
    changes = json.loads(report.read_text())["changes"]
    breaking = [
        f"{change['path']}: {'; '.join(verdict['message'] for verdict in change['verdicts']) or change['kind']}"
        for change in changes
        if change["impact"] == "major"
    ]
    before = json.loads(released.read_text())
    breaking += security_lost(before, revision)
    version = revision["info"]["version"]
    if breaking and numbers(version) < (1, 0, 0) and not _announced(changelog, version):
        found += ["the changelog has no `### Breaking` under Unreleased or this version, for:", *breaking]
    if breaking and numbers(version) >= (1, 0, 0) and numbers(version)[0] == numbers(before["info"]["version"])[0]:
        found += ["a new major version is needed, for:", *breaking]
    return found


def _announced(changelog: str, version: str) -> bool:
    chapters = {match[1]: match[0] for match in CHAPTER.finditer(changelog)}
    return any(HEADING.search(chapters.get(name, "")) for name in ("Unreleased", version))
