"""A log line: one object, one line, and no value of anybody in it, whoever wrote it."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from app.watch.logs import JsonLines, Text, described, entry
from app.watch.seen import Seen, unwatch, watch
from app.watch.tracing import continued
from tests.conftest import ROOT, Database

NASTY = 'Mila\n{"event": "forged"}\r\x1b[31m\u2028\u0085\x00"\\é'


def record(name: str, message: object, *arguments: object, fault: BaseException | None = None) -> logging.LogRecord:
    given = (type(fault), fault, fault.__traceback__) if fault else None
    return logging.LogRecord(name, logging.INFO, __file__, 1, message, arguments, given)


def raised() -> BaseException:
    with pytest.raises(LookupError) as error:
        fails()
    return error.value


def fails() -> None:
    try:
        int(NASTY)
    except ValueError as cause:
        raise LookupError(NASTY) from cause


@pytest.mark.parametrize("layout", [JsonLines(), Text()])
def test_what_is_logged_stays_one_line(layout: logging.Formatter) -> None:
    for line in (layout.format(record("app.x", "%s", NASTY)), layout.format(record("app.x", NASTY))):
        assert len(line.splitlines()) == 1
        assert line.isprintable()
    made = record("app.x", "event")
    made.fields = {"field": NASTY, "other": object()}
    line = layout.format(made)
    assert len(line.splitlines()) == 1
    assert "other" in line
    assert "0x" not in line, "an object is told by its class"


def test_json_gives_back_what_was_logged_and_cannot_be_made_to_say_more() -> None:
    told = json.loads(JsonLines().format(record("app.x", "%s", NASTY)))
    assert told["event"] == NASTY
    assert {*told} == {"time", "level", "logger", "process", "event"}


@pytest.mark.parametrize("layout", [JsonLines(), Text()])
def test_a_number_a_phone_number_and_a_mail_address_are_taken_out_of_our_own_lines(layout: logging.Formatter) -> None:
    made = record("app.x", "bel %s over %s", "06-12345678", "999990007")
    trace = "0199a5c0-7d1e-7000-8999-999990007000"
    made.fields = {"text": "z@b.voorbeeld.invalid", "many": ["999990007", {"in": "0612345678"}], "id": trace, "n": 7}
    line = layout.format(made)
    for each in ("12345678", '999990007"', "999990007 ", "voorbeeld"):
        assert each not in line
    assert "bel [telefoon] over [bsn]" in line
    assert trace in line


@pytest.mark.parametrize("name", ["uvicorn.error", "psycopg.pool", "asyncio", "httpx", "application", "root"])
def test_of_a_library_only_the_template_is_kept(name: str) -> None:
    told = JsonLines().format(
        record(name, "error connecting in %r: %s\ncontext: Mila", "pool Mila", ValueError("Mila"))
    )
    assert json.loads(told)["event"] == "error connecting in %r: %s"
    assert json.loads(told)["fault"] == "ValueError"
    assert "Mila" not in told
    assert "Mila" not in JsonLines().format(record(name, ValueError("Mila")))
    assert "Mila" not in JsonLines().format(record(name, "x", fault=raised()))


def test_an_exception_is_its_class_its_frames_and_its_causes() -> None:
    told = described(raised())
    assert told["fault"] == "LookupError"
    assert [cause["fault"] for cause in told["causes"]] == ["ValueError"]
    assert told["frames"][-1].startswith("tests/watch/test_logs.py:")
    assert told["frames"][-1].endswith(":fails")
    assert "Mila" not in json.dumps(told)
    group = described(ExceptionGroup("Mila", [ValueError("Mila"), KeyError("Mila")]))
    assert [each["fault"] for each in group["together"]] == ["ValueError", "KeyError"]
    assert "Mila" not in json.dumps(group)


def test_of_postgresql_the_code_and_the_names_of_the_schema_are_told(database: Database) -> None:
    with psycopg.connect(database.owner_dsn) as owner:
        owner.execute("create table kinderen (naam text constraint one_of_each unique)")
        owner.execute("insert into kinderen values ('Mila Verzonnen')")
        with pytest.raises(psycopg.errors.UniqueViolation, match="Mila") as error:
            owner.execute("insert into kinderen values ('Mila Verzonnen')")
        told = described(error.value)
    assert (told["sqlstate"], told["table"], told["constraint"]) == ("23505", "kinderen", "one_of_each")
    assert "Mila" not in json.dumps(told)


@pytest.fixture
def request_seen() -> Iterator[Seen]:
    seen = Seen(continued([(b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]))
    token = watch(seen)
    yield seen
    unwatch(token)


def test_within_a_request_each_line_names_its_trace(request_seen: Seen) -> None:
    told = entry(record("psycopg.pool", "x"))
    assert (told["trace_id"], told["span_id"]) == ("0af7651916cd43dd8448eb211c80319c", request_seen.trace.span_id)


UNHEARD = """import asyncio
async def fails(): raise ValueError('Mila')
async def main():
    task = asyncio.create_task(fails()); await asyncio.sleep(0); del task
asyncio.run(main())"""


@pytest.mark.parametrize(
    "ending",
    [
        "raise ValueError('Mila')",
        "import threading; threading.Thread(target=lambda: int('Mila')).start()",
        UNHEARD,
        "import logging; logging.getLogger('app.x').warning('%d', 'Mila')",
        "class A:\n def __del__(self): raise ValueError('Mila')\nA()",
    ],
)
def test_what_nobody_caught_comes_out_in_the_same_form(ending: str) -> None:
    text = f"from app.watch.logs import configure\nconfigure()\n{ending}"
    ended = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own text
    written = ended.stdout + ended.stderr
    told = [json.loads(line) for line in written.splitlines()]
    assert "Mila" not in written
    assert len(told) == (0 if "'%d'" in ending else 1)
    for line in told:
        assert line["fault"] == "ValueError"
        assert line["frames"]
