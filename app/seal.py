"""`python -m app.seal` (make seal) writes down what each route in force says, so that it can never change unnoticed.

app/routes/in_force.json holds a digest of every version that takes cases or took them; a test compares. A version that
stands there is never written anew: another agreement is another version in another file. Only its status may still
change, from in force to withdrawn, and so the line of the status does not count.
"""

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

ROUTES = Path(__file__).parent / "routes"
SEALS = ROUTES / "in_force.json"
_STATUS = re.compile(r"^status = .*$\n?", re.MULTILINE)


def seal(text: str) -> str:
    """The digest of a route file, whatever its status is."""
    return hashlib.sha256(_STATUS.sub("", text, count=1).encode()).hexdigest()


def binding(texts: Mapping[str, str]) -> dict[str, str]:
    """By name the digest of each file that binds: of a version that is or was in force."""
    return {
        name: seal(text)
        for name, text in sorted(texts.items())
        if (found := _STATUS.search(text)) and "draft" not in found[0]
    }


def faults(texts: Mapping[str, str], seals: Mapping[str, str]) -> list[str]:
    """What was changed, taken away, called a draft again, or is not sealed yet."""
    found = binding(texts)
    broken = [
        f"{name} is in force and says something else now. Put it back, and write a new version beside it."
        if name in found
        else f"{name} is in force and is gone, or a draft again. Put it back."
        for name, digest in seals.items()
        if found.get(name) != digest
    ]
    return broken + [f"{name} is in force and not sealed. Run: make seal" for name in found.keys() - seals.keys()]


def sealed() -> dict[str, str]:
    """What is sealed so far."""
    return dict(json.loads(SEALS.read_text(encoding="utf-8"))) if SEALS.exists() else {}


def files() -> dict[str, str]:
    """The route files, by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in ROUTES.glob("*.toml")}


def main() -> None:
    """Add what came in force since; refuse when something sealed was changed."""
    texts, seals = files(), sealed()
    broken = [fault for fault in faults(texts, seals) if "make seal" not in fault]
    if broken:
        sys.exit("\n".join(broken))
    SEALS.write_text(json.dumps({**binding(texts), **seals}, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
