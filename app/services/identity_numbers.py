"""BSN and PGN of a child: recorded, known of, found by and looked at; each look for a task, and each in the audit."""

import json
import logging
from uuid import UUID

from app.db import reach
from app.db.reads import YOUNG_PERSON_BODY
from app.db.session import Row
from app.db.tables import IdentityNumber
from app.domain import numbers
from app.domain.errors import Fault, Invalid, KeysAway, NotVisible, NumberUnreadable
from app.domain.ids import new_id
from app.domain.numbers import NumberKind
from app.integrations.keys import KeyLost, Keyring, Place, Tampered
from app.services.bodies import IdentityNumberBody, NumberSearchBody, RevealBody
from app.services.work import Work
from app.services.young_people import child_in_reach

logger = logging.getLogger(__name__)

_BODY = (
    "json_build_object('id', x.id, 'youngPersonId', x.young_person_id, 'kind', x.kind, 'source', x.source,"
    " 'recordedByOrganisationId', x.recorded_by_organisation_id, 'recordedAt', app_time(x.recorded_at),"
    " 'tasks', %(tasks)s::json -> x.kind)::text as body"
)


async def _home(work: Work) -> str:
    """At which kind of organisation the caller works, or as which kind of person of the family he or she asks."""
    row = await work.session.row("select app_home() as home")
    return str((row or {})["home"])


def _kinds(home: str) -> dict[str, list[str]]:
    """The kinds of number that may go to the caller, with the tasks that each serves."""
    told = {str(kind): [str(task) for task in numbers.tasks_for(kind, home)] for kind in NumberKind}
    return {kind: tasks for kind, tasks in told.items() if tasks}


async def listed(work: Work, young_person_id: UUID) -> list[Row]:
    """Which numbers of a child are known, as JSON texts: those that may go to the caller, without the numbers."""
    await child_in_reach(work, young_person_id)
    kinds = _kinds(await _home(work))
    return await work.session.rows(
        f"select x.id, {_BODY} from identity_numbers x where x.young_person_id = %(child)s and x.kind = any (%(kinds)s)"
        " order by x.id",
        child=young_person_id,
        kinds=list(kinds),
        tasks=json.dumps(kinds),
    )


async def seen(work: Work, number_id: UUID) -> str:
    """That one number is known, as JSON text, without the number."""
    kinds = _kinds(await _home(work))
    row = await work.session.row(
        f"select x.young_person_id, {_BODY} from identity_numbers x where x.id = %(id)s and x.kind = any (%(kinds)s)",
        id=number_id,
        kinds=list(kinds),
        tasks=json.dumps(kinds),
    )
    if row is None:
        raise NotVisible
    await child_in_reach(work, row["young_person_id"])
    work.about.object_type, work.about.object_id = "identity-number", number_id
    return str(row["body"])


async def record(work: Work, ring: Keyring | None, young_person_id: UUID, body: IdentityNumberBody) -> UUID:
    """Record the number of a child, or put it in the place of the one of its kind that was there (domain.md R43).

    Raises KeysAway while it could not be sealed; then nothing was recorded.
    """
    await child_in_reach(work, young_person_id)
    home = await _home(work)
    kind = numbers.kind_of(body.source, home)
    faults, number = [], numbers.read(body.number, kind)
    if number is None:
        faults.append(_no_number())
    if not numbers.tasks_for(kind, home):
        faults.append(
            Fault(
                "/source",
                "niet_van_een_school",
                "Een nummer dat van een school komt, legt alleen de school zelf of leerplicht vast. Neem het over uit"
                " de BRP of van een identiteitsbewijs.",
                "A number that comes from a school is recorded by the school itself or by leerplicht alone. Take it"
                " from the BRP or from an identity document.",
            )
        )
    if faults or number is None:
        raise Invalid(*faults)
    if ring is None:
        raise KeysAway
    known = await work.session.row(
        "select id from identity_numbers where young_person_id = %(child)s and kind = %(kind)s for update",
        child=young_person_id,
        kind=kind,
    )
    number_id: UUID = known["id"] if known else new_id()
    key_id, sealed = ring.seal(number, Place(number_id, young_person_id, str(kind)))
    digest_key_id, digest = ring.digest(number, str(kind))
    made = IdentityNumber(
        id=number_id,
        young_person_id=young_person_id,
        kind=str(kind),
        source=str(body.source),
        key_id=key_id,
        sealed=sealed,
        digest_key_id=digest_key_id,
        digest=digest,
        recorded_by=work.actor.person_id,
        recorded_by_organisation_id=work.actor.organisation_id,
    )
    if known is None:
        await work.session.insert(made)
    else:
        await work.session.run(
            "update identity_numbers set source = %(source)s, key_id = %(key_id)s, sealed = %(sealed)s,"
            " digest_key_id = %(digest_key_id)s, digest = %(digest)s, recorded_by = %(recorded_by)s,"
            " recorded_by_organisation_id = %(recorded_by_organisation_id)s, recorded_at = now() where id = %(id)s",
            **made.model_dump(exclude={"young_person_id", "kind", "recorded_at"}),
        )
    work.tell_each_case_of(young_person_id)
    work.about.object_type, work.about.object_id = "identity-number", number_id
    work.fact("identity-number.recorded", object_id=young_person_id)
    return number_id


