"""The register of processing activities: every action in exactly one, each told whole."""

from collections import Counter

from app.domain.policy import POLICY, Action
from app.domain.processing_activities import ACTIVITIES, activity_of
from app.domain.retention import BY_KEY, TABLES, Way
from app.privacy_document import written
from tests.conftest import ROOT


def test_every_action_belongs_to_exactly_one_activity() -> None:
    counted = Counter(str(action) for each in ACTIVITIES for action in (*each.actions, *each.also))
    assert set(Action) - {*counted} == set(), "an action without a purpose"
    assert {action for action, number in counted.items() if number > 1} == set()
    assert all(activity_of(action).key for action in Action)


def test_an_activity_names_no_more_and_no_less_than_the_policy_shows() -> None:
    """What roles can see by an action of an activity lies within its categories, for those that show a case."""
    for each in ACTIVITIES:
        seen = {
            category
            for grants in POLICY.values()
            for grant in grants
            if Action.CASE_READ in grant.actions and Action.CASE_READ in each.actions
            for category in grant.categories | grant.under_consent
        }
        assert seen <= each.categories, each.key


def test_how_long_it_is_kept_is_said_in_the_words_of_the_retention_itself() -> None:
    """One vocabulary: a class, or a table that no class holds; and every class is of some activity."""
    named = {name for each in ACTIVITIES for name in each.retention}
    assert named - {*BY_KEY, *TABLES} == set(), "name a class or a table of app.domain.retention"
    assert {*BY_KEY} - named == set(), "a class that no activity keeps anything by"
    assert [name for name in named if name in TABLES and TABLES[name][0] is Way.BY_CLASS] == [], "name its class"


def test_each_has_a_name_for_good_and_is_told_whole() -> None:
    assert len({each.key for each in ACTIVITIES}) == len(ACTIVITIES)
    for each in ACTIVITIES:
        told = (each.title, each.purpose, each.ground, each.besides, each.recipients, each.retention, *each.subjects)
        assert all(told), each.key
        assert each.subjects, each.key


def test_the_page_is_the_register() -> None:
    assert (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").startswith(written())
