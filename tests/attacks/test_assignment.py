"""Mass assignment (OWASP API3:2023): nobody sets what is ours to set, by whatever name it goes."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel
from sqlmodel import SQLModel

from app.services import bodies
from tests.attacks.callers import permitted, sent
from tests.attacks.kept import everything
from tests.attacks.mutations import operations_with_body, request_schema, sample
from tests.policy.matrix import contract, path_of
from tests.world import World

pytestmark = pytest.mark.anyio

# What frameworks elsewhere listen to.
_FOLKLORE = {
    "__proto__",
    "constructor",
    "_method",
    "$set",
    "isAdmin",
    "is_admin",
    "admin",
    "role",
    "roles",
    "id",
    "_id",
}
_VALUES: tuple[object, ...] = (None, True, 0, "x", "01900000-0000-7000-8000-00000000dead", [], {})


def foreign_names() -> set[str]:
    """Every property of every answer and every column of every table, in both spellings."""
    schemas = contract()["components"]["schemas"]
    answers = {
        field
        for name, schema in schemas.items()
        if not name.endswith(("Body", "Patch"))
        for field in schema.get("properties", ())
    }
    columns = {column.name for table in SQLModel.metadata.tables.values() for column in table.columns}
    return answers | columns | {to_camel(name) for name in columns} | _FOLKLORE


def request_models() -> Iterator[type[BaseModel]]:
    """Every class that reads a body, and those within them."""
    waiting: list[type[BaseModel]] = [
        each for each in vars(bodies).values() if isinstance(each, type) and issubclass(each, bodies.Body)
    ]
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            yield model
            waiting += [each for field in model.model_fields.values() for each in _within(field.annotation)]


def _within(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [each for part in get_args(annotation) for each in _within(part)]


MODELS = sorted(request_models(), key=lambda model: model.__name__)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
def test_no_body_takes_a_name_that_is_not_its_own(model: type[BaseModel]) -> None:
    own = {field.alias or name for name, field in model.model_fields.items()}
    foreign = foreign_names() - own
    assert len(foreign) > 100
    for name in foreign:
        for value in _VALUES:
            with pytest.raises(ValidationError) as refused:
                model.model_validate({name: value})
            assert (name,) in [each["loc"] for each in refused.value.errors() if each["type"] == "extra_forbidden"], (
                name
            )


@pytest.mark.parametrize("operation", operations_with_body())
async def test_no_operation_takes_one_either_and_nothing_is_done(world: World, operation: str) -> None:
    at, who = await permitted(world, operation)
    sound = sample(request_schema(operation))
    before = await everything(world.owner_dsn)
    for name in sorted({"id", "caseId", "createdAt", "authorId", "status", "role", "step", "version"} - sound.keys()):
        if name in request_schema(operation)["properties"]:
            continue
        body = json.dumps({**sound, name: "01900000-0000-7000-8000-00000000dead"}).encode()
        response = await sent(who, operation, path_of(operation, at), body, "application/json")
        assert response.status_code == 400, (name, response.text)
        assert "extra_forbidden" in [each["code"] for each in response.json()["errors"]], name
    assert await everything(world.owner_dsn) == before
