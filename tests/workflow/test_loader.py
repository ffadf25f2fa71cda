"""Route files: what is read, and that every mistake is said at once, with its place and remedy."""

import os
import re
from pathlib import Path

import pytest

from app.domain.actors import Role
from app.workflow.guards import GUARDS
from app.workflow.loader import UnknownRoute, current, load_routes, read_route, read_routes
from app.workflow.model import Moment, Occasion, Status
from app.workflow.reader import RouteFaults

# The smallest route that holds together; each test breaks one thing in it.
SOUND = """
key = "proef"
version = 1
status = "in_force"
start = "begin"
title = { nl = "Proef", en = "Trial" }

[sources]
001 = "Een bron"

[groups]
school = ["leerkracht", "directie"]

[consent]
youth_from = 12
youth_alone_from = 16
source = "001:1"

[[problem_class]]
key = "geen"
title = { nl = "geen", en = "none" }
level = "geen"
source = "001:2"

[[problem_class]]
key = "enkelvoudig"
title = { nl = "enkelvoudig", en = "single" }
level = "enkelvoudig"
source = "001:2"

[regie]
rule = "table"
source = "001:2"
table = [
    { leervraag = "geen", leefvraag = "geen", source = "001:2" },
    { leervraag = "geen", leefvraag = "enkelvoudig", source = "001:2" },
    { leervraag = "geen", leefvraag = "complex", holder = "casemanager", source = "001:2" },
    { leervraag = "enkelvoudig", leefvraag = "geen", holder = "onderwijs", source = "001:2" },
    { leervraag = "enkelvoudig", leefvraag = "enkelvoudig", holder = "onderwijs", source = "001:2" },
    { leervraag = "enkelvoudig", leefvraag = "complex", holder = "casemanager", source = "001:2" },
    { leervraag = "complex", leefvraag = "geen", holder = "onderwijs", source = "001:2" },
    { leervraag = "complex", leefvraag = "enkelvoudig", holder = "onderwijs", source = "001:2" },
    { leervraag = "complex", leefvraag = "complex", holder = "casemanager", source = "001:2" },
]

[[regie.before_table]]
assessment = "leervraag"
outcomes = ["geen"]
holder = "onderwijs"
source = "001:2"

[regie.holders]
onderwijs = ["school"]
casemanager = ["casemanager_jeugd"]

[[step]]
key = "begin"
title = { nl = "Begin", en = "Start" }
purpose = { nl = "Beginnen.", en = "To start." }
source = "001:3"

[[step]]
key = "eind"
title = { nl = "Eind", en = "End" }
purpose = { nl = "Eindigen.", en = "To end." }
end = true
source = "001:3"

[[party]]
key = "school"
title = { nl = "school", en = "school" }
organisations = ["school"]
roles = ["school"]
source = "001:4"

[[note]]
key = "gesprek"
title = { nl = "gesprek", en = "talk" }
category = "proces"
roles = ["school"]
with_whom = ["ouder"]
source = "001:5"

[[assessment]]
key = "leervraag"
title = { nl = "leervraag", en = "leervraag" }
category = "leren"
roles = ["school"]
outcomes = [
    { code = "geen", title = { nl = "geen", en = "none" } },
    { code = "enkelvoudig", title = { nl = "enkelvoudig", en = "single" } },
]
needs_reason = ["geen"]
sets = "leervraag"
source = "001:6"

[[meeting]]
key = "mdo"
title = { nl = "MDO", en = "MDO" }
roles = ["school"]
checklist = "vragen"
goals = [{ nl = "Doel", en = "Goal" }]
invitees = [{ party = "school", presence = "required", sectors = ["po"], from_age = 4, source = "001:7" }]
source = "001:7"

[[checklist]]
key = "vragen"
title = { nl = "Vragen", en = "Questions" }
items = [
    { key = "doel", question = { nl = "Is het duidelijk?", en = "Is it clear?" }, answer = "ja_nee", source = "001:7" },
]
source = "001:7"

[functions]
regiehouder = { nl = "baas", en = "boss" }

[[role]]
role = "directie"
word = { nl = "schoolleider", en = "head" }
turn = ["begin"]
source = "001:12"
tasks = [{ says = { nl = "rondt af", en = "finishes" }, does = ["transition:klaar"], source = "001:12" }]

[[level]]
key = "uitvoering"
title = { nl = "Uitvoering", en = "Practice" }
sees_the_child = true
key_figures = [
    { role = "directie", organisation = "school", word = { nl = "directeur", en = "head" }, source = "001:12" },
]
source = "001:12"

[[term]]
key = "wachten"
title = { nl = "Twee weken", en = "Two weeks" }
step = "begin"
anchor = "step:begin"
until = ["assessment:leervraag"]
amount = 2
unit = "week"
basis = "policy"
remind_before = 3
way_on = ["klaar"]
source = "001:13"

[[claim]]
key = "eerst_kijken"
says = { nl = "Eerst kijken.", en = "Look first." }
on = { enter = ["eind"] }
except = ["klaar"]
requires = [{ guard = "assessment_recorded", kind = "leervraag", source = "001:14" }]
source = "001:14"

[[plan]]
key = "plan"
contents = ["actions"]
title = { nl = "plan", en = "plan" }
roles = ["school"]
source = "001:8"

[[escalation]]
kinds = ["stagnatie"]
addressed_to = "stagnatiepunt"
title = { nl = "vast", en = "stuck" }
roles = ["school"]
involve = [
    { organisation = "stagnatiepunt", roles = ["politie"], ground = "procesbewaking", source = "001:9" },
]
source = "001:9"

[[transition]]
key = "klaar"
title = { nl = "Klaar", en = "Done" }
from = ["begin"]
to = "eind"
roles = ["school"]
functions = ["regiehouder"]
conditions = [
    { guard = "assessment_recorded", kind = "leervraag", outcomes = ["geen"], source = "001:10" },
    { guard = "consent_in_force", recipient = "jgz", source = "001:10" },
]
involve = [{ organisation = "jgz", roles = ["jeugdarts"], ground = "toestemming", source = "001:10" }]
release = ["gemeente"]
effects = ["close_case"]
source = "001:10"

[[transition]]
key = "opnieuw"
title = { nl = "Opnieuw", en = "Again" }
from = ["eind"]
to = "begin"
roles = ["directie"]
requires_explanation = true
source = "001:11"
"""


