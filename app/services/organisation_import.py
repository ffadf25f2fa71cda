"""Takes a list of schools into the organisations: set-based, in one transaction, with an answer for every row.

The samenwerkingsverband of a school follows from the postcode of the school and its sector (R7: the deelverband of
the school leads, seed 001 line 242), never from the list's own column and never from where a child lives.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import psycopg

from app.domain.actors import OrganisationKind
from app.domain.ids import new_id
from app.domain.sectors import stage_of
from app.integrations.school_register import Area, Notice, SchoolRow

ROWS_A_STEP = 500  # after so many rows the progress is told


class Outcome(StrEnum):
    """What became of a row. `without_swv` is a sound row from which no samenwerkingsverband follows."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    WITHOUT_SWV = "without_swv"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowResult:
    """The answer for one row.

    Attributes:
        number: the line in the file.
        code: the organisation's code, `brin:99ZA00`; empty when the row has none that can be read.
        name: the school's name in the row.
        outcome: what became of the row.
        stored: `created`, `updated` or `unchanged`, also for a row without_swv; None for a refused one.
        swv: the samenwerkingsverband that the school has after the import, `PO2001`.
        notices: every fault of a refused row; for others what is worth knowing.
    """

    number: int
    code: str
    name: str
    outcome: Outcome
    stored: Outcome | None
    swv: str | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All rows in the order of the file, and the codes of samenwerkingsverbanden and boards that were made for them."""

    rows: tuple[RowResult, ...]
    companions: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """How many rows had this outcome; over all outcomes together as many as there are rows."""
        return sum(row.outcome is outcome for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A row, the samenwerkingsverband that follows from it, and what there is to say about it."""

    school: SchoolRow
    swv: str | None
    notices: tuple[Notice, ...]


def import_schools(
    connection: psycopg.Connection,
    schools: Iterable[SchoolRow],
    areas: Mapping[str, Area],
    progress: Callable[[int], None],
) -> Report:
    """Creates and updates the schools of one list, with the boards and samenwerkingsverbanden that they name.

    A cell that is empty, or a column that the list does not have, leaves what is known as it was. An organisation
    that the list does not name stays. A refused row changes nothing and stops no other.

    Args:
        connection: as the owner of the tables. Written is all or nothing, inside the caller's transaction if there
            is one; without one it is committed here.
        schools: the rows of one list, faulty ones too.
        areas: postcode areas by their four digits.
        progress: told how many more rows are done; all together the number of rows.

    Raises:
        psycopg.Error: the database refused or went away; nothing was written.
    """
    judged = _judged(schools, areas)
    placed = [one for one in judged if isinstance(one, _Placed)]
    progress(len(judged) - len(placed))
    with connection.transaction(), connection.cursor() as cursor:
        # What is known is read and then written: nobody may change it in between, another import least of all.
        # Reading goes on, and so does whatever merely refers to an organisation.
        cursor.execute("lock table organisations in share row exclusive mode")
        companions = _make_companions(cursor, placed)
        _copy(cursor, placed, progress)
        cursor.execute(_UPSERT)
        stored = {code: Outcome.CREATED if created else Outcome.UPDATED for code, created in cursor.fetchall()}
        cursor.execute(_SWV_NOW)
        swv_now: dict[str, str | None] = dict(cursor.fetchall())
        cursor.execute("drop table import_school")
    rows = (
        _result(one, stored.get(one.school.code, Outcome.UNCHANGED), swv_now[one.school.code])
        if isinstance(one, _Placed)
        else one
        for one in judged
    )
    return Report(tuple(rows), companions)


def swv_of(school: SchoolRow, areas: Mapping[str, Area]) -> str | None:
    """The samenwerkingsverband of a school, `PO2001`: by its postcode and sector; None when these do not tell (R7)."""
    area = areas.get(school.postcode[:4]) if school.postcode else None
    if area is None or school.sector is None:
        return None
    return area.swv_vo if stage_of(school.sector) == "vo" else area.swv_po


def _judged(schools: Iterable[SchoolRow], areas: Mapping[str, Area]) -> list[_Placed | RowResult]:
    """Each row: sound and placed, or refused with every fault, its own and that its location came before."""
    judged: list[_Placed | RowResult] = []
    first: dict[str, int] = {}
    for row in schools:
        faults = row.faults
        if row.brin6 in first:
            faults += (
                Notice(
                    "dubbel",
                    f"Vestiging {row.brin6} staat al in regel {first[row.brin6]}; laat één van beide staan.",
                    f"Location {row.brin6} stands in line {first[row.brin6]} already; keep one of the two.",
                ),
            )
        if faults:
            code = row.code if row.brin6 else ""
            judged.append(RowResult(row.number, code, row.name, Outcome.REFUSED, None, None, faults))
        else:
            first[row.brin6] = row.number
            judged.append(_place(row, areas))
    return judged


