"""Log lines: one JSON object an event on standard output, and in none of them anything of a person.

Our own modules write fixed texts and codes. What a library writes is not trusted with values: of its line the template
is kept and not what was filled in, and of an exception its class and its frames, never its text. psycopg puts the
values of a row in the text of its errors. Under it all lies a net: what looks like a BSN, a phone number or a mail
address in a line of ours is taken out.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from app.domain.free_text import without
from app.watch.seen import seen

Layout = Literal["json", "text"]

_ROOT = f"{Path(__file__).parents[2]}{os.sep}"
_MOST_FRAMES = 40
_MOST_CAUSES = 5
_LONGEST_TEMPLATE = 200
_DIAGNOSED = {"sqlstate": "sqlstate", "table": "table_name", "column": "column_name", "constraint": "constraint_name"}


def configure(layout: Layout | None = None) -> None:
    """All logging of this process to standard output; without a layout: text on a terminal, JSON otherwise.

    What nobody caught comes out in the same form, without its text.
    """
    text = layout == "text" or (layout is None and sys.stdout.isatty())
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Text() if text else JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for talkative in ("httpx", "httpcore", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    # A line that cannot be written must not be told on standard error, with all its arguments.
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    threading.excepthook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)
    sys.unraisablehook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, _: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        told = described(error) if error else {"fault": kind.__name__}
        logging.getLogger(__name__).critical("ended by a fault", extra={"fields": told})


def described(error: BaseException) -> dict[str, Any]:
    """What may be told of an exception: its class, its frames and those of its causes; of PostgreSQL its code too.

    Frames are file, line and function: enough to mend it, and nothing of what went through them.
    """
    told: dict[str, Any] = {"fault": type(error).__name__, **_diagnosed(error), "frames": list(_frames(error))}
    causes: list[dict[str, Any]] = []
    cause = _cause(error)
    while cause is not None and len(causes) < _MOST_CAUSES:
        causes.append({"fault": type(cause).__name__, **_diagnosed(cause), "frames": list(_frames(cause))})
        cause = _cause(cause)
    if causes:
        told["causes"] = causes
    if isinstance(error, BaseExceptionGroup):
        told["together"] = [described(each) for each in error.exceptions[:_MOST_CAUSES]]
    return told


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _diagnosed(error: BaseException) -> dict[str, str]:
    """Names of the schema alone: the detail of a constraint holds the values of the row."""
    diagnosis = getattr(error, "diag", None)
    found = {name: getattr(diagnosis, attribute, None) for name, attribute in _DIAGNOSED.items()}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _frames(error: BaseException) -> Iterator[str]:
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{_short(code.co_filename)}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    yield from frames[-_MOST_FRAMES:]


def _short(file: str) -> str:
    return file.rpartition("site-packages/")[2].removeprefix(_ROOT)


def entry(record: logging.LogRecord) -> dict[str, Any]:
    """A line, as an object: when, how bad, which module, what, and in which trace."""
    ours = record.name == "app" or record.name.startswith("app.")
    told: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "process": record.process,
        "event": without(record.getMessage()) if ours else _template(record),
    }
    request = seen()
    if request is not None:
        told["trace_id"], told["span_id"] = request.trace.trace_id, request.trace.span_id
    if ours:
        told.update(_scrubbed(getattr(record, "fields", {})))
    error = record.exc_info[1] if record.exc_info else _among(record.args)
    if error is not None:
        told.update(described(error))
    return told


def _scrubbed(value: Any) -> Any:
    """A field without what looks like a BSN, a phone number or a mail address: a last net under our own lines."""
    if isinstance(value, str):
        return without(value)
    if isinstance(value, Mapping):
        return {name: _scrubbed(each) for name, each in value.items()}
    return [_scrubbed(each) for each in value] if isinstance(value, list | tuple) else value


def _template(record: logging.LogRecord) -> str:
    """The first line of a library's text, not filled in: the later ones of asyncio show the objects concerned."""
    lines = str(record.msg).splitlines() if isinstance(record.msg, str) else [type(record.msg).__name__]
    return lines[0][:_LONGEST_TEMPLATE] if lines else ""


def _among(arguments: object) -> BaseException | None:
    given = arguments if isinstance(arguments, tuple) else ()
    return next((each for each in given if isinstance(each, BaseException)), None)


def _class_of(value: object) -> str:
    return type(value).__name__


class JsonLines(logging.Formatter):
    """One JSON object a line, in ASCII: nothing that is logged can end its line and begin another."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(entry(record), default=_class_of)


class Text(logging.Formatter):
    """The same for people: time, level, what, and the rest as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = entry(record)
        rest: Mapping[str, Any] = {
            name: value
            for name, value in told.items()
            if name not in {"time", "level", "event", "logger", "process", "trace_id", "span_id"}
        }
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        words = [f"{name}={_plain(value)}" for name, value in rest.items()]
        return " ".join([clock, told["level"].ljust(8), _plain(told["event"]), *words])


def _plain(value: object) -> str:
    """A value on one line; quotes only where it would not stand on its own."""
    written = json.dumps(value, default=_class_of, ensure_ascii=False)
    # U+0085, U+2028 and U+2029 end a line too, and JSON leaves them as they are.
    written = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in written)
    return written.removeprefix('"').removesuffix('"') if isinstance(value, str) else written
