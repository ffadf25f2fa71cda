"""A route as a picture: as DOT for Graphviz, which draws it when the project is built; as Mermaid; and as plain text.

Nothing is laid out here. The drawing is made once a version (`make pictures`) and committed beside the route; what a
case adds to it, where it stands and which way it went, is said by classes and a few lines of CSS (`picture`).
"""

import hashlib
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby

from app.domain.actors import FAMILY_ROLES, HOMES, OrganisationKind, Role
from app.workflow.model import Route, Status, Step, Text, Transition

# What leaves a case where it is and can be done in so many steps is shown once, on a card of its own.
COMMON = 4
# So many ways back to one step, or to an end, are told on their cards without an arrow: together they would hide the
# rest of the picture.
CROWD = 4
# More roles than this are told by the house where they work, when all of a house are meant.
SPELLED_OUT = 3
WIDTH = 28  # characters on a line of a card

HERE = Text("▶ Hier staat de zaak nu", "▶ The case is here now")
BEEN = Text("✓ Hier is de zaak geweest", "✓ The case has been here")
_STAYS = Text("○ De zaak blijft hier", "○ The case stays here")
_COMMON = Text("○ Kan in meer stappen; de zaak blijft waar zij staat", "○ In several steps; the case stays where it is")
_BEGIN, _END = Text("begin", "start"), Text("einde", "end")
_STATUS = {
    Status.DRAFT: Text("concept", "draft"),
    Status.IN_FORCE: Text("van kracht", "in force"),
    Status.WITHDRAWN: Text("ingetrokken: geen nieuwe zaken", "withdrawn: no new cases"),
}
_LEGEND = (
    Text("→ verder: de pijl wijst naar de stap", "→ onward: the arrow points to the step"),
    Text("↩ terug naar een eerdere stap", "↩ back to an earlier step"),
    Text("■ naar het einde van de route", "■ to the end of the route"),
    Text("○ de zaak blijft waar zij staat", "○ the case stays where it is"),
)
_HOUSES: Mapping[OrganisationKind, Text] = {
    OrganisationKind.SCHOOL: Text("iedereen van de school", "everybody of the school"),
    OrganisationKind.SCHOOLBESTUUR: Text("schoolbestuur", "school board"),
    OrganisationKind.SAMENWERKINGSVERBAND: Text("samenwerkingsverband", "samenwerkingsverband"),
    OrganisationKind.GEMEENTE: Text("gemeente", "municipality"),
    OrganisationKind.JGZ: Text("JGZ", "JGZ"),
    OrganisationKind.JEUGDHULPAANBIEDER: Text("jeugdhulp", "jeugdhulp"),
}
_FAMILY = Text("gezin", "family")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card in both languages; `kind` is its class, `transition` the one that it belongs to."""

    text: Text
    kind: str  # hier | titel | soort | termijn | kop | stap | wie
    transition: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Lines that belong together; an arrow may leave from here for step `to`."""

    lines: tuple[Line, ...]
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What the picture shows of one step; or of the route; or of what can be done in several steps."""

    id: str
    classes: str
    says: Text  # when the pointer rests on it
    rows: tuple[Row, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, from top to bottom."""
        return tuple(line for row in self.rows for line in row.lines)


@dataclass(frozen=True, slots=True)
class Walk:
    """What a case adds to the picture of its route: the step where it stands, and the way it went.

    `taken`: of each transition from which step, to which, and its key; oldest first. One that this version does not
    know is passed over: a case that came from an older version has such a past.
    """

    at: str
    taken: tuple[tuple[str, str, str], ...] = ()


# --- What is shown ----------------------------------------------------------------------------------------------------


def cards(route: Route) -> list[Card]:
    """The cards of the picture: of the route, of each step in the order of the file, of what several steps share."""
    status = status_in_words(route)
    version = Text(f"versie {route.version}, {status.nl}", f"version {route.version}, {status.en}")
    legend = tuple(line for text in _LEGEND for line in _wrapped(text, "wie"))
    head = (*_wrapped(route.title, "titel"), *_wrapped(version, "soort"))
    common = _common(route)
    made = [Card("uitleg", "kaart uitleg", route.title, (Row(head), Row(legend)))]
    made += [_card(route, step, common) for step in route.steps.values()]
    if common:
        shared = [line for each in common for line in _transition(route, each, where=_where(route, each))]
        made.append(Card("overal", "kaart overal", _COMMON, (Row(tuple(_wrapped(_COMMON, "kop"))), Row(tuple(shared)))))
    return made


