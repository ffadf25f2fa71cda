"""What the policy table promises about itself, whatever stands in it."""

import pytest

from app.domain.actors import FAMILY_ROLES, Category, OrganisationKind, PersonKind, Role
from app.domain.policy import (
    CASE_REACHES,
    CONFIDENTIAL,
    POLICY,
    WARDS,
    Action,
    Reach,
    compartments,
    fitting,
    grants,
    homes,
    homes_with,
    house_category,
    leads,
    may_as,
    may_at_all,
)

# What anybody who is logged in may do: nothing of it is about a child.
OF_EVERYONE = {
    Action.ME_READ,
    Action.BINDING_REDEEM,
    Action.ROUTE_READ,
    Action.ORGANISATION_READ,
    Action.RETENTION_CLASS_READ,
}
ABOUT_THE_ORGANISATION = {
    Action.WORKER_READ,
    Action.WORKER_CREATE,
    Action.BINDING_READ,
    Action.BINDING_CREATE,
    Action.BINDING_END,
    Action.INVITATION_CREATE,
    Action.AUDIT_READ,
    Action.ORGANISATION_MEETING_READ,
    Action.ORGANISATION_MEETING_CREATE,
    Action.ORGANISATION_MEETING_REPORT,
    Action.ORGANISATION_MEETING_DECIDE,
    Action.CLOSURE_CREATE,
    Action.CLOSURE_END,
    Action.MELDCODE_READ,
    Action.MELDCODE_UPDATE,
    Action.MELDCODE_RECORD,
    # Which of what the own organisation recorded goes or stays; the family asks it, and looks back at an emergency.
    Action.RETENTION_READ,
    Action.RETENTION_DECIDE,
    Action.LEGAL_HOLD_PLACE,
    Action.LEGAL_HOLD_LIFT,
    Action.DATA_REQUEST_READ,
    Action.DATA_REQUEST_DECIDE,
    Action.EMERGENCY_READ,
    Action.EMERGENCY_REVIEW,
}
# The same right stands in the family's own lines too, there about the own case.
OF_BOTH = {Action.DATA_REQUEST_READ, Action.EMERGENCY_READ}
ABOUT_A_CHILD = {
    Action.YOUNG_PERSON_SEARCH,
    Action.YOUNG_PERSON_CREATE,
    Action.YOUNG_PERSON_READ,
    Action.YOUNG_PERSON_UPDATE,
    Action.GUARDIAN_CREATE,
    Action.GUARDIAN_UPDATE,
    Action.GEZAG_RECORD,
    Action.CASE_CREATE,
    Action.MELDCODE_CREATE,
    Action.IDENTITY_NUMBER_READ,
    Action.IDENTITY_NUMBER_RECORD,
    Action.IDENTITY_NUMBER_REVEAL,
    Action.IDENTITY_NUMBER_SEARCH,
    Action.SIGHT_READ,
    Action.SIGHT_DECIDE,
    Action.EMERGENCY_CREATE,
    Action.EMERGENCY_READ,
}


@pytest.mark.parametrize("role", Role)
def test_what_everyone_may_do_is_about_no_child_and_no_organisation(role: Role) -> None:
    for grant in POLICY[role]:
        if grant.reach is Reach.ANYONE:
            assert grant.actions == OF_EVERYONE
        elif grant.reach is Reach.OWN_ORGANISATION:
            assert grant.actions <= ABOUT_THE_ORGANISATION
        elif grant.reach in CASE_REACHES:
            assert not grant.actions & ((OF_EVERYONE | ABOUT_THE_ORGANISATION) - OF_BOTH)
        elif grant.reach is Reach.OWN_TRACK:
            assert grant.actions <= CONFIDENTIAL
        else:
            assert grant.actions <= ABOUT_A_CHILD


@pytest.mark.parametrize("role", Role)
def test_only_a_reach_to_cases_carries_data_categories(role: Role) -> None:
    for grant in POLICY[role]:
        if grant.reach not in CASE_REACHES:
            assert not grant.categories
            assert not grant.under_consent