def faults_of(text: str, name: str = "proef.1.toml") -> list[str]:
    with pytest.raises(RouteFaults) as caught:
        read_route(name, text)
    return [str(fault) for fault in caught.value.faults]


def broken(old: str, new: str, count: int = 1) -> list[str]:
    assert old in SOUND
    return faults_of(SOUND.replace(old, new, count))


def test_a_sound_file_is_read_as_it_stands() -> None:
    route = read_route("proef.1.toml", SOUND)
    assert (route.key, route.version, route.status) == ("proef", 1, Status.IN_FORCE)
    done = route.transitions["klaar"]
    assert done.roles == (Role.LEERKRACHT, Role.DIRECTIE)
    assert done.conditions[0].params == {"kind": "leervraag", "outcomes": ("geen",)}
    assert (done.target("begin"), done.requires_explanation) == ("eind", False)
    assert route.transitions["opnieuw"].requires_explanation
    assert route.steps["eind"].end
    [term] = route.terms_of("begin")
    assert (term.anchor, term.until, term.way_on) == (
        Moment("step", "begin"),
        (Moment("assessment", "leervraag"),),
        ("klaar",),
    )
    assert route.roles[Role.DIRECTIE].tasks[0].does == ("transition:klaar",)
    assert route.word(Role.DIRECTIE).nl == "schoolleider"
    assert route.word(Role.JEUGDARTS).nl == "jeugdarts"
    assert route.functions["regiehouder"].en == "boss"
    assert route.meetings["mdo"].invitees[0].sectors == {"po"}
    assert [item.key for item in route.checklists["vragen"].items] == ["doel"]
    assert route.plans["plan"].contents == {"actions"}
    assert route.claims["eerst_kijken"].on == Occasion(enter=("eind",))
    assert route.levels["uitvoering"].sees_the_child
    assert route.assessments["leervraag"].needs_reason == {"geen"}


