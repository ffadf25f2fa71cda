"""`make audit`: known vulnerabilities in what the locks name. It says "not run" when the advisories cannot be reached.

pip-audit without `--strict` ends with 0 when it found no advisory because it could ask for none, so nothing is believed
here but its own list: each pin asked for, none passed over. Ends with 0 (none known), 1 (known ones) or 2 (not run).
"""

import json
import re
import subprocess
import sys
from pathlib import Path

LOCKS = tuple(sorted((Path(__file__).parents[1] / "requirements").glob("*.lock")))
CLEAN, FOUND, NOT_RUN = 0, 1, 2
ASK = ("--strict", "--disable-pip", "--no-deps", "--format=json", "--requirement=/dev/stdin")


def pins(lock: Path) -> dict[str, str]:
    """What a lock names, with its version. A pin for another platform counts too: it may be installed there."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", lock.read_text(), re.MULTILINE))


def verdict(asked: dict[str, str], answered: str) -> tuple[int, list[str]]:
    """What pip-audit's own list (JSON) says about these pins, in lines for a person."""
    try:
        listed = {each["name"]: each for each in json.loads(answered)["dependencies"]}
    except (ValueError, KeyError, TypeError):
        return NOT_RUN, ["not run: the advisories cannot be reached from here"]
    known = [
        f"{name} {asked[name]}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version yet'}"
        for name in sorted(asked.keys() & listed.keys())
        for each in listed[name].get("vulns", ())
    ]
    if known:
        return FOUND, known
    passed_over = sorted(name for name in asked if "vulns" not in listed.get(name, {}))
    if passed_over:
        return NOT_RUN, [f"not run: no advisories to be had for {len(passed_over)} of {len(asked)} packages"]
    return CLEAN, [f"no known vulnerability in {len(asked)} packages"]


def main() -> int:
    """Ask about each lock; the worst of what is said counts, and a known vulnerability above all."""
    outcomes = []
    for lock in LOCKS:
        # The lock is complete, so nothing is resolved or installed; every marker is asked for by its own pin.
        plain = "".join(f"{name}=={version}\n" for name, version in pins(lock).items())
        asked = subprocess.run(  # noqa: S603 - our own command
            [
                sys.executable,
                "-m",
                "pip_audit",
                *["--strict", "--disable-pip", "--no-deps", "-f", "json", "-r", "/dev/stdin"],
            ],
            input=plain,
            capture_output=True,
            text=True,
            check=False,
        )
        outcome, lines = verdict(pins(lock), asked.stdout)
        outcomes.append(outcome)
        for line in lines:
            sys.stdout.write(f"{lock.name}: {line}\n")
    return FOUND if FOUND in outcomes else max(outcomes)


if __name__ == "__main__":
    sys.exit(main())
