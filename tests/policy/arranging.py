"""Arranges what a sentence starts from: a case at some point of the route, who consented to what, how old the child is.

Everything goes through the service as the people of the demo. Only what no caller could do (a birthday, what the
gezagsregister says, a stranger with a login) is put straight into the database. Nothing here looks at the policy table
or at the route file: these words and numbers come from the seeds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import psycopg

from app.demo.people import SOCIAL_TEAM, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.integrations.tokens import ISSUER
from tests.world import Json, Person, World

TEACHER, IB, HEAD = "leerkracht", "intern-begeleider", "directie"
REGIEVOERDER, BOT, SWV_COORDINATOR = "regievoerder-zorg", "bovenschools-ondersteuningsteam", "swv-coordinator"
KOO, NURSE, ATTENDANCE_OFFICER = "koo", "jeugdverpleegkundige", "leerplichtambtenaar"
INTAKE_TEAM, CASEMANAGER = "medewerker-aanmeldteam", "casemanager-jeugd"
BEHAVIOURAL_SCIENTIST, STAGNATION, STEUNPUNT = (
    "gedragswetenschapper-sociaal-team",
    "medewerker-stagnatiepunt",
    "ouder-jeugdsteunpunt",
)
ONE, TWO, YOUTH, STRANGER = "ouder-een", "ouder-twee", "jeugdige", "andere-school"
PARENTS = (ONE, TWO)

SIGNAL = "Leest met moeite hardop."
TALK = "Thuis leest zij graag voor."
BEHAVIOUR = "Zit in de klas vaak stil voor zich uit te kijken."
HEALTH = "Hoort met het linkeroor minder."
HOME = "Thuis is het sinds de verhuizing onrustig."
SAFETY = "Er is een netwerk dat een oogje in het zeil houdt."


@dataclass(frozen=True, slots=True)
class Story:
    """One case in one world, and the verbs that the sentences use."""

    world: World
    child: str
    id: str

    @property
    def path(self) -> str:
        return f"/cases/{self.id}"

    async def seen_by(self, who: str) -> bool:
        """Whether this person can see that the case exists."""
        response = await self.world[who].get(self.path)
        assert response.status_code in {200, 404}, response.text
        return response.status_code == 200

    async def as_seen_by(self, who: str) -> Json:
        return await self.world[who].seen(self.path)

    async def dossier(self, who: str) -> Json:
        return await self.world[who].seen(f"{self.path}/dossier")

    async def texts(self, who: str) -> set[str]:
        """Every text about the child that this person reads in the dossier."""
        dossier = await self.dossier(who)
        kept = dossier["signals"] + dossier["notes"] + dossier["assessments"]
        return {each["content"] for each in kept} - {None}

    async def participant(self, who: str, role: str) -> Json:
        """The involvement of a role, as this person sees it."""
        participants = (await self.dossier(who))["participants"]
        return next(each for each in participants if each["role"] == role)

    async def add(self, who: str, what: str, body: Json) -> Json:
        return await self.world[who].made(f"{self.path}/{what}", body)

    async def tries(self, who: str, what: str, body: Json) -> httpx.Response:
        return await self.world[who].post(f"{self.path}/{what}", body)

    async def asks(
        self,
        to: str | Iterable[str],
        about: Iterable[str] = ("leren",),
        *,
        yes: Iterable[str] = (),
        no: Iterable[str] = (),
        by: str = IB,
    ) -> str:
        """Consent is asked, with the answers that there are: the id of the consent."""
        organisations = [to] if isinstance(to, str) else list(to)
        body = consent_body(organisations, about) | {
            "answers": [answer_body(who, "gegeven") for who in yes] + [answer_body(who, "geweigerd") for who in no]
        }
        made: str = (await self.add(by, "consents", body))["id"]
        return made

    async def answers(self, who: str, consent: str, decision: str = "gegeven") -> None:
        """Somebody of the family answers for himself or herself."""
        await self.world[who].made(f"/consents/{consent}/answers", answer_body(who, decision))

    async def withdraws(self, who: str, consent: str) -> None:
        """Somebody of the family takes the consent back."""
        await self.world[who].made(
            f"/consents/{consent}/withdrawal", {"giverId": str(known_id(who)), "form": "digitaal"}
        )

    async def step(self, who: str, transition: str, explanation: str | None = None) -> None:
        await self.add(who, "transitions", step_body(transition, explanation))

    async def blocked(self, who: str, transition: str, explanation: str | None = None) -> set[str]:
        """The step is not possible now: the codes of every reason."""
        response = await self.tries(who, "transitions", step_body(transition, explanation))
        assert response.status_code == 409, response.text
        return {reason["code"] for reason in response.json()["reasons"]}

    async def not_a_step_for(self, who: str, transition: str) -> bool:
        """Whether the service says that this step is not this person's to take."""
        response = await self.tries(who, "transitions", step_body(transition, "Omdat het zo is."))
        assert response.status_code in {201, 403, 409}, response.text
        return response.status_code == 403

    async def finds(self, who: str, kind: str, outcome: str, **more: Any) -> None:
        await self.add(who, "assessments", {"kind": kind, "outcome": outcome, **more})

    async def not_to_record(self, who: str, kind: str, outcome: str, **more: Any) -> bool:
        """Whether the service says that this finding is not this person's to record."""
        response = await self.tries(who, "assessments", {"kind": kind, "outcome": outcome, **more})
        assert response.status_code in {201, 403}, response.text
        return response.status_code == 403

    async def escalates(self, who: str, kind: str = "stagnatie", to: str = "stagnatiepunt") -> Json:
        body = {"kind": kind, "addressedTo": to, "reason": "Er komt al weken geen afspraak tot stand."}
        return await self.add(who, "escalations", body)


