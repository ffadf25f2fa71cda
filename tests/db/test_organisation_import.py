"""Lists of schools into a real database: what becomes of each row, and that it is all of them or none."""

import csv
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli_import import importing
from app.domain.sectors import Sector
from app.integrations.school_register import Area, SchoolRow, load, read_areas, read_schools
from app.services.organisation_import import Outcome, Report, import_schools, swv_of
from tests.conftest import Database

ROOT = Path(__file__).parents[2]
INVENTED = ROOT / "app" / "demo" / "data"
REAL = Path(os.environ.get("SHARED", ROOT / ".." / "shared")) / "data"
with_real_lists = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real lists are not part of the project: set SHARED to the folder that holds data/"
)

AREAS = {
    "9593": Area("9593", "Verzonnendorp", "PO2001", "VO2002"),
    "1199": Area("1199", "Nergenshuizen", "PO9901", "VO9902"),
    "1197": Area("1197", "Nergenshuizen", None, "VO9902"),
}
VLIEGER = SchoolRow(2, "99ZA00", "De Vlieger", Sector.PO, "9593AA", "GM1952", "99901", None, ())


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.owner_dsn, autocommit=True) as connection:
        yield connection


def told(connection: psycopg.Connection, *schools: SchoolRow) -> Report:
    return import_schools(connection, schools, AREAS, lambda _: None)


def outcomes(report: Report) -> list[Outcome]:
    return [row.outcome for row in report.rows]


def notices(report: Report) -> list[str]:
    return [notice.code for row in report.rows for notice in row.notices]


def stored(connection: psycopg.Connection, code: str = VLIEGER.code) -> dict[str, Any]:
    """A school as it stands, its board and samenwerkingsverband by their codes."""
    cursor = connection.execute(
        """
        select school.name, school.kind, school.sector, school.postcode, school.municipality_code,
               board.code as board, swv.code as swv
        from organisations as school
        left join organisations as board on board.id = school.board_id
        left join organisations as swv on swv.id = school.swv_id
        where school.code = %s
        """,
        [code],
    )
    row = cursor.fetchone()
    assert row is not None
    assert cursor.description is not None
    return dict(zip((column.name for column in cursor.description), row, strict=True))


