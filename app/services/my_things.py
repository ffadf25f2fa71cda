"""What one of the family finds under «my»: the children, the consents, the meetings to come with their questions."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.db import reads
from app.domain.actors import Category, Role
from app.services.plain_words import CATEGORIES, Way, awaited
from app.services.work import Work
from app.workflow.loader import pinned
from app.workflow.model import Text

Json = dict[str, Any]


async def children(work: Work) -> list[Json]:
    """The caller's children, or the caller as a youth: child, self, cases with the title of their route."""
    work.about.object_type = "child"
    (rows,) = await work.session.ask(reads.my_children(work.roles))
    found = [json.loads(row["body"]) for row in rows]
    for each in found:
        for case in each["cases"]:
            case["title"] = pinned(case["route"], case["version"]).title
    return found


@dataclass(frozen=True, slots=True)
class MyConsent:
    """A question for consent: what it is, how it stands, the own answer, whether it is waited for, what to do."""

    id: UUID
    consent: Json
    child: Json
    recipients: list[str]
    standing: Text
    mine: str | None
    waits: bool
    ways: list[Way]


async def consents(work: Work, *, after: UUID | None, limit: int) -> list[MyConsent]:
    """The questions for consent to the caller's family, newest first."""
    work.about.object_type = "consent"
    (rows,) = await work.session.ask(reads.my_consents(work.roles, after=after, limit=limit))
    me = work.actor.voice(Role.WETTELIJK_VERTEGENWOORDIGER)
    return [_consent(me, row["id"], json.loads(row["body"])) for row in rows]


def _consent(me: UUID, consent_id: UUID, told: Json) -> MyConsent:
    consent = told["consent"]
    mine = {each["giverId"]: each["decision"] for each in consent["answers"]}.get(str(me))
    status, path = consent["status"], f"/consents/{consent_id}"
    waits = str(me) in consent["waitsFor"] and status in _OPEN
    ways: list[Way] = []

    def answering(text: Text, decision: str) -> Way:
        return Way(text, f"{path}/answers", {"giverId": str(me), "form": "digitaal", "decision": decision}, {})

    if waits:
        ways = [answering(_YES, "gegeven"), answering(_NO, "geweigerd")]
    if mine == status == "ingetrokken":
        ways = [answering(_YES_AGAIN, "gegeven")]
    if mine == "gegeven" and status not in _CLOSED:
        ways.append(Way(_STOP, f"{path}/withdrawal", {}, {}))
        less = {
            "recipients": {each: Text(name, name) for each, name in told["recipients"].items()},
            "dataCategories": {each: CATEGORIES[Category(each)] for each in consent["sharedCategories"]},
        }
        if any(len(each) > 1 for each in less.values()):
            ways.append(Way(_LESS, f"{path}/narrowing", {}, less))
    standing = _standing(status, consent["waitsFor"], me, told["child"])
    names = list(told["recipients"].values())
    return MyConsent(consent_id, consent, told["child"], names, standing, mine, waits=waits, ways=ways)


_YES = Text("Ja, ik vind het goed.", "Yes, I agree.")
_NO = Text("Nee, ik vind het niet goed.", "No, I do not agree.")
_YES_AGAIN = Text("Toch weer ja zeggen.", "Say yes again.")
_STOP = Text(
    "Stoppen: mijn ja intrekken. Het geldt meteen; een reden is niet nodig.",
    "Stop: take back my yes. It holds at once; no reason is needed.",
)
_LESS = Text(
    "Minder delen: kies welke onderwerpen of welke organisaties eraf gaan.",
    "Share less: choose which subjects or which organisations are taken off.",
)


def _standing(status: str, waits_for: list[str], me: UUID, child: Json) -> Text:
    """How it stands, and whose answer is still to come."""
    told = STATUSES[status]
    if status not in _OPEN or not waits_for:
        return told
    waits = awaited(waits_for, me, child)
    return Text(f"{told.nl} {waits.nl}", f"{told.en} {waits.en}")


# One no closes a question for good, and so does its last day: what is wanted then is asked anew.
_OPEN = frozenset({"wacht_op", "te_vernieuwen"})
_CLOSED = frozenset({"geweigerd", "ingetrokken", "tegenstrijdig", "verlopen"})
STATUSES = {
    "van_kracht": Text("Dit is goedgevonden en geldt nu.", "This was agreed and holds now."),
    "wacht_op": Text("Niet iedereen heeft al geantwoord. Tot dan geldt het niet.", "Not everybody answered yet."),
    "geweigerd": Text("Er is nee gezegd. Het geldt niet.", "Somebody said no. It does not hold."),
    "ingetrokken": Text("De toestemming is ingetrokken. Zij geldt niet meer.", "The consent was withdrawn."),
    "tegenstrijdig": Text("De een zei ja en de ander nee. Het geldt niet.", "One said yes and another no."),
    "verlopen": Text("De laatste dag is voorbij. Het geldt niet meer.", "Its last day has passed."),
    "te_vernieuwen": Text(
        "Er is iets veranderd. Het moet opnieuw worden gevraagd.", "Something changed. It must be asked anew."
    ),
    "onduidelijk_wie_beslist": Text(
        "Het is nog niet duidelijk wie mag beslissen. Tot dan geldt het niet.", "It is not clear yet who may decide."
    ),
}
"""How it stands with a question for consent, in plain words."""


@dataclass(frozen=True, slots=True)
class MyMeeting:
    """A meeting to come, and its questions: code, words, whether it was answered."""

    id: UUID
    meeting: Json
    child: Json
    title: Text
    invited: bool
    questions: list[tuple[str, Text, bool]]


async def meetings(work: Work, *, after: UUID | None, limit: int) -> list[MyMeeting]:
    """The meetings about the caller's cases that are still to be held, with what will be asked there."""
    work.about.object_type = "meeting"
    (rows,) = await work.session.ask(reads.my_meetings(work.roles, after=after, limit=limit))
    return [_meeting(row["id"], json.loads(row["body"])) for row in rows]


def _meeting(meeting_id: UUID, told: Json) -> MyMeeting:
    route = pinned(told["route"], told["version"])
    kind = route.meetings[told["meeting"]["kind"]]
    items = route.checklists[kind.checklist].items if kind.checklist else ()
    answered = set(told["answered"])
    return MyMeeting(
        meeting_id,
        told["meeting"],
        told["child"],
        kind.title,
        told["invited"],
        [(item.key, item.question, item.key in answered) for item in items],
    )