def status_in_words(route: Route) -> Text:
    """Whether this version takes new cases."""
    return _STATUS[route.status]


def ways(route: Route) -> list[tuple[str, str]]:
    """From which step to which other step some transition leads: each pair once, in the order of the file."""
    found = dict.fromkeys(
        (origin, each.target(origin)) for each in route.transitions.values() for origin in each.origins
    )
    return [(origin, target) for origin, target in found if origin != target]


def arrows(route: Route) -> list[tuple[str, str]]:
    """The ways that are drawn as an arrow; the others are told on the card where they begin (see CROWD)."""
    back = [way for way in ways(route) if _direction(route, *way) != "verder"]
    crowded = {target for target, times in Counter(target for _, target in back).items() if times >= CROWD}
    return [way for way in ways(route) if way not in back or way[1] not in crowded]


def card_id(step: str) -> str:
    """How the card of a step is called in the picture."""
    return f"stap-{step}"


def arrow_id(origin: str, target: str) -> str:
    """How the arrow between two steps is called in the picture."""
    return f"pijl-{origin}-{target}"


def transition_class(key: str) -> str:
    """The class of the lines that tell of a transition."""
    return f"t-{key}"


_DIRECTIONS = ("verder", "terug", "einde")


def _direction(route: Route, origin: str, target: str) -> str:
    order = list(route.steps)
    if route.steps[target].end:
        return "einde"
    return "terug" if order.index(target) < order.index(origin) else "verder"


def _common(route: Route) -> list[Transition]:
    return [each for each in route.transitions.values() if len(_staying(each)) >= COMMON]


def _staying(transition: Transition) -> list[str]:
    return [origin for origin in transition.origins if transition.target(origin) == origin]


def _where(route: Route, transition: Transition) -> Text:
    """In which steps; or, where that is shorter, in which not."""
    staying = _staying(transition)
    lacking = [step.key for step in route.steps.values() if not step.end and step.key not in staying]
    if not lacking:
        return Text("in elke stap", "in every step")
    names = _listed(route.steps[key].title for key in min(staying, lacking, key=len))
    if len(lacking) < len(staying):
        return Text(f"in elke stap, niet in: {names.nl}", f"in every step, not in: {names.en}")
    return Text(f"in: {names.nl}", f"in: {names.en}")


def _card(route: Route, step: Step, common: Sequence[Transition]) -> Card:
    targets: dict[str, list[Transition]] = {}
    for transition in route.transitions.values():
        if step.key in transition.origins:
            targets.setdefault(transition.target(step.key), []).append(transition)
    stays = [each for each in targets.pop(step.key, []) if each not in common]
    kind = _BEGIN if step.key == route.start else _END if step.end else None
    head = [Line(HERE, "hier"), *_wrapped(step.title, "titel")]
    head += [Line(kind, "soort")] if kind else []
    head += [line for term in _terms(route, step) for line in _wrapped(term, "termijn")]
    rows = [Row(tuple(head))]
    # Onward first, then back, then out.
    order = sorted(targets, key=lambda target: _DIRECTIONS.index(_direction(route, step.key, target)))
    for target in order:
        transitions = targets[target]
        sign = {"einde": "■", "terug": "↩", "verder": "→"}[_direction(route, step.key, target)]
        name = route.steps[target].title
        lines = _wrapped(Text(f"{sign} {name.nl}", f"{sign} {name.en}"), "kop")
        rows.append(Row((*lines, *(line for each in transitions for line in _transition(route, each))), to=target))
    if stays:
        rows.append(Row((Line(_STAYS, "kop"), *(line for each in stays for line in _transition(route, each)))))
    classes = "kaart" + (" begin" if step.key == route.start else "") + (" einde" if step.end else "")
    return Card(card_id(step.key), classes, step.purpose, tuple(rows))


def _transition(route: Route, transition: Transition, *, where: Text | None = None) -> list[Line]:
    who = who_may(route, transition)
    lines = _wrapped(Text(f"• {transition.title.nl}", f"• {transition.title.en}"), "stap", transition.key)
    lines += _wrapped(Text(f"door {who.nl}", f"by {who.en}"), "wie", transition.key)
    return lines + (_wrapped(where, "wie", transition.key) if where else [])


