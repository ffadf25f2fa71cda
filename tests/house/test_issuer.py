"""The demo's OpenID provider: real enough for the service to verify, and out of reach of everything in production."""

import ast
import stat
import time
from pathlib import Path

import anyio
import httpx
import pytest

from app.demo.issuer import AUDIENCE, ISSUER, KEY_FILE, LIFETIME, open_issuer, read_issuer
from app.demo.people import ORGANISATIONS, PEOPLE, DemoPerson
from app.integrations.access_tokens import AccessTokenVerifier
from app.integrations.identity_provider import PublishedKeys
from app.integrations.signatures import InvalidToken
from tests.conftest import ROOT


def verifier(folder: Path) -> AccessTokenVerifier:
    """The service's own verifier, which asks the provider as it asks any."""
    provider = httpx.ASGITransport(open_issuer(folder).application())
    return AccessTokenVerifier(
        issuer=ISSUER, audience=AUDIENCE, keys=PublishedKeys(ISSUER, allow_loopback=True, transport=provider)
    )


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_the_service_accepts_the_token_of_each_person_for_twelve_hours(tmp_path: Path, person: DemoPerson) -> None:
    now = int(time.time())
    token = open_issuer(tmp_path).token(person, now=now)
    verify = verifier(tmp_path).verify
    subject = anyio.run(lambda: verify(token, now=now + LIFETIME - 1))
    assert subject.subject == person.subject
    assert subject.roles == frozenset(person.roles)
    assert subject.organisation == person.organisation
    with pytest.raises(InvalidToken):
        anyio.run(lambda: verify(token, now=now + LIFETIME))


def test_a_token_of_another_folders_key_proves_nothing(tmp_path: Path) -> None:
    token = open_issuer(tmp_path / "another").token(PEOPLE[0])
    with pytest.raises(InvalidToken):
        anyio.run(lambda: verifier(tmp_path).verify(token, now=int(time.time())))


def test_the_key_is_drawn_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = open_issuer(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert read_issuer(tmp_path).jwk == first.jwk
    with pytest.raises(FileNotFoundError):
        read_issuer(tmp_path / "never ran")


def test_everybody_works_for_an_organisation_of_the_demo_or_is_family() -> None:
    codes = {organisation.code for organisation in ORGANISATIONS}
    assert all(person.organisation in codes for person in PEOPLE if person.kind in {"worker", "system"})
    assert all(person.organisation is None for person in PEOPLE if person.kind in {"guardian", "young_person"})
    assert len({person.subject for person in PEOPLE}) == len(PEOPLE)
    assert all(over in codes for one in ORGANISATIONS for over in (one.board, one.swv) if over)


def test_nothing_but_the_command_line_names_the_demo() -> None:
    """And that only inside the demo's own commands: `serve` cannot come across it."""
    for path in (ROOT / "app").rglob("*.py"):
        if "demo" in path.relative_to(ROOT / "app").parts:
            continue
        tree = ast.parse(path.read_text())
        top = tree.body if path.name == "cli.py" else list(ast.walk(tree))
        imported = [node for node in top if isinstance(node, ast.ImportFrom | ast.Import)]
        names = [name for node in imported for name in [getattr(node, "module", ""), *(one.name for one in node.names)]]
        assert not [name for name in names if name and name.startswith("app.demo")], path