def organisation_id(code: str) -> str:
    return str(known_id(code))


def step_body(transition: str, explanation: str | None = None) -> Json:
    return {"transition": transition} | ({} if explanation is None else {"explanation": explanation})


def consent_body(organisations: Iterable[str], about: Iterable[str]) -> Json:
    return {
        "purpose": "Samen kijken wat nodig is.",
        "recipients": [str(known_id(code)) for code in organisations],
        "dataCategories": list(about),
        "told": "Met wie wij delen, waarover en waarom, en dat u dit altijd kunt intrekken.",
    }


HEARD = {"witnessName": "Tolk Verzonnen"}


def answer_body(who: str, decision: str = "gegeven", basis: str = "zelf") -> Json:
    return {"giverId": str(known_id(who)), "decision": decision, "form": "mondeling", "basis": basis} | HEARD


def signal_body(kind: str = "leervraag", given_by: str = "professional", content: str = SIGNAL) -> Json:
    return {"givenBy": given_by, "kind": kind, "content": content}


def opening(child: str, signal: Json | None = None) -> Json:
    signal = signal or signal_body()
    return {"youngPersonId": str(known_id(child)), "route": "midden-groningen", "signal": signal}


def talk_body(kind: str = "oudergesprek", content: str = TALK, with_whom: str = "ouder") -> Json:
    return {
        "kind": kind,
        "heldAt": "2026-11-20T15:30:00+01:00",
        "withWhom": [with_whom],
        "content": content,
        "agreements": "Over twee weken kijken wij samen opnieuw.",
    }


# --- Points of the route from which sentences start -------------------------------------------------------------------


async def a_case(world: World, child: str = "mila", by: str = TEACHER, kind: str = "leervraag") -> Story:
    """A professional opened a case on a signal."""
    made = await world[by].made("/cases", opening(child, signal_body(kind)))
    return Story(world, child, made["id"])


async def brought_by(world: World, who: str, to: str | None = None, child: str = "mila") -> Story:
    """A parent or the youth brings a concern, and to whom."""
    signal = signal_body("leefvraag", "jeugdige" if who == YOUTH else "ouder", HOME)
    made = await world[who].made("/cases", opening(child, signal | ({"receivedByRole": to} if to else {})))
    return Story(world, child, made["id"])


async def at_research(world: World, child: str = "mila", kind: str = "leervraag") -> Story:
    """The teacher talked with the parents and the school started its research."""
    story = await a_case(world, child, kind=kind)
    await story.add(TEACHER, "notes", talk_body())
    await story.step(TEACHER, "onderzoek_starten")
    return story


async def researched(world: World, child: str = "mila", level: str = "basisondersteuning") -> Story:
    """The school did its research and judged what support is needed."""
    story = await at_research(world, child)
    await story.finds(TEACHER, "onderzoek_gedrag", "afgerond", content=BEHAVIOUR)
    await story.finds(IB, "intern_of_extern", "intern")
    await story.finds(IB, "ondersteuningsniveau", level)
    return story


async def at_triage(world: World, child: str = "mila") -> Story:
    """The school came to triage; nothing has been checked there yet."""
    story = await researched(world, child)
    await story.step(IB, "triage_na_onderzoek")
    return story


REGISTRATIONS = ("registratie_ggd", "registratie_leerplicht", "registratie_zorg_voor_jeugd")


