"""The Logboek Dataverwerkingen: a record for each child and each action, by pseudonym, confirmed or offered again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from app.demo.seed import known_id
from app.domain.processing_activities import ACTIVITIES
from app.integrations.processing_log import PSEUDONYM, LogboekUnavailable, OtlpLogboek, Pseudonyms
from app.services.processing_log import telling
from tests.api.beginnings import opened
from tests.conftest import Database
from tests.world import World

pytestmark = pytest.mark.anyio

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
REGISTER = "https://register.voorbeeld.invalid/"
NAMES = Pseudonyms(b"verzonnen sleutel van het logboek")
OK, UNSET = 1, 0


class Received:
    """A Logboek that keeps what it gets, and answers as it is told."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.answer = httpx.Response(200, content=b"")

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Content-Type"] == "application/x-protobuf"
        self.bodies.append(request.content)
        return self.answer

    def spans(self) -> Iterator[dict[str, object]]:
        for body in self.bodies:
            for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for of_scope in of_resource.scope_spans:
                    for span in of_scope.spans:
                        yield {
                            "trace": span.trace_id.hex(),
                            "span": span.span_id.hex(),
                            "parent": span.parent_span_id.hex(),
                            "name": span.name,
                            "status": span.status.code,
                            "in order": 0 < span.start_time_unix_nano <= span.end_time_unix_nano,
                            **{each.key: each.value.string_value for each in span.attributes},
                        }


async def told(database: Database, logboek: Callable[[httpx.Request], httpx.Response]) -> None:
    """A round of the worker, as its own role."""
    client = httpx.Client(transport=httpx.MockTransport(logboek))
    duty = telling(OtlpLogboek("https://logboek.voorbeeld.invalid/v1/traces", client, version="0"), NAMES, REGISTER)
    async with await psycopg.AsyncConnection.connect(database.worker_dsn, autocommit=True) as worker:
        more = True
        while more:
            async with worker.transaction():
                more = await duty(worker)


async def test_each_action_is_told_of_each_child(world: World, database: Database) -> None:
    teacher, headers = world["leerkracht"], {"traceparent": f"00-{TRACE}-{CALLER}-01"}
    mila = await opened(teacher)
    await opened(teacher, "tijn")
    await teacher.get(mila, **headers)
    await teacher.get("/cases", **headers)
    await teacher.post(f"{mila}/transitions", {"transition": "doorschuiven"}, **headers)
    await teacher.get("/organisations", **headers)  # about no child
    await world["andere-school"].get(mila, **headers)  # no child that may be known
    logboek = Received()
    await told(database, logboek)
    await told(database, logboek)
    spans = list(logboek.spans())
    names = {key: NAMES.of_child(known_id(key)) for key in ("mila", "tijn")}
    subject, activity, kind = (
        "dpl.core.data_subject_id",
        "dpl.core.processing_activity_id",
        "dpl.core.data_subject_id_type",
    )
    assert [(each["name"], each["status"], each.get(subject)) for each in spans] == [
        ("case.create", OK, names["mila"]),
        ("case.create", OK, names["tijn"]),
        ("case.read", OK, names["mila"]),
        ("case.read", OK, None),
        *(("case.read", OK, name) for name in sorted(names.values())),
        # A refusal is no error: its status stays unset.
        ("transition.perform", UNSET, names["mila"]),
    ]
    assert {each[activity] for each in spans} == {f"{REGISTER}{ACTIVITIES[0].key}"}
    assert {each[kind] for each in spans if subject in each} == {PSEUDONYM}
    assert all(each["in order"] for each in spans)
    assert len({each["span"] for each in spans}) == len(spans)
    ours, theirs = spans[:2], spans[2:]
    assert all(each["trace"] != TRACE and not each["parent"] for each in ours)
    assert {each["trace"] for each in theirs} == {TRACE}
    assert [each["parent"] for each in theirs] == [CALLER, CALLER, theirs[1]["span"], theirs[1]["span"], CALLER]
    assert theirs[0]["dpl.core.foreign_operation.processor"] == "voorbeeld-toepassing"
    body = b"".join(logboek.bodies)
    for key in ("mila", "tijn", "leerkracht"):
        assert known_id(key).bytes not in body
        assert str(known_id(key)).encode() not in body
    assert mila.removeprefix("/cases/").encode() not in body
    assert b"Mila" not in body


async def test_what_is_not_confirmed_is_offered_again_with_the_same_ids(world: World, database: Database) -> None:
    await opened(world["leerkracht"])
    logboek = Received()
    refused = ExportTraceServiceResponse(partial_success=ExportTracePartialSuccess(rejected_spans=1))
    for answer in (
        httpx.Response(503),
        httpx.Response(202),
        httpx.Response(200, content=refused.SerializeToString()),
        httpx.Response(200, content=b"<html>aanmelden</html>"),
    ):
        logboek.answer = answer
        with pytest.raises(LogboekUnavailable):
            await told(database, logboek)
    logboek.answer = httpx.Response(200)
    await told(database, logboek)
    await told(database, logboek)
    assert len(logboek.bodies) == 5
    assert len({(str(each["trace"]), str(each["span"])) for each in logboek.spans()}) == 1


async def test_a_child_has_one_name_and_nobody_leads_it_back(tmp_path: Path) -> None:
    other = Pseudonyms(b"een andere sleutel van het logboek")
    assert NAMES.of_child(known_id("mila")) == NAMES.of_child(known_id("mila"))
    assert len({each.of_child(known_id(key)) for each in (NAMES, other) for key in ("mila", "tijn")}) == 4
    (tmp_path / "kort").write_bytes(b"te kort\n")
    for file in ("kort", "nergens"):
        with pytest.raises(ValueError, match=r"short|NotFound"):
            Pseudonyms.of(tmp_path / file)
