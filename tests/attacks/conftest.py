"""One application for a whole module of attacks: what they must not do is to leave anything behind."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.conftest import Database
from tests.policy.matrix import prepared
from tests.world import World


@pytest.fixture(scope="module")
async def world(new_database: Callable[[], Database], anyio_backend: str) -> AsyncIterator[World]:
    """The application and everybody in it, with the organisations of the matrix."""
    del anyio_backend  # asked for so that the fixture runs in it
    async with prepared(new_database()) as made:
        yield made