def everything(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Every organisation, every column."""
    return connection.execute("select * from organisations order by code").fetchall()


# --- What becomes of a row ----------------------------------------------------------------------------------------


def test_a_school_comes_in_with_its_board_and_the_samenwerkingsverband_of_its_postcode(
    owner: psycopg.Connection,
) -> None:
    report = told(owner, VLIEGER)
    assert outcomes(report) == [Outcome.CREATED]
    assert report.rows[0].swv == "PO2001"
    assert report.companions == ("bestuur:99901", "swv:PO2001")
    assert stored(owner) == {
        "name": "De Vlieger",
        "kind": "school",
        "sector": "po",
        "postcode": "9593AA",
        "municipality_code": "GM1952",
        "board": "bestuur:99901",
        "swv": "swv:PO2001",
    }
    assert owner.execute(
        "select code, kind, name from organisations where kind <> 'school' order by code"
    ).fetchall() == [
        ("bestuur:99901", "schoolbestuur", "bestuur:99901"),
        ("swv:PO2001", "samenwerkingsverband", "swv:PO2001"),
    ]


def test_every_organisation_gets_an_identifier_of_version_7(owner: psycopg.Connection) -> None:
    told(owner, VLIEGER)
    versions = [one.version for (one,) in owner.execute("select id from organisations").fetchall()]
    assert versions == [7, 7, 7]


@pytest.mark.parametrize(
    ("sector", "swv"), [("po", "PO2001"), ("sbo", "PO2001"), ("so", "PO2001"), ("vo", "VO2002"), ("vso", "VO2002")]
)
def test_the_sector_chooses_among_the_two_of_an_area(sector: str, swv: str) -> None:
    assert swv_of(replace(VLIEGER, sector=Sector(sector)), AREAS) == swv


def test_the_postcode_decides_not_the_column_of_the_list(owner: psycopg.Connection) -> None:
    report = told(owner, replace(VLIEGER, stated_swv="PO9901"))
    assert stored(owner)["swv"] == "swv:PO2001"
    assert notices(report) == ["swv_wijkt_af"]
    assert outcomes(report) == [Outcome.CREATED]


@pytest.mark.parametrize(
    ("postcode", "notice"), [(None, "zonder_postcode"), ("1198AA", "zonder_gebied"), ("1197AA", "zonder_gebied")]
)
def test_a_school_of_which_no_samenwerkingsverband_follows_comes_in_without_and_is_told(
    owner: psycopg.Connection, postcode: str | None, notice: str
) -> None:
    report = told(owner, replace(VLIEGER, postcode=postcode, stated_swv="PO2001"))
    assert outcomes(report) == [Outcome.WITHOUT_SWV]
    assert report.rows[0].stored is Outcome.CREATED
    assert notices(report) == [notice]
    assert stored(owner)["swv"] is None


def test_a_faulty_row_is_refused_and_changes_nothing(owner: psycopg.Connection) -> None:
    bad = read_schools(b"brin6,naam,sector,postcode\n99ZA00,,PO,95\n").rows[0]
    good = replace(VLIEGER, number=3, brin6="99ZB00")
    report = told(owner, bad, good)
    assert outcomes(report) == [Outcome.REFUSED, Outcome.CREATED]
    assert notices(report) == ["naam_ontbreekt", "postcode_ongeldig"]
    assert report.rows[0].stored is None
    assert not owner.execute("select from organisations where code = 'brin:99ZA00'").fetchall()


def test_the_second_row_of_one_location_is_refused_and_the_first_stands(owner: psycopg.Connection) -> None:
    report = told(owner, VLIEGER, replace(VLIEGER, number=3, name="Een andere naam"))
    assert outcomes(report) == [Outcome.CREATED, Outcome.REFUSED]
    assert notices(report) == ["dubbel"]
    assert "regel 2" in report.rows[1].notices[0].text()
    assert stored(owner)["name"] == "De Vlieger"


def test_a_row_after_a_faulty_one_of_the_same_location_is_taken(owner: psycopg.Connection) -> None:
    faulty = read_schools(b"brin6,naam,sector,postcode\n99ZA00,,PO,9593AA\n").rows[0]
    assert outcomes(told(owner, faulty, replace(VLIEGER, number=3))) == [Outcome.REFUSED, Outcome.CREATED]


def test_rows_of_several_lists_may_carry_the_same_line_number(owner: psycopg.Connection) -> None:
    report = told(owner, VLIEGER, replace(VLIEGER, brin6="99ZB00"))
    assert [row.code for row in report.rows] == ["brin:99ZA00", "brin:99ZB00"]


# --- Again, and against what is known -----------------------------------------------------------------------------


def test_running_it_again_changes_nothing(owner: psycopg.Connection) -> None:
    schools = [VLIEGER, replace(VLIEGER, number=3, brin6="99ZB00", postcode=None)]
    told(owner, *schools)
    before = everything(owner)
    report = told(owner, *schools)
    assert outcomes(report) == [Outcome.UNCHANGED, Outcome.WITHOUT_SWV]
    assert [row.stored for row in report.rows] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert report.companions == ()
    assert everything(owner) == before


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"name": "De Zwaluw"}, "name", "De Zwaluw"),
        ({"sector": Sector.VO}, "swv", "swv:VO2002"),
        ({"sector": Sector.SBO}, "sector", "sbo"),
        ({"postcode": "1199ZA"}, "swv", "swv:PO9901"),
        ({"postcode": "9593ZZ"}, "postcode", "9593ZZ"),
        ({"municipality_code": "GM9901"}, "municipality_code", "GM9901"),
        ({"board_number": "99902"}, "board", "bestuur:99902"),
    ],
)
def test_what_the_list_says_anew_is_updated(
    owner: psycopg.Connection, change: dict[str, Any], column: str, value: str
) -> None:
    told(owner, VLIEGER)
    known = owner.execute("select id, created_at, updated_at from organisations where code = 'brin:99ZA00'").fetchone()
    report = told(owner, replace(VLIEGER, **change))
    assert outcomes(report) == [Outcome.UPDATED]
    assert stored(owner)[column] == value
    now = owner.execute("select id, created_at, updated_at from organisations where code = 'brin:99ZA00'").fetchone()
    assert known is not None
    assert now is not None
    assert now[:2] == known[:2]
    assert now[2] > known[2]


def test_a_list_that_is_silent_erases_nothing(owner: psycopg.Connection) -> None:
    told(owner, VLIEGER)
    before = everything(owner)
    report = told(owner, replace(VLIEGER, postcode=None, municipality_code=None, board_number=None))
    assert outcomes(report) == [Outcome.WITHOUT_SWV]
    assert notices(report) == ["zonder_postcode", "swv_behouden"]
    assert report.rows[0].swv == "PO2001"
    assert everything(owner) == before


def test_a_samenwerkingsverband_that_was_set_by_hand_stays_while_the_school_stays(owner: psycopg.Connection) -> None:
    told(owner, replace(VLIEGER, postcode="1198AA"), replace(VLIEGER, brin6="99ZB00"))
    by_hand = "update organisations set swv_id = (select id from organisations where code = 'swv:PO2001')"
    owner.execute(f"{by_hand} where code = 'brin:99ZA00'")
    told(owner, replace(VLIEGER, postcode="1198AA"))
    assert stored(owner)["swv"] == "swv:PO2001"


@pytest.mark.parametrize("change", [{"postcode": "1198AA"}, {"sector": Sector.VO, "postcode": None}])
def test_a_school_that_moved_does_not_keep_the_samenwerkingsverband_of_where_it_was(
    owner: psycopg.Connection, change: dict[str, Any]
) -> None:
    told(owner, VLIEGER)
    report = told(owner, replace(VLIEGER, **change))
    assert outcomes(report) == [Outcome.WITHOUT_SWV]
    assert report.rows[0].stored is Outcome.UPDATED
    assert stored(owner)["swv"] is None


def test_a_name_that_somebody_gave_a_board_or_samenwerkingsverband_stays(owner: psycopg.Connection) -> None:
    told(owner, VLIEGER)
    owner.execute("update organisations set name = 'Stichting Verzonnen' where kind <> 'school'")
    told(owner, replace(VLIEGER, number=3, brin6="99ZB00"))
    names = owner.execute("select distinct name from organisations where kind <> 'school'").fetchall()
    assert names == [("Stichting Verzonnen",)]


def test_an_organisation_that_the_list_does_not_name_stays_as_it_was(owner: psycopg.Connection) -> None:
    told(owner, VLIEGER)
    before = stored(owner)
    told(owner, replace(VLIEGER, brin6="99ZB00", name="Een andere school"))
    assert stored(owner) == before


# --- All or nothing -----------------------------------------------------------------------------------------------


def test_the_progress_adds_up_to_all_rows_the_refused_ones_too(owner: psycopg.Connection) -> None:
    steps: list[int] = []
    schools = [replace(VLIEGER, number=n, brin6=f"99Z{chr(65 + n // 100)}{n % 100:02}") for n in range(1200)]
    report = import_schools(owner, [*schools, VLIEGER], AREAS, steps.append)
    assert report.count(Outcome.REFUSED) == 1
    assert sum(steps) == len(report.rows) == 1201
    assert len(steps) > 2


def test_when_it_breaks_halfway_nothing_was_written(owner: psycopg.Connection) -> None:
    def broken(rows: int) -> None:
        if rows:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_schools(owner, [VLIEGER], AREAS, broken)
    assert everything(owner) == []
    assert outcomes(told(owner, VLIEGER)) == [Outcome.CREATED]


def test_it_is_part_of_the_callers_transaction(owner: psycopg.Connection) -> None:
    with owner.transaction(force_rollback=True):
        told(owner, VLIEGER)
        told(owner, VLIEGER)
    assert everything(owner) == []


def test_what_somebody_changes_meanwhile_is_not_set_back(database: Database, owner: psycopg.Connection) -> None:
    told(owner, VLIEGER)

    def run() -> None:
        with psycopg.connect(database.owner_dsn) as connection:
            told(connection, replace(VLIEGER, name="De Zwaluw", municipality_code=None))

    importing_now = threading.Thread(target=run)
    with psycopg.connect(database.owner_dsn) as somebody:
        somebody.execute("update organisations set municipality_code = 'GM9901' where code = 'brin:99ZA00'")
        importing_now.start()
        for _ in range(200):
            if owner.execute("select from pg_locks where not granted").fetchone() is not None:
                break
            time.sleep(0.02)
        else:
            pytest.fail("the import waits for nobody")
    importing_now.join()
    assert (stored(owner)["name"], stored(owner)["municipality_code"]) == ("De Zwaluw", "GM9901")


def test_two_imports_at_once_come_out_as_one_after_the_other(database: Database) -> None:
    schools = [replace(VLIEGER, number=n, brin6=f"99ZA{n:02}") for n in range(100)]
    start = threading.Barrier(2)
    counts: list[tuple[int, int]] = []

    def run(listed: list[SchoolRow]) -> None:
        with psycopg.connect(database.owner_dsn) as connection:
            start.wait()
            report = import_schools(connection, listed, AREAS, lambda _: None)
            counts.append((report.count(Outcome.CREATED), report.count(Outcome.UNCHANGED)))

    threads = [threading.Thread(target=run, args=[listed]) for listed in (schools, schools[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [(0, 100), (100, 0)]


# --- The command --------------------------------------------------------------------------------------------------


class Command:
    """`import organisations`, as it is mounted, with its report in a folder of the test's own."""

    def __init__(self, folder: Path, address: str) -> None:
        self.report = folder / "report.csv"
        self.address = address
        self.program = typer.Typer()
        self.program.add_typer(importing, name="import")

    def __call__(self, *arguments: str | Path, areas: Path = INVENTED / "postcodegebieden.csv") -> Result:
        given = ["import", "organisations", "--areas", str(areas), "--report", str(self.report), *map(str, arguments)]
        return CliRunner().invoke(self.program, given, env={"DATABASE_URL": self.address})

    def rows(self) -> list[dict[str, str]]:
        with self.report.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream, delimiter=";"))


