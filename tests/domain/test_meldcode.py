"""The rules of the Meldcode by themselves: over every answer, and over courses at random (domain.md §3, R34)."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.meldcode import (
    LAST,
    STEPS,
    VEILIG_THUIS,
    Answer,
    Course,
    Entry,
    Kind,
    Outcome,
    before_considering,
    before_deciding,
    course,
    is_answer,
)

READY = (Entry(Kind.OVERLEG, "collega"), Entry(Kind.GESPREK), Entry(Kind.WEGING))
J, N, D = Answer.JA, Answer.NEE, Answer.TWIJFEL


def considered(*answers: Answer) -> tuple[Entry, ...]:
    return tuple(Entry(Kind.AFWEGING, answer, number) for number, answer in enumerate(answers, 1))


@pytest.mark.parametrize(
    ("answers", "leads_to"),
    [
        ((N,), Outcome.AFSLUITEN),
        ((J,), None),
        ((J, J), Outcome.MELDEN),
        ((J, D), Outcome.MELDEN),
        ((J, N), None),
        ((J, N, N), Outcome.MELDEN),
        ((J, N, J), None),
        ((J, N, J, N), Outcome.MELDEN),
        ((J, N, J, J), Outcome.HULP),
        ((J, N, J, J, N), Outcome.MELDEN),
        ((J, N, J, J, J), Outcome.AFSLUITEN),
    ],
)
def test_the_considerations_lead_where_the_framework_leads(
    answers: tuple[Answer, ...], leads_to: Outcome | None
) -> None:
    assert course((*READY, *considered(*answers))).leads_to is leads_to


def test_doubt_is_an_answer_to_the_second_consideration_alone() -> None:
    assert [number for number in range(1, LAST + 1) if is_answer(number, D)] == [2]
    assert all(is_answer(number, answer) for number, answer in product(range(1, LAST + 1), (J, N)))


def test_a_new_answer_takes_back_the_later_ones_and_a_new_weighing_all() -> None:
    help_agreed = (*READY, *considered(J, N, J, J))
    assert course((*help_agreed, Entry(Kind.AFWEGING, N, 2))).answers == {1: J, 2: N}
    assert course((*help_agreed, Entry(Kind.WEGING))).answers == {}


_ENTRY = st.one_of(
    st.builds(Entry, st.just(Kind.OVERLEG), st.sampled_from(["collega", VEILIG_THUIS])),
    st.builds(Entry, st.sampled_from([Kind.SIGNAAL, Kind.GESPREK, Kind.ANTWOORD])),
    st.builds(Entry, st.just(Kind.WEGING), flag=st.booleans()),
    st.builds(Entry, st.just(Kind.AFWEGING), st.sampled_from(Answer), st.integers(1, LAST)).filter(
        lambda each: is_answer(each.number, Answer(each.code))
    ),
    st.builds(Entry, st.just(Kind.BESLUIT), st.sampled_from(Outcome)),
)


def kept(entries: list[Entry]) -> list[Entry]:
    """Those that the rules let be recorded, one after the other."""
    found: list[Entry] = []
    for each in entries:
        now = course(found)
        if each.kind is Kind.AFWEGING and before_considering(now, each.number):
            continue
        if each.kind is Kind.BESLUIT and before_deciding(now, Outcome(each.code), acute=False):
            continue
        found.append(each)
    return found


@given(st.lists(_ENTRY, max_size=20))
def test_no_course_ends_in_help_or_closing_without_what_the_law_asks(entries: list[Entry]) -> None:
    now = course(kept(entries))
    assert now.step in STEPS
    assert sorted(now.answers) == list(range(1, len(now.answers) + 1))
    if now.answers:
        assert now.consulted
        assert now.weighed
        assert VEILIG_THUIS in now.consulted or not now.doubt
    if now.leads_to is not None:
        allowed = {each for each in Outcome if not before_deciding(now, each, acute=False)}
        assert allowed - {Outcome.AFSLUITEN, Outcome.MELDEN} <= {now.leads_to}


@given(st.lists(_ENTRY, max_size=20))
def test_acute_danger_never_waits_and_nothing_else_skips_a_step(entries: list[Entry]) -> None:
    now = course(kept(entries))
    assert before_deciding(now, Outcome.MELDEN, acute=True) == ()
    assert all(each.by is not Kind.AFWEGING for each in before_deciding(now, Outcome.MELDEN, acute=False))
    assert before_deciding(Course(), Outcome.HULP, acute=True) != ()
    for outcome in Outcome:
        unmet = before_deciding(now, outcome, acute=False)
        assert len({each.code for each in unmet}) == len(unmet)