def who_may(route: Route, transition: Transition) -> Text:
    """Who may make a transition, in the words of the region; many of one house are told by that house."""
    rest = list(dict.fromkeys(transition.roles))
    said: list[Text] = []
    acting = {role for each in route.transitions.values() for role in each.roles}
    if len(rest) > SPELLED_OUT and acting <= set(rest):
        return Text("iedereen die meedoet", "everybody who takes part")
    if set(rest) >= FAMILY_ROLES:
        said.append(_FAMILY)
        rest = [role for role in rest if role not in FAMILY_ROLES]
    if len(rest) > SPELLED_OUT:
        if set(rest) >= acting - FAMILY_ROLES:
            said.append(Text("alle professionals", "all professionals"))
            rest = [role for role in rest if role in FAMILY_ROLES]
        for kind, words in _HOUSES.items():
            house = {role for role in acting if HOMES.get(role) == frozenset({kind})}
            if len(house) > 1 and set(rest) >= house:
                said.append(words)
                rest = [role for role in rest if role not in house]
    named = _listed([*said, *(_word(route, role) for role in rest)])
    if not transition.functions:
        return named
    functions = " / ".join(transition.functions)
    return Text(f"{named.nl} (als {functions})", f"{named.en} (as {functions})")


def _word(route: Route, role: Role) -> Text:
    return route.word(role)


def _terms(route: Route, step: Step) -> list[Text]:
    return [term.title for term in route.terms_of(step.key)]


def _listed(texts: Iterable[Text]) -> Text:
    known = list(texts)
    return Text(", ".join(text.nl for text in known), ", ".join(text.en for text in known))


def _wrapped(text: Text, kind: str, transition: str | None = None) -> list[Line]:
    """A text over as many lines in one language as in the other, so that both fit the same card."""
    size = 24 if kind == "titel" else WIDTH
    nl, en = (textwrap.wrap(words, size) for words in (text.nl, text.en))
    longest = max(len(nl), len(en))
    nl, en = ([*lines, *[""] * (longest - len(lines))] for lines in (nl, en))
    return [Line(Text(*pair), kind, transition) for pair in zip(nl, en, strict=True)]


# --- For Graphviz -----------------------------------------------------------------------------------------------------

# Laid out a little wider than it is shown (STYLE): fonts differ from machine to machine, and a card must hold its text.
_LAID_OUT = {"hier": 12, "titel": 16.5, "soort": 12, "termijn": 12.5, "kop": 13, "stap": 13, "wie": 12}
_BOLD = frozenset({"hier", "titel", "kop"})

STYLE = """
text { font-family: Arial, Helvetica, "Liberation Sans", "DejaVu Sans Condensed", sans-serif; fill: #1b1f24 }
.titel { font-size: 15px; font-weight: bold }
.kop, .hier { font-size: 11.5px; font-weight: bold }
.stap, .termijn { font-size: 11.5px }
.wie, .soort { font-size: 10.5px; fill: #454d57 }
.termijn { font-style: italic }
.hier, .geweest { display: none }
.kaart polygon { fill: #fff; stroke: #5a6470; stroke-width: 1 }
.begin polygon, .einde polygon { stroke: #1b1f24; stroke-width: 2 }
.uitleg polygon, .overal polygon { fill: #f6f7f9; stroke: #9aa3ae }
.pijl path { fill: none; stroke: #4d5561; stroke-width: 1.2 }
.pijl polygon { fill: #4d5561; stroke: #4d5561 }
.terug path { stroke-dasharray: 6 3 }
.einde path { stroke-dasharray: 2 3 }
@page { size: A3 landscape; margin: 8mm }
@media print { svg { width: 100%; height: 100% } }
"""


def dot(route: Route) -> str:
    """The route for Graphviz. Each line is as wide as the wider of its languages, so that both fit the drawing."""
    lines = [
        "digraph {",
        'graph [rankdir=LR, nodesep=0.2, ranksep=0.4, outputorder=edgesfirst, bgcolor="transparent"]',
        'node [shape=plain, fontname="Arial"]',
        "edge [arrowsize=0.8]",
    ]
    lines += [f'"{card.id}" [id="{card.id}", class="{card.classes}", label=<{_label(card)}>]' for card in cards(route)]
    for origin, target in arrows(route):
        direction = _direction(route, origin, target)
        pull = "constraint=false" if direction == "terug" else "weight=0"
        between = f'"{card_id(origin)}":"{target}" -> "{card_id(target)}"'
        lines.append(f'{between} [id="{arrow_id(origin, target)}", class="pijl {direction}", {pull}]')
    ends = " ".join(f'"{card_id(step.key)}";' for step in route.steps.values() if step.end)
    return "\n".join([*lines, f"{{rank=max; {ends}}}", "}"]) + "\n"


