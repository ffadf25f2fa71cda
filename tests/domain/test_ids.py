"""Identifiers sort in the order in which they were made, and say nothing but when."""

from app.domain.ids import new_id


def test_ids_of_one_process_sort_as_they_were_made_also_within_a_millisecond() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_each_is_a_uuid_of_version_7_that_cannot_be_guessed_from_the_one_before() -> None:
    first, second = new_id(), new_id()
    assert (first.version, second.version, first.variant) == (7, 7, second.variant)
    assert second.int - first.int > 1