def _place(school: SchoolRow, areas: Mapping[str, Area]) -> _Placed:
    swv = swv_of(school, areas)
    notices = []
    if school.postcode is None:
        notices.append(
            Notice(
                "zonder_postcode",
                "Zonder postcode volgt geen samenwerkingsverband; vul de postcode van de school in en lees opnieuw in.",
                "Without a postcode no samenwerkingsverband follows; fill in the school's postcode and import again.",
            )
        )
    elif swv is None:
        pc4 = school.postcode[:4]
        notices.append(
            Notice(
                "zonder_gebied",
                f"Voor postcodegebied {pc4} noemt de gebiedenlijst geen samenwerkingsverband in deze sector; kijk de"
                " postcode na of vul de gebiedenlijst aan.",
                f"For postcode area {pc4} the list of areas names no samenwerkingsverband in this sector; check the"
                " postcode or complete the list of areas.",
            )
        )
    if swv and school.stated_swv and school.stated_swv != swv:
        notices.append(
            Notice(
                "swv_wijkt_af",
                f"De lijst noemt samenwerkingsverband {school.stated_swv}; volgens de postcode geldt {swv}.",
                f"The list names samenwerkingsverband {school.stated_swv}; by the postcode {swv} counts.",
            )
        )
    return _Placed(school, swv, tuple(notices))


def _result(placed: _Placed, stored: Outcome, swv_now: str | None) -> RowResult:
    notices = placed.notices
    if placed.swv is None and swv_now:
        notices += (
            Notice(
                "swv_behouden",
                f"De school houdt {swv_now}, dat al bekend was.",
                f"The school keeps {swv_now}, which was known already.",
            ),
        )
    outcome = stored if placed.swv else Outcome.WITHOUT_SWV
    school = placed.school
    return RowResult(school.number, school.code, school.name, outcome, stored, swv_now, notices)


# --- What the database is told ------------------------------------------------------------------------------------


def _make_companions(cursor: psycopg.Cursor, placed: Sequence[_Placed]) -> tuple[str, ...]:
    """Sees to it that the samenwerkingsverbanden and boards exist; the codes of those that were not there yet.

    A new one carries its code as its name until somebody names it; a known one is left alone.
    """
    wanted = {f"swv:{one.swv}": OrganisationKind.SAMENWERKINGSVERBAND for one in placed if one.swv}
    wanted |= {
        f"bestuur:{one.school.board_number}": OrganisationKind.SCHOOLBESTUUR
        for one in placed
        if one.school.board_number
    }
    codes = sorted(wanted)
    cursor.execute(
        """
        insert into organisations (id, code, kind, name)
        select id, code, kind, code
        from unnest(%s::uuid[], %s::text[], %s::text[]) as wanted (id, code, kind)
        on conflict (code) do nothing
        returning code
        """,
        ([new_id() for _ in codes], codes, [str(wanted[code]) for code in codes]),
    )
    return tuple(sorted(code for (code,) in cursor.fetchall()))


def _copy(cursor: psycopg.Cursor, placed: Sequence[_Placed], progress: Callable[[int], None]) -> None:
    """Brings the rows to the database in one stream."""
    cursor.execute(
        """
        create temporary table import_school (
            id uuid not null, code text primary key, name text not null, sector text, postcode text,
            municipality_code text, board_code text, swv_code text
        )
        """
    )
    with cursor.copy("copy import_school from stdin") as stream:
        for start in range(0, len(placed), ROWS_A_STEP):
            step = placed[start : start + ROWS_A_STEP]
            for one in step:
                stream.write_row(_values(one))
            progress(len(step))
    cursor.execute("analyze import_school")


def _values(placed: _Placed) -> tuple[UUID | str | None, ...]:
    school = placed.school
    return (
        new_id(),
        school.code,
        school.name,
        school.sector,
        school.postcode,
        school.municipality_code,
        school.board_number and f"bestuur:{school.board_number}",
        placed.swv and f"swv:{placed.swv}",
    )


# A row that tells no samenwerkingsverband leaves the known one, unless the school moved or changed its kind since:
# then the known one is of another place. `xmax = 0` is PostgreSQL's mark of a row that this statement made.
_UPSERT = f"""
with wanted as (
    select listed.id, listed.code, listed.name,
           coalesce(listed.sector, known.sector) as sector,
           coalesce(listed.postcode, known.postcode) as postcode,
           coalesce(listed.municipality_code, known.municipality_code) as municipality_code,
           coalesce(board.id, known.board_id) as board_id,
           case
               when swv.id is not null then swv.id
               when coalesce(listed.postcode, known.postcode) is not distinct from known.postcode
                   and coalesce(listed.sector, known.sector) is not distinct from known.sector then known.swv_id
           end as swv_id
    from import_school as listed
    left join organisations as known on known.code = listed.code
    left join organisations as board on board.code = listed.board_code
    left join organisations as swv on swv.code = listed.swv_code
)
insert into organisations as known
    (id, code, kind, name, sector, postcode, municipality_code, board_id, swv_id)
select id, code, '{OrganisationKind.SCHOOL}', name, sector, postcode, municipality_code, board_id, swv_id
from wanted
order by code
on conflict (code) do update
set name = excluded.name, sector = excluded.sector, postcode = excluded.postcode,
    municipality_code = excluded.municipality_code, board_id = excluded.board_id, swv_id = excluded.swv_id,
    updated_at = now()
where (known.name, known.sector, known.postcode, known.municipality_code, known.board_id, known.swv_id)
    is distinct from (excluded.name, excluded.sector, excluded.postcode, excluded.municipality_code,
                      excluded.board_id, excluded.swv_id)
returning code, xmax = 0 as created
"""

_SWV_NOW = """
select listed.code, substr(swv.code, 5)
from import_school as listed
join organisations as school on school.code = listed.code
left join organisations as swv on swv.id = school.swv_id
"""
