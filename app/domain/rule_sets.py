"""The rule sets of consent: from which age who decides, as named and versioned data with the legal source of each line.

A rule set holds from its first day on; what changes in the law is a new version beside this one, never an edit. The
database keeps the same numbers (`consent_rule_sets`, migrations/sql), so that the walls and this code read one rule; a
test holds the two equal, and another that a version in force stays as it is.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.actors import OrganisationKind, Role


class Exception1215(StrEnum):
    """Why, from 12 to 15, the youth's own yes is enough (Jeugdwet 7.3.4 lid 2; BW7 450 lid 2)."""

    ERNSTIG_NADEEL = "ernstig_nadeel"
    WELOVERWOGEN_WENS = "weloverwogen_wens"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a rule set, and where it stands."""

    key: str
    nl: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """From which age who decides, and which exceptions there are.

    Attributes:
        youth_from: from this age the young person is asked with those who have gezag.
        youth_alone_from: from this age the young person alone.
        adult_from: from this age nobody has gezag; who cannot weigh own interests has a curator or mentor.
        exception_roles: who may record an exception at 12-15, or that somebody cannot weigh own interests.
        exception_recipients: towards whom alone such an exception holds.
    """

    name: str
    version: int
    in_force_from: date
    youth_from: int
    youth_alone_from: int
    adult_from: int
    exception_roles: frozenset[Role]
    exception_recipients: frozenset[OrganisationKind]
    lines: tuple[Line, ...]

    @property
    def code(self) -> str:
        """Name and version, as decisions and records carry it."""
        return f"{self.name}@{self.version}"


RULE_SETS: tuple[RuleSet, ...] = (
    RuleSet(
        name="jeugdwet",
        version=1,
        in_force_from=date(2015, 1, 1),
        youth_from=12,
        youth_alone_from=16,
        adult_from=18,
        exception_roles=frozenset(
            {Role.JEUGDVERPLEEGKUNDIGE, Role.JEUGDARTS, Role.JEUGDHULPVERLENER, Role.BEHANDELAAR}
        ),
        exception_recipients=frozenset({OrganisationKind.JGZ, OrganisationKind.JEUGDHULPAANBIEDER}),
        lines=(
            Line(
                "onder_12",
                "Onder de 12 beslissen de ouders of voogden met gezag, ieder van hen.",
                "Under 12 the parents or guardians with gezag decide, each of them.",
                "Jeugdwet 7.3.15 lid 1; BW7 465 lid 1",
            ),
            Line(
                "12_tot_16",
                "Van 12 tot 16 beslissen de jeugdige én de ouders of voogden met gezag.",
                "From 12 to 15 the youth decides, and the parents or guardians with gezag.",
                "Jeugdwet 7.3.4 lid 2; BW7 450 lid 2",
            ),
            Line(
                "vanaf_16",
                "Vanaf 16 beslist de jeugdige alleen. Ouders worden niet gevraagd en zonder toestemming van de"
                " jeugdige niet ingelicht, tenzij de route anders afspreekt.",
                "From 16 the youth alone decides. Parents are not asked, and not informed without the youth's consent,"
                " unless the route agrees otherwise.",
                "Jeugdwet 7.3.5, 7.3.11; BW7 447, 457",
            ),
            Line(
                "ernstig_nadeel",
                "Van 12 tot 16 is het ja van de jeugdige genoeg als dat duidelijk nodig is om ernstig nadeel te"
                " voorkomen. Alleen jeugdhulp of jeugdgezondheidszorg legt dat vast, met motivering.",
                "From 12 to 15 the youth's yes is enough when clearly needed to prevent serious harm. Recorded by"
                " jeugdhulp or youth health care alone, with motivation.",
                "Jeugdwet 7.3.4 lid 2; BW7 450 lid 2",
            ),
            Line(
                "weloverwogen_wens",
                "Van 12 tot 16 is het ja van de jeugdige genoeg als die het weloverwogen blijft wensen. Alleen"
                " jeugdhulp of jeugdgezondheidszorg legt dat vast, met motivering.",
                "From 12 to 15 the youth's yes is enough when he or she keeps wanting it after due thought. Recorded by"
                " jeugdhulp or youth health care alone, with motivation.",
                "Jeugdwet 7.3.4 lid 2; BW7 450 lid 2",
            ),
            Line(
                "wilsonbekwaam",
                "Wie hierover de eigen belangen niet kan afwegen beslist niet zelf: tot 18 beslissen de ouders of"
                " voogden met gezag, daarna de curator of mentor.",
                "Who cannot weigh own interests in this matter does not decide: until 18 those with gezag do, after"
                " that the curator or mentor.",
                "Jeugdwet 7.3.15 lid 2-3; BW7 465 lid 2-3",
            ),
            Line(
                "vanaf_18",
                "Vanaf 18 heeft niemand meer gezag: de jongvolwassene beslist.",
                "From 18 nobody has gezag any more: the young adult decides.",
                "BW1 233, 245",
            ),
            Line(
                "gezag_onduidelijk",
                "Is onbekend wie het gezag heeft, is er tijdelijk geen gezag, of is het niet te bepalen, dan opent"
                " toestemming niets tot dat is uitgezocht.",
                "Where it is unknown who has gezag, where there is none for now, or where it cannot be determined,"
                " consent opens nothing until that is found out.",
                "BW1 244, 253q, 253r; domeinhandboek R9, R11",
            ),
            Line(
                "andere_ouder",
                "Wat de ene ouder namens de andere zegt telt, als die eerste zelf ja zei en zij niet in conflict zijn.",
                "What one parent says for the other counts, if that parent said yes in person and they are not in"
                " conflict.",
                "domeinhandboek R13; BW1 253i",
            ),
        ),
    ),
)


def rule_set_on(day: date, known: tuple[RuleSet, ...] = RULE_SETS) -> RuleSet:
    """The rule set that holds on a day: the newest of those in force. Raises LookupError before the first."""
    found = [each for each in known if each.in_force_from <= day]
    if not found:
        raise LookupError(day)
    return max(found, key=lambda each: (each.in_force_from, each.version))