def _label(card: Card) -> str:
    rows = "".join(
        f'<TR><TD ALIGN="LEFT" BALIGN="LEFT"{f" PORT={chr(34)}{row.to}{chr(34)}" if row.to else ""}>'
        + "<BR/>".join(_wide(line) for line in row.lines)
        + "</TD></TR>"
        for row in card.rows
    )
    return f'<TABLE BORDER="1" CELLBORDER="1" CELLSPACING="0" CELLPADDING="6">{rows}</TABLE>'


def _wide(line: Line) -> str:
    text = escape(max(line.text.nl, line.text.en, key=len))
    return f'<FONT POINT-SIZE="{_LAID_OUT[line.kind]}">{f"<B>{text}</B>" if line.kind in _BOLD else text}</FONT>'


def fingerprint(route: Route) -> str:
    """What a picture was made from: it stands in the picture, and a test holds it against the route of today."""
    made_from = [dot(route), STYLE, told(route), *(card.says.nl + card.says.en for card in cards(route))]
    return hashlib.sha256("\0".join(made_from).encode()).hexdigest()


# --- In words ---------------------------------------------------------------------------------------------------------


def told(route: Route, walk: Walk | None = None, *, english: bool = False) -> str:
    """The picture in words, for who does not see it: where the case stands, then step by step what can follow."""
    said = [f"{_in(route.title, english=english)}, {'version' if english else 'versie'} {route.version}."]
    if walk is not None:
        here = _in(route.steps[walk.at].title, english=english)
        said.append(f"The case is in «{here}» now." if english else f"De zaak staat nu in «{here}».")
        way = " → ".join(_in(route.steps[key].title, english=english) for key in _visited(route, walk))
        said.append(f"{'Its way so far' if english else 'De weg tot hier'}: {way}.")
    for step in route.steps.values():
        following = [
            f"«{_in(each.title, english=english)}» {_onward(route, step, each, english=english)}"
            f" ({_in(who_may(route, each), english=english)})"
            for each in route.transitions.values()
            if step.key in each.origins
        ]
        title = _in(step.title, english=english)
        terms = "".join(f" {_in(term, english=english)}." for term in _terms(route, step))
        said.append(f"{title}.{terms} {_in(step.purpose, english=english)} {'; '.join(following)}.")
    return "\n".join(said)


def _onward(route: Route, step: Step, transition: Transition, *, english: bool) -> str:
    target = transition.target(step.key)
    if target == step.key:
        return "stays here" if english else "blijft hier"
    return f"{'to' if english else 'naar'} {_in(route.steps[target].title, english=english)}"


def _in(text: Text, *, english: bool) -> str:
    return text.en if english else text.nl


def _known(route: Route, walk: Walk) -> list[tuple[str, str, str]]:
    """The transitions of a walk that this version of the route knows."""
    return [
        (origin, target, key)
        for origin, target, key in walk.taken
        if origin in route.steps and target in route.steps and key in route.transitions
    ]


def _visited(route: Route, walk: Walk) -> list[str]:
    """The steps in the order in which the case came to them, the present one last."""
    steps = [step for origin, target, _ in _known(route, walk) for step in (origin, target)]
    return [step for step, _ in groupby([*steps, walk.at])]


# --- As SVG -----------------------------------------------------------------------------------------------------------

_TEXT = re.compile(r'(<(?:text|title)\b[^>]*?) data-en="([^"]*)"([^>]*)>[^<]*</')
_DESCRIPTION = re.compile(r'(<desc id="beschrijving">)[^<]*(</desc>)')


@cache
def _drawn(key: str, version: int) -> str | None:
    file = files("app.routes") / f"{key}.{version}.svg"
    return file.read_text(encoding="utf-8") if file.is_file() else None


def picture(route: Route, walk: Walk | None = None, *, english: bool = False) -> str | None:
    """The committed drawing of this version, as SVG, in one of two languages, with what a case adds to it.

    None when the version was not drawn yet (`make pictures` draws it).
    """
    svg = _drawn(route.key, route.version)
    if svg is None:
        return None
    if english:
        svg = _TEXT.sub(r"\1\3>\2</", svg).replace('lang="nl"', 'lang="en"', 1)
    if walk is None and not english:
        return svg
    svg = _DESCRIPTION.sub(lambda found: found[1] + escape(told(route, walk, english=english)) + found[2], svg, count=1)
    return svg if walk is None else svg.replace("</style>", f"</style><style>{_marks(route, walk)}</style>", 1)


