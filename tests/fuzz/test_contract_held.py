"""Schemathesis holds the served service to its contract: the cases that follow from it, the same at every run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.fuzz.run import found_by_schemathesis
from tests.fuzz.served import Served, served


@pytest.fixture(scope="module")
def service(new_database: Callable[[], Database]) -> Iterator[Served]:
    """One service for the tests here: they change it, and none counts on what another left."""
    with served(new_database()) as running:
        yield running


@pytest.mark.timeout(600)
def test_what_follows_from_the_contract_is_answered_as_it_says(service: Served, tmp_path: Path) -> None:
    lead = ["intern-begeleider"]
    code, said = found_by_schemathesis(service, tmp_path, lead, "--phases=coverage", short=True, seconds=580)
    assert code == 0, said
