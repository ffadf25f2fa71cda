"""The committed picture of each route: made from that route, whole, for everybody to read, without a script."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from app.workflow.diagram import (
    BEEN,
    CROWD,
    HERE,
    Walk,
    arrow_id,
    arrows,
    card_id,
    cards,
    dot,
    fingerprint,
    mermaid,
    picture,
    told,
    transition_class,
    ways,
)
from app.workflow.loader import load_routes
from app.workflow.model import Route, Text
from tests.node_packages import CannotInstall
from tests.pictures.draw import PAGE, committed, drawn, made_from, page

SVG = "{http://www.w3.org/2000/svg}"
ROUTES = list(load_routes().values())
every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.key}.{route.version}")


def shapes(svg: str) -> dict[str, ET.Element]:
    return {each.attrib["id"]: each for each in ET.fromstring(svg).iter() if "id" in each.attrib}  # noqa: S314


@every_route
def test_the_committed_picture_was_made_from_this_route(route: Route) -> None:
    assert made_from(committed(route).read_text()) == fingerprint(route), "run: make pictures"


@every_route
def test_a_change_of_the_route_asks_for_another_picture(route: Route) -> None:
    first, *rest = route.transitions.values()
    without = {each.key: each for each in rest}
    assert fingerprint(replace(route, transitions=without)) != fingerprint(route)
    renamed = replace(first, title=Text("Iets anders", first.title.en))
    assert fingerprint(replace(route, transitions=without | {first.key: renamed})) != fingerprint(route)


@every_route
def test_every_step_and_every_way_between_steps_is_in_it(route: Route) -> None:
    found = shapes(committed(route).read_text())
    steps = {name for name in found if name.startswith("stap-")}
    assert steps == {card_id(step) for step in route.steps}
    assert {name for name in found if name.startswith("pijl-")} == {arrow_id(*way) for way in arrows(route)}
    for transition in route.transitions.values():
        for origin in transition.origins:
            places = [found[card_id(origin)], found.get("overal", ET.Element("g"))]
            lines = [each for place in places for each in place.iter(f"{SVG}text")]
            of_it = [each for each in lines if transition_class(transition.key) in each.get("class", "").split()]
            words = " ".join(each.text or "" for each in of_it)
            assert transition.title.nl.split()[0] in words, (origin, transition.key)
            assert "door " in words, (origin, transition.key)


@every_route
def test_only_crowded_ways_back_or_out_go_without_an_arrow(route: Route) -> None:
    order = list(route.steps)
    for origin, target in set(ways(route)) - set(arrows(route)):
        assert route.steps[target].end or order.index(target) < order.index(origin), (origin, target)
        assert sum(end == target for _, end in ways(route)) >= CROWD


@every_route
def test_it_can_be_read_without_seeing_it_and_runs_nothing(route: Route) -> None:
    svg = committed(route).read_text()
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert (root.get("role"), root.get("lang")) == ("img", "nl")
    named = shapes(svg)
    title, description = (named[each] for each in root.attrib["aria-labelledby"].split())
    assert title.text == route.title.nl
    assert description.text == told(route)
    for step in route.steps.values():
        assert step.title.nl in (description.text or "")
    assert not list(root.iter(f"{SVG}script"))
    assert not re.search(r"\bon\w+=|href|style=|url\(|@import", svg)


@every_route
def test_no_line_is_longer_than_its_card_was_made_for(route: Route) -> None:
    for card in cards(route):
        widest = {line.kind: 0 for line in card.lines}
        for line in card.lines:
            widest[line.kind] = max(widest[line.kind], len(line.text.nl), len(line.text.en))
        assert all(width <= 40 for width in widest.values()), (card.id, widest)


@every_route
def test_both_languages_are_in_it(route: Route) -> None:
    english = picture(route, english=True)
    assert english is not None
    root = ET.fromstring(english)  # noqa: S314 - our own
    assert root.get("lang") == "en"
    words = {each.text for each in root.iter(f"{SVG}text")}
    assert words >= {line.text.en for card in cards(route) for line in card.lines if line.text.en}
    assert shapes(english)["beschrijving"].text == told(route, english=True)
    assert "data-en" not in english


def test_a_case_is_shown_by_words_and_lines_and_not_by_colour_alone() -> None:
    route = load_routes()["midden-groningen", 1]
    walk = Walk(
        "triage",
        (
            ("signaal", "onderzoek", "onderzoek_starten"),
            ("onderzoek", "onderzoek", "swv_inschakelen"),
            ("onderzoek", "triage", "naar_triage_basisondersteuning"),
            ("was", "gone", "from_an_older_version"),
        ),
    )
    svg = picture(route, walk)
    assert svg is not None
    marks = re.findall(r"<style>(.*?)</style>", svg, re.DOTALL)[1]
    assert "#stap-triage .hier { display: inline" in marks
    assert "#stap-signaal .geweest { display: inline" in marks
    assert "#stap-triage .geweest" not in marks
    assert "#stap-intake" not in marks
    assert "#pijl-signaal-onderzoek path { stroke: #0b4f8a; stroke-width: 4 }" in marks
    assert "older_version" not in marks
    assert {HERE.nl, BEEN.nl} <= {each.text for each in shapes(svg)["stap-triage"].iter(f"{SVG}text")}
    assert told(route, walk).splitlines()[1:3] == [
        "De zaak staat nu in «Triage».",
        "De weg tot hier: Signaal → Onderzoek door de school → Triage.",
    ]
    assert shapes(svg)["beschrijving"].text == told(route, walk)


@every_route
def test_the_same_as_mermaid(route: Route) -> None:
    text = mermaid(route, Walk(route.start))
    nodes = re.findall(r"^  stap_(\w+)[\[(]", text, re.MULTILINE)
    assert nodes == list(route.steps)
    assert re.findall(r'^  stap_(\w+) -\.?->\|"[^"|]*"\| stap_(\w+)$', text, re.MULTILINE) == ways(route)
    assert text.count(HERE.nl) == 1
    assert f"class stap_{route.start} hier" in text


def test_no_word_of_a_route_is_taken_for_a_sign_of_mermaid_or_of_dot() -> None:
    route = load_routes()["midden-groningen", 1]
    step = route.steps[route.start]
    odd = replace(step, title=Text('Wat "nu"; <b>|]', "end #1 & --> x"))
    changed = replace(route, steps={**route.steps, route.start: odd})
    assert "#34;nu#34;#59; #60;b#62;#124;]" in mermaid(changed)
    assert "end #35;1 #38; --#62; x" in mermaid(changed, english=True)
    assert '"nu"; <b>' not in dot(changed)


def test_the_page_shows_every_route() -> None:
    assert PAGE.read_text() == page(), "run: make pictures"
    for route in ROUTES:
        assert f"app/routes/{route.key}.{route.version}.svg" in page()


def test_a_route_that_is_drawn_anew_has_the_same_in_it() -> None:
    """Not the same bytes: a new Graphviz may place things otherwise."""
    route = load_routes()["midden-groningen", 1]
    try:
        svg = drawn(route)
    except CannotInstall as reason:
        pytest.skip(f"not run: {reason}")
    assert shapes(svg).keys() == shapes(committed(route).read_text()).keys()
    assert made_from(svg) == fingerprint(route)