@pytest.fixture
def command(tmp_path: Path, database: Database) -> Command:
    return Command(tmp_path, database.owner_dsn)


def test_the_three_layouts_come_in_together(command: Command, owner: psycopg.Connection) -> None:
    result = command(*(INVENTED / f"scholen_{name}.csv" for name in ("opgeschoond", "duo_oud_po", "duo_huidig_vo")))
    assert result.exit_code == 0, result.output
    assert "10 met een samenwerkingsverband uit de postcode van de school, 2 zonder, 0 geweigerd" in result.output
    assert "2 zonder" in result.output
    assert "latin-1" in result.output
    # The cleaned list knows no boards; all that DUO's lists add are those.
    stored_as = {(row["file"], row["stored"]) for row in command.rows()}
    assert stored_as == {
        ("scholen_opgeschoond.csv", "created"),
        ("scholen_duo_oud_po.csv", "updated"),
        ("scholen_duo_huidig_vo.csv", "updated"),
    }
    assert stored(owner, "brin:99ZC00")["name"] == "CBS De Tweede Coördinaat"
    assert stored(owner, "brin:99ZE00")["swv"] == "swv:VO2002"
    without = [row["code"] for row in command.rows() if row["outcome"] == "without_swv"]
    assert sorted(set(without)) == ["brin:99ZJ00", "brin:99ZK00"]