def test_a_transition_without_destination_stays_where_it_is() -> None:
    loop = (
        SOUND + '[[transition]]\nkey = "lus"\ntitle = { nl = "x", en = "x" }\nfrom = ["begin"]\nroles = ["directie"]\n'
    )
    route = read_route("proef.1.toml", loop + 'source = "001:1"\n')
    assert route.transitions["lus"].target("begin") == "begin"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('roles = ["directie"]', 'roles = ["tovenaar"]', "'tovenaar', which is no documented actor"),
        ('roles = ["directie"]', "roles = []", "nobody may make it"),
        ('roles = ["directie"]', 'roles = ["directie", "directie"]', "names something twice"),
        ('roles = ["directie"]', "roles = [1]", "something that is no text"),
        ('roles = ["directie"]', 'roles = "directie"', "roles is not a list of texts"),
        ('roles = ["directie"]\n', "", "roles is missing"),
        ('guard = "consent_in_force"', 'guard = "wens"', "the guard 'wens' is unknown"),
        ('recipient = "jgz"', 'recipient = "bakker"', "recipient names 'bakker'"),
        ('recipient = "jgz"', "recipient = 3", "recipient is not a text"),
        ('recipient = "jgz", ', "", "recipient is missing"),
        ('recipient = "jgz"', 'recipient = "jgz", extra = 1', "extra is unknown here"),
        ('kind = "leervraag", outcomes', 'kind = "rekenen", outcomes', "kind names 'rekenen'"),
        ('outcomes = ["geen"], source', 'outcomes = ["veel"], source', "outcomes names 'veel'"),
        ('from = ["begin"]', 'from = ["nergens"]', "from names 'nergens'"),
        ('to = "eind"', 'to = "nergens"', "to names 'nergens'"),
        ('functions = ["regiehouder"]', 'functions = ["baas"]', "functions names 'baas'"),
        ('effects = ["close_case"]', 'effects = ["juichen"]', "effects names 'juichen'"),
        ('release = ["gemeente"]', 'release = ["bakker"]', "release names 'bakker'"),
        ('ground = "toestemming"', 'ground = "zin"', "ground names 'zin'"),
        ('recipient = "jgz"', 'recipient = "school"', "without asking for consent"),
        ('organisation = "jgz"', 'organisation = "bakker"', "organisation names 'bakker'"),
        ('key = "opnieuw"', 'key = "klaar"', "the key 'klaar' is used twice"),
        ('key = "eind"', 'key = "begin"', "the key 'begin' is used twice"),
        ('source = "001:11"', "", "source is missing"),
        ('source = "001:11"', 'source = "ergens"', "source 'ergens' can't be read"),
        ('source = "001:11"', 'source = "009:11"', "source '009' is not introduced"),
        (
            '{ guard = "consent_in_force", recipient = "jgz", source = "001:10" }',
            '{ guard = "consent_in_force", recipient = "jgz" }',
            "source is missing",
        ),
        ("requires_explanation = true", "requires_explanation = 1", "requires_explanation is not true or false"),
        ("requires_explanation = true", "requires_explenation = true", "requires_explenation is unknown here"),
        ('title = { nl = "Klaar", en = "Done" }', 'title = { nl = "Klaar" }', "title is not given in two languages"),
        ('title = { nl = "Klaar", en = "Done" }', 'title = { nl = "Klaar", en = " " }', "not given in two languages"),
        ('category = "leren"', 'category = "koken"', "category names 'koken'"),
        ('needs_reason = ["geen"]', 'needs_reason = ["veel"]', "needs_reason names 'veel'"),
        ('sets = "leervraag"', 'sets = "alles"', "sets names 'alles'"),
        ('code = "enkelvoudig"', 'code = "lastig"', "names 'lastig'"),
        ('code = "enkelvoudig"', 'code = "geen"', "not each their own"),
        ('sets = "leervraag"', 'yields_to = "niets"', "yields to 'niets'"),
        ('party = "school"', 'party = "bakker"', "party names 'bakker'"),
        ('presence = "required"', 'presence = "graag"', "presence names 'graag'"),
        ('sectors = ["po"]', 'sectors = ["wo"]', "sectors names 'wo'"),
        ('checklist = "vragen"', 'checklist = "niets"', "checklist names 'niets'"),
        ('answer = "ja_nee"', 'answer = "misschien"', "answer names 'misschien'"),
        ('goals = [{ nl = "Doel", en = "Goal" }]', 'goals = [{ nl = "Doel" }]', "goals is not given in two languages"),
        ('contents = ["actions"]', 'contents = ["taart"]', "contents names 'taart'"),
        ("regiehouder = { nl", "koning = { nl", "functions names 'koning'"),
        ('role = "directie"\nword', 'role = "tovenaar"\nword', "role names 'tovenaar'"),
        ('turn = ["begin"]', 'turn = ["nergens"]', "turn names 'nergens'"),
        ('does = ["transition:klaar"]', 'does = ["transition:niets"]', "does names 'transition:niets'"),
        ('key = "uitvoering"', 'key = "kelder"', "key names 'kelder'"),
        ('step = "begin"', 'step = "nergens"', "step names 'nergens'"),
        ('anchor = "step:begin"', 'anchor = "ooit"', "anchor 'ooit' is no moment"),
        ('anchor = "step:begin"', 'anchor = "step:nergens"', "anchor step names 'nergens'"),
        ('way_on = ["klaar"]', 'way_on = ["opnieuw"]', "way_on 'opnieuw' does not start at begin"),
        ('way_on = ["klaar"]\n', "", "nobody knows what to do when it has passed"),
        (
            'step = "begin"\nanchor = "step:begin"\nuntil = ["assessment:leervraag"]',
            'anchor = "case"',
            "nothing meets it",
        ),
        ('basis = "policy"', 'basis = "gevoel"', "basis names 'gevoel'"),
        ('on = { enter = ["eind"] }\n', "", "does not say when it is asked"),
        (
            'on = { enter = ["eind"] }',
            'on = { enter = ["eind"], leave = ["begin"] }',
            "names no occasion, or more than one",
        ),
        ('on = { enter = ["eind"] }', 'on = { enter = ["nergens"] }', "enter names 'nergens'"),
        ('on = { enter = ["eind"] }', 'always = { steps = ["eind"], holds = ["rust"] }', "holds names 'rust'"),
        ('on = { enter = ["eind"] }', 'always = { steps = ["eind"], holds = ["regie_set"] }', "do not go together"),
        (
            'on = { enter = ["eind"] }',
            'exactly_one = { step = "nergens", transitions = ["klaar"] }',
            "step names 'nergens'",
        ),
        ('except = ["klaar"]', 'except = ["niets"]', "except names 'niets'"),
        ('level = "geen"', 'level = "complex"', "geen can't have level complex"),
        ('key = "geen"\ntitle', 'key = "zwaar"\ntitle', "key names 'zwaar'"),
        ('organisations = ["school"]', 'organisations = ["bakker"]', "organisations names 'bakker'"),
        ('unit = "week"', 'unit = "eeuw"', "unit names 'eeuw'"),
        ("amount = 2", "amount = 0", "amount is 0"),
        ("amount = 2", "amount = 100000", "amount is 100000"),
        ("amount = 2", "amount = true", "amount is not a whole number"),
        ("youth_from = 12", "youth_from = 13", "asks less than the statute"),
        ("youth_alone_from = 16", "youth_alone_from = 15", "asks less than the statute"),
        ("youth_alone_from = 16", "youth_alone_from = 19", "asks less than the statute"),
        ('rule = "table"', 'rule = "loting"', "rule names 'loting'"),
        ('holder = "casemanager"', 'holder = "koning"', "holder names 'koning'"),
        ('assessment = "leervraag"', 'assessment = "rekenen"', "assessment names 'rekenen'"),
        ('outcomes = ["geen"]\nholder', 'outcomes = ["veel"]\nholder', "outcomes names 'veel'"),
        (
            '{ leervraag = "geen", leefvraag = "geen", source = "001:2" },\n',
            "",
            "leervraag geen with leefvraag geen has no row",
        ),
        ('leervraag = "geen", leefvraag = "enkelvoudig"', 'leervraag = "geen", leefvraag = "geen"', "answered twice"),
        ('casemanager = ["casemanager_jeugd"]', "", "nobody can hold the regie for casemanager"),
        ('status = "in_force"', 'status = "half"', "status names 'half'"),
        ('start = "begin"', 'start = "nergens"', "the start 'nergens' is no step"),
        ('key = "proef"', 'key = "  "', "key is empty"),
        ("version = 1", "version = 2", "the file is named proef.1.toml"),
        ("end = true\n", "", "no step is an end"),
        ('school = ["leerkracht", "directie"]', 'school = ["bakker"]', "'bakker', which is no documented actor"),
        ("[consent]", "[toestemming]", "consent is missing"),
    ],
)
def test_a_mistake_is_said_with_its_remedy(old: str, new: str, says: str) -> None:
    said = broken(old, new)
    assert any(says in line for line in said), said
    for line in said:
        assert re.match(r"proef\.1\.toml:\d+: .*[.] [A-Z].*[.]$", line), line


