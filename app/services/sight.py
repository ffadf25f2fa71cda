"""What a youth of 16 or 17 lets each parent see: life, health, and why he or she was absent.

Source: Jeugdwet 7.3.5 and 7.3.11 (towards help and health the parents are others then), `domain.md` R9.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.db import reach
from app.db.session import Query, Row
from app.db.tables import SightDecision
from app.domain.actors import Category
from app.domain.errors import Fault, Invalid, NotPermitted
from app.domain.policy import Action
from app.services import plain_words
from app.services.bodies import SightBody
from app.services.work import Work
from app.workflow.model import Text

_SIGHT = (
    "json_build_object('guardianId', s.guardian_id, 'displayName', s.display_name,"
    " 'dataCategories', to_json(s.data_categories), 'decidedAt', app_time(s.decided_at))"
)


async def _of_age(work: Work) -> None:
    """Raises NotPermitted for who is not 16 or 17: before it the parents stand for the child."""
    work.about.object_type, work.about.object_id = "sight", work.actor.person_id
    row = await work.session.row(f"select from ({reach.children(work.roles, work.ask.action)}) m limit 1")
    if row is None:
        raise NotPermitted(
            "Als u 16 of 17 bent, beslist u hierover zelf (Jeugdwet 7.3.5, 7.3.11). Tot die tijd staan uw ouders met"
            " gezag voor u; vanaf 18 ziet"
            " niemand van hen nog iets.",
            "At 16 and 17 this is yours to decide (Jeugdwet 7.3.5, 7.3.11). Before that your parents with gezag stand"
            " for you; from 18 none of"
            " them sees anything.",
        )


CHOICES: Mapping[str, Text] = {
    Category.LEVEN: plain_words.CATEGORIES[Category.LEVEN],
    Category.GEZONDHEID: plain_words.CATEGORIES[Category.GEZONDHEID],
    Category.VERZUIM: Text("waarom u er niet was", "why you were absent"),
}
"""What a youth of 16 or 17 may let a parent see, in words."""


def in_words(told: Mapping[str, Any]) -> Text:
    """What a parent sees now, in a sentence."""
    seen = [CHOICES[each] for each in told["dataCategories"]]
    name = told["displayName"]
    return Text(
        f"{name} ziet hoe het op school gaat en wanneer u er niet was"
        f"{', en: ' + ', '.join(each.nl for each in seen) if seen else ', en verder niets'}.",
        f"{name} sees how school goes and when you were absent"
        f"{', and: ' + ', '.join(each.en for each in seen) if seen else ', and nothing else'}.",
    )


def of_mine(work: Work) -> Query:
    """What a youth of 16 or 17 lets each parent see: body as text. No row for who does not decide that."""
    deciding = reach.children(work.roles, Action.SIGHT_READ)
    return Query(
        f"select ({_SIGHT})::text as body from app_my_sight() s where exists (select from ({deciding}) m)"
        " order by s.guardian_id",
        {},
    )


async def mine(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """The parents with gezag and what each is let see, by id, as JSON texts. Raises NotPermitted."""
    await _of_age(work)
    return await work.session.rows(
        f"select s.guardian_id as id, ({_SIGHT})::text as body from app_my_sight() s"
        " where (%(after)s::uuid is null or s.guardian_id > %(after)s) order by s.guardian_id limit %(limit)s",
        after=after,
        limit=limit,
    )


async def decide(work: Work, body: SightBody) -> UUID:
    """What this parent sees from the commit on, whatever he or she saw before.

    Raises:
        NotPermitted: the caller is not 16 or 17.
        Invalid: this is no parent with gezag of the caller.
    """
    await _of_age(work)
    known = await work.session.row("select from app_my_sight() where guardian_id = %(id)s", id=body.guardian_id)
    if known is None:
        raise Invalid(
            Fault(
                "/guardianId",
                "geen_ouder_met_gezag",
                "Dit is geen ouder of voogd met gezag over u. Wie geen gezag heeft, ziet al niets.",
                "This is no parent or guardian with gezag over you. Who has none sees nothing already.",
            )
        )
    decision = SightDecision(
        young_person_id=work.actor.person_id,
        guardian_id=body.guardian_id,
        data_categories=sorted(set(body.data_categories)),
    )
    await work.session.insert(decision)
    work.tell_each_case_of(work.actor.person_id)
    work.fact("sight.decided", object_id=work.actor.person_id)
    return decision.id


async def decided(work: Work, decision_id: UUID) -> str:
    """What the parent of a decision is let see now, as JSON text."""
    row = await work.session.row(
        f"select ({_SIGHT})::text as body from app_my_sight() s"
        " join sight_decisions d on d.guardian_id = s.guardian_id where d.id = %(id)s",
        id=decision_id,
    )
    if row is None:
        raise NotPermitted
    return str(row["body"])