def test_the_report_is_written_as_json_and_in_english_when_asked(command: Command) -> None:
    command.report = command.report.with_suffix(".json")
    result = command(INVENTED / "scholen_opgeschoond.csv", "--language", "en")
    assert result.exit_code == 0
    assert "12 created, 0 updated, 0 unchanged" in result.output
    rows = json.loads(command.report.read_text())["rows"]
    assert rows[0] == {
        "file": "scholen_opgeschoond.csv",
        "row": 2,
        "code": "brin:99ZA00",
        "name": "Basisschool De Verzonnen Vlieger",
        "outcome": "created",
        "stored": "created",
        "swv": "PO2001",
        "notices": [],
    }
    assert [notice["code"] for row in rows for notice in row["notices"]] == ["zonder_postcode", "zonder_gebied"]
    assert "1 × zonder_postcode, 1 × zonder_gebied" in result.output
    assert "Without a postcode" in rows[10]["notices"][0]["text"]


def test_refused_rows_are_told_the_rest_comes_in_and_the_exit_code_says_so(
    command: Command, tmp_path: Path, owner: psycopg.Connection
) -> None:
    areas = tmp_path / "areas.csv"
    areas.write_text("pc4,gemeente,swv_po,swv_vo\n9593,X,PO2001,VO2002\n95,X,PO2001,VO2002\n")
    schools = tmp_path / "schools.csv"
    schools.write_text("brin6,naam,sector,postcode\n99ZA00,De Vlieger,PO,9593AA\n99ZB00,,[red]MBO,9593AA\n")
    result = command(schools, areas=areas)
    assert result.exit_code == 3, result.output
    assert "regel 3 geweigerd: Postcodegebied «95»" in result.output
    assert "regel 3 geweigerd: De naam van de school ontbreekt. Sector «[red]MBO» is niet bekend" in result.output
    assert [(row["file"], row["row"], row["outcome"]) for row in command.rows()] == [
        ("areas.csv", "3", "refused"),
        ("schools.csv", "2", "created"),
        ("schools.csv", "3", "refused"),
    ]
    assert stored(owner)["swv"] == "swv:PO2001"
    schools.write_text("brin6,naam,sector,postcode\n99ZA00,De Vlieger,PO,9593AA\n")
    assert command(schools, areas=areas).exit_code == 3  # for the line of the areas alone
    assert command(schools).exit_code == 0


