"""Each shipped route, broken in every way that its own data offers: the proof catches all of them.

What the tables show is looked at for every break. Of the breaks that show only where a case can come, every change to
the code looks at some of each kind, and `make test-long` at all.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pytest

from app.workflow.loader import load_routes
from app.workflow.model import Route
from app.workflow.proof import prove
from app.workflow.proof.kept import proof_beside
from tests.workflow.proof.catching import Followed, among_known, anew, at_once
from tests.workflow.proof.mutants import Mutant, mutants

Record = Callable[[str, object], None]

AT_LEAST = 30
OF_EACH_KIND = 2


def routes() -> list[Route]:
    return [route for _, route in sorted(load_routes().items())]


@cache
def followed(key: str) -> Followed:
    return Followed(next(route for route in routes() if route.key == key))


def some(broken: Iterable[Mutant]) -> Iterator[Mutant]:
    """So many of each kind, spread over the file."""
    by_kind: dict[str, list[Mutant]] = defaultdict(list)
    for each in broken:
        by_kind[each.kind].append(each)
    for found in by_kind.values():
        yield from found[:: -(-len(found) // OF_EACH_KIND)]


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.key)
def test_a_broken_route_is_caught(route: Route, record_property: Record) -> None:
    by_check: Counter[str] = Counter()
    broken = list(mutants(route))
    unseen = []
    for mutant in broken:
        code = at_once(mutant)
        by_check[f"{mutant.kind}: {code}"] += code is not None
        if code is None:
            unseen.append(mutant)
    missed = []
    for mutant in some(unseen):
        code = among_known(followed(route.key), mutant)
        by_check[f"{mutant.kind}: {code}"] += 1
        if code is None:
            missed.append(mutant.says)
    record_property("caught", dict(by_check))
    assert len(broken) >= AT_LEAST
    assert not missed


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.key)
def test_the_whole_route_is_sound(route: Route) -> None:
    """Else a break would be caught by what was wrong before."""
    kept = proof_beside(route.key, route.version)
    assert kept is not None
    assert kept.sound


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("route", routes(), ids=lambda route: route.key)
def test_every_break_is_caught(route: Route, record_property: Record) -> None:
    """Also those that show only when the broken route is proven from the start."""
    assert prove(route, paths=False).sound
    by_check: Counter[str] = Counter()
    missed = []
    for mutant in mutants(route):
        code = at_once(mutant) or among_known(followed(route.key), mutant) or anew(mutant)
        by_check[f"{mutant.kind}: {code}"] += 1
        if code is None:
            missed.append(mutant.says)
    told = "\n".join(f"{n:5} {says}" for says, n in sorted(by_check.items()))
    sys.stdout.write(f"{route.key}: {sum(by_check.values())} breaks\n{told}\n")
    record_property("caught", dict(by_check))
    assert not missed
