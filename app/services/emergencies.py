"""Emergency access: a vital interest of the child cannot wait for consent.

Short, with a fixed end, for roles of help and health alone; a second person of the own house reviews each; the family
is told at once, unless that would endanger the child: then the reviewer says when. Source: AVG art. 6 lid 1 onder d and
9 lid 2 onder c, Jeugdwet 7.3.16; `domain.md` R14.
"""

from datetime import timedelta
from uuid import UUID

from app.db.reads import EMERGENCY_BODY
from app.db.session import Row
from app.db.tables import EmergencyAccess
from app.domain import choices
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from app.domain.policy import Action, may_at_all
from app.services import cases
from app.services.bodies import EmergencyBody, EmergencyReviewBody
from app.services.work import Work

GROUND = "vitaal_belang"


# A reviewer sees those of the own house, another his or her own.
_MINE = "(x.worker_id = app_person() or %(reviews)s and x.organisation_id = app_organisation())"


def _reviews(work: Work) -> bool:
    return may_at_all(work.roles, Action.EMERGENCY_REVIEW)


async def claim(work: Work, body: EmergencyBody, *, hours: int) -> UUID:
    """Open the child's cases for so many hours, to read and not to write; from the commit on.

    Whether the child has any case is not said: who reaches for it without need learns nothing by that.

    Raises:
        NotVisible: the child is not one of those for whom the caller could be called to help.
        NotPermitted: not chosen among the roles that may; whoever the child is.
        Conflict: an earlier access of the caller to this child was not reviewed yet: nobody prolongs his or her own.
    """
    chosen = work.roles & choices.now(choices.EMERGENCY_ROLES)
    if not chosen:
        raise NotPermitted(
            "Noodtoegang is voor wie in nood hulp verleent en daartoe is aangewezen (AVG 6 lid 1 onder d, 9 lid 2 onder"
            " c). Is er nu gevaar, bel dan 112 of Veilig Thuis; vraag anders een collega die het wel mag.",
            "Emergency access is for who helps in an emergency and was chosen for it (AVG 6 lid 1 onder d, 9 lid 2"
            " onder c). In danger now, call 112 or Veilig Thuis; otherwise ask a colleague who may.",
        )
    child = await cases.child(work, body.young_person_id, among=chosen)
    if work.actor.organisation_id is None:
        raise NotPermitted
    earlier = await work.session.row(
        "select from emergency_accesses where young_person_id = %(child)s and worker_id = app_person()"
        " and reviewed_at is null limit 1",
        child=child["id"],
    )
    if earlier is not None:
        raise Conflict(
            "Wie noodtoegang nam krijgt die pas weer na een toetsing (AVG 5 lid 2); die is er nog niet. Vraag een"
            " collega die nu moet helpen, of wie in uw organisatie toetst.",
            "Who took emergency access gets it again after a review alone (AVG 5 lid 2), and there was none yet. Ask a"
            " colleague who has to help now, or"
            " whoever reviews in your organisation.",
            code="eerst-toetsing",
        )
    now = await work.session.row("select now() as moment")
    moment = (now or {})["moment"]
    access = EmergencyAccess(
        young_person_id=child["id"],
        worker_id=work.actor.person_id,
        organisation_id=work.actor.organisation_id,
        role=child["role"],
        reason=body.reason,
        unsafe_reason=body.unsafe_reason,
        until=moment + timedelta(hours=hours),
        told_at=None if body.unsafe_reason else moment,
    )
    await work.session.insert(access)
    work.about.object_type, work.about.object_id, work.about.ground = "emergency-access", access.id, GROUND
    work.tell_each_case_of(child["id"])
    work.fact("emergency-access.started", object_id=access.id)
    return access.id


async def listed(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """Newest first, as JSON texts: for who reviews those of the own organisation, for another the own."""
    work.about.object_type = "emergency-access"
    return await work.session.rows(
        f"select x.id, ({EMERGENCY_BODY})::text as body from emergency_accesses x where {_MINE}"
        " and (%(after)s::uuid is null or x.id < %(after)s) order by x.id desc limit %(limit)s",
        reviews=_reviews(work),
        after=after,
        limit=limit,
    )


async def seen(work: Work, access_id: UUID) -> str:
    """One of these, as JSON text. Raises NotVisible."""
    work.about.object_type, work.about.object_id = "emergency-access", access_id
    row = await work.session.row(
        f"select ({EMERGENCY_BODY})::text as body from emergency_accesses x where x.id = %(id)s and {_MINE}",
        id=access_id,
        reviews=_reviews(work),
    )
    if row is None:
        raise NotVisible
    return str(row["body"])


async def review(work: Work, access_id: UUID, body: EmergencyReviewBody) -> UUID:
    """A second person says whether it was justified; if not, it ends at once. Tells the family, unless unsafe still.

    Raises:
        NotVisible: not of the own organisation.
        NotPermitted: it was the caller's own.
        Conflict: it was reviewed already.
        Invalid: the family knows already, and cannot be left untold.
    """
    work.about.object_type, work.about.object_id, work.about.ground = "emergency-access", access_id, GROUND
    row = await work.session.row(
        "select young_person_id, worker_id, told_at, reviewed_at from emergency_accesses"
        " where id = %(id)s and organisation_id = app_organisation()",
        id=access_id,
    )
    if row is None:
        raise NotVisible
    if row["worker_id"] == work.actor.person_id:
        raise NotPermitted(
            "Niemand toetst de eigen noodtoegang (AVG 5 lid 2). Vraag een leidinggevende of de functionaris"
            " gegevensbescherming van uw organisatie.",
            "Nobody reviews an own emergency access (AVG 5 lid 2). Ask a manager or the data protection officer of your"
            " organisation.",
            code="eigen-belang",
        )
    if not body.tell_family and row["told_at"] is not None:
        raise Invalid(
            Fault(
                "/tellFamily",
                "al_verteld",
                "Het gezin weet dit al. Laat dit veld weg.",
                "The family knows this already. Leave this field out.",
            )
        )
    touched = await work.session.run(
        "update emergency_accesses set reviewed_at = now(), reviewed_by = app_person(), reviewed_role = %(role)s,"
        " justified = %(justified)s, review_note = %(note)s,"
        " until = case when %(justified)s then until else least(until, now()) end,"
        " told_at = case when %(tell)s then coalesce(told_at, now()) else told_at end"
        " where id = %(id)s and reviewed_at is null",
        id=access_id,
        role=str(work.about.role or min(work.roles)),
        justified=body.justified,
        note=body.note,
        tell=body.tell_family,
    )
    if not touched:
        raise Conflict("Deze noodtoegang is al getoetst.", "This emergency access was reviewed.", code="al-beoordeeld")
    work.tell_each_case_of(row["young_person_id"])
    work.fact("emergency-access.reviewed", object_id=access_id)
    return access_id
