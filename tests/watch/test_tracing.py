"""W3C Trace Context, case by case: what is valid is continued, all else begins a trace of its own."""

import pytest

from app.watch.tracing import Trace, begun, continued

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
VALID = f"00-{TRACE}-{PARENT}-01"


def of(*parents: str, state: tuple[str, ...] = ()) -> Trace:
    headers = [(b"traceparent", parent.encode("latin-1")) for parent in parents]
    return continued([*headers, *((b"tracestate", each.encode("latin-1")) for each in state)])


@pytest.mark.parametrize(
    ("parent", "flags"),
    [
        (VALID, 1),
        (f"00-{TRACE}-{PARENT}-00", 0),
        (f"  {VALID}\t", 1),
        (f"00-{TRACE}-{PARENT}-ff", 1),
        (f"00-{TRACE}-{PARENT}-02", 0),
        (f"cc-{TRACE}-{PARENT}-01", 1),
        (f"cc-{TRACE}-{PARENT}-01-what-comes-later", 1),
    ],
)
def test_a_valid_parent_is_continued_under_a_span_of_our_own(parent: str, flags: int) -> None:
    trace = of(parent)
    assert (trace.trace_id, trace.flags) == (TRACE, flags)
    assert trace.span_id != PARENT
    assert trace.headers() == {"traceparent": f"00-{TRACE}-{trace.span_id}-{flags:02x}"}


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "00",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT.upper()}-01",
        f"00-{TRACE}-{PARENT}-0A",
        f"00-{TRACE}-{PARENT}-1",
        f"00-{TRACE}-{PARENT}-001",
        f"00-{TRACE}-{PARENT}-01-",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{TRACE}-{PARENT}-01.more",
        f"cc-{TRACE}-{PARENT}-01.more",
        f"0-{TRACE}-{PARENT}-01",
        f".0-{TRACE}-{PARENT}-01",
        f"00-.{TRACE[1:]}-{PARENT}-01",
        f"00-{TRACE[1:]}-{PARENT}-01",
        f"00-{TRACE}0-{PARENT}-01",
        f"00-{TRACE}-{PARENT[1:]}-01",
        f"00-{TRACE}-{PARENT}0-01",
        f"00_{TRACE}_{PARENT}_01",
        f"{VALID}\n",
        f"\u00a0{VALID}",
        "00-٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠-b7ad6b7169203331-01".encode().decode("latin-1"),
        f"{VALID},{VALID}",
    ],
)
def test_anything_else_begins_a_new_trace_and_takes_no_state_along(parent: str) -> None:
    trace = of(parent, state=("a=1",))
    assert trace.trace_id != TRACE
    assert (len(trace.trace_id), len(trace.span_id), trace.flags, trace.state) == (32, 16, 1, "")


def test_two_parents_are_none_and_none_is_none() -> None:
    assert of(VALID, VALID).trace_id != TRACE
    assert of().trace_id != TRACE
    assert begun() != begun()


LONG = "z=" + "v" * 256


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("a=1,b=2",), "a=1,b=2"),
        (("a=1", "b=2"), "a=1,b=2"),
        ((" a=1 ,\tb=2 ,, ",), "a=1,b=2"),
        (("tenant@system=x", "0tenant@sys=y"), "tenant@system=x,0tenant@sys=y"),
        (("a=with blanks inside!",), "a=with blanks inside!"),
        ((",".join(f"k{number}=1" for number in range(32)),), ",".join(f"k{number}=1" for number in range(32))),
        (("a" * 256 + "=1",), "a" * 256 + "=1"),
        ((LONG,), LONG),
        ((), ""),
        (("",), ""),
        # Not to be read: left out as a whole.
        (("a=1,a=2",), ""),
        ((",".join(f"k{number}=1" for number in range(33)),), ""),
        (("A=1",), ""),
        (("a",), ""),
        (("=1",), ""),
        (("a=",), ""),
        (("a=1=2",), ""),
        (("a=1\u00e9",), ""),
        (("a=1\x00",), ""),
        (("a@b@c=1",), ""),
        (("@b=1",), ""),
        (("a@=1",), ""),
        (("a@" + "b" * 15 + "=1",), ""),
        (("0a=1",), ""),
        (("a" * 257 + "=1",), ""),
        ((LONG + "v",), ""),
        # Longer than 512 together: the longest go first, then the last.
        ((f"a=1,{LONG},{LONG.replace('z', 'y', 1)},b=2",), "a=1,b=2"),
        ((",".join(f"k{number}={'v' * 100}" for number in range(6)),), ",".join(f"k{n}={'v' * 100}" for n in range(4))),
    ],
)
def test_state_is_handed_on_or_left_out_and_never_touches_the_trace(given: tuple[str, ...], kept: str) -> None:
    trace = of(VALID, state=given)
    assert trace.trace_id == TRACE
    assert trace.headers().get("tracestate", "") == kept