def _marks(route: Route, walk: Walk) -> str:
    """Where the case stands and which way it went: by a word, by thicker lines and only then by colour."""
    steps = dict.fromkeys(step for step in _visited(route, walk) if step != walk.at)
    rules = [f"#{card_id(walk.at)} .hier {{ display: inline; fill: #7a3b00 }}"]
    rules.append(f"#{card_id(walk.at)} polygon {{ fill: #fff3c9; stroke: #7a3b00; stroke-width: 4 }}")
    for step in steps:
        rules.append(f"#{card_id(step)} .geweest {{ display: inline; fill: #0b4f8a }}")
        rules.append(f"#{card_id(step)} polygon {{ fill: #e9f2fb; stroke: #0b4f8a; stroke-width: 2.5 }}")
    for origin, target, key in dict.fromkeys(_known(route, walk)):
        place = card_id(origin) if route.transitions[key] not in _common(route) else "overal"
        rules.append(f"#{place} .{transition_class(key)}.stap {{ font-weight: bold; text-decoration: underline }}")
        arrow = arrow_id(origin, target)
        rules.append(f"#{arrow} path {{ stroke: #0b4f8a; stroke-width: 4 }} #{arrow} polygon {{ fill: #0b4f8a }}")
    return "\n".join(rules)


# --- As Mermaid -------------------------------------------------------------------------------------------------------


def mermaid(route: Route, walk: Walk | None = None, *, english: bool = False) -> str:
    """The same as a flowchart of Mermaid: what leads from one step to another stands together on one arrow."""

    def shown(text: Text) -> str:
        return _mermaid(_in(text, english=english))

    lines = ["flowchart LR", f"  accTitle: {shown(route.title)}"]
    taken = set(_known(route, walk)) if walk else set()
    visited = set(_visited(route, walk)) if walk else set()
    common = _common(route)
    for step in route.steps.values():
        words = [f"<b>{shown(step.title)}</b>", *(shown(term) for term in _terms(route, step))]
        if walk and step.key == walk.at:
            words.insert(0, shown(HERE))
        elif step.key in visited:
            words.insert(0, shown(BEEN))
        staying = [each for each in route.transitions.values() if step.key in _staying(each) and each not in common]
        words += [f"○ {_told_mermaid(route, each, english=english)}" for each in staying]
        words += [shown(_BEGIN)] if step.key == route.start else [shown(_END)] if step.end else []
        lines.append(f'  {_node(step.key)}["{"<br/>".join(words)}"]')
    if common:
        words = [f"{_told_mermaid(route, each, english=english)}, {shown(_where(route, each))}" for each in common]
        lines.append(f'  overal["{"<br/>".join([shown(_COMMON), *words])}"]')
    thick = []
    for number, (origin, target) in enumerate(ways(route)):
        words = [
            ("✓ " if (origin, target, each.key) in taken else "") + _told_mermaid(route, each, english=english)
            for each in route.transitions.values()
            if origin in each.origins and each.target(origin) == target
        ]
        arrow = "-->" if _direction(route, origin, target) == "verder" else "-.->"
        lines.append(f'  {_node(origin)} {arrow}|"{"<br/>".join(words)}"| {_node(target)}')
        thick += [str(number)] if any((origin, target, key) in taken for key in route.transitions) else []
    if walk:
        lines += ["  classDef hier fill:#fff3c9,stroke:#7a3b00,stroke-width:4px", f"  class {_node(walk.at)} hier"]
        if been := [_node(step) for step in route.steps if step in visited and step != walk.at]:
            lines += [
                "  classDef geweest fill:#e9f2fb,stroke:#0b4f8a,stroke-width:2px",
                f"  class {','.join(been)} geweest",
            ]
        lines += [f"  linkStyle {','.join(thick)} stroke:#0b4f8a,stroke-width:4px"] if thick else []
    return "\n".join(lines) + "\n"


def _node(step: str) -> str:
    return f"stap_{step}"


def _told_mermaid(route: Route, transition: Transition, *, english: bool) -> str:
    who = _in(who_may(route, transition), english=english)
    return _mermaid(f"{_in(transition.title, english=english)} ({who})")


def _mermaid(text: str) -> str:
    """A text of a route, of which nothing is taken for Mermaid's own signs."""
    return re.sub(r'[#";<>&|]', lambda sign: f"#{ord(sign[0])};", text)
