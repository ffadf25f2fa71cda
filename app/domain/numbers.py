"""BSN and persoonsgebonden nummer: when a number is one, what it is called, and to whom it may go.

A child has at most one number of each kind. What came from a school is a PGN, whoever wrote it down: a school uses it
towards pupil and parents, leerplicht and other schools, and not towards jeugdhulp (WPO 178a). What a municipality,
leerplicht or the JGZ holds itself is a BSN. The verwijsindex is told a BSN, never a number that a school supplied
(Jeugdwet 7.1.4.2; domain.md R43).
"""

import re
from enum import StrEnum

from app.domain.actors import OrganisationKind as Kind
from app.domain.actors import PersonKind


class NumberKind(StrEnum):
    """What a number of a child is here: by where it came from, not by its digits."""

    BSN = "bsn"
    PGN = "pgn"


class NumberSource(StrEnum):
    """Where whoever records a number has it from."""

    BRP = "brp"
    IDENTITY_DOCUMENT = "identiteitsbewijs"
    OWN_RECORDS = "eigen_administratie"
    SCHOOL = "school"


class NumberTask(StrEnum):
    """For which task a number is looked at; kept with each look."""

    EDUCATION = "onderwijs"
    LEERPLICHT = "leerplicht"
    YOUTH_HELP = "jeugdhulp"
    YOUTH_HEALTH_CARE = "jeugdgezondheidszorg"
    REGISTRY = "verwijsindex"
    OWN_DATA = "inzage"


REGISTRY = "verwijsindex"
"""Beside the kinds of organisation and of person: the register outside that a concern is reported to."""

_DIGITS = 9
# Weights of the eleven-test; the last digit counts against the others.
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_NUMBER = re.compile(r"[0-9]{8,9}")
# An onderwijsnummer begins with 10 and leaves 5 where a BSN leaves 0: so no number is both.
_OF_EDUCATION, _REST_OF_EDUCATION = "10", 5

_HELP = frozenset({str(Kind.JEUGDHULPAANBIEDER), str(Kind.GECERTIFICEERDE_INSTELLING)})
_FAMILY = frozenset({str(PersonKind.YOUNG_PERSON), str(PersonKind.GUARDIAN)})
_HOLDERS = frozenset({str(Kind.GEMEENTE), str(Kind.SOCIAAL_TEAM), str(Kind.LEERPLICHT), str(Kind.JGZ)})

RECIPIENTS: dict[NumberKind, frozenset[str]] = {
    NumberKind.BSN: _HOLDERS | _HELP | _FAMILY | {REGISTRY},
    NumberKind.PGN: _FAMILY | {str(Kind.SCHOOL), str(Kind.LEERPLICHT)},
}
"""To whom a number of each kind may go: kinds of organisation, kinds of person, or the registry. Nobody else."""

TASKS: dict[str, frozenset[NumberTask]] = {
    Kind.SCHOOL: frozenset({NumberTask.EDUCATION}),
    Kind.LEERPLICHT: frozenset({NumberTask.LEERPLICHT, NumberTask.REGISTRY}),
    Kind.GEMEENTE: frozenset({NumberTask.YOUTH_HELP, NumberTask.REGISTRY}),
    Kind.SOCIAAL_TEAM: frozenset({NumberTask.YOUTH_HELP, NumberTask.REGISTRY}),
    Kind.JGZ: frozenset({NumberTask.YOUTH_HEALTH_CARE, NumberTask.REGISTRY}),
    PersonKind.YOUNG_PERSON: frozenset({NumberTask.OWN_DATA}),
    PersonKind.GUARDIAN: frozenset({NumberTask.OWN_DATA}),
}
"""For which tasks who works there may look at a number; a kind that is not here looks at none."""


def _rest(digits: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11


def is_bsn(digits: str) -> bool:
    """Whether eight or nine ASCII digits pass the eleven-test; eight are read with a zero before them."""
    if not _NUMBER.fullmatch(digits) or not digits.strip("0"):
        return False
    return _rest(digits.zfill(_DIGITS)) == 0


def is_onderwijsnummer(digits: str) -> bool:
    """Whether nine ASCII digits are the number of a pupil without a BSN."""
    if not _NUMBER.fullmatch(digits) or len(digits) != _DIGITS or not digits.startswith(_OF_EDUCATION):
        return False
    return _rest(digits) == _REST_OF_EDUCATION


def kind_of(source: NumberSource, home: str) -> NumberKind:
    """What a number is that somebody of this kind of organisation records: a PGN as soon as a school comes into it."""
    return NumberKind.PGN if source is NumberSource.SCHOOL or home == Kind.SCHOOL else NumberKind.BSN


def read(text: str, kind: NumberKind) -> str | None:
    """The nine digits of what was typed, or None when it is no number of this kind. Never told back to anybody."""
    sound = is_bsn(text) or (kind is NumberKind.PGN and is_onderwijsnummer(text))
    return text.zfill(_DIGITS) if sound else None


def for_recipient(kind: NumberKind, recipient: str, task: NumberTask | None = None) -> bool:
    """Whether a number of this kind may go to this recipient (a kind of organisation or of person, or `REGISTRY`).

    With `task` also whether that is a task of the recipient's own; what is looked at for the registry goes to it.
    """
    if recipient not in RECIPIENTS[kind]:
        return False
    if task is None:
        return True
    return task in TASKS.get(recipient, frozenset()) and (
        task is not NumberTask.REGISTRY or for_recipient(kind, REGISTRY)
    )


def tasks_for(kind: NumberKind, recipient: str) -> tuple[NumberTask, ...]:
    """The tasks for which this recipient may look at a number of this kind, in the order in which they are told."""
    return tuple(task for task in NumberTask if for_recipient(kind, recipient, task))