@pytest.mark.parametrize("role", Role)
def test_consent_adds_something_that_the_ground_does_not_show_already(role: Role) -> None:
    assert all(not grant.categories & grant.under_consent for grant in POLICY[role])


@pytest.mark.parametrize("role", Role)
def test_whoever_sees_a_case_sees_at_least_its_process_but_for_the_parents_of_a_youth_of_sixteen(role: Role) -> None:
    for grant in POLICY[role]:
        if grant.reach in CASE_REACHES:
            assert Action.CASE_READ in grant.actions
            assert (Category.PROCES in grant.categories) == (
                grant.reach not in {Reach.OWN_CHILD_16_17, Reach.WARD_16_17}
            )


@pytest.mark.parametrize("role", Role)
def test_whoever_writes_in_a_case_may_read_it_by_the_same_grant(role: Role) -> None:
    reading = {Action.CASE_READ, Action.YOUNG_PERSON_READ, Action.ACCESS_LOG_READ}
    writing = set(Action) - reading - OF_EVERYONE - ABOUT_THE_ORGANISATION - ABOUT_A_CHILD - CONFIDENTIAL
    for grant in POLICY[role]:
        if grant.actions & writing:
            assert Action.CASE_READ in grant.actions


@pytest.mark.parametrize("role", sorted(FAMILY_ROLES))
def test_the_family_stands_on_a_ground_of_its_own_and_never_on_consent(role: Role) -> None:
    own = [grant for grant in POLICY[role] if grant.reach in CASE_REACHES]
    assert own
    assert all(grant.ground in {"gezag", "eigen_gegevens"} and not grant.under_consent for grant in own)


@pytest.mark.parametrize("role", sorted(set(Role) - FAMILY_ROLES))
def test_a_professional_stands_on_the_ground_of_the_involvement_and_never_on_gezag(role: Role) -> None:
    family = {Reach.SELF, Reach.OWN_CHILD, Reach.OWN_CHILD_16_17, *WARDS}
    assert all(grant.reach not in family for grant in POLICY[role])
    # An emergency has a ground of its own: it is no involvement (AVG 6, eerste lid, onder d).
    assert all(grant.ground == ("vitaal_belang" if grant.reach is Reach.EMERGENCY else None) for grant in POLICY[role])


def test_a_role_fits_one_kind_of_person_and_every_role_fits_some_but_for_the_legal_representative() -> None:
    fits = {kind: fitting(Role, kind) for kind in PersonKind}
    assert frozenset().union(*fits.values()) == frozenset(Role)
    both = [role for role in Role if sum(role in each for each in fits.values()) > 1]
    assert both == [Role.WETTELIJK_VERTEGENWOORDIGER]
    at_work = {
        kind
        for kind in OrganisationKind
        if fitting(both, PersonKind.WORKER, kind) == {Role.WETTELIJK_VERTEGENWOORDIGER}
    }
    assert at_work == {OrganisationKind.GECERTIFICEERDE_INSTELLING}
    assert homes(both[0]) == {PersonKind.GUARDIAN, OrganisationKind.GECERTIFICEERDE_INSTELLING}


def test_a_legal_representative_at_work_has_nothing_of_a_parent_and_at_home_nothing_of_a_ward() -> None:
    lines = POLICY[Role.WETTELIJK_VERTEGENWOORDIGER]
    for home in (PersonKind.GUARDIAN, OrganisationKind.GECERTIFICEERDE_INSTELLING):
        holding = {grant.reach for grant in lines if leads(grant.reach, home)}
        assert holding.isdisjoint(WARDS) is (home == PersonKind.GUARDIAN)
        assert (Reach.OWN_CHILD in holding) is (home == PersonKind.GUARDIAN)
        assert homes_with({Role.WETTELIJK_VERTEGENWOORDIGER}, Action.MY_EXPORT_READ) == [PersonKind.GUARDIAN]
    for action in Action:
        asked = may_as({Role.WETTELIJK_VERTEGENWOORDIGER}, action, PersonKind.WORKER)
        assert asked == any(action in grant.actions for grant in lines if grant.reach in {*WARDS, Reach.ANYONE})
    assert fitting({Role.OUDER, Role.LEERKRACHT}, PersonKind.WORKER) == {Role.LEERKRACHT}
    assert fitting({Role.OUDER, Role.LEERKRACHT}, PersonKind.GUARDIAN) == {Role.OUDER}
    assert fitting({Role.OUDER, Role.LEERKRACHT}, PersonKind.YOUNG_PERSON) == frozenset()