async def triaged(world: World, child: str = "mila") -> Story:
    """The three registrations were checked, the Meldcode considered and the parents informed."""
    story = await at_triage(world, child)
    for registration in REGISTRATIONS:
        await story.finds(IB, registration, "geregistreerd")
    await story.finds(IB, "meldcode_overwogen", "overwogen")
    await story.add(IB, "notes", talk_body("ouders_geinformeerd", "De registraties besproken."))
    return story


async def at_social_team(world: World, about: Iterable[str] = ("leven",)) -> tuple[Story, str]:
    """The sociaal team was asked in, with consent about these subjects: the case and the consent."""
    story = await triaged(world)
    consent = await story.asks(SOCIAL_TEAM, about, yes=PARENTS)
    await story.step(IB, "aanmelden")
    return story, consent


async def at_assessment(world: World, about: Iterable[str] = ("leven",)) -> tuple[Story, str]:
    """The aanmeldteam passed the question on to the gedragswetenschapper."""
    story, consent = await at_social_team(world, about)
    await story.finds(INTAKE_TEAM, "melding", "telefoon")
    await story.finds(INTAKE_TEAM, "aanmeldteam_besluit", "jeugdhulp")
    await story.step(INTAKE_TEAM, "naar_beoordeling")
    return story, consent


async def at_intake(world: World, about: Iterable[str] = ("leven",)) -> tuple[Story, str]:
    """A casemanager jeugd has the case."""
    story, consent = await at_assessment(world, about)
    for kind, outcome in (("aard", "enkelvoudig"), ("ernst", "licht"), ("urgentie", "regulier")):
        await story.finds(BEHAVIOURAL_SCIENTIST, kind, outcome)
    await story.add(BEHAVIOURAL_SCIENTIST, "participants", named(CASEMANAGER, "casemanager_jeugd", "casemanager"))
    await story.step(BEHAVIOURAL_SCIENTIST, "aan_casemanager_toewijzen")
    return story, consent


async def single_question_answered(world: World) -> Story:
    """The casemanager found one clear problem at home, no leervraag is left, and support is to be arranged."""
    story, _ = await at_intake(world)
    await single_question(story)
    await story.finds(CASEMANAGER, "veiligheidsinschatting", "veilig")
    await story.step(CASEMANAGER, "naar_inzet")
    return story


async def single_question(story: Story) -> None:
    """School and casemanager recorded all that one clear problem at home asks for, but for the safety."""
    await story.finds(IB, "leervraag", "geen")
    for kind, outcome in (
        ("leefgebieden", "in_kaart"),
        ("probleemklasse", "enkelvoudig"),
        ("leefvraag", "enkelvoudig"),
        ("onderzoeksverslag", "vastgesteld"),
        ("ondersteuningsvoorstel", "vastgesteld"),
    ):
        await story.finds(CASEMANAGER, kind, outcome)


def named(who: str, role: str, function: str | None = None, ground: str = "jeugdwet_toegang") -> Json:
    """Involve a worker by name."""
    return {
        "workerId": str(known_id(who)),
        "role": role,
        "functions": [function] if function else [],
        "ground": ground,
        "motivation": "Deze collega neemt de zaak op zich.",
    }


async def with_nurse(
    world: World, child: str = "mila", about: Iterable[str] = ("leren", "gezondheid"), yes: Iterable[str] = PARENTS
) -> tuple[Story, str]:
    """The school called in the jeugdverpleegkundige with consent: the case and the consent."""
    story = await at_research(world, child)
    consent = await story.asks(YOUTH_HEALTH, about, yes=yes)
    await story.step(IB, "jgz_raadplegen")
    return story, consent


async def at_nurse(world: World, about: Iterable[str] = ("leren", "gezondheid")) -> Story:
    """It is the turn of the JGZ, which recorded what it found."""
    story = await researched(world)
    await story.asks(YOUTH_HEALTH, about, yes=PARENTS)
    await story.step(IB, "jgz_inschakelen")
    await story.finds(NURSE, "jgz_uitkomst", "advies", content=HEALTH)
    return story


async def with_stagnation_point(world: World) -> tuple[Story, str]:
    """Things are stuck and the stagnatiepunt was called in: the case and the escalation."""
    story = await researched(world)
    return story, (await story.escalates(IB))["id"]


# --- What no caller can do --------------------------------------------------------------------------------------------


def turned(world: World, child: str, years: int, *, days_ago: int = 0) -> None:
    """The child turned this old so many days ago (negative: will turn it then)."""
    _as_owner(
        world,
        "update young_people set birth_date = app_today() - make_interval(days => %s) - make_interval(years => %s)"
        " where id = %s",
        days_ago,
        years,
        known_id(child),
    )


def born_on_unknown_day(world: World, child: str) -> None:
    _as_owner(world, "update young_people set birth_date = null where id = %s", known_id(child))


