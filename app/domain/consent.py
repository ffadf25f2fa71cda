"""Consent is evidence; whether it is in force is computed, on the day it is used.

The database knows the same rule as a view (`consents_in_force`, migrations/sql), so that a list and a single case are
held by it in one statement; a test holds the two equal over generated families.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID


class Missing(StrEnum):
    """Why a consent opens nothing, by the code that a consumer may count on."""

    NONE_ASKED = "toestemming_ontbreekt"
    NOT_ANSWERED = "toestemming_onvolledig"
    REFUSED = "toestemming_geweigerd"
    WITHDRAWN = "toestemming_ingetrokken"
    EXPIRED = "toestemming_verlopen"
    GEZAG_UNKNOWN = "gezag_onbekend"
    BIRTH_DATE_UNKNOWN = "geboortedatum_onbekend"


@dataclass(frozen=True, slots=True)
class Parent:
    """A guardian of today: gezag is ja, nee or onbekend; in conflict nobody speaks for the other."""

    person_id: UUID
    gezag: str
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer of one person: gegeven, geweigerd or ingetrokken; by the giver or told by the other parent."""

    decision: str
    basis: str = "zelf"


@dataclass(frozen=True, slots=True)
class Standing:
    """The verdict on one consent: in force, or what is in the way and for whom (ouder, jeugdige) it waits."""

    in_force: bool
    code: Missing | None = None
    waits_for: tuple[str, ...] = ()


def age_on(birth_date: date, day: date) -> int:
    """Whole years on that day. Born on 29 February: a year older on 1 March, as PostgreSQL's `age` counts too."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def standing(
    *,
    day: date,
    birth_date: date | None,
    youth: UUID,
    parents: Iterable[Parent],
    answers: Mapping[UUID, Answer],
    valid_from: date,
    valid_until: date,
) -> Standing:
    """Whether a consent is in force on `day`, and if not, why.

    Under 12 every parent with gezag must have given it, from 12 to 15 the youth as well, from 16 the youth alone
    (Jeugdwet 7.3.4, 7.3.5, 7.3.15; asked for by the route in seed 001:263,271,341). One refusal or withdrawal is
    enough to close it for good (domain.md R13). Unknown gezag or an unknown birth date opens nothing: who must answer
    is then not known. What one parent says of the other counts, unless they are in conflict (R13).
    """
    if not valid_from <= day <= valid_until:
        return Standing(in_force=False, code=Missing.EXPIRED)
    if birth_date is None:
        return Standing(in_force=False, code=Missing.BIRTH_DATE_UNKNOWN)
    age = age_on(birth_date, day)
    known = list(parents)
    holders = [parent for parent in known if parent.gezag == "ja"]
    if age < 16 and (not holders or any(parent.gezag == "onbekend" for parent in known)):  # noqa: PLR2004 — the law's age
        return Standing(in_force=False, code=Missing.GEZAG_UNKNOWN, waits_for=("ouder",))
    # A no stays a no for this consent, also when somebody's gezag or the child's age is put otherwise later: whoever
    # was refused could not bring it about that the answer counts no more. What is wanted then is asked anew.
    noes = [code for answer in answers.values() if (code := _missing(replace(answer, basis="zelf"), conflict=False))]
    required = [("ouder", parent.person_id, parent.conflict) for parent in holders if age < 16]  # noqa: PLR2004 — 7.3.5
    required += [("jeugdige", youth, False)] if age >= 12 else []  # noqa: PLR2004 — 7.3.4
    open_ = [
        (capacity, code)
        for capacity, person, conflict in required
        if (code := _missing(answers.get(person), conflict=conflict))
    ]
    if not open_ and not noes:
        return Standing(in_force=True)
    worst = min(
        (*noes, *(code for _, code in open_)), key=[Missing.REFUSED, Missing.WITHDRAWN, Missing.NOT_ANSWERED].index
    )
    return Standing(in_force=False, code=worst, waits_for=tuple(sorted({capacity for capacity, _ in open_})))


def _missing(answer: Answer | None, *, conflict: bool) -> Missing | None:
    """What is wrong with one person's answer; None when it is a yes that counts."""
    if answer is None or (answer.basis == "via_andere_ouder" and conflict):
        return Missing.NOT_ANSWERED
    return {"gegeven": None, "geweigerd": Missing.REFUSED, "ingetrokken": Missing.WITHDRAWN}[answer.decision]
