"""docs/privacy.md: every risk has a measure and tests that hold it, and each test that it names is there."""

import pytest

from app.domain.privacy_risks import RISKS, Risk
from tests.conftest import ROOT


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.what[:40])
def test_every_risk_is_told_whole_and_held_by_tests_that_exist(risk: Risk) -> None:
    assert all((risk.whom, risk.what, risk.measure, risk.remains))
    assert len(set(risk.tests)) == len(risk.tests) >= 2
    for test in risk.tests:
        path, _, name = test.partition("::")
        file = ROOT / path
        assert file.exists(), path
        assert f"def {name}(" in file.read_text(), test


def test_no_risk_is_told_twice() -> None:
    assert len({risk.what for risk in RISKS}) == len(RISKS) >= 15
