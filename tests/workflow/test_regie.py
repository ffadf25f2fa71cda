"""The procesregie of seed 001, every pair of leervraag and leefvraag written out."""

from dataclasses import replace
from itertools import product

import pytest

from app.domain.regie import Level, ProblemClass, Regie, override_needs_reason
from app.workflow.loader import current

# leervraag, leefvraag, who (001:313, 001:353-359); two lines stand for what counts as complex.
MATRIX = [
    ("geen", "geen", None),
    ("geen", "enkelvoudig", None),
    ("geen", "meervoudig", "casemanager"),
    ("geen", "multiproblematiek", "casemanager"),
    ("enkelvoudig", "geen", "onderwijs"),
    ("enkelvoudig", "enkelvoudig", "onderwijs"),
    ("enkelvoudig", "meervoudig", "casemanager"),
    ("enkelvoudig", "multiproblematiek", "casemanager"),
    ("meervoudig", "geen", "onderwijs"),
    ("meervoudig", "enkelvoudig", "onderwijs"),
    ("meervoudig", "meervoudig", "casemanager"),
    ("meervoudig", "multiproblematiek", "casemanager"),
    ("multiproblematiek", "geen", "onderwijs"),
    ("multiproblematiek", "enkelvoudig", "onderwijs"),
    ("multiproblematiek", "meervoudig", "casemanager"),
    ("multiproblematiek", "multiproblematiek", "casemanager"),
]


def test_the_matrix_is_written_out_in_full() -> None:
    assert {(leervraag, leefvraag) for leervraag, leefvraag, _ in MATRIX} == set(product(ProblemClass, ProblemClass))


@pytest.mark.parametrize(("leervraag", "leefvraag", "who"), MATRIX)
def test_midden_groningen_gives_the_regie_by_the_matrix(leervraag: str, leefvraag: str, who: str | None) -> None:
    assert current("midden-groningen").regie_for(leervraag, leefvraag, {"veiligheidsinschatting": "zorgen"}) == who


@pytest.mark.parametrize(("leervraag", "leefvraag", "_"), MATRIX)
def test_where_a_child_is_unsafe_the_casemanager_holds_the_regie(leervraag: str, leefvraag: str, _: str | None) -> None:
    """001:145, whatever the table says."""
    found = {"veiligheidsinschatting": "onveilig"}
    assert current("midden-groningen").regie_for(leervraag, leefvraag, found) is Regie.CASEMANAGER


def test_which_classes_count_as_complex_is_a_setting() -> None:
    route = current("midden-groningen")
    single = replace(route.problem_classes[ProblemClass.MEERVOUDIG], level=Level.ENKELVOUDIG)
    other = replace(route, problem_classes={**route.problem_classes, ProblemClass.MEERVOUDIG: single})
    assert route.regie_for("enkelvoudig", "meervoudig", {}) is Regie.CASEMANAGER
    assert other.regie_for("enkelvoudig", "meervoudig", {}) is Regie.ONDERWIJS


@pytest.mark.parametrize(
    ("problem_class", "expected"),
    [
        ("geen", Level.GEEN),
        ("enkelvoudig", Level.ENKELVOUDIG),
        ("meervoudig", Level.COMPLEX),
        ("multiproblematiek", Level.COMPLEX),
    ],
)
def test_the_level_of_a_question(problem_class: str, expected: Level) -> None:
    assert current("midden-groningen").level(problem_class) is expected


def test_an_unknown_class_is_an_error_and_not_a_level() -> None:
    with pytest.raises(ValueError, match="zwaar"):
        current("midden-groningen").level("zwaar")


@pytest.mark.parametrize(
    ("by_table", "chosen", "needed"),
    [
        ("onderwijs", "onderwijs", False),
        ("onderwijs", "casemanager", True),
        ("casemanager", "onderwijs", True),
        (None, "onderwijs", True),
    ],
)
def test_another_side_than_the_table_says_needs_a_reason(by_table: str | None, chosen: str, *, needed: bool) -> None:
    assert override_needs_reason(by_table, chosen) is needed
