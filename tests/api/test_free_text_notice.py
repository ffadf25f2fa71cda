"""What a free text holds that should not be there is told beside the answer, with its place and without its words."""

import pytest

from app.api.notices import free_fields, notice
from tests.api.beginnings import TALK, case_body, kept, opened
from tests.world import World

pytestmark = pytest.mark.anyio

HEADER = "free-text-notice"


async def test_a_writer_is_warned_and_the_text_is_kept(world: World) -> None:
    teacher = world["leerkracht"]
    text = "Bel oma: 06-12345678, nummer 999990007."
    made = await teacher.post("/cases", case_body("mila", content=text))
    assert made.status_code == 201
    assert made.headers[HEADER] == 'bsn;in="/signal/content", telefoon;in="/signal/content"'
    path = f"/cases/{made.json()['id']}"
    key = {"idempotency_key": "nog-eens"}
    note = {**TALK, "agreements": "Mail naar oma@familie.voorbeeld.invalid."}
    for _ in range(2):  # also a repeat under the same key
        answer = await teacher.post(f"{path}/notes", note, **key)
        assert answer.headers[HEADER] == 'e-mail;in="/agreements"'
        assert "oma" not in str(answer.headers)
    (row,) = await kept(world, "select content from signals")
    assert row["content"] == text


async def test_what_holds_nothing_of_the_kind_is_not_warned_about(world: World) -> None:
    path = await opened(world["leerkracht"])
    answer = await world["leerkracht"].post(f"{path}/notes", TALK)
    assert answer.status_code == 201
    assert HEADER not in answer.headers
    # A number where a number belongs is no slip.
    body = {"number": "999990007", "source": "brp"}
    child = (await world["leerlingadministratie"].seen("/young-people"))["items"][0]["id"]
    answer = await world["leerlingadministratie"].post(f"/young-people/{child}/identity-numbers", body)
    assert answer.status_code == 201
    assert HEADER not in answer.headers


def test_every_field_in_which_somebody_writes_freely_is_looked_at() -> None:
    assert {"content", "agreements", "safetyReason", "reason", "told", "purpose", "motivation", "description"} <= (
        free_fields()
    )
    assert not free_fields() & {"subject", "code", "kind", "route", "number", "birthDate"}
    assert notice(b'{"content": "999990007"}') == 'bsn;in="/content"'
    assert notice(b'{"answers": [{}, {"content": "bel 0612345678"}]}') == 'telefoon;in="/answers/1/content"'
    assert notice(b'{"kind": "999990007"}') is None
    assert notice(b"") is None