def test_a_step_that_cannot_be_reached_is_said() -> None:
    lost = (
        '[[step]]\nkey = "eiland"\ntitle = { nl = "x", en = "x" }\npurpose = { nl = "x", en = "x" }\nsource = "001:1"\n'
    )
    said = faults_of(SOUND.replace("[[party]]", lost + "\n[[party]]", 1))
    assert any("step eiland can't be reached from begin" in line for line in said)
    assert any("step eiland has no way out" in line for line in said)


def test_a_step_without_a_way_out_is_said_also_when_it_only_leads_to_itself() -> None:
    said = broken('from = ["eind"]\nto = "begin"', 'from = ["eind"]')
    assert said == [said[0]]
    assert "step eind has no way out" in said[0]


def test_two_steps_that_only_lead_to_each_other_are_said() -> None:
    steps = "".join(
        f'[[step]]\nkey = "{key}"\ntitle = {{ nl = "x", en = "x" }}\n'
        'purpose = { nl = "x", en = "x" }\nsource = "001:1"\n'
        for key in ("heen", "weer")
    )
    moves = "".join(
        f'[[transition]]\nkey = "{key}"\ntitle = {{ nl = "x", en = "x" }}\nfrom = ["{origin}"]\nto = "{to}"\n'
        f'roles = ["directie"]\nsource = "001:1"\n'
        for key, origin, to in (("in", "begin", "heen"), ("een", "heen", "weer"), ("twee", "weer", "heen"))
    )
    said = faults_of(SOUND.replace("[[party]]", steps + "[[party]]", 1) + moves)
    assert [re.sub(r".*: (step .* no end)\..*", r"\1", line) for line in said] == [
        "step heen leads to no end",
        "step weer leads to no end",
    ]


