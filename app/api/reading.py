"""The contract as a page to read: plain HTML of our own, made once at start-up, without a script or another host.

See docs/adr/0004: what is shown is the contract itself and, for each operation, the roles of the policy table.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from app.api.contract import resolve

Schema = Mapping[str, Any]

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; --link: light-dark(#0b5394, #8ab8e8) }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
a { color: var(--link) }
code, .method { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere }
nav { columns: 14rem; padding: .5rem 1rem; background: var(--soft) }
nav a { display: block }
details { border: 1px solid var(--line); border-radius: .3rem; margin: .5rem 0; padding: .4rem .8rem }
summary { cursor: pointer }
summary p { margin: 0 0 0 5.3rem }
.method { display: inline-block; min-width: 4.2rem; font-weight: bold }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin: .3rem 0 1rem }
th, td { border-top: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top }
thead th { border: 0 }
tbody th { font-weight: normal; width: 12rem }
h3 { margin: 1.5rem 0 0 }
h4 { margin: 1rem 0 0 }
"""
POLICY_HEADER = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the page: this one style sheet, by its hash, and nothing else."""

_FORMATS = {"uuid": "UUID", "date": "datum", "date-time": "tijdstip met zone"}
_KINDS = {"string": "tekst", "integer": "geheel getal", "number": "getal", "boolean": "ja of nee", "null": "leeg"}


def page(contract: Schema) -> str:
    """The whole page, for an OpenAPI 3.1 document as `app.api.contract.derived` makes it."""
    info, schemas = contract["info"], contract["components"]["schemas"]
    groups: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    title = escape(info["title"])
    return "".join(
        [
            '<!doctype html><html lang="nl"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{STYLE}</style></head><body>",
            f"<header><h1>{title} {escape(info['version'])}</h1>{_prose(info['description'])}",
            "<p>Elk verzoek draagt een toegangstoken: <code>Authorization: Bearer …</code>.",
            " Paden staan onder <code>/v1</code>.",
            ' Het contract zelf: <a href="openapi.json">openapi.json</a>.</p></header>',
            "<nav>",
            *(f'<a href="#{_anchor(tag)}">{escape(tag)}</a>' for tag in groups),
            '<a href="#gegevens">Gegevens</a></nav><main>',
            *_operations(contract, groups),
            '<h2 id="gegevens">Gegevens</h2>',
            *(_data(name, schema) for name, schema in sorted(schemas.items())),
            "</main></body></html>",
        ]
    )


def _operations(contract: Schema, groups: Mapping[str, list[tuple[str, str, Schema]]]) -> Iterator[str]:
    for tag, operations in groups.items():
        yield f'<section><h2 id="{_anchor(tag)}">{escape(tag)}</h2>'
        for method, path, operation in operations:
            yield (
                f'<details id="{escape(operation["operationId"])}"><summary><span class="method">{method}</span> '
                f"<code>{escape(path)}</code><p>{_inline(operation['summary'])}</p></summary>"
            )
            yield _prose(operation["description"])
            parameters = operation.get("parameters", [])
            yield _table(
                "Parameters",
                ((each["name"], each["schema"], each.get("description", ""), each["required"]) for each in parameters),
            )
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield f"<h4>Body</h4><p>{_type(content['schema'])}</p>"
            yield '<h4>Antwoorden</h4><div class="scroll"><table><tbody>'
            for status, answer in operation["responses"].items():
                response = resolve(contract, answer)
                types = " ".join(_type(content["schema"]) for content in response.get("content", {}).values())
                yield f"<tr><th>{status}</th><td>{_inline(response['description'])}</td><td>{types}</td></tr>"
            yield "</tbody></table></div></details>"
        yield "</section>"


def _data(name: str, schema: Schema) -> str:
    required = schema.get("required", ())
    fields = schema.get("properties", {}).items()
    content = _table("", ((key, each, each.get("description", ""), key in required) for key, each in fields))
    # Never folded: a link to a folded one would show nothing.
    return f'<section id="data-{name}"><h3><code>{name}</code></h3>{content or _type(schema)}</section>'


def _table(heading: str, rows: Iterator[tuple[str, Schema, str, bool]]) -> str:
    """Name, type, meaning; empty when there are no rows."""
    lines = "".join(
        f"<tr><th><code>{escape(name)}</code>{'' if required else ' (mag ontbreken)'}</th>"
        f"<td>{_type(schema)}</td><td>{_inline(text)}</td></tr>"
        for name, schema, text, required in rows
    )
    title = f"<h4>{heading}</h4>" if heading and lines else ""
    return lines and f'{title}<div class="scroll"><table><tbody>{lines}</tbody></table></div>'


def _type(schema: Schema) -> str:
    """What a value can be, in words, with links to the data that have a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#data-{name}">{name}</a>'
    if isinstance(schema.get("type"), list):  # the second is null
        filled = {**schema, "type": schema["type"][0]}
        if "enum" in schema:
            filled["enum"] = [value for value in schema["enum"] if value is not None]
        schema = {"anyOf": [filled, {"type": "null"}]}
    if "anyOf" in schema:
        return " of ".join(_type(each) for each in schema["anyOf"])
    if values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in values)
    kind = schema.get("type", "")
    if kind == "array":
        return f"lijst van {_type(schema.get('items', {}))}{_bounds(schema, 'minItems', 'maxItems')}"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"object van {_type(inner)}" if isinstance(inner, dict) and inner else "object"
    words = _FORMATS.get(schema.get("format", ""), _KINDS.get(kind, "waarde"))
    return words + _bounds(schema, "minLength", "maxLength") + _bounds(schema, "minimum", "maximum")


def _bounds(schema: Schema, least: str, most: str) -> str:
    if most not in schema:
        return ""
    return f", {schema.get(least, 0)} tot {schema[most]}{' tekens' if most == 'maxLength' else ''}"


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.split("\n\n") if part)


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _anchor(tag: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", tag.lower())
