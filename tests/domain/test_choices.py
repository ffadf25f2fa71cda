"""Choices of law: each default holds, another value changes exactly that, and every fault of the file is named."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.db import answers
from app.domain.actors import Role
from app.domain.choices import BY_KEY, CHOICES, Choice, now, read, settled
from app.domain.data_requests import RequestKind, last_day
from app.domain.grounds import OTHER_GROUNDS, lacking
from app.domain.meldcode import Course, Outcome, before_deciding, before_talking, before_weighing
from app.privacy_document import SETTINGS
from app.services.consents import end_of_school_year
from app.settings import Settings
from tests.conftest import ROOT
from tests.house.test_settings import SOUND, command

WHY = "De eigen school heeft geen passende plek."


@pytest.mark.parametrize("choice", CHOICES, ids=lambda each: each.key)
def test_every_choice_is_told_whole_and_asked_for_where_it_says(choice: Choice[object]) -> None:
    assert all((choice.question, choice.source, choice.changes, choice.allowed.says))
    (name,) = [key for key, each in vars(__import__("app.domain.choices", fromlist=["x"])).items() if each is choice]
    assert name in (ROOT / choice.where).read_text(encoding="utf-8")
    assert now(choice) == choice.default
    assert f"`{choice.key}`" in (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")


def test_every_choice_has_a_key_of_its_own_and_no_setting_is_doubled() -> None:
    assert len(BY_KEY) == len(CHOICES)
    assert SETTINGS.keys() <= Settings.model_fields.keys()
    assert not BY_KEY.keys() & Settings.model_fields.keys()


def test_a_consent_ends_on_31_july_or_on_the_day_that_was_chosen() -> None:
    assert end_of_school_year(date(2026, 7, 31)) == date(2026, 7, 31)
    assert end_of_school_year(date(2026, 8, 1)) == date(2027, 7, 31)
    with settled('einde_van_toestemming = "31-12"'):
        assert end_of_school_year(date(2026, 8, 1)) == date(2026, 12, 31)
    assert end_of_school_year(date(2026, 8, 1)) == date(2027, 7, 31)


@pytest.mark.parametrize(("kind", "months"), [("correctie", 1), ("bezwaar", 1), ("vernietiging", 3)])
def test_a_request_is_answered_within_its_own_months(kind: str, months: int) -> None:
    asked, last = date(2026, 3, 5), {each: last_day(each, date(2026, 3, 5)) for each in RequestKind}
    assert last[RequestKind(kind)] == date(2026, 3 + months, 5)
    with settled(f"maanden_{kind} = 2"):
        assert {each: last_day(each, asked) for each in RequestKind} == last | {RequestKind(kind): date(2026, 5, 5)}


@pytest.mark.parametrize("ground", ["zorgplicht", "gecertificeerde_instelling"])
def test_fewer_roles_may_invoke_a_ground_and_no_other_ground_changes(ground: str) -> None:
    def may() -> set[tuple[str, Role]]:
        return {
            (each, role)
            for each in OTHER_GROUNDS
            for role in Role
            if not lacking(each, role, motivation=WHY, consulted=True)
        }

    before, (one, *others) = may(), sorted(OTHER_GROUNDS[ground].roles)
    assert others
    with settled(f'{ground}_rollen = ["{one}"]'):
        assert before - may() == {(ground, role) for role in others}
        assert may() <= before
    with settled(f"{ground}_rollen = []"):
        assert before - may() == {(ground, role) for role in (one, *others)}


def test_a_withdrawal_waits_as_long_as_an_answer_may_take() -> None:
    assert answers.within() == 2.0
    with settled("intrekking_seconden = 5"):
        assert answers.within() == 5.0


def test_a_track_asks_for_consultation_unless_it_was_decided_otherwise() -> None:
    missing = ["overleg_ontbreekt"]
    assert [each.code for each in before_talking(Course())] == missing
    assert Course().step == "overleg"
    with settled('meldcode_overleg = "zo_nodig"'):
        assert before_talking(Course()) == ()
        assert Course().step == "gesprek"
        # The talk is asked for as before, and so is Veilig Thuis where the weighing left doubt.
        assert [each.code for each in before_weighing(Course())] == ["gesprek_ontbreekt"]
        doubt = Course(talked=True, weighed=True, doubt=True)
        codes = [each.code for each in before_deciding(doubt, Outcome.HULP, acute=False)]
        assert codes[0] == "veilig_thuis_niet_geraadpleegd"
    assert [each.code for each in before_talking(Course())] == missing


@pytest.mark.parametrize(
    "line",
    [
        'einde_van_toestemming = "29-02"',
        'einde_van_toestemming = "31-7"',
        "einde_van_toestemming = 31",
        "maanden_vernietiging = 4",
        "maanden_correctie = true",
        "maanden_bezwaar = 1.0",
        'noodtoegang_rollen = ["leerkracht"]',
        'noodtoegang_rollen = "jeugdarts"',
        "uitzondering_rollen = [1]",
        "eigen_vanaf = 11",
        "intrekking_seconden = 0",
        "intrekking_seconden = nan",
        "intrekking_seconden = true",
        'meldcode_overleg = "nooit"',
    ],
)
def test_a_value_that_a_choice_cannot_have_is_named_with_what_it_must_be(line: str) -> None:
    key = line.partition(" ")[0]
    with pytest.raises(ValueError, match=key) as fault:
        read(line)
    assert BY_KEY[key].allowed.says in str(fault.value)


def test_every_fault_of_the_file_is_named_at_the_start_and_no_value(tmp_path: Path) -> None:
    file = tmp_path / "keuzes.toml"
    file.write_text('maanden_vernietiging = 12345\nnoodtoegang = "geheim"\nmeldcode_overleg = "geheim"', "utf-8")
    for name in ("serve", "check-config"):
        started = command(name, **SOUND, LEGAL_CHOICES=str(file))
        assert started.returncode == 1
        told = started.stderr
        for part in ("LEGAL_CHOICES: ", "maanden_vernietiging: moet", "noodtoegang: deze keuze", "meldcode_overleg: "):
            assert part in told
        assert "geheim" not in told
        assert "12345" not in told


def test_a_file_that_is_no_text_or_no_toml_is_no_file_of_choices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "keuzes.toml"
    for content, says in ((None, "geen bestand"), (b"\xff", "geen bestand"), (b"maanden", "geen TOML")):
        if content is not None:
            file.write_bytes(content)
        monkeypatch.setenv("LEGAL_CHOICES", str(file))
        with pytest.raises(ValidationError, match=says):
            Settings()
    file.write_text("maanden_vernietiging = 1", "utf-8")
    assert Settings().legal_choices == file


def test_the_file_that_is_shipped_decides_nothing() -> None:
    assert read((ROOT / "deploy" / "choices.toml").read_text(encoding="utf-8")) == {}