def test_no_roles_have_nothing() -> None:
    assert not any(may_at_all(frozenset(), action) for action in Action)
    assert not any(grants(frozenset(), action) for action in Action)
    assert compartments(frozenset()) == frozenset()


@pytest.mark.parametrize("role", Role)
def test_the_door_opens_for_exactly_the_actions_of_some_grant(role: Role) -> None:
    allowed = {action for action in Action if may_at_all({role}, action)}
    assert allowed == {action for grant in POLICY[role] for action in grant.actions}
    for action in Action:
        lines = grants({role}, action)
        assert bool(lines) == (action in allowed)
        assert all(who is role and action in grant.actions for who, grant in lines)


def test_two_roles_have_what_either_has_and_nothing_more() -> None:
    both = {Role.JEUGDARTS, Role.LEERKRACHT}
    for action in Action:
        assert may_at_all(both, action) == any(may_at_all({role}, action) for role in both)
    assert compartments(both) == compartments({Role.JEUGDARTS}) | compartments({Role.LEERKRACHT})


def test_a_compartment_opens_by_the_ground_or_by_consent_and_by_nothing_else() -> None:
    assert compartments({Role.MEDEWERKER_STAGNATIEPUNT}) == {Category.PROCES}
    assert compartments({Role.WETHOUDER}) == frozenset()
    assert compartments({Role.JEUGDVERPLEEGKUNDIGE}) == {
        Category.GEZONDHEID,
        Category.PROCES,
        Category.LEREN,
        Category.LEVEN,
        Category.VERZUIM,
        Category.VEILIGHEID,  # in an emergency alone
    }


def test_a_role_writes_what_has_no_subject_in_the_category_of_its_own_house() -> None:
    assert house_category(Role.LEERKRACHT) is Category.LEREN
    assert house_category(Role.CASEMANAGER_JEUGD) is Category.LEVEN
    assert house_category(Role.JEUGDARTS) is Category.GEZONDHEID
    assert house_category(Role.LEERPLICHTAMBTENAAR) is Category.VERZUIM
    assert house_category(Role.MEDEWERKER_STAGNATIEPUNT) is Category.LEVEN


def test_the_independent_and_those_above_see_no_content_of_any_child() -> None:
    # Seed 001:153-161: the stagnatiepunt sees the process, not the content, and decides nothing.
    independent = {action for grant in POLICY[Role.MEDEWERKER_STAGNATIEPUNT] for action in grant.actions}
    assert not independent & {Action.TRANSITION_PERFORM, Action.DECISION_CREATE, Action.ESCALATION_RESOLVE}
    assert Action.YOUNG_PERSON_READ not in independent
    for role in (
        Role.SCHOOLBESTUURDER,
        Role.DIRECTEUR_SWV,
        Role.WETHOUDER,
        Role.AANDACHTSFUNCTIONARIS,
        Role.REGIEVOERDER_VERWIJSINDEX,
        Role.FUNCTIONARIS_GEGEVENSBESCHERMING,
        Role.BEHEERDER,
    ):
        own = {Reach.ANYONE, Reach.OWN_ORGANISATION, Reach.OWN_TRACK}
        assert all(grant.reach in own for grant in POLICY[role])
    # Seed 002:57-59: the manager of a kernpartner speeds up what is stuck; to see the process is enough for that.
    manager = [grant for grant in POLICY[Role.LEIDINGGEVENDE_KERNPARTNER] if grant.reach is Reach.INVOLVED]
    assert [grant.categories | grant.under_consent for grant in manager] == [{Category.PROCES}]
    assert [grant.actions for grant in manager] == [
        {Action.CASE_READ, Action.ESCALATION_FINDING, Action.ESCALATION_RESOLVE}
    ]