def test_every_mistake_is_said_at_once_with_the_line_of_its_table() -> None:
    text = SOUND.replace('roles = ["directie"]', 'roles = ["tovenaar"]').replace(
        'recipient = "jgz"', 'recipient = "bakker"'
    )
    said = faults_of(text.replace('category = "leren"', 'category = "koken"'))
    lines = text.splitlines()
    places = [(int(line.split(":")[1]), line) for line in said]
    assert (
        len(said) == 5
    )  # a condition without its recipient also lacks the consent; a transition without roles, actors
    for number, line in places:
        assert lines[number - 1].startswith("[["), line
    assert any("transition klaar, conditions consent_in_force" in line for line in said)


def test_what_is_no_toml_is_said_with_its_line() -> None:
    said = faults_of("key = 'proef'\nversion = \n")
    assert len(said) == 1
    assert said[0].startswith("proef.1.toml:2: file: it is no valid TOML")


def test_the_faults_of_all_files_are_said_together() -> None:
    with pytest.raises(RouteFaults) as caught:
        read_routes({"proef.1.toml": "x", "ander.1.toml": "y", "goed.1.toml": SOUND.replace('"proef"', '"goed"')})
    assert {fault.file for fault in caught.value.faults} == {"proef.1.toml", "ander.1.toml"}


