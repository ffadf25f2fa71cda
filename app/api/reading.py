"""The contract as a page to read: plain HTML of our own, made once at start-up, without a script or another host.

See docs/adr/0004: what is shown is the contract itself. Headings, lists and links alone carry it, so that a keyboard, a
screen reader and a narrow screen get all of it.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from app.api.contract import resolve

Schema = Mapping[str, Any]

STYLE = """
:root { color-scheme: light dark; --line: light-dark(#c9ced6, #4a505a); --soft: light-dark(#f3f5f8, #23272e);
  --text: light-dark(#1b1f24, #e6e8eb); --faint: light-dark(#4d5561, #b3bac4); --link: light-dark(#0b4f8a, #9cc7f0) }
* { box-sizing: border-box }
html { scroll-padding-top: 1rem; background: light-dark(#fff, #16191d) }
body { font: 1rem/1.55 system-ui, sans-serif; color: var(--text); max-width: 62rem; margin: 0 auto; padding: 1rem }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
:target { background: var(--soft); box-shadow: -.5rem 0 0 var(--link) }
.skip { position: absolute; left: -99rem }
.skip:focus { position: static }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .3rem; margin: .5rem 0; padding: .6rem;
  white-space: pre-wrap }
h1 { line-height: 1.2; margin: .5rem 0 }
h2 { border-bottom: 2px solid var(--line); margin: 3rem 0 .5rem; padding-bottom: .2rem }
h3 { font-size: 1.05rem; margin: 0 }
h4 { font-size: 1rem; margin: 1rem 0 .2rem }
nav ul { list-style: none; margin: 0; padding: 0 }
nav > ul { columns: 20rem; column-gap: 2rem }
nav > ul > li { break-inside: avoid-column; margin-bottom: 1rem }
nav li li { padding-left: 3.6rem; text-indent: -3.6rem }
nav a.tag { font-weight: bold }
article, .data { border: 1px solid var(--line); border-radius: .4rem; margin: .8rem 0; padding: .8rem 1rem }
article > p { margin: .4rem 0 }
.method { display: inline-block; min-width: 3.6rem; text-indent: 0; font: bold .8rem ui-monospace, monospace }
.faint { color: var(--faint) }
summary { cursor: pointer; padding: .3rem 0 }
dl { margin: .3rem 0 }
dt { border-top: 1px solid var(--line); padding-top: .4rem }
dd { margin: 0 0 .4rem 1rem }
@media print { details::details-content { content-visibility: visible; display: block } nav { display: none } }
"""
POLICY_HEADER = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the page: this one style sheet, by its hash, and nothing else."""

_FORMATS = {"uuid": "UUID", "date": "datum", "date-time": "tijdstip met zone"}
_KINDS = {"string": "tekst", "integer": "geheel getal", "number": "getal", "boolean": "ja of nee", "null": "leeg"}
_PLACES = {"path": "In het pad", "query": "In de query", "header": "Als header"}


def page(contract: Schema) -> str:
    """The whole page, for an OpenAPI 3.1 document as `app.api.contract.derived` makes it."""
    info, components = contract["info"], contract["components"]
    groups: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    tags = {tag["name"]: tag["description"] for tag in contract.get("tags", ())}
    title = escape(info["title"])
    return "".join(
        [
            '<!doctype html><html lang="nl"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title} {escape(info['version'])}</title><style>{STYLE}</style></head><body>",
            '<a class="skip" href="#bewerkingen">Naar de bewerkingen</a>',
            f"<header><h1>{title} {escape(info['version'])}</h1>{_prose(info['description'])}",
            "<p>Elk verzoek draagt een toegangstoken: <code>Authorization: Bearer …</code>.",
            " Paden staan onder <code>/v1</code>.",
            ' Het contract zelf: <a href="openapi.json">openapi.json</a>.',
            ' De routes van de regio\'s: <a href="docs/routes">als tekening en in woorden</a>.</p></header>',
            *_index(groups),
            '<main id="bewerkingen">',
            *_operations(contract, groups, tags),
            '<h2 id="fouten">Fouten</h2><p>Elke weigering is een <a href="#data-Problem">Problem</a>.</p>',
            *(
                _refusal(name, response, components["schemas"].get("Problem", {}).get("x-problem-codes", {}))
                for name, response in components.get("responses", {}).items()
            ),
            '<h2 id="gegevens">Gegevens</h2><p>„Of leeg” is <code>null</code>; wat mag ontbreken, laat u weg.</p>',
            *(
                _data(name, schema, components.get("examples", {}).get(name))
                for name, schema in sorted(components["schemas"].items())
            ),
            "</main></body></html>",
        ]
    )


def _index(groups: Mapping[str, list[tuple[str, str, Schema]]]) -> Iterator[str]:
    yield '<nav aria-label="Op deze pagina"><h2>Op deze pagina</h2><ul>'
    for tag, operations in groups.items():
        yield f'<li><a class="tag" href="#{_anchor(tag)}">{escape(tag)}</a><ul>'
        for method, _, operation in operations:
            yield (
                f'<li><span class="method">{method}</span> <a href="#{escape(operation["operationId"])}">'
                f"{_inline(operation['summary'])}</a></li>"
            )
        yield "</ul></li>"
    yield '<li><a class="tag" href="#fouten">Fouten</a></li><li><a class="tag" href="#gegevens">Gegevens</a></li>'
    yield "</ul></nav>"


def _operations(
    contract: Schema, groups: Mapping[str, list[tuple[str, str, Schema]]], tags: Mapping[str, str]
) -> Iterator[str]:
    for tag, operations in groups.items():
        yield f'<section aria-labelledby="{_anchor(tag)}"><h2 id="{_anchor(tag)}">{escape(tag)}</h2>'
        yield _prose(tags.get(tag, ""))
        for method, path, operation in operations:
            yield (
                f'<article id="{escape(operation["operationId"])}"><h3><span class="method">{method}</span> '
                f"<code>{escape(path)}</code></h3>{_prose(operation['description'])}"
            )
            yield _fields(
                "Parameters",
                (
                    (each["name"], each["schema"], f"{_PLACES[each['in']]}. {each['description']}", each["required"])
                    for each in operation.get("parameters", [])
                ),
            )
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield f"<h4>Body</h4><p>{_type(content['schema'])}</p>{_examples(contract, content)}"
            yield from _answers(contract, operation)
            yield "</article>"
        yield "</section>"


def _answers(contract: Schema, operation: Schema) -> Iterator[str]:
    """What comes back: what went well with its data, and a link to each way to be refused."""
    yield "<h4>Antwoorden</h4><dl>"
    refusals = []
    for status, answer in operation["responses"].items():
        response = resolve(contract, answer)
        types = " ".join(_type(content["schema"]) for content in response.get("content", {}).values())
        if "$ref" in answer:
            name = escape(answer["$ref"].rpartition("/")[2])
            refusals.append(f'<a href="#{name}">{status}</a>')
        else:
            yield f"<dt>{status} {types}</dt><dd>{_inline(response['description'])}</dd>"
    yield "</dl>"
    if refusals:
        yield f"<p>Of een fout: {', '.join(refusals)}.</p>"


def _refusal(name: str, response: Schema, codes: Mapping[str, list[int]]) -> str:
    ((_, content),) = response["content"].items()
    example = content["example"]
    kinds = ", ".join(f"<code>{escape(code)}</code>" for code, of in codes.items() if example["status"] in of)
    return (
        f'<section class="data" id="{escape(name)}"><h3>{example["status"]} {escape(example["title"])}</h3>'
        f"<p>{_inline(response['description'])}</p><p>Codes: {kinds}.</p>{_shown(example)}</section>"
    )


def _data(name: str, schema: Schema, example: Schema | None) -> str:
    required = schema.get("required", ())
    fields = schema.get("properties", {}).items()
    content = _fields("", ((key, each, each.get("description", ""), key in required) for key, each in fields))
    # Never folded: a link to a folded one would show nothing.
    return (
        f'<section class="data" id="data-{name}"><h3><code>{name}</code></h3>{_prose(schema.get("description", ""))}'
        f"{content or f'<p>{_type(schema)}</p>'}{_shown(example['value']) if example else ''}</section>"
    )


def _examples(contract: Schema, content: Schema) -> str:
    return "".join(_shown(resolve(contract, each)["value"]) for each in content.get("examples", {}).values())


def _shown(example: Any) -> str:
    text = json.dumps(example, ensure_ascii=False, indent=2)
    return f"<details><summary>Voorbeeld</summary><pre>{escape(text)}</pre></details>"


def _fields(heading: str, rows: Iterator[tuple[str, Schema, str, bool]]) -> str:
    """Name, type, meaning; empty when there are no rows."""
    lines = "".join(
        f'<dt><code>{escape(name)}</code> <span class="faint">{_type(schema)}'
        f"{'' if required else '; mag ontbreken'}</span></dt><dd>{_inline(text)}</dd>"
        for name, schema, text, required in rows
    )
    title = f"<h4>{heading}</h4>" if heading and lines else ""
    return lines and f"{title}<dl>{lines}</dl>"


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
