"""The stories in openapi/flows, run by `redocly respect` against the served service, as a supplier would run them."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import anyio
import pytest

from app.demo.people import SCHOOL
from app.demo.seed import known_id, seed
from tests.conftest import ROOT, Database
from tests.fuzz.served import Served, serving
from tests.integrations.tokens import ISSUER
from tests.node_packages import run

FLOWS = sorted((ROOT / "openapi" / "flows").glob("*.arazzo.yaml"))
CALLERS = {
    "leerkracht": "leerkracht",
    "internBegeleider": "intern-begeleider",
    "ouderEen": "ouder-een",
    "ouderTwee": "ouder-twee",
    "jeugdverpleegkundige": "jeugdverpleegkundige",
    "stagnatiepunt": "medewerker-stagnatiepunt",
    "andereSchool": "andere-school",
    "directie": "directie",
    "dertienjarige": "jeugdige",
    "jeugdarts": "jeugdarts",
    "leidinggevendeJgz": "leidinggevende-jgz",
}
IDS = {
    "jeugdige": "mila",
    "dertienjarigeId": "jeugdige",
    "ouderEenId": "ouder-een",
    "ouderTweeId": "ouder-twee",
    "school": SCHOOL,
}


@pytest.fixture(scope="module")
def service(new_database: Callable[[], Database]) -> Iterator[Served]:
    """One service with the demo's people for all flows: each makes what it needs."""
    database = new_database()
    anyio.run(lambda: seed(database.owner_dsn, issuer=ISSUER))
    with serving(database) as address:
        yield Served(address, {})


def told(flow: Path, service: Served) -> tuple[bool, str]:
    """Whether every step of the flow was answered as it says, and what redocly told."""
    inputs = {name: service.token(key) for name, key in CALLERS.items()}
    inputs |= {name: str(known_id(key)) for name, key in IDS.items()} | {"sleutel": str(uuid4())}
    asked = set(re.findall(r"\$inputs\.(\w+)", flow.read_text()))
    given = json.dumps({name: inputs[name] for name in asked})
    done = run("redocly", "respect", flow, "--input", given, "-S", f"api={service.address}/v1", folder=flow.parent)
    return done.returncode == 0, re.sub(r"eyJ[\w.-]+", "TOKEN", done.stdout)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda path: path.name.partition(".")[0])
def test_the_service_does_what_the_story_says(service: Served, flow: Path) -> None:
    done, said = told(flow, service)
    assert done, said[-4000:]
    assert "Failed" in said  # the table at its end: a run that stopped early has none


@pytest.mark.long
@pytest.mark.parametrize("flow", FLOWS, ids=lambda path: path.name.partition(".")[0])
def test_a_story_can_be_told_again(service: Served, flow: Path) -> None:
    for _ in range(2):
        done, said = told(flow, service)
        assert done, said[-4000:]


def test_a_story_that_is_not_true_fails(service: Served, tmp_path: Path) -> None:
    text = (ROOT / "openapi" / "flows" / "ouder.arazzo.yaml").read_text()
    (tmp_path / "openapi.json").write_bytes((ROOT / "openapi" / "openapi.json").read_bytes())
    (folder := tmp_path / "flows").mkdir()
    (folder / "onwaar.arazzo.yaml").write_text(text.replace("$statusCode == 404", "$statusCode == 200"))
    done, said = told(folder / "onwaar.arazzo.yaml", service)
    assert not done
    assert "nietVoorAnderen" in said


def test_every_story_is_in_the_list() -> None:
    listed = re.findall(r"\]\(([\w-]+\.arazzo\.yaml)\)", (ROOT / "openapi" / "flows" / "README.md").read_text())
    assert sorted(listed) == [flow.name for flow in FLOWS]
    assert len(FLOWS) >= 11