def test_versions_stand_beside_each_other() -> None:
    second = SOUND.replace("version = 1", "version = 2").replace('status = "in_force"', 'status = "draft"')
    routes = read_routes({"proef.1.toml": SOUND, "proef.2.toml": second})
    assert set(routes) == {("proef", 1), ("proef", 2)}


def test_the_shipped_routes_are_loaded_and_the_newest_in_force_is_current() -> None:
    routes = load_routes()
    assert current("midden-groningen") is routes["midden-groningen", 1]
    with pytest.raises(UnknownRoute):
        current("nergens")


def test_what_one_caller_does_to_the_answer_does_not_reach_the_next() -> None:
    load_routes().clear()
    assert load_routes()


@pytest.mark.parametrize("name", GUARDS)
def test_every_guard_says_what_it_must_be_given(name: str) -> None:
    """Without its parameters a condition is refused by the loader, not by the guard in the middle of a request."""
    bare = f'{{ guard = "{name}", source = "001:10" }},\n    {{ guard = "consent_in_force"'
    text = SOUND.replace('{ guard = "consent_in_force"', bare, 1)
    required = GUARDS[name].required
    if not required:
        assert read_route("proef.1.toml", text)
        return
    said = faults_of(text)
    assert len(said) == len(required)
    for parameter in required:
        assert any(f"{parameter} is missing" in line for line in said)


def test_every_source_of_the_shipped_route_is_a_line_with_words() -> None:
    """Reads the seed itself, from the folder that SHARED names; skipped where that folder is not there."""
    shared = Path(os.environ.get("SHARED", Path(__file__).parents[2] / ".." / "shared"))
    seeds = list(shared.glob("seeds/001_*.txt"))
    if not seeds:
        pytest.skip("the seeds are not on this machine: set SHARED to the folder that holds them")
    lines = seeds[0].read_text(encoding="utf-8").splitlines()
    route = current("midden-groningen")
    sources = [route.consent.source, route.regie.source]
    for table in (route.steps, route.assessments, route.notes, route.parties, route.meetings, route.plans):
        sources += [rule.source for rule in table.values()]
    sources += [escalation.source for escalation in route.escalations]
    for transition in route.transitions.values():
        sources += [transition.source, *(condition.source for condition in transition.conditions)]
        sources += [involve.source for involve in transition.involve]
    places = [place for source in sources for place in re.findall(r"001:(\d+)(?:-(\d+))?", source)]
    assert len(places) > 250
    for first, last in places:
        assert lines[int(first) - 1].strip(), f"001:{first} is an empty line"
        if last:
            assert int(first) < int(last) <= len(lines)
            assert lines[int(last) - 1].strip(), f"001:{last} is an empty line"
