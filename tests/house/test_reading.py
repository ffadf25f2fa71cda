"""The page on which the contract is read: complete, safe to open, and without another host."""

import base64
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import httpx
import pytest

from app.api.reading import page
from tests.world import World

pytestmark = pytest.mark.anyio


class Elements(HTMLParser):
    """Every element with its attributes, and the text of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
async def served(world: World) -> tuple[httpx.Response, dict[str, Any]]:
    """The page and the contract, as somebody without a token gets them."""
    transport = httpx.ASGITransport(app=world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://route.test/v1") as anybody:
        return await anybody.get("/docs"), (await anybody.get("/openapi.json")).json()


async def test_everybody_can_read_it_and_every_operation_and_shape_is_on_it(
    served: tuple[httpx.Response, dict[str, Any]],
) -> None:
    answer, contract = served
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    ids = [attributes["id"] for _, attributes in Elements(answer.text).elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    operations = {each["operationId"] for methods in contract["paths"].values() for each in methods.values()}
    components = contract["components"]
    assert operations | {f"data-{name}" for name in components["schemas"]} | set(components["responses"]) <= set(ids)
    (index,) = re.findall(r"<nav .*?</nav>", answer.text, re.DOTALL)
    assert operations <= set(re.findall(r'href="#(\w+)"', index))


async def test_every_example_is_on_it(served: tuple[httpx.Response, dict[str, Any]]) -> None:
    shown = [json.loads(unescape(text)) for text in re.findall(r"<pre>(.*?)</pre>", served[0].text, re.DOTALL)]
    components = served[1]["components"]
    problems = [each["content"]["application/problem+json"]["example"] for each in components["responses"].values()]
    assert len(problems) > 10
    for each in [*(example["value"] for example in components["examples"].values()), *problems]:
        assert each in shown


async def test_headings_and_landmarks_carry_it(served: tuple[httpx.Response, dict[str, Any]]) -> None:
    """Who hears the page goes by its headings, and no level is left out; who uses a keyboard can skip the index."""
    found = Elements(served[0].text)
    assert ("html", {"lang": "nl"}) in found.elements
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    tags = [tag for tag, _ in found.elements]
    assert [tags.count(tag) for tag in ("header", "nav", "main")] == [1, 1, 1]
    first = next(attributes for tag, attributes in found.elements if tag == "a")
    assert first == {"class": "skip", "href": "#bewerkingen"}
    assert ("main", {"id": "bewerkingen"}) in found.elements


async def test_every_link_on_it_leads_somewhere_on_this_host(served: tuple[httpx.Response, dict[str, Any]]) -> None:
    found = Elements(served[0].text)
    links = {attributes["href"] or "" for _, attributes in found.elements if "href" in attributes}
    assert links - {f"#{attributes['id']}" for _, attributes in found.elements if "id" in attributes} == {
        "openapi.json",
        "docs/routes",
    }
    assert not [tag for tag, attributes in found.elements if tag in {"script", "link", "img"} or "src" in attributes]
    assert not re.search(r"@import|url\(", served[0].text), "the style brings nothing along"
    assert served[0].headers["access-control-allow-origin"] == "*"


async def test_the_browser_is_told_to_accept_its_own_style_and_nothing_else(
    served: tuple[httpx.Response, dict[str, Any]],
) -> None:
    policy = served[0].headers["content-security-policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", served[0].text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; ")
    assert "unsafe" not in policy
    assert not re.search(r" style=| on\w+=", served[0].text), "the policy would drop them"


async def test_the_roles_at_an_operation_are_those_of_the_policy_table(
    served: tuple[httpx.Response, dict[str, Any]],
) -> None:
    sections = dict(re.findall(r'<article id="(\w+)">(.*?)</article>', served[0].text, re.DOTALL))
    assert re.findall(r"Voor: (.*?);", sections["makeInvitationCode"]) == ["<code>beheerder</code>"]
    assert re.findall(r"Voor: (.*?)\.", sections["readMe"]) == ["iedereen die is aangemeld"]


def test_a_contract_cannot_bring_markup_along() -> None:
    hostile = '<img src=x onerror="alert(1)"> & "quotes"'
    problem = {"example": {"status": 400, "title": "<img src=x>"}}
    operation = {
        "operationId": "readThing",
        "tags": [hostile],
        "x-action": "me.read",
        "summary": hostile,
        "description": hostile,
        "parameters": [
            {"name": hostile, "in": "query", "schema": {"enum": [hostile]}, "description": hostile, "required": True}
        ],
        "responses": {"200": {"description": hostile}},
    }
    contract = {
        "info": {"title": hostile, "version": hostile, "description": hostile},
        "paths": {f"/{hostile}": {"get": operation}},
        "components": {
            "schemas": {"Thing": {"properties": {"one": {"const": hostile, "description": hostile}}}},
            "examples": {"Thing": {"value": "<img src=x>"}},
            "responses": {"Problem400": {"description": hostile, "content": {"application/problem+json": problem}}},
        },
    }
    read = Elements(page(contract))
    assert "img" not in {tag for tag, _ in read.elements}
    assert read.text.count(hostile) == 17, "each of them shown as the text it is; title, version and tag twice"
    assert read.text.count("<img src=x>") == 3, "and so are examples"
