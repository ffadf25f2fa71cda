"""Routes and cases as pictures: in which form, for whom, kept how long, and what was recorded."""

import base64
import hashlib
import re

import httpx
import pytest

from app.api.negotiation import preferred
from app.api.route_pages import public_paths
from app.workflow.diagram import mermaid, picture
from app.workflow.loader import current, load_routes
from tests.api.beginnings import kept, opened, ready_for_research
from tests.world import World

pytestmark = pytest.mark.anyio

SVG, MERMAID = "image/svg+xml", "application/vnd.mermaid"
ROUTE = "/routes/midden-groningen/diagram"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", SVG),
        ("*/*", SVG),
        (MERMAID, MERMAID),
        ("image/*", SVG),
        ("application/*", MERMAID),
        ("text/html, image/avif, */*;q=0.8", SVG),
        ("image/svg+xml;q=0.2, application/vnd.mermaid;q=0.9", MERMAID),
        ("*/*, image/svg+xml;q=0", MERMAID),
        ("image/*;q=0.1, application/vnd.mermaid;q=0.05, */*", SVG),
        ("IMAGE/SVG+XML; charset=utf-8", SVG),
        ("application/json", None),
        ("image/svg+xml;q=0", None),
        ("image/svg+xml;q=much", None),
        ("nonsense", None),
    ],
)
async def test_the_form_is_the_one_that_the_caller_likes_best(accept: str, chosen: str | None) -> None:
    assert preferred(accept, [SVG, MERMAID]) == chosen


async def test_everybody_with_a_token_may_look_at_a_route(world: World) -> None:
    route = current("midden-groningen")
    drawing = await world["ouder-een"].get(ROUTE)
    assert (drawing.status_code, drawing.headers["content-type"]) == (200, SVG)
    assert drawing.text == picture(route)
    text = await world["ouder-een"].get(ROUTE, accept=MERMAID, accept_language="en")
    assert text.headers["content-type"] == MERMAID
    assert text.text == mermaid(route, english=True)
    assert (await world["ouder-een"].get(f"{ROUTE}?version=1")).text == picture(route)
    assert (await world["ouder-een"].get(f"{ROUTE}?version=99")).status_code == 404
    assert (await world["ouder-een"].get("/routes/nergens/diagram")).status_code == 404
    refused = await world["ouder-een"].get(ROUTE, accept="application/pdf")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (406, "geen-passende-vorm")


async def test_the_picture_of_a_route_may_be_kept_and_is_not_sent_twice(world: World) -> None:
    drawing = await world["leerkracht"].get(ROUTE)
    assert drawing.headers["cache-control"] == "private, max-age=3600"
    assert drawing.headers["vary"] == "Accept, Accept-Language"
    again = await world["leerkracht"].get(ROUTE, if_none_match=drawing.headers["etag"])
    assert (again.status_code, again.text) == (304, "")
    other = await world["leerkracht"].get(ROUTE, if_none_match=drawing.headers["etag"], accept=MERMAID)
    assert other.status_code == 200


async def test_a_case_is_shown_where_it_stands_and_the_way_it_went(world: World) -> None:
    teacher = world["leerkracht"]
    path = await ready_for_research(teacher)
    before = await teacher.get(f"{path}/diagram")
    await teacher.made(f"{path}/transitions", {"transition": "onderzoek_starten"})
    after = await teacher.get(f"{path}/diagram")
    assert "#stap-signaal .hier" in before.text
    assert "De zaak staat nu in «Signaal»" in before.text
    assert "#stap-onderzoek .hier" in after.text
    assert "#pijl-signaal-onderzoek path" in after.text
    assert "De weg tot hier: Signaal → Onderzoek door de school." in after.text
    assert after.headers["cache-control"] == "no-store"
    assert before.headers["etag"] != after.headers["etag"]
    english = await teacher.get(f"{path}/diagram", accept=MERMAID, accept_language="en")
    assert "▶ The case is here now" in english.text
    assert "class stap_onderzoek hier" in english.text


async def test_nothing_of_a_person_is_in_it(world: World) -> None:
    teacher = world["leerkracht"]
    path = await ready_for_research(teacher)
    for media in (SVG, MERMAID):
        shown = await teacher.get(f"{path}/diagram", accept=media)
        for word in ("Mila", "Verzonnen", "Voorbeeld", "Leest met moeite", path.rpartition("/")[2]):
            assert word not in shown.text


async def test_a_look_at_it_is_recorded_and_a_case_of_others_does_not_exist(world: World) -> None:
    path = await opened(world["leerkracht"])
    case_id = path.rpartition("/")[2]
    await world["leerkracht"].get(f"{path}/diagram")
    assert (await world["andere-school"].get(f"{path}/diagram")).status_code == 404
    rows = await kept(
        world,
        "select outcome, case_id::text, ground from audit_events where object_type = 'diagram' order by id",
    )
    assert rows == [
        {"outcome": "toegestaan", "case_id": case_id, "ground": "onderwijstaak"},
        {"outcome": "geweigerd", "case_id": None, "ground": None},
    ]


async def test_who_may_not_see_the_process_does_not_see_where_the_case_stands(world: World) -> None:
    teacher, parent = world["leerkracht"], world["ouder-een"]
    path = await opened(teacher, "jeugdige")
    assert (await parent.get(f"{path}/diagram")).status_code == 200
    sixteen = "update young_people set birth_date = current_date - interval '16 years' where given_name = 'Joep'"
    await kept(world, sixteen)
    refused = await parent.get(f"{path}/diagram")
    assert refused.status_code == 403
    assert "stap-" not in refused.text


async def test_the_pictures_are_on_a_page_open_to_everybody_that_runs_nothing(world: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=world.app), base_url="http://route.test") as anybody:
        contract = await anybody.get("/v1/docs")
        assert 'href="docs/routes"' in contract.text
        page = await anybody.get("/v1/docs/routes")
        assert page.status_code == 200
        sources = re.findall(r'<img src="([^"]+)"', page.text)
        assert len(sources) == len(load_routes())
        assert {f"/docs/{source}" for source in sources} < public_paths()
        for path in ("/docs/routes", *(f"/docs/{source}" for source in sources)):
            shown = await anybody.get(f"/v1{path}")
            policy = shown.headers["content-security-policy"]
            assert "script-src" not in policy
            assert policy.startswith("default-src 'none'")
            for sheet in re.findall(r"<style>(.*?)</style>", shown.text, re.DOTALL):
                assert base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode() in policy
        assert (await anybody.get(f"/v1{ROUTE}")).status_code == 401