def test_the_screen_shows_the_first_refused_rows_and_the_report_all(command: Command, tmp_path: Path) -> None:
    schools = tmp_path / "schools.csv"
    schools.write_text("brin6,naam,sector,postcode\n" + "99ZB00,,PO,9593AA\n" * 7)
    result = command(schools)
    assert (result.output.count("geweigerd:"), "en nog 2: zie het rapport" in result.output) == (5, True)
    assert [row["outcome"] for row in command.rows()] == ["refused"] * 7


def test_a_spreadsheet_takes_no_cell_of_the_report_for_a_formula(command: Command, tmp_path: Path) -> None:
    schools = tmp_path / "schools.csv"
    schools.write_text("brin6,naam,sector,postcode\n99ZA00,=1+1,PO,9593AA\n")
    assert command(schools).exit_code == 0
    assert command.rows()[0]["name"] == "'=1+1"


def test_bad_files_are_all_named_and_nothing_is_written(
    command: Command, tmp_path: Path, owner: psycopg.Connection
) -> None:
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\x00\x01")
    result = command(INVENTED / "scholen_opgeschoond.csv", tmp_path, binary, tmp_path / "nergens.csv")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines == [
        f"{tmp_path}: Dit is een map; noem het bestand erin.",
        f"{binary}: Dit is geen tekstbestand. Sla een werkblad op als CSV (UTF-8) en probeer het daarmee.",
        f"{tmp_path / 'nergens.csv'}: Dit bestand bestaat niet.",
        "Er is niets geschreven.",
    ]
    assert everything(owner) == []
    assert not command.report.exists()


def test_a_dry_run_reports_and_keeps_nothing(command: Command, owner: psycopg.Connection) -> None:
    result = command(INVENTED / "scholen_opgeschoond.csv", "--dry-run")
    assert result.exit_code == 0
    assert "proefdraaien" in result.output
    assert [row["stored"] for row in command.rows()] == ["created"] * 12
    assert everything(owner) == []


def test_when_the_report_cannot_be_written_nothing_is_kept(
    command: Command, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.cli_import._write_report", full)
    result = command(INVENTED / "scholen_opgeschoond.csv")
    assert result.exit_code == 1
    assert "Er is niets geschreven" in result.output
    assert everything(owner) == []
    assert list(command.report.parent.iterdir()) == []


def test_a_report_that_gets_lost_after_the_import_does_not_deny_the_import(
    command: Command, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> Path:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", gone)
    result = command(INVENTED / "scholen_opgeschoond.csv")
    assert result.exit_code == 3
    assert "Er is niets geschreven" not in result.output
    assert stored(owner)["name"]


def test_a_report_that_has_no_place_is_said_before_anything_happens(
    command: Command, tmp_path: Path, owner: psycopg.Connection
) -> None:
    schools = tmp_path / "schools.csv"
    schools.write_bytes(load(INVENTED / "scholen_opgeschoond.csv"))
    for report in (tmp_path, tmp_path / "report.txt", tmp_path / "nergens" / "report.csv", schools):
        command.report = report
        result = command(schools)
        assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
    assert schools.read_bytes() == load(INVENTED / "scholen_opgeschoond.csv")
    assert everything(owner) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "Zet DATABASE_URL"),
        ("postgresql://iemand:geheim@127.0.0.1:1/nergens", "De database antwoordt niet"),
        ("postgresql://geheim@[", "Zet DATABASE_URL"),
        ("dit is geheim geen adres", "Zet DATABASE_URL"),
    ],
)
def test_a_database_that_is_not_there_gets_one_message_without_its_password(
    command: Command, address: str, said: str
) -> None:
    command.address = address
    result = command(INVENTED / "scholen_opgeschoond.csv")
    assert result.exit_code == 1
    assert said in result.output
    assert "geheim" not in result.output
    assert "Traceback" not in result.output
    assert not command.report.exists()


