"""The grounds other than consent: who may invoke which, and never without saying why."""

import pytest

from app.domain.actors import FAMILY_ROLES, Role
from app.domain.grounds import OTHER_GROUNDS, OWN_GROUND, WITHOUT_CONSENT, lacking
from app.domain.policy import POLICY, Action

WHY = "Er is geen andere weg."


def test_every_ground_of_the_handbook_is_there_and_consent_is_none_of_them() -> None:
    # domain.md R14, and the zorgplicht of schools (WPO 40).
    named = {"wettelijke_taak_leerplicht", "swv_taak", "meldcode", "verwijsindex", "vitaal_belang", "zorgplicht"}
    assert OTHER_GROUNDS.keys() == named | {"gecertificeerde_instelling", "onderwijstaak"}
    assert "toestemming" not in OTHER_GROUNDS
    assert lacking("toestemming", Role.DIRECTIE, motivation=WHY) == ("grondslag_onbekend",)


@pytest.mark.parametrize("ground", OTHER_GROUNDS)
def test_each_needs_its_role_and_a_motivation(ground: str) -> None:
    known = OTHER_GROUNDS[ground]
    assert known.source
    assert not known.roles & FAMILY_ROLES
    for role in Role:
        assert ("rol_past_niet" in lacking(ground, role, motivation=WHY, consulted=True)) is (role not in known.roles)
    own = min(known.roles)
    assert lacking(ground, own, motivation=WHY, consulted=True) == ()
    assert lacking(ground, own, motivation=" ", consulted=True) == ("motivering_ontbreekt",)


def test_meldcode_and_verwijsindex_ask_for_a_colleague_first() -> None:
    # domain.md R14, R34; the Meldcode's step b.
    asked = {ground for ground in OTHER_GROUNDS if OTHER_GROUNDS[ground].consulted}
    assert asked == {"meldcode", "verwijsindex"}
    for ground in asked:
        role = min(OTHER_GROUNDS[ground].roles)
        assert lacking(ground, role, motivation=WHY) == ("collegiale_consultatie_ontbreekt",)


def test_what_is_no_ground_to_take_part_lets_nobody_in() -> None:
    assert {ground for ground, each in OTHER_GROUNDS.items() if not each.lets_in} == {
        "meldcode",
        "verwijsindex",
        "vitaal_belang",
    }


def test_a_samenwerkingsverband_reports_nothing_to_the_verwijsindex() -> None:
    # Besluit Jeugdwet 7.1.4, domain.md §1.1.
    assert lacking("verwijsindex", Role.SWV_COORDINATOR, motivation=WHY, consulted=True) == ("rol_past_niet",)


def test_who_takes_emergency_access_is_who_may_invoke_a_vital_interest() -> None:
    takes = {role for role in Role if any(Action.EMERGENCY_CREATE in grant.actions for grant in POLICY[role])}
    assert takes == OTHER_GROUNDS["vitaal_belang"].roles


def test_a_task_of_law_lets_in_its_own_kind() -> None:
    for kind in WITHOUT_CONSENT:
        assert kind in OTHER_GROUNDS[OWN_GROUND[kind]].lets_in