def _no_number() -> Fault:
    return Fault(
        "/number",
        "geen_geldig_nummer",
        "Dit is geen BSN: het doorstaat de elfproef niet. Kijk of er een cijfer is verwisseld.",
        "This is no BSN: it does not pass the eleven-test. See whether two digits changed places.",
    )


async def search(work: Work, ring: Keyring | None, body: NumberSearchBody) -> str:
    """The child with this number, of those for whom the caller may open a case, as a page; at most ten.

    Only by numbers of the kinds that may go to the caller: what a school supplied leads nobody of jeugdhulp to a child.
    """
    work.about.object_type = "young-person"
    sought = {kind: numbers.read(body.number, NumberKind(kind)) for kind in _kinds(await _home(work))}
    if not any(sought.values()):
        raise Invalid(_no_number())
    if ring is None:
        raise KeysAway
    row = await work.session.row(
        f"select coalesce(jsonb_agg(({YOUNG_PERSON_BODY}) order by x.id), '[]')::text as items,"
        f" {reach.OWN_TASK} as ground from (select y.* from"
        " young_people y where y.id in (select n.young_person_id from identity_numbers n"
        " where n.digest = any (%(digests)s::bytea[]))"
        f" and y.id in (select m.young_person_id from ({reach.children(work.roles, work.ask.action)}) m)"
        " order by y.id limit 10) x",
        digests=[digest for kind, number in sought.items() if number for digest in ring.digests(number, kind)],
    )
    work.about.ground = row["ground"] if row else None
    for child in json.loads(row["items"]) if row else []:
        # Who was found is told of each child by itself: nobody looks around unseen.
        work.record_about("young-person", UUID(child["id"]))
    return '{"items": ' + (str(row["items"]) if row else "[]") + ', "next": null}'


async def reveal(work: Work, ring: Keyring | None, number_id: UUID, body: RevealBody) -> str:
    """The number itself, as JSON text, for a task of the caller's own; the task is the ground that the audit tells.

    Raises KeysAway while the keys are not there, NumberUnreadable when what is kept does not open.
    """
    row = await work.session.row(
        "select young_person_id, kind, key_id, sealed, app_home() as home from identity_numbers where id = %(id)s",
        id=number_id,
    )
    tasks = _kinds(row["home"]).get(row["kind"]) if row else None
    if row is None or tasks is None:
        raise NotVisible
    await child_in_reach(work, row["young_person_id"])
    work.about.object_type, work.about.object_id = "identity-number", number_id
    if body.task not in tasks:
        named = ", ".join(tasks)
        raise Invalid(
            Fault(
                "/task",
                "taak_past_niet",
                f"Uw organisatie heeft deze taak niet. Kies uit: {named}.",
                f"Choose from: {named}.",
            )
        )
    work.about.ground = str(body.task)
    number = opened(ring, {**row, "id": number_id})
    # The family finds each look in the log of its cases.
    work.tell_each_case_of(row["young_person_id"])
    return json.dumps({"id": str(number_id), "kind": row["kind"], "number": number, "task": body.task})


def opened(ring: Keyring | None, row: Row) -> str:
    """The number that a row holds: id, young_person_id, kind, key_id and sealed. Raises KeysAway, NumberUnreadable."""
    if ring is None:
        raise KeysAway
    try:
        return ring.open(row["key_id"], bytes(row["sealed"]), Place(row["id"], row["young_person_id"], row["kind"]))
    except KeyLost as lost:
        logger.error("key %s of identity numbers is not there", lost.key)  # noqa: TRY400 - its frames say nothing
        raise KeysAway from None
    except Tampered:
        logger.error("identity number does not open under key %s", row["key_id"])  # noqa: TRY400 - same
        raise NumberUnreadable from None


def for_export(work: Work, ring: Keyring | None, row: Row) -> dict[str, str | None]:
    """A number of one's own, to take along; that it was shown is recorded. Without its key the digits are missing."""
    try:
        number = opened(ring, row)
    except (KeysAway, NumberUnreadable):
        number = None
    else:
        work.record_about("identity-number", row["id"])
    told = {name: str(row[name]) for name in ("id", "kind", "source")}
    return {**told, "recordedAt": row["recorded_at"], "number": number}
