"""What an operator sets: every fault named at once, never with its value; and no way to the demo's issuer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import LoopbackSettings, Settings
from tests.conftest import ROOT

SOUND = {
    "DATABASE_URL": "postgresql://ondersteuningsroute_api:zeer-geheim@db.invalid/ondersteuningsroute",
    "OIDC_ISSUER": "https://aanmelden.voorbeeld.invalid",
    "OIDC_AUDIENCE": "https://ondersteuningsroute.voorbeeld.invalid",
}


def command(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The production command as an operator starts it, with this environment and nothing else."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "app.cli", name, *arguments],
        env={"PATH": os.defpath, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_every_fault_is_named_at_once_and_no_value_is_repeated() -> None:
    started = command(
        "serve",
        DATABASE_URL="mysql://iemand:zeer-geheim@db.invalid/x",
        OIDC_ISSUER="http://127.0.0.1:18001/geheim-pad",
        PUBLIC_URL="ftp://voorbeeld.invalid/",
        POOL_SIZE="0",
        TRUSTED_PROXIES="geheim.voorbeeld.invalid",
        RATE_LIMIT="-1",
    )
    assert started.returncode == 1
    names = "DATABASE_URL OIDC_ISSUER OIDC_AUDIENCE PUBLIC_URL POOL_SIZE TRUSTED_PROXIES RATE_LIMIT"
    for name in names.split():
        assert started.stderr.count(f"{name}: ") == 1, name
    assert "geheim" not in started.stderr + started.stdout
    assert "Traceback" not in started.stderr


@pytest.mark.parametrize("name", ["migrate", "worker"])
def test_commands_that_need_the_database_alone_ask_for_nothing_else(name: str) -> None:
    started = command(name)
    assert started.returncode == 1
    assert "DATABASE_URL: ontbreekt" in started.stderr
    assert "OIDC" not in started.stderr


@pytest.mark.parametrize("name", ["serve", "worker", "check-config"])
def test_every_process_that_knows_cases_reads_the_routes_of_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "eigen-routes"
    folder.mkdir()
    (folder / "mijnregio.1.toml").write_text('key = "mijnregio"', encoding="utf-8")
    started = command(name, **SOUND, ROUTES_FOLDER=str(folder))
    assert started.returncode == 1
    assert "De routes van ROUTES_FOLDER kloppen niet" in started.stderr
    assert "mijnregio.1.toml:1" in started.stderr
    assert "Traceback" not in started.stderr


def test_a_database_that_is_not_there_is_said_without_its_address() -> None:
    started = command("migrate", DATABASE_URL="postgresql://iemand:zeer-geheim@127.0.0.1:1/x")
    assert started.returncode == 1
    assert "DATABASE_URL" in started.stderr
    assert "geheim" not in started.stderr + started.stdout
    assert "Traceback" not in started.stderr


def test_no_fault_text_of_the_settings_carries_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://iemand:zeer-geheim@db.invalid/x")
    with pytest.raises(ValidationError) as faults:
        Settings()
    assert "geheim" not in str(faults.value)


def test_settings_are_frozen_and_hide_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert "geheim" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.pool_size = 9  # type: ignore[misc]


@pytest.mark.parametrize(
    "issuer",
    [
        "http://127.0.0.1:18001",
        "http://localhost:18001",
        "http://[::1]:18001",
        "https://",
        "aanmelden.voorbeeld.invalid",
    ],
)
def test_no_environment_makes_production_trust_the_demos_issuer(issuer: str) -> None:
    switches = {
        name: value
        for stem in ("LOOPBACK_ISSUER", "DEMO", "ALLOW_LOOPBACK", "DEBUG", "TESTING", "ENVIRONMENT", "ENV")
        for name, value in ((stem, "true"), (stem.lower(), "1"), (f"ONDERSTEUNINGSROUTE_{stem}", "demo"))
    }
    started = command("serve", **{**SOUND, **switches, "OIDC_ISSUER": issuer})
    assert started.returncode == 1
    assert "OIDC_ISSUER: moet een https://-adres zijn" in started.stderr


def test_the_demos_settings_trust_this_machine_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    assert LoopbackSettings(oidc_issuer="http://127.0.0.1:18001").oidc_issuer == "http://127.0.0.1:18001"
    with pytest.raises(ValidationError, match="oidc_issuer"):
        LoopbackSettings(oidc_issuer="http://aanmelden.voorbeeld.invalid")


def test_the_proxy_is_named_by_address_and_is_never_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    for given, understood in (
        ("", []),
        ("192.0.2.7", ["192.0.2.7/32"]),
        (" 192.0.2.0/24, 2001:db8::/32 ", ["192.0.2.0/24", "2001:db8::/32"]),
    ):
        monkeypatch.setenv("TRUSTED_PROXIES", given)
        assert Settings().trusted_proxies == understood
    for wrong in ("*", "0.0.0.0/0", "::/0", "192.0.2.7/24", "proxy", "192.0.2.7;192.0.2.8"):
        monkeypatch.setenv("TRUSTED_PROXIES", wrong)
        with pytest.raises(ValidationError, match="trusted_proxies"):
            Settings()
