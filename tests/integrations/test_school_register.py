"""The lists of schools as they really go round: layouts, encodings, and everything that goes wrong in a spreadsheet."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sectors import Sector, stage_of
from app.integrations.school_register import (
    LARGEST_FILE,
    Area,
    BadFileError,
    SchoolFile,
    SchoolRow,
    Source,
    load,
    normalise_swv,
    read_areas,
    read_schools,
)

ROOT = Path(__file__).parents[2]
INVENTED = ROOT / "app" / "demo" / "data"
REAL = Path(os.environ.get("SHARED", ROOT / ".." / "shared")) / "data"
with_real_lists = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real lists are not part of the project: set SHARED to the folder that holds data/"
)

CLEANED = "brin6,brin,vestiging,naam,sector,soort,postcode,gm_code,gemeente,swv_code"
GOOD = "99ZA00,99ZA,00,De Vlieger,PO,Bo,9593AA,GM1952,Verzonnendorp,PO2001"
OLD = "BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM ;POSTCODE;GEMEENTENUMMER"


def cleaned(*lines: str) -> SchoolFile:
    return read_schools("\n".join([CLEANED, *lines]).encode())


def row(line: str) -> SchoolRow:
    """The one row of a cleaned list."""
    (only,) = cleaned(line).rows
    return only


def codes(school: SchoolRow) -> list[str]:
    return [fault.code for fault in school.faults]


def refusal(data: bytes) -> str:
    with pytest.raises(BadFileError) as refused:
        read_schools(data)
    return refused.value.notice.code


# --- The three layouts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "rows", "sector"),
    [
        ("scholen_duo_oud_po.csv", Source("duo_old", "latin-1", ";"), 7, Sector.PO),
        ("scholen_duo_huidig_vo.csv", Source("duo_current", "utf-8-sig", ","), 4, Sector.VO),
        ("scholen_opgeschoond.csv", Source("cleaned", "utf-8", ","), 12, None),
    ],
)
def test_each_layout_is_recognised_with_its_encoding_and_delimiter(
    name: str, source: Source, rows: int, sector: Sector | None
) -> None:
    file = read_schools(load(INVENTED / name))
    assert file.source == source
    assert len(file.rows) == rows
    assert file.assumed_sector is sector
    assert not [school for school in file.rows if school.faults]


def test_the_layouts_agree_on_the_same_school() -> None:
    listed = {
        name: {school.brin6: school for school in read_schools(load(INVENTED / name)).rows}
        for name in ("scholen_duo_oud_po.csv", "scholen_duo_huidig_vo.csv", "scholen_opgeschoond.csv")
    }
    old, current, clean = listed.values()
    for duo in (old, current):
        for brin6, school in duo.items():
            same = clean[brin6]
            assert (school.name, school.sector, school.postcode) == (same.name, same.sector, same.postcode)
            assert school.municipality_code == same.municipality_code
            assert school.board_number is not None
    assert old["99ZC00"].name == "CBS De Tweede Coördinaat"
    assert clean["99ZD00"].sector is Sector.SBO


@pytest.mark.parametrize(
    "header",
    [
        "INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;POSTCODE",
        "instellingscode;vestigingscode;vestigingsnaam;postcode",
        " INSTELLINGSCODE ; VESTIGINGSCODE;VESTIGINGSNAAM  ;POSTCODE",
        '"INSTELLINGSCODE";"VESTIGINGSCODE";"VESTIGINGSNAAM";"POSTCODE"',
        "INSTELLINGSCODE\tVESTIGINGSCODE\tVESTIGINGSNAAM\tPOSTCODE",
        "INSTELLINGSCODE,VESTIGINGSCODE,VESTIGINGSNAAM,POSTCODE",
    ],
)
def test_a_header_may_differ_in_case_blanks_quotes_and_delimiter(header: str) -> None:
    delimiter = next(one for one in ";,\t" if one in header)
    data = f"{header}\n{delimiter.join(['99ZA', '99ZA00', 'De Vlieger', '9593 AA'])}\n"
    file = read_schools(data.encode())
    assert file.source.layout == "duo_current"
    assert [(school.brin6, school.postcode) for school in file.rows] == [("99ZA00", "9593AA")]


@pytest.mark.parametrize(("extra", "sector"), [("", Sector.PO), (";ONDERWIJSSTRUCTUUR", Sector.VO)])
def test_a_duo_list_tells_its_sector_by_its_header_unless_we_are_told(extra: str, sector: Sector) -> None:
    data = f"{OLD}{extra}\n99901;99ZA;99ZA00;De Vlieger;9593 AA;1952{';PRO' if extra else ''}\n".encode()
    assert read_schools(data).rows[0].sector is sector
    assert read_schools(data, sector=Sector.VSO).rows[0].sector is Sector.VSO


def test_a_list_that_names_its_sectors_is_believed_over_what_we_are_told() -> None:
    assert read_schools(f"{CLEANED}\n{GOOD}".encode(), sector=Sector.VO).rows[0].sector is Sector.PO


@pytest.mark.parametrize(
    ("sector", "kind", "expected", "stage"),
    [
        ("PO", "Bo", Sector.PO, "po"),
        ("PO", "Sbo", Sector.SBO, "po"),
        ("VO", "HAVO/VWO", Sector.VO, "vo"),
        ("so", "", Sector.SO, "po"),
        ("VSO", "", Sector.VSO, "vo"),
    ],
)
def test_the_sector_decides_between_the_two_samenwerkingsverbanden(
    sector: str, kind: str, expected: Sector, stage: str
) -> None:
    school = row(f"99ZA00,99ZA,00,De Vlieger,{sector},{kind},9593AA,GM1952,Verzonnendorp,")
    assert school.sector is expected
    assert stage_of(expected) == stage


# --- Encodings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written_as", "reported"),
    [
        ("De Vlieger", "ascii", "utf-8"),
        ("De Coördinaat", "utf-8", "utf-8"),
        ("De Coördinaat", "utf-8-sig", "utf-8-sig"),
        ("De Coördinaat", "latin-1", "latin-1"),
        ("’t Coördinaatje", "windows-1252", "windows-1252"),
    ],
)
def test_a_name_survives_every_encoding(name: str, written_as: str, reported: str) -> None:
    file = read_schools(f"{CLEANED}\r\n{GOOD.replace('De Vlieger', name)}\r\n".encode(written_as))
    assert file.source.encoding == reported
    assert file.rows[0].name == name
    assert not file.rows[0].faults


def test_a_list_pasted_together_from_two_encodings_keeps_all_its_names() -> None:
    lines = [GOOD.replace("De Vlieger", "De Coördinaat"), GOOD.replace("De Vlieger", "De Reünie").replace("A00", "A01")]
    data = (
        CLEANED.encode() + b"\n" + lines[0].encode() + b"\n" + lines[1].replace("99ZA,00", "99ZA,01").encode("latin-1")
    )
    file = read_schools(data)
    assert file.source.encoding == "mixed"
    assert [(school.name, codes(school)) for school in file.rows] == [("De Coördinaat", []), ("De Reünie", [])]


@pytest.mark.parametrize("name", ["De CoÃ¶rdinaat", "De Co\ufffdrdinaat", "De \x1b[31mVlieger", "De Vlieger\x7f"])
def test_a_damaged_name_is_refused_and_shown_without_what_acts_on_a_terminal(name: str) -> None:
    school = row(GOOD.replace("De Vlieger", name))
    assert codes(school) == ["naam_beschadigd"]
    assert school.name.isprintable()
    assert school.faults[0].text().isprintable()


# --- Rows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("99ZA0,,,De Vlieger,PO,Bo,9593AA,GM1952,,", "code_ongeldig"),
        (",,,De Vlieger,PO,Bo,9593AA,GM1952,,", "code_ongeldig"),
        ("٩٩ZA00,,,De Vlieger,PO,Bo,9593AA,GM1952,,", "code_ongeldig"),
        ("99ZA00,99ZB,00,De Vlieger,PO,Bo,9593AA,GM1952,,", "code_tegenstrijdig"),
        ("99ZA00,99ZA,01,De Vlieger,PO,Bo,9593AA,GM1952,,", "code_tegenstrijdig"),
        ("99ZA00,99ZA,00, ,PO,Bo,9593AA,GM1952,,", "naam_ontbreekt"),
        (f"99ZA00,99ZA,00,{'a' * 201},PO,Bo,9593AA,GM1952,,", "naam_te_lang"),
        ("99ZA00,99ZA,00,De Vlieger,MBO,,9593AA,GM1952,,", "sector_onbekend"),
        ("99ZA00,99ZA,00,De Vlieger,,,9593AA,GM1952,,", "sector_onbekend"),
        ("99ZA00,99ZA,00,De Vlieger,PO,Bo,0593AA,GM1952,,", "postcode_ongeldig"),
        ("99ZA00,99ZA,00,De Vlieger,PO,Bo,9593,GM1952,,", "postcode_ongeldig"),
        ("99ZA00,99ZA,00,De Vlieger,PO,Bo,9593AA,Verzonnendorp,,", "gemeente_ongeldig"),
        ("99ZA00,99ZA,00,De Vlieger,PO,Bo,9593AA,GM1952,", "aantal_cellen"),
        ("99ZA00,99ZA,00,De Vlieger,PO,Bo,9593AA,GM1952,,,PO2001", "aantal_cellen"),
        ('99ZA00,99ZA,00,"De Vlieger,PO,Bo,9593AA,GM1952,,', "aantal_cellen"),
        (f"{'a' * 140_000},99ZA,00,De Vlieger,PO,Bo,9593AA,GM1952,,", "regel_onleesbaar"),
    ],
)
def test_a_bad_row_is_refused_with_its_fault_and_stops_no_other(line: str, fault: str) -> None:
    first, bad, last = cleaned(GOOD, line, GOOD.replace("A00", "B00").replace("99ZA,", "99ZB,")).rows
    assert codes(bad) == [fault]
    assert not first.faults
    assert not last.faults
    assert [school.number for school in (first, bad, last)] == [2, 3, 4]
    assert bad.faults[0].text("nl") != bad.faults[0].text("en")


def test_a_board_number_that_is_none_is_refused() -> None:
    file = read_schools(f"{OLD}\nX99;99ZA;99ZA00;De Vlieger;9593 AA;1952\n".encode())
    assert codes(file.rows[0]) == ["bestuur_ongeldig"]


def test_every_fault_of_a_row_is_told_at_once() -> None:
    assert codes(row("99Z,,,,MBO,,95,Dorp,,")) == [
        "code_ongeldig",
        "naam_ontbreekt",
        "sector_onbekend",
        "postcode_ongeldig",
        "gemeente_ongeldig",
    ]


def test_empty_cells_that_may_be_empty_are_no_fault() -> None:
    school = row("99ZA00,,,De Vlieger,PO,,,,,")
    assert not school.faults
    assert (school.postcode, school.municipality_code, school.board_number, school.stated_swv) == (None,) * 4


def test_zeros_that_a_spreadsheet_dropped_are_put_back() -> None:
    (school,) = read_schools(f"{OLD}\n991;99ZA;1;De Vlieger;9593 AA;106\n".encode()).rows
    assert not school.faults
    assert (school.brin6, school.municipality_code, school.board_number) == ("99ZA01", "GM0106", "00991")
    assert not row("99ZA01,99ZA,1,De Vlieger,PO,Bo,9593AA,GM1952,,").faults


def test_lower_case_and_blanks_within_codes_are_read_as_meant() -> None:
    school = row("99za00,99za,00,  De   Vlieger ,po,bo,9593 aa,gm1952,,20-01")
    assert not school.faults
    assert (school.brin6, school.name, school.postcode) == ("99ZA00", "De Vlieger", "9593AA")
    assert (school.municipality_code, school.stated_swv) == ("GM1952", "PO2001")


def test_line_numbers_are_those_of_the_file_also_past_empty_lines() -> None:
    file = read_schools(f"\r\n{CLEANED}\r\n\r\n{GOOD}\r\n,,,,,,,,,\r\n{GOOD}\r\n\r\n".encode())
    assert [school.number for school in file.rows] == [4, 6]


def test_empty_cells_after_the_last_heading_do_no_harm() -> None:
    assert not row(f"{GOOD},,").faults


def test_what_a_message_repeats_is_kept_short() -> None:
    school = row(f"99ZA00,99ZA,00,De Vlieger,PO,Bo,{'9' * 5000},GM1952,,")
    assert len(school.faults[0].text()) < 200


# --- Files that are no list ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "leeg"),
        (b" \r\n\r\n", "leeg"),
        (b"\xef\xbb\xbf", "leeg"),
        (b"\x7fELF\x02\x01\x00\x00", "geen_tekst"),
        (b"PK\x03\x04 a spreadsheet", "geen_tekst"),
        (b"\x01\x02\x03\n", "geen_tekst"),
        (f"{CLEANED}\n{GOOD}".encode("utf-16"), "geen_tekst"),
        (b"<html><body>404</body></html>", "kop_onbekend"),
        (b"naam van de school;straat\nDe Vlieger;Fantasielaan\n", "kop_onbekend"),
        (b"INSTELLINGSCODE;VESTIGINGSCODE;GESLAAGDEN\n99ZA;99ZA00;6\n", "kop_onvolledig"),
        (b"brin6,naam,sector,postcode,naam\n99ZA00,A,PO,9593AA,B\n", "kop_dubbel"),
        (f"{CLEANED}\n".encode(), "geen_regels"),
        (f"{CLEANED}\n,,,,,,,,,\n\n".encode(), "geen_regels"),
    ],
)
def test_a_file_that_is_no_list_gets_one_clear_message(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_an_incomplete_header_names_what_is_missing() -> None:
    with pytest.raises(BadFileError) as refused:
        read_schools(b"INSTELLINGSCODE;VESTIGINGSCODE;GESLAAGDEN\n99ZA;99ZA00;6\n")
    assert "POSTCODE, VESTIGINGSNAAM" in refused.value.notice.text("nl")


def test_what_is_no_file_gets_one_clear_message(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    paths = {
        "map": tmp_path,
        "geen_bestand": Path("a\0b"),
        "geen_gewoon_bestand": Path("/dev/zero"),
        "te_groot": big,
    }
    for code, path in paths.items():
        with pytest.raises(BadFileError) as refused:
            load(path)
        assert refused.value.notice.code == code


def test_a_file_that_cannot_be_read_gets_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", broken)  # root, who may run these tests, is kept from no file
    with pytest.raises(BadFileError) as refused:
        load(INVENTED / "scholen_opgeschoond.csv")
    assert refused.value.notice.code == "onleesbaar"


# --- Postcode areas -----------------------------------------------------------------------------------------------


def test_the_invented_areas_are_read() -> None:
    file = read_areas(load(INVENTED / "postcodegebieden.csv"))
    assert file.areas["1199"] == Area("1199", "Nergenshuizen", "PO9901", "VO9902")
    assert len(file.areas) == 4
    assert not file.faults


def test_a_bad_area_is_told_and_stops_no_other() -> None:
    file = read_areas(
        b"pc4,gemeente,swv_po,swv_vo\n959,X,PO2001,VO20022\n9594,X,20-01,VO 20.02\n9595\n9596,X,,VO2002\n"
    )
    assert file.areas == {"9594": Area("9594", "X", "PO2001", "VO2002"), "9596": Area("9596", "X", None, "VO2002")}
    assert [(fault.number, [notice.code for notice in fault.faults]) for fault in file.faults] == [
        (2, ["gebied_ongeldig", "swv_ongeldig"]),
        (4, ["aantal_cellen"]),
    ]


def test_an_area_with_two_answers_has_none() -> None:
    lines = ["9593,X,PO2001,VO2002", "9593,Y,PO2001,VO2002", "9594,X,PO2001,VO2002", "9594,X,PO2102,VO2002"]
    file = read_areas("\n".join(["pc4,gemeente,swv_po,swv_vo", *lines, lines[2]]).encode())
    assert set(file.areas) == {"9593"}  # twice the same is no dispute
    assert [(fault.number, fault.faults[0].code) for fault in file.faults] == [(5, "gebied_tegenstrijdig")]


def test_a_spoilt_line_takes_no_good_area_along() -> None:
    file = read_areas(b"pc4,gemeente,swv_po,swv_vo\n9593,X,PO2001,VO2002\n9593,X,PO,VO2002\n")
    assert file.areas["9593"].swv_po == "PO2001"
    assert [fault.number for fault in file.faults] == [3]


@pytest.mark.parametrize("written", ["PO2001", "po2001", "20-01", "PO 20.01", "PO-20-01", "20.01", "2001", " PO20 01 "])
def test_one_samenwerkingsverband_has_one_spelling(written: str) -> None:
    assert normalise_swv(written, "po") == "PO2001"


@pytest.mark.parametrize("written", ["", "PO", "PO201", "PO20011", "VO2001", "SWV2001", "PO20-01-1", "Groningen"])
def test_what_is_no_samenwerkingsverband_of_this_stage_is_none(written: str) -> None:
    assert normalise_swv(written, "po") is None


# --- Whatever comes in --------------------------------------------------------------------------------------------


@given(st.binary())
def test_any_bytes_are_a_list_or_a_refusal(data: bytes) -> None:
    for read in (read_schools, read_areas):
        try:
            read(data)
        except BadFileError as refused:
            assert refused.notice.text("nl")  # noqa: PT017 - either outcome is fine; only another error is not


@given(st.binary().filter(lambda data: b"\0" not in data))
def test_whatever_stands_between_two_good_rows_both_are_read(rubbish: bytes) -> None:
    rows = read_schools(b"\n".join([CLEANED.encode(), GOOD.encode(), rubbish, GOOD.encode()])).rows
    assert not rows[0].faults
    assert not rows[-1].faults
    assert rows[0].brin6 == rows[-1].brin6 == "99ZA00"
    numbers = [school.number for school in rows]
    assert numbers == sorted(set(numbers))


LETTERS = st.characters(
    codec="latin-1", categories=["Lu", "Ll", "Nd"], exclude_characters="ÃÂµ", include_characters=" '"
)


@given(name=st.text(LETTERS).filter(str.strip), encoding=st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]))
def test_any_name_of_letters_comes_through_in_any_encoding(name: str, encoding: str) -> None:
    school = read_schools(f"{CLEANED}\r\n{GOOD.replace('De Vlieger', name)}\r\n".encode(encoding)).rows[0]
    assert (school.name, codes(school)) == (" ".join(name.split()), [])


# --- The real lists -----------------------------------------------------------------------------------------------


@with_real_lists
@pytest.mark.parametrize(
    ("name", "layout", "encoding", "rows"),
    [
        ("scholen_2026_met_swv.csv", "cleaned", "utf-8", 7820),
        ("openstate_po_addresses.csv", "duo_old", "latin-1", 6804),
        ("duo_vestigingen_vo_layout_sample.csv", "duo_current", "utf-8", 4),
    ],
)
def test_the_real_lists_are_read_whole(name: str, layout: str, encoding: str, rows: int) -> None:
    file = read_schools(load(REAL / name))
    assert (file.source.layout, file.source.encoding) == (layout, encoding)
    assert len(file.rows) == rows
    assert Counter(code for school in file.rows for code in codes(school)) == Counter()


@with_real_lists
def test_the_real_areas_are_read_whole() -> None:
    file = read_areas(load(REAL / "swv_regio_pc4.csv"))
    assert len(file.areas) == 4043
    assert not file.faults
    assert len({area.swv_po for area in file.areas.values()}) == 76
    assert len({area.swv_vo for area in file.areas.values()}) == 74
