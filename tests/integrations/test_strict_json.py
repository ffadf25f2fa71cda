import json
import os
from pathlib import Path

import pytest

from app.integrations.strict_json import MAX_DEPTH, MAX_MEMBERS, InvalidJson, parse_object

SHARED = Path(__file__).parents[2] / os.environ.get("SHARED", "../shared")
CORPUS = SHARED / "corpora" / "jsontestsuite" / "test_parsing"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"{}", {}),
        (b' {"a": [1, -2.5e3, true, null, "\\u00eb\\"]}"]} ', {"a": [1, -2500.0, True, None, 'ë"]}']}),
        (b'{"a": {"a": 1}}', {"a": {"a": 1}}),
        (b'{"[[[[[[[[[[[[[[[[[[[[[[[[": "{{{{{{{{{{{{{{{{{{{{{{{{"}', {"[" * 24: "{" * 24}),
    ],
)
def test_plain_objects_are_read(text: bytes, value: object) -> None:
    assert parse_object(text) == value


def nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


def test_depth_is_counted_to_the_last_bracket() -> None:
    assert parse_object(nested(MAX_DEPTH))
    # Beside each other is not within each other.
    assert parse_object(b'{"a":[' + b"[]," * (2 * MAX_DEPTH) + b"{}]}")
    with pytest.raises(InvalidJson):
        parse_object(nested(MAX_DEPTH + 1))


def test_no_more_names_than_anything_has() -> None:
    def named(count: int) -> bytes:
        return json.dumps({f"n{number}": 1 for number in range(count)}).encode()

    assert len(parse_object(named(MAX_MEMBERS))) == MAX_MEMBERS
    with pytest.raises(InvalidJson):
        parse_object(named(MAX_MEMBERS + 1))
    with pytest.raises(InvalidJson):
        parse_object(b'{"a": [' + named(MAX_MEMBERS + 1) + b"]}")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"1",
        b'"{}"',
        b"null",
        b"{}{}",
        b'{"a":1,}',
        b'{"a":1,"a":1}',
        b'{"x":{"a":1,"\\u0061":2}}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e400}',
        b'{"a":-1e400}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'{"a":"\xff"}',
        b'{"a":"\n"}',
        b'{"a":"',
        b"[" * 100_000,
        b'{"a":"' + b'\\"' * 100_000,
    ],
)
def test_all_else_is_refused_without_a_word_of_it(text: bytes) -> None:
    with pytest.raises(InvalidJson) as refused:
        parse_object(text)
    assert str(refused.value) == "not a plain JSON object"
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the JSON corpus is not here: set SHARED to the folder that holds corpora/"
)
def test_the_parsing_corpus_gives_objects_or_the_one_refusal() -> None:
    accepted, refused = set(), set()
    for file in CORPUS.glob("*.json"):
        try:
            parse_object(file.read_bytes())
            accepted.add(file.name)
        except InvalidJson:
            refused.add(file.name)
    assert len(refused) > 200
    assert not {name for name in accepted if name.startswith("n_")}
    # Sound JSON that we refuse on purpose: no object, or a name that stands twice.
    objects = {name for name in refused if name.startswith("y_object")}
    assert objects == {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
    assert len(accepted) > 10
