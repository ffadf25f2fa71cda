"""The Logboek Dataverwerkingen: what leaves of each thing that was done with data of a child, through OpenTelemetry.

One record for each child and each action, none left out by sampling, each confirmed by the Logboek (standard Logboek
Dataverwerkingen: OTLP, W3C Trace Context, the attributes `dpl.core.*`). Who the child is, is told by a pseudonym with a
key of ours: the Logboek can find what was done about one child together, and nobody by name or by our ids.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

import httpx
from google.protobuf.message import DecodeError
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

PSEUDONYM = "urn:ondersteuningsroute:pseudoniem"
"""How `dpl.core.data_subject_id` is made."""

_TIMEOUT = httpx.Timeout(10.0)
_SHORTEST_KEY = 32
_MILLION = 1_000_000


class LogboekUnavailable(Exception):  # noqa: N818 - an outage: what was not taken is offered again in a later round
    """The Logboek did not take the records; says no more than its status."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that was done with data of one child; `subject` None: it is only what such records stand under.

    `processor` is the application that asked, when it named its own place (`parent_span_id`) in the trace.
    """

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    began: datetime
    ended: datetime
    allowed: bool
    activity: str
    subject: str | None
    processor: str | None


class Logboek(Protocol):
    """The port."""

    def write(self, records: Sequence[Record]) -> None:
        """Hand over these records; when it returns, each was taken. Raises LogboekUnavailable."""


class Pseudonyms:
    """Names for children that nobody can lead back without the key. Raises ValueError for a key that is too short."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST_KEY:
            raise ValueError("too short")
        self._key = key

    @classmethod
    def of(cls, file: Path) -> "Pseudonyms":
        """With the key in this file. Raises ValueError when there is none that will do."""
        try:
            return cls(file.read_bytes().strip())
        except OSError as fault:
            raise ValueError(type(fault).__name__) from None

    def of_child(self, young_person_id: UUID) -> str:
        """The name of a child; the same each time."""
        return hmac.new(self._key, young_person_id.bytes, hashlib.sha256).hexdigest()


def span_of(record: Record, resource: Resource) -> ReadableSpan:
    """The record as OpenTelemetry knows it. A refusal is no error of ours: its status stays unset."""
    attributes = {"dpl.core.processing_activity_id": record.activity}
    if record.subject is not None:
        attributes |= {"dpl.core.data_subject_id": record.subject, "dpl.core.data_subject_id_type": PSEUDONYM}
    if record.processor is not None:
        attributes["dpl.core.foreign_operation.processor"] = record.processor
    context = _place(record.trace_id, record.span_id)
    return ReadableSpan(
        name=record.name,
        context=context,
        parent=_place(record.trace_id, record.parent_span_id) if record.parent_span_id else None,
        resource=resource,
        attributes=attributes,
        kind=SpanKind.SERVER,
        status=Status(StatusCode.OK if record.allowed else StatusCode.UNSET),
        start_time=_nanoseconds(record.began),
        end_time=_nanoseconds(record.ended),
    )


def _place(trace_id: str, span_id: str) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _nanoseconds(moment: datetime) -> int:
    # The standard counts in milliseconds.
    return round(moment.timestamp() * 1000) * _MILLION


class OtlpLogboek:
    """A Logboek that takes OTLP over HTTPS. Our own client sends it: OpenTelemetry's looks at no receipt."""

    def __init__(self, address: str, client: httpx.Client, *, version: str) -> None:
        self._address = address
        self._client = client
        self._resource = Resource({"service.name": "ondersteuningsroute", "service.version": version})

    def write(self, records: Sequence[Record]) -> None:
        """One request for all; a Logboek that takes a part of them took none: they are offered again."""
        body = encode_spans([span_of(each, self._resource) for each in records]).SerializeToString()
        try:
            answer = self._client.post(
                self._address, content=body, headers={"Content-Type": "application/x-protobuf"}, timeout=_TIMEOUT
            )
        except httpx.HTTPError as fault:
            raise LogboekUnavailable(type(fault).__name__) from None
        if answer.status_code != httpx.codes.OK:
            raise LogboekUnavailable(f"it answered {answer.status_code}")
        try:
            said = ExportTraceServiceResponse.FromString(answer.content)
        except DecodeError:
            raise LogboekUnavailable("it answered what is no receipt") from None
        if said.partial_success.rejected_spans:
            raise LogboekUnavailable(f"it refused {said.partial_success.rejected_spans}")
