"""A refusal about consent, a ground or a compartment says by which rule, with its source, and what would solve it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SERVICES = Path(__file__).parents[2] / "app" / "services"
# Of these files every refusal of a kind below is about who may share or see what.
FILES = ("consents", "participants", "emergencies", "sight", "work")
# What is refused because something was filled in wrongly, or is done already: no rule of who may share.
OF_THE_FORM = {
    *("al_vervangen", "al-beoordeeld", "al-betrokken", "beeindigd", "buiten_periode", "dubbel", "medewerker_ontbreekt"),
    *("niet_uw_organisatie", "niets_gekozen", "niets_over", "onbekende_medewerker", "onbekende_organisatie"),
    *("onbekende_toestemming", "ontbreekt", "rol_ontbreekt", "rol_past_niet", "toestemming-vervangen"),
    *("tweeling-bezig", "verleden", "volgorde", "al_verteld", "einddag_ontbreekt", "maatregel_hoort_hier_niet"),
    *("geen_ouder_met_gezag", "buiten_bereik", "reden_ontbreekt"),
}
SOURCE = re.compile(r"AVG \d|Jeugdwet \d|WPO \d|BW\d? \d|domeinhandboek R\d|\{ground\.source\}")
# What would solve it: something to do, or who does it.
REMEDY = re.compile(
    r"(?i)\b(vraag|leg|laat|neem|geef|betrek|bel|alleen|kies|noem|beslis\w*|legt|is er|vertrekt|stelt|wacht)\b"
)


def texts(node: ast.expr) -> str:
    """The text of an argument; what is filled in later stands by its name."""
    return ast.unparse(node) if isinstance(node, ast.JoinedStr | ast.Constant) else ""


def refusals() -> Iterator[tuple[str, str, str]]:
    """Where, the code, and the Dutch text of each refusal in words."""
    for name in FILES:
        for node in ast.walk(ast.parse((SERVICES / f"{name}.py").read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            given = [texts(each) for each in node.args]
            codes = [texts(each.value).strip("'") for each in node.keywords if each.arg == "code"]
            if node.func.id in {"Fault", "UnmetReason"} and len(given) > 2:
                code, text = (given[1], given[2]) if node.func.id == "Fault" else (given[0], given[1])
                yield f"{name}:{node.lineno}", code.strip("'"), text
            elif node.func.id in {"NotPermitted", "Conflict"} and given:
                yield f"{name}:{node.lineno}", (codes or ["niet-toegestaan"])[0], given[0]


def test_each_names_its_rule_and_what_would_solve_it() -> None:
    found = [each for each in refusals() if each[1] not in OF_THE_FORM]
    assert len(found) > 20
    bare = [(where, code) for where, code, text in found if not (SOURCE.search(text) and REMEDY.search(text))]
    assert not bare
