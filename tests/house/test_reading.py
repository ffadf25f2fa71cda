"""The page on which the contract is read: complete, safe to open, and without another host."""

import base64
import hashlib
import re
from html.parser import HTMLParser
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
    assert operations | {f"data-{name}" for name in contract["components"]["schemas"]} <= set(ids)


async def test_every_link_on_it_leads_somewhere_on_this_host(served: tuple[httpx.Response, dict[str, Any]]) -> None:
    found = Elements(served[0].text)
    links = {attributes["href"] or "" for _, attributes in found.elements if "href" in attributes}
    assert links - {f"#{attributes['id']}" for _, attributes in found.elements if "id" in attributes} == {
        "openapi.json"
    }
    assert not [tag for tag, attributes in found.elements if tag in {"script", "link", "img"} or "src" in attributes]


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
    sections = dict(re.findall(r'<details id="(\w+)">(.*?)</details>', served[0].text, re.DOTALL))
    assert re.findall(r"Voor: (.*?);", sections["makeInvitationCode"]) == ["<code>beheerder</code>"]
    assert re.findall(r"Voor: (.*?)\.", sections["readMe"]) == ["iedereen die is aangemeld"]


def test_a_contract_cannot_bring_markup_along() -> None:
    hostile = '<img src=x onerror="alert(1)"> & "quotes"'
    operation = {
        "operationId": "readThing",
        "tags": [hostile],
        "x-action": "me.read",
        "summary": hostile,
        "description": hostile,
        "parameters": [{"name": hostile, "schema": {"enum": [hostile]}, "description": hostile, "required": True}],
        "responses": {"200": {"description": hostile}},
    }
    contract = {
        "info": {"title": hostile, "version": hostile, "description": hostile},
        "paths": {f"/{hostile}": {"get": operation}},
        "components": {"schemas": {"Thing": {"properties": {"one": {"const": hostile, "description": hostile}}}}},
    }
    read = Elements(page(contract))
    assert "img" not in {tag for tag, _ in read.elements}
    assert read.text.count(hostile) == 15, "each of them shown as the text it is; title and tag twice"
