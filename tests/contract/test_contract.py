"""The contract itself: complete, strict, in Dutch, and the same as the frozen one."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from app.api.contract import VERSION, resolve
from app.api.problems import problem as told
from app.api.reading import page
from app.contract_document import FROZEN, text
from app.domain import errors
from app.domain.errors import CODES, Conflict, NotPermitted, Refusal
from app.domain.policy import POLICY, Action, may_at_all
from app.services.bodies import FORMS
from tests.contract.conformity import Contract

ROOT = Path(__file__).parents[2]

DUTCH = re.compile(r"\b(de|het|een|[eé]én|meld|leg|van|wie|wat|uw|op|of|deze|met|niet|is|bij|voor|en)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(text())
    return read


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def schemas_within(value: object) -> Iterator[dict[str, Any]]:
    """Every schema at any depth."""
    if isinstance(value, dict):
        if {"type", "$ref", "anyOf", "enum", "const"} & value.keys():
            yield value
        for each in value.values():
            yield from schemas_within(each)
    elif isinstance(value, list):
        for each in value:
            yield from schemas_within(each)


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_it_is_the_frozen_one() -> None:
    """A change of what is served shows up as a change of this file: `make docs` writes it."""
    assert FROZEN.read_text() == text(), "the contract differs from openapi/openapi.json"


def test_every_operation_declares_what_it_does(document: dict[str, Any]) -> None:
    seen: dict[str, str] = {}
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert operation["x-action"] in set(Action), where
        assert operation["operationId"] not in seen, where
        seen[operation["operationId"]] = where
        assert operation["description"].startswith(operation["summary"]), where
        assert len(operation["summary"]) > 5, where
        assert DUTCH.search(operation["description"]), where
        assert operation["tags"], where
        for parameter in operation.get("parameters", []):
            assert parameter["description"], where
            schema = resolve(document, parameter["schema"])
            assert schema["type"] in {"string", "integer"}, "given or left out, never null"
            required = parameter["in"] == "path" or (
                parameter["name"].lower() == "if-match" and method in {"patch", "delete"}
            )
            assert parameter["required"] is required, (where, parameter["name"])
    assert len(seen) > 60


def test_every_action_that_anybody_has_can_be_asked_for(document: dict[str, Any]) -> None:
    asked = {operation["x-action"] for _, _, operation in operations(document)}
    granted = {str(action) for grants in POLICY.values() for grant in grants for action in grant.actions}
    assert granted == asked


def test_every_operation_tells_how_it_is_refused(document: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for method, path, operation in operations(document):
        responses = operation["responses"]
        needed = {"400", "401", "403", "500", "503"}
        if "{" in path:
            needed |= {"404"}
        if "requestBody" in operation:
            needed |= {"413", "415"}
        if method in {"patch", "delete"}:
            needed |= {"412", "428"}
        if any(parameter["name"].lower() == "idempotency-key" for parameter in operation.get("parameters", [])):
            needed |= {"409", "422"}
        assert needed <= responses.keys(), (method, path)
        answers = {status: resolve(document, response) for status, response in responses.items()}
        for status, response in answers.items():
            assert "API-Version" in response["headers"]
            if status >= "400":
                ((media, content),) = response["content"].items()
                assert media == "application/problem+json", (method, path, status)
                assert content["schema"] == problem, (method, path, status)
                assert content["example"]["status"] == int(status)
                assert response["description"]
        assert "Retry-After" in answers["503"]["headers"]
        assert "WWW-Authenticate" in answers["401"]["headers"]


def test_nothing_unknown_and_nothing_lax_is_taken(document: dict[str, Any]) -> None:
    requests = [operation["requestBody"] for _, _, operation in operations(document) if "requestBody" in operation]
    assert all(list(request["content"]) == ["application/json"] and request["required"] for request in requests)
    names = {request["content"]["application/json"]["schema"]["$ref"].split("/")[-1] for request in requests}
    reached: set[str] = set()
    while names - reached:
        name = (names - reached).pop()
        reached.add(name)
        whole = json.dumps(document["components"]["schemas"][name])
        names |= set(re.findall(r'"#/components/schemas/(\w+)"', whole))
    assert len(reached) > 25
    for name in reached:
        schema = document["components"]["schemas"][name]
        if schema["type"] != "object":
            assert "enum" in schema, name
            continue
        assert schema["additionalProperties"] is False, name
        for field, value in schema["properties"].items():
            assert value.get("description"), (name, field)
        for part in schemas_within(schema["properties"]):
            kind = part.get("type")
            if isinstance(kind, list):
                kind, empty = kind
                assert empty == "null", (name, part)
            if kind == "string" and not {"enum", "const", "format"} & part.keys():
                assert "maxLength" in part or "pattern" in part, (name, part)
            if kind == "array":
                assert "maxItems" in part, (name, part)


def test_every_answer_is_closed_and_says_everything(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if schema.get("type") != "object" or name == "Problem" or name.endswith(("Body", "Patch")):
            continue
        assert schema["additionalProperties"] is False, name
        assert set(schema["required"]) == set(schema["properties"]), name


def test_paths_and_names_have_one_manner(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        assert re.fullmatch(r"(/_?[a-z][a-z-]*|/\{[a-z][A-Za-z]*\})+", path), path
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "header":
                assert re.fullmatch(r"[a-z][A-Za-z]*", parameter["name"]), parameter["name"]
    for name, schema in document["components"]["schemas"].items():
        for field in schema.get("properties", {}):
            assert re.fullmatch(r"[a-z][A-Za-z]*", field), (name, field)


def test_the_package_has_the_version_of_the_contract() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def codes_in_the_code() -> Iterator[str]:
    """The code of each class of refusals, and every one that is given where a problem is made."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    yield from (kind.code for kind in kinds)
    makers = {kind.__name__ for kind in kinds} | {"problem"}
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
                given = [each.value for each in node.keywords if each.arg == "code"]
                given += node.args[1:2] if node.func.id == "problem" else []
                yield from (str(each.value) for each in given if isinstance(each, ast.Constant))


