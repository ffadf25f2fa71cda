"""`python -m tests.pictures.draw` (make pictures) draws the routes: app/routes/<key>.<version>.svg and docs/routes.md.

Graphviz comes from npm (`@viz-js/viz`, by lock) and runs in the Node that the tests have anyway. A picture that was
made from the present route is left as it is, so that nothing is fetched, and nothing changes, without need.
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from app.workflow.diagram import (
    BEEN,
    STYLE,
    Card,
    Line,
    cards,
    dot,
    fingerprint,
    status_in_words,
    told,
    transition_class,
)
from app.workflow.loader import load_routes
from app.workflow.model import Route
from tests.node_packages import CannotInstall, installed, node

HERE = Path(__file__).parent
ROUTES = HERE.parents[1] / "app" / "routes"
PAGE = HERE.parents[1] / "docs" / "routes.md"
SVG = "http://www.w3.org/2000/svg"
SECONDS = 60


def committed(route: Route) -> Path:
    """Where the picture of a version stands."""
    return ROUTES / f"{route.key}.{route.version}.svg"


def made_from(svg: str) -> str | None:
    """The fingerprint that a picture carries."""
    found = re.search(r"<metadata>([0-9a-f]{64})</metadata>", svg)
    return found[1] if found else None


def drawn(route: Route) -> str:
    """The picture of a route. Raises CannotInstall, and CalledProcessError when Graphviz refuses what we wrote."""
    packages = installed(HERE / "tools")
    done = subprocess.run(  # noqa: S603 - our own Node and locked packages
        [node(), str(HERE / "draw.mjs"), str(packages)],
        input=dot(route),
        check=True,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    return dressed(route, done.stdout)


def dressed(route: Route, svg: str) -> str:
    """What Graphviz made, in both languages, with words for who does not see it and with our style sheet."""
    ET.register_namespace("", SVG)
    root = ET.fromstring(svg)  # noqa: S314 - made by our own Graphviz from our own routes
    known = {card.id: card for card in cards(route)}
    for group in root.iter(f"{{{SVG}}}g"):
        for shape in group:
            for name in ("fill", "stroke", "font-family", "font-size", "font-weight"):
                shape.attrib.pop(name, None)
        if group.get("id") in known:
            _dress(group, known[group.attrib["id"]])
        elif group.get("class", "").startswith("edge"):
            group.remove(group[0])  # Graphviz titles an edge by the ids of its ends
    (picture,) = root
    picture.set("id", "route")
    head = [ET.Element(f"{{{SVG}}}title", {"id": "titel", "data-en": route.title.en})]
    head += [ET.Element(f"{{{SVG}}}desc", {"id": "beschrijving"}), ET.Element(f"{{{SVG}}}metadata")]
    head.append(ET.Element(f"{{{SVG}}}style"))
    for element, text in zip(head, (route.title.nl, told(route), fingerprint(route), STYLE), strict=True):
        element.text = text
    for place, element in enumerate(head):
        root.insert(place, element)
    root.attrib |= {"role": "img", "lang": "nl", "aria-labelledby": "titel beschrijving"}
    return ET.tostring(root, encoding="unicode", short_empty_elements=False) + "\n"


def _dress(group: ET.Element, card: Card) -> None:
    texts = group.findall(f"{{{SVG}}}text")
    for element, line in zip(texts, card.lines, strict=True):
        _say(element, line)
        if line.kind == "hier":
            been = ET.Element(element.tag, element.attrib | {"class": "geweest kop", "data-en": BEEN.en})
            been.text = BEEN.nl
            group.append(been)
    title = group.find(f"{{{SVG}}}title")
    if title is not None:
        title.text = card.says.nl
        title.set("data-en", card.says.en)


def _say(element: ET.Element, line: Line) -> None:
    element.text = line.text.nl
    classes = [line.kind] + ([transition_class(line.transition)] if line.transition else [])
    element.attrib |= {"class": " ".join(classes), "data-en": line.text.en}


def page() -> str:
    """docs/routes.md: every version with its picture, its state, and where it is written."""
    lines = [
        "# The routes",
        "",
        "Each route is a file in `app/routes`. Its picture is drawn from that file by `make pictures`.",
        "A running service shows the same at `/v1/docs/routes`, and a case on it at `/v1/cases/{caseId}/diagram`.",
    ]
    for _, route in sorted(load_routes().items()):
        file = f"{route.key}.{route.version}"
        lines += [
            "",
            f"## {route.title.nl}, versie {route.version}",
            "",
            f"{status_in_words(route).nl.capitalize()}. [The route itself](../app/routes/{file}.toml).",
            "",
            f"[![{route.title.nl}, versie {route.version}](../app/routes/{file}.svg)](../app/routes/{file}.svg)",
            "",
            "| Stap | Waarvoor |",
            "|---|---|",
            *(f"| {step.title.nl} | {step.purpose.nl} |" for step in route.steps.values()),
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw what has no picture of its present content, and write the page that shows them all."""
    PAGE.write_text(page(), encoding="utf-8")
    for route in load_routes().values():
        file = committed(route)
        if file.exists() and made_from(file.read_text(encoding="utf-8")) == fingerprint(route):
            continue
        try:
            file.write_text(drawn(route), encoding="utf-8")
        except CannotInstall as reason:
            sys.exit(f"Graphviz could not be fetched from npm: {reason}")
        except subprocess.CalledProcessError as refused:
            sys.exit(f"Graphviz refused {route.key} {route.version}: {refused.stderr}")


if __name__ == "__main__":
    main()
