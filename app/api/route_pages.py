"""The routes as a page to look at, beside the contract as a page to read: open to everybody, without a script.

A route is no secret and says nothing of a person; what a case adds to its picture is only told under its own path.
"""

from collections.abc import Callable, Iterable
from html import escape

from fastapi import FastAPI
from starlette.responses import HTMLResponse, Response

from app.api.diagrams import SVG, style_policy
from app.api.reading import STYLE
from app.workflow.diagram import picture, status_in_words, told
from app.workflow.loader import load_routes
from app.workflow.model import Route

PAGE = "/docs/routes"


def drawing_path(route: Route) -> str:
    """Where the picture of a version is shown to everybody."""
    return f"{PAGE}/{route.key}.{route.version}.svg"


def public_paths() -> frozenset[str]:
    """The page, and the pictures on it."""
    return frozenset({PAGE, *(drawing_path(route) for route in load_routes().values() if picture(route))})


def page(routes: Iterable[Route]) -> str:
    """The page: every version with its state, its picture, and the same in words."""
    parts = [
        '<!doctype html><html lang="nl"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Ondersteuningsroutes</title><style>{STYLE}</style></head><body>",
        '<header><h1>Ondersteuningsroutes</h1><p><a href="../docs">Naar de bewerkingen</a></p></header><main>',
    ]
    for route in routes:
        title = f"{escape(route.title.nl)}, versie {route.version}"
        parts += [
            f'<section aria-labelledby="{route.key}-{route.version}">',
            f'<h2 id="{route.key}-{route.version}">{title} ({escape(status_in_words(route).nl)})</h2>',
        ]
        if picture(route):
            source = f"routes/{route.key}.{route.version}.svg"
            parts.append(f'<p><a href="{source}"><img src="{source}" width="100%" alt="Tekening van {title}"></a></p>')
        words = "".join(f"<p>{escape(line)}</p>" for line in told(route).splitlines())
        parts.append(f"<details><summary>In woorden</summary>{words}</details></section>")
    return "".join([*parts, "</main></body></html>"])


def add_route_pages(api: FastAPI) -> None:
    """Serve the page and the pictures on it, each made once."""
    routes = [route for _, route in sorted(load_routes().items())]
    whole = page(routes)
    policy = style_policy(whole) + "; img-src 'self'"

    @api.get(PAGE, include_in_schema=False)
    async def route_page() -> Response:
        return HTMLResponse(whole, headers={"Content-Security-Policy": policy})

    for route in routes:
        if svg := picture(route):
            api.add_api_route(drawing_path(route), _shown(svg), include_in_schema=False)


def _shown(svg: str) -> Callable[[], Response]:
    def shown() -> Response:
        return Response(svg, media_type=SVG, headers={"Content-Security-Policy": style_policy(svg)})

    return shown