def school_left(world: World, case: str) -> None:
    """The school, and whoever of it, takes part no more."""
    _as_owner(
        world,
        "update participants p set ended_at = now(), ended_by = p.added_by from organisations o"
        " where o.id = p.organisation_id and o.kind = 'school' and p.case_id = %s",
        case,
    )


def moved(world: World, child: str, municipality: str) -> None:
    """The family lives in another municipality now."""
    _as_owner(world, "update young_people set municipality_code = %s where id = %s", municipality, known_id(child))


def gezag(world: World, child: str, parent: str, held: str) -> None:
    """What is known of this parent's gezag."""
    _as_owner(world, "update guardianships set gezag = %s where id = %s", held, known_id(f"{child}:{parent}"))


def in_conflict(world: World, child: str) -> None:
    """The parents do not speak for each other."""
    _as_owner(world, "update guardianships set conflict = true where young_person_id = %s", known_id(child))


def expired(world: World, consent: str) -> None:
    """The last day of the consent was yesterday."""
    _as_owner(
        world,
        "update consents set valid_from = app_today() - 30, valid_until = app_today() - 1 where id = %s",
        UUID(consent),
    )


def newcomer(world: World, role: str, organisation: str, name: str = "") -> str:
    """Somebody who works elsewhere, or in no relation to the case, with a login of his or her own: the key."""
    key = f"{role} {organisation}{name}"
    subject = f"nieuw-{known_id(key)}"
    _as_owner(
        world,
        "insert into workers (id, organisation_id, display_name) values (%s, %s, 'Nieuweling Verzonnen')",
        known_id(key),
        known_id(organisation),
    )
    _bind(world, "worker_id", key, subject)
    world.people[key] = Person(key, world.caller(sub=subject, roles=[role], organisation=organisation).client)
    return key


def signs_for(world: World, instelling: str, name: str = "") -> str:
    """Somebody who signs for the instelling that has the voogdij: the key."""
    return newcomer(world, "wettelijk_vertegenwoordiger", instelling, name)


def voogd(world: World, child: str) -> str:
    """A grandmother with a login, recorded as voogd of the child; what her gezag is, is still to be found: the key."""
    key = "oma"
    _as_owner(
        world,
        "insert into guardians (id, display_name, created_by) values (%s, 'Oma Verzonnen', %s)",
        known_id(key),
        known_id("beheerder"),
    )
    _as_owner(
        world,
        "insert into guardianships (id, young_person_id, guardian_id, relation, gezag, evidence, conflict, valid_from)"
        " values (%s, %s, %s, 'voogd', 'onbekend', 'geen', false, app_today() - 30)",
        known_id(f"{child}:{key}"),
        known_id(child),
        known_id(key),
    )
    _bind(world, "guardian_id", key, key)
    world.people[key] = Person(key, world.caller(sub=key, roles=["wettelijk_vertegenwoordiger"]).client)
    return key


async def guarded(
    world: World,
    child: str = "mila",
    *,
    by: str | None = None,
    holders: Iterable[str] = (),
    kind: str = "voogdij",
    last_day: str | None = None,
) -> None:
    """The school looked up who has the gezag: an instelling, or these people."""
    body = {
        "kind": kind,
        "holders": [str(known_id(who)) for who in holders],
        "organisationId": by and str(known_id(by)),
        "evidence": "gezagsregister",
        "checkedOn": "2026-11-02",
        "validFrom": "2026-01-05",
        "validUntil": last_day,
    }
    await world[IB].made(f"/young-people/{known_id(child)}/gezag", body)


def unrelated_parent(world: World) -> str:
    """A parent of no child here: the key."""
    key = "ouder-van-niemand-hier"
    _as_owner(
        world,
        "insert into guardians (id, display_name, created_by) values (%s, 'Ouder Elders-Verzonnen', %s)",
        known_id(key),
        known_id("beheerder"),
    )
    _bind(world, "guardian_id", key, key)
    world.people[key] = Person(key, world.caller(sub=key, roles=["ouder"]).client)
    return key


def _bind(world: World, column: str, key: str, subject: str) -> None:
    _as_owner(
        world,
        f"insert into bindings (id, issuer, subject, {column}, valid_from, bound_by)"
        " values (%s, %s, %s, %s, app_today(), %s)",
        known_id(f"binding:{key}"),
        ISSUER,
        subject,
        known_id(key),
        known_id("beheerder"),
    )


def _as_owner(world: World, statement: str, *values: object) -> None:
    with psycopg.connect(world.owner_dsn, autocommit=True) as connection:
        touched = connection.execute(statement.encode(), values).rowcount
        assert touched, "the arrangement touched no row"
