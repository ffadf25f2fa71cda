"""What the proof found, in words for people, with the shortest path that shows it, and as data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.domain.actors import Role
from app.workflow.model import Route, Text


@dataclass(frozen=True, slots=True)
class PathStep:
    """Something that happens on the path to a fault: who does it, what, and in which step the case is after it."""

    who: str | None  # the code of a role; None: time, or the family that takes a consent back
    does: Text
    step: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a route: what is wrong, how to mend it, and the shortest path on which it shows."""

    code: str
    subject: str  # the table of the route file that it is about, as kind:key
    says: Text
    remedy: Text
    path: tuple[PathStep, ...] = ()

    def line(self, route: Route) -> str:
        """The finding in Dutch, for a person at a terminal: the fault, the path step by step, the remedy."""
        told = [f"{self.code} ({self.subject}): {self.says.nl}"]
        for number, each in enumerate(self.path, 1):
            who = f"{route.word(Role(each.who)).nl}: " if each.who else ""
            told.append(f"  {number}. {who}{each.does.nl} → {route.steps[each.step].title.nl}")
        return "\n".join([*told, f"  Herstel: {self.remedy.nl}"])

    def picture(self, route: Route) -> str:
        """The path as a Mermaid flow chart: the steps as boxes, what was done along the arrows."""
        if not self.path:
            return ""
        lines = ["flowchart TD"]
        lines.append(f'  s0(["{_safe(route.steps[route.start].title.nl)}"])')
        for number, each in enumerate(self.path, 1):
            who = f"{route.word(Role(each.who)).nl}: " if each.who else ""
            title = _safe(route.steps[each.step].title.nl)
            lines.append(f'  s{number - 1} -->|"{_safe(who + each.does.nl)}"| s{number}["{title}"]')
        last = len(self.path)
        lines.append(f'  s{last} --- fault{{{{"{_safe(self.says.nl)}"}}}}')
        return "\n".join(lines)


def _safe(text: str) -> str:
    return text.replace('"', "'").replace("\n", " ")


@dataclass(frozen=True, slots=True)
class Proof:
    """The report over one version of a route: what was proven, and every fault."""

    route: str
    version: int
    checks: Mapping[str, int]  # how many questions each check put
    faults: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Nothing is wrong."""
        return not self.faults

    def as_data(self) -> dict[str, Any]:
        """As it is kept beside the route and shown by the API."""
        return {
            "route": self.route,
            "version": self.version,
            "sound": self.sound,
            "checks": dict(sorted(self.checks.items())),
            "faults": [asdict(fault) for fault in self.faults],
        }


def read_proof(data: Mapping[str, Any]) -> Proof:
    """A report as it was kept. Raises KeyError, TypeError for what is none."""
    faults = tuple(
        Finding(
            each["code"],
            each["subject"],
            Text(**each["says"]),
            Text(**each["remedy"]),
            tuple(PathStep(step["who"], Text(**step["does"]), step["step"]) for step in each["path"]),
        )
        for each in data["faults"]
    )
    return Proof(data["route"], data["version"], data["checks"], faults)