def test_every_code_of_a_problem_is_listed_and_none_that_is_never_sent(document: dict[str, Any]) -> None:
    first = {statuses[0]: code for code, statuses in reversed(CODES.items())}
    assert set(codes_in_the_code()) | set(first.values()) == CODES.keys()
    listed = document["components"]["schemas"]["Problem"]["x-problem-codes"]
    assert listed == {code: list(statuses) for code, statuses in CODES.items()}
    answers = page(document).split('id="fouten"')[1].split('id="gegevens"')[0]
    documented = {int(name.removeprefix("Problem")) for name in document["components"]["responses"]}
    for code, statuses in CODES.items():
        assert (f"<code>{code}</code>" in answers) is bool(documented & set(statuses)), code


@pytest.mark.parametrize(("kind", "code"), [(Conflict, "iets-nieuws"), (NotPermitted, "al-gehouden")])
def test_no_other_code_can_be_sent(kind: type[Refusal], code: str, document: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match=code):
        kind(code=code)
    answer = told(409, "iets-nieuws")
    response = httpx.Response(
        409,
        content=bytes(answer.body),
        headers=answer.headers,
        request=httpx.Request("POST", "http://route.test/v1/cases"),
    )
    assert "the contract does not list this kind of problem with this status" in Contract(json.dumps(document)).faults(
        response
    )


def test_every_pattern_of_what_is_sent_is_also_said_in_words(document: dict[str, Any]) -> None:
    sent = [parameter for _, _, operation in operations(document) for parameter in operation.get("parameters", [])]
    bodies = [each for name, each in document["components"]["schemas"].items() if name.endswith(("Body", "Patch"))]
    patterns = {part["pattern"] for part in schemas_within([sent, bodies]) if "pattern" in part}
    assert patterns == FORMS.keys()


def test_whoever_made_what_an_example_shows_may_make_it(document: dict[str, Any]) -> None:
    made = 0
    for method, path, operation in operations(document):
        if method != "post" or path.endswith(
            ("/report", "/resolution", "/exceptions")
        ):  # these answer with what another made
            continue
        for example in operation["responses"].get("201", {}).get("content", {}).values():
            value = resolve(document, example["examples"]["mila"])["value"]
            if "authorRole" in value:
                made += 1
                assert may_at_all([value["authorRole"]], Action(operation["x-action"])), path
    assert made > 10


def test_an_example_shows_what_the_operation_leaves_behind(document: dict[str, Any]) -> None:
    def shown(path: str) -> dict[str, Any]:
        (content,) = document["paths"][path]["post"]["responses"]["201"]["content"].values()
        value: dict[str, Any] = resolve(document, content["examples"]["mila"])["value"]
        return value

    planned, held = shown("/cases/{caseId}/meetings"), shown("/meetings/{meetingId}/report")
    assert (planned["heldAt"], planned["invitations"], planned["decisions"]) == (None, [], [])
    assert held["heldAt"]
    assert all(each["present"] for each in held["invitations"])
    raised, resolved = shown("/cases/{caseId}/escalations"), shown("/escalations/{escalationId}/resolution")
    assert (raised["resolvedAt"], raised["resolution"], raised["findings"]) == (None, None, [])
    assert resolved["resolvedAt"]
    assert resolved["resolution"]
    assert shown("/cases/{caseId}/plans")["inForceAt"] is None
    assert shown("/cases")["leervraag"] is None
    tasks = document["components"]["examples"]["TaskPage"]["value"]["items"]
    assert [reason["operation"] for task in tasks for reason in task["needed"]] == [None]
    assert "x-shown" not in json.dumps(document)


def test_whom_it_is_for_speaks_of_cases_only_where_there_are_cases(document: dict[str, Any]) -> None:
    for path, method in (
        ("/workers", "get"),
        ("/bindings", "post"),
        ("/audit-events", "get"),
        ("/invitation-codes", "post"),
    ):
        description = document["paths"][path][method]["description"]
        assert "zaken" not in description, path
        assert "in de eigen organisatie" in description, path
    assert "in welke zaken volgt uit de betrokkenheid" in document["paths"]["/cases/{caseId}"]["get"]["description"]
