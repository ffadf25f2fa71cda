"""Which organisations belong around a case: the school's by enrolment, the others by where the child lives (R7)."""

from uuid import UUID

from app.db.session import Row
from app.domain.actors import OrganisationKind as Kind
from app.domain.errors import Fault
from app.services.work import Work


async def organisation(work: Work, organisation_id: UUID) -> Row | None:
    """One organisation: id, kind, code, board_id, swv_id, municipality_code."""
    return await work.session.row(
        "select id, kind, code, board_id, swv_id, municipality_code from organisations where id = %(id)s",
        id=organisation_id,
    )


async def school_faults(work: Work, school_id: UUID | None) -> list[Fault]:
    """The fault of naming something as a school that is none; naming no school is fine."""
    if school_id is None:
        return []
    school = await organisation(work, school_id)
    if school is not None and school["kind"] == Kind.SCHOOL:
        return []
    return [Fault("/schoolId", "geen_school", "Dit is geen bekende school.", "This is not a known school.")]


# Each by its own condition, so that an index finds it: one for all kinds reads every organisation of the country.
_AROUND = {
    Kind.SCHOOL: "o.id = s.id",
    Kind.SCHOOLBESTUUR: "o.id = s.board_id",
    Kind.SAMENWERKINGSVERBAND: "o.id = s.swv_id",
}


async def around(work: Work, case_id: UUID, kind: Kind) -> list[UUID]:
    """The organisations of a kind that belong to a case.

    The school of enrolment, its board and its samenwerkingsverband (the deelverband of the school leads, not the
    residence of the child: seed 001:242); all others by the municipality where the child lives.
    """
    rows = await work.session.rows(
        "select o.id from cases c join young_people y on y.id = c.young_person_id"
        " left join organisations s on s.id = c.school_id"
        f" join organisations o on {_AROUND.get(kind, 'o.municipality_code = y.municipality_code')}"
        " where c.id = %(case)s and o.kind = %(kind)s order by o.id",
        case=case_id,
        kind=kind,
    )
    return [row["id"] for row in rows]


async def with_consent(work: Work, case_id: UUID, kind: Kind) -> list[UUID]:
    """The organisations of a kind that a consent in force names as recipient."""
    rows = await work.session.rows(
        "select distinct o.id from consents_in_force f join organisations o on o.id = any (f.recipients)"
        " where f.case_id = %(case)s and o.kind = %(kind)s order by o.id",
        case=case_id,
        kind=kind,
    )
    return [row["id"] for row in rows]


async def taking_part(work: Work, case_id: UUID, kind: Kind) -> list[UUID]:
    """The organisations of a kind that take part in a case today."""
    rows = await work.session.rows(
        "select distinct o.id from participants_in_force p join organisations o on o.id = p.organisation_id"
        " where p.case_id = %(case)s and o.kind = %(kind)s order by o.id",
        case=case_id,
        kind=kind,
    )
    return [row["id"] for row in rows]


async def nearest_swv(work: Work, case_id: UUID) -> list[UUID]:
    """For a child without a school: the samenwerkingsverband that the schools of its municipality belong to.

    Of the two sectors the one for its age (voortgezet onderwijs from 12). There is no deelverband until enrolment
    (seed 001:281); this is only whom a professional or a parent can turn to.
    """
    rows = await work.session.rows(
        "select v.id from cases c join young_people y on y.id = c.young_person_id"
        " join organisations s on s.kind = 'school' and s.municipality_code = y.municipality_code"
        " join organisations v on v.id = s.swv_id"
        " where c.id = %(case)s and c.school_id is null group by v.id, v.code, y.birth_date"
        " order by (v.code like 'swv:VO%%') = (date_part('year', age(app_today(), y.birth_date)) >= 12) desc,"
        " count(*) desc, v.code limit 1",
        case=case_id,
    )
    return [row["id"] for row in rows]
