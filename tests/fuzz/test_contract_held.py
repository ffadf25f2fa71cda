"""Schemathesis holds the served service to its contract: the cases that follow from it, the same at every run.

`make test` makes the well-formed requests of every operation, and of one of each kind also the malformed ones (those of
all bodies are tests/attacks/test_wrong_bodies.py). `make test-long` makes all, of all phases, as pairs of callers.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.fuzz.run import found_by_schemathesis
from tests.fuzz.served import Served, served

LEAD = ("intern-begeleider",)
# A list, one thing, a dossier; what opens, adds, changes, ends, searches and is nested.
ONE_OF_EACH_KIND = (
    "listCases",
    "readCase",
    "takeStep",
    "askConsent",
    "reportMeeting",
    "changePlan",
    "endParticipation",
    "searchYoungPeople",
    "listOrganisations",
    "readRoute",
)
# Who must not get at what the other has: each pair runs as one, and asks for what it made as the other.
PAIRS = {
    "two schools": ("intern-begeleider", "andere-school"),
    "parent and teacher": ("ouder-een", "leerkracht"),
    "consent in force, consent withdrawn": ("intern-begeleider", "jeugdverpleegkundige"),
    "who should see nothing": ("leerkracht", "beheerder"),
}
# Parent and teacher of one child share its case, and both find in its lists what is in it. Schemathesis lets pass what
# a peer can list, but these lists stand under a case whose id it does not have. Who sees what of a case is
# held by tests/policy/test_matrix.py.
SHARED = {
    "parent and teacher": ("readEscalation", "readConsent", "readMeeting", "readPlan", "readParticipant"),
}


@pytest.fixture(scope="module")
def service(new_database: Callable[[], Database]) -> Iterator[Served]:
    """One service for the tests here: they change it, and none counts on what another left."""
    with served(new_database()) as running:
        yield running


def test_what_is_well_formed_is_answered_as_the_contract_says(service: Served, tmp_path: Path) -> None:
    code, said = found_by_schemathesis(
        service, tmp_path, LEAD, "--phases=coverage", "--mode=positive", short=True, seconds=110
    )
    assert code == 0, said
    assert "Coverage" in said


def test_what_is_malformed_is_refused_as_the_contract_says(service: Served, tmp_path: Path) -> None:
    only = [f"--include-operation-id={name}" for name in ONE_OF_EACH_KIND]
    code, said = found_by_schemathesis(
        service, tmp_path, LEAD, "--phases=coverage", "--mode=negative", *only, short=True, seconds=110
    )
    assert code == 0, said
    assert f"{len(ONE_OF_EACH_KIND)} selected" in said


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_every_case_that_follows_from_the_contract(service: Served, tmp_path: Path) -> None:
    code, said = found_by_schemathesis(service, tmp_path, LEAD, "--phases=coverage", seconds=2300)
    assert code == 0, said


@pytest.mark.long
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("pair", PAIRS)
def test_all_phases_as_two_callers(new_database: Callable[[], Database], tmp_path: Path, pair: str) -> None:
    """What one made or was shown, the other asks for too."""
    with served(new_database()) as running:
        phases = "--phases=examples,fuzzing,stateful"
        code, said = found_by_schemathesis(
            running, tmp_path, PAIRS[pair], phases, "-n", "12", seconds=2300, shared=SHARED.get(pair, ())
        )
    assert code == 0, said
