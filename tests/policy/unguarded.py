"""The database without the service before it: what its own walls show to somebody of the demo."""

import psycopg

from app.db import reach
from app.domain.actors import Role
from tests.conftest import Database
from tests.integrations.tokens import ISSUER


def unguarded(database: Database, who: str, home: str, role: str, query: str) -> set[str]:
    """What the database alone shows: its own role, told who asks."""
    with psycopg.connect(database.api_dsn) as api:
        told = (ISSUER, f"demo-{who}", home, reach.compartments(frozenset({Role(role)})))
        api.execute("select from app_identify(%s, %s, %s, %s)", told)
        return {str(found) for (found,) in api.execute(query.encode())}
