"""What a promise says of the tables stands there, in sentences that the tables can say."""

from dataclasses import replace
from importlib.resources import files

import pytest

from app.workflow.loader import load_routes, read_route
from app.workflow.model import Route
from app.workflow.promises import is_statement, statements
from app.workflow.proof import prove
from app.workflow.reader import RouteFaults

NAME = "expertteam-verbinding.1.toml"


@pytest.mark.parametrize("route", load_routes().values(), ids=lambda route: route.key)
def test_whatever_the_tables_say_can_be_promised(route: Route) -> None:
    said = list(statements(route))
    assert said
    assert [each for each in said if not is_statement(each)] == []


def test_a_promise_that_the_tables_do_not_keep_is_a_fault() -> None:
    route = load_routes()["expertteam-verbinding", 1]
    meeting = route.meetings["afstemming"]
    fewer = replace(meeting, invitees=tuple(each for each in meeting.invitees if each.party != "ouder"))
    broken = replace(route, meetings={"afstemming": fewer})
    (fault,) = prove(broken, tables=True).faults
    assert (fault.code, fault.subject) == ("belofte_aan_tafel_bij_afstemming", "claim:aan_tafel_bij_afstemming")
    assert "meeting:afstemming invites ouder" in fault.says.nl


def test_a_sentence_that_no_table_says_is_refused_where_it_stands() -> None:
    text = (files("app.routes") / NAME).read_text(encoding="utf-8")
    wrong = text.replace('"transition:heropenen to zorgvraag"', '"heropenen goes to zorgvraag"')
    with pytest.raises(RouteFaults, match="no sentence that the tables can say"):
        read_route(NAME, wrong)
