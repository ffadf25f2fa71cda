"""What is seen of the request being served: the one place where the parts that know something leave it."""

from contextvars import ContextVar

from app.watch.tracing import Trace

_current: ContextVar["Seen | None"] = ContextVar("seen", default=None)


class Seen:
    """One request, for its log line and its metrics. There is no room here for who asks, for whom, or about what."""

    __slots__ = ("bytes_out", "client_id", "code", "fault", "instance", "route", "status", "trace", "untold")

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.route = ""
        """The path as the contract writes it: `/v1/cases/{caseId}`. The path itself holds ids of children."""
        self.untold = False
        """Whether that it was asked is itself a secret: then only our own faults are told of it."""
        self.client_id = ""
        """The application of the caller, as its token says."""
        self.status = 0
        self.bytes_out = 0
        self.code = ""
        """Why it was refused, if it was: the last part of the problem's type."""
        self.instance = ""
        """The problem's own `instance`, so that a caller can quote it."""
        self.fault = ""
        """What kind of thing went wrong on our side: the name of an exception's class."""


def seen() -> Seen | None:
    """The request being served, or None outside one."""
    return _current.get()


watch = _current.set
"""Begin watching a request. It ends with the task that serves it, or with `unwatch`."""

unwatch = _current.reset


def note_fault(error: BaseException) -> None:
    """Leave with the request being served what kind of thing went wrong; its cause tells more than itself."""
    request = _current.get()
    if request is not None:
        request.fault = type(error.__cause__ or error).__name__