def test_a_database_without_tables_and_a_role_without_rights_get_their_own_message(
    command: Command, database: Database, owner: psycopg.Connection
) -> None:
    owner.execute("alter table organisations rename to elsewhere")
    result = command(INVENTED / "scholen_opgeschoond.csv")
    assert result.exit_code == 1
    assert "migraties" in result.output
    owner.execute("alter table elsewhere rename to organisations")
    command.address = database.worker_dsn
    result = command(INVENTED / "scholen_opgeschoond.csv")
    assert result.exit_code == 1
    assert "eigenaar van de tabellen" in result.output
    owner.execute("alter table organisations add check (name <> 'Basisschool Elders')")
    command.address = database.owner_dsn
    result = command(INVENTED / "scholen_opgeschoond.csv")
    assert result.exit_code == 1
    assert "code 23514" in result.output
    assert everything(owner) == []


# --- The real lists -----------------------------------------------------------------------------------------------


@with_real_lists
def test_of_7820_schools_7747_get_their_samenwerkingsverband_from_their_postcode(owner: psycopg.Connection) -> None:
    areas = read_areas(load(REAL / "swv_regio_pc4.csv")).areas
    schools = read_schools(load(REAL / "scholen_2026_met_swv.csv")).rows
    report = import_schools(owner, schools, areas, lambda _: None)
    assert len(report.rows) == 7820
    assert report.count(Outcome.CREATED) == 7747
    assert report.count(Outcome.WITHOUT_SWV) == 73
    assert notices(report).count("zonder_postcode") == 72
    assert notices(report).count("zonder_gebied") == 1
    # The list's own column was made in the same way: where it says anything it says the same.
    assert "swv_wijkt_af" not in notices(report)
    assert [row.swv for row in report.rows] == [school.stated_swv for school in schools]
    before = everything(owner)
    assert import_schools(owner, schools, areas, lambda _: None).count(Outcome.UNCHANGED) == 7747
    assert everything(owner) == before


@with_real_lists
def test_the_column_of_the_list_plays_no_part_in_it(owner: psycopg.Connection) -> None:
    areas = read_areas(load(REAL / "swv_regio_pc4.csv")).areas
    schools = read_schools(load(REAL / "scholen_2026_met_swv.csv")).rows
    report = import_schools(owner, [replace(school, stated_swv="PO9901") for school in schools], areas, lambda _: None)
    assert report.count(Outcome.CREATED) == 7747
    assert [row.swv for row in report.rows] == [school.stated_swv for school in schools]


@with_real_lists
def test_all_three_real_lists_come_in_over_one_another(command: Command) -> None:
    names = ("scholen_2026_met_swv.csv", "openstate_po_addresses.csv", "duo_vestigingen_vo_layout_sample.csv")
    result = command(*(REAL / name for name in names), areas=REAL / "swv_regio_pc4.csv")
    assert result.exit_code == 0, result.output
    rows = command.rows()
    assert len(rows) == 7820 + 6804 + 4
    assert not [row for row in rows if row["outcome"] == "refused"]
    per_list = {name: [row["stored"] for row in rows if row["file"] == name] for name in names}
    # 639 schools of 2013 are no longer in the list of 2026; every other one gets its board from the old list.
    assert per_list["openstate_po_addresses.csv"].count("created") == 639
    assert per_list["openstate_po_addresses.csv"].count("updated") == 6165
    assert result.output.count("7.820 regels") == 1
