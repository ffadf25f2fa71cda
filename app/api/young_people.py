"""The child, and who holds gezag over it."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import READS_BODY, Calling, Cursor, IdempotencyKey, IfMatch, Limit, changes, creates, operation, shows
from app.api.parameters import GuardianId, YoungPersonId
from app.api.schemas import page_of
from app.db.session import Row
from app.domain.policy import Action
from app.services import young_people
from app.services.bodies import GezagBody, GuardianBody, GuardianPatch, SearchBody, YoungPersonBody, YoungPersonPatch
from app.services.work import Work

router = APIRouter(tags=["Jeugdigen"])


@router.get("/young-people", **operation(Action.YOUNG_PERSON_READ, page_of(schemas.YoungPerson)))
async def list_young_people(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De jeugdigen die u mag zien: uw leerlingen, uw eigen kinderen, en de jeugdigen van uw zaken."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await young_people.listed(work, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/young-people", **creates(Action.YOUNG_PERSON_CREATE, schemas.YoungPerson))
async def enter_young_person(call: Calling, body: YoungPersonBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Voer een jeugdige in.

    Op de eigen school, of wonend in de gemeente waarvoor uw organisatie werkt.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: young_people.enter(work, body), young_people.entered, location="/young-people/{}"
    )


@router.post(
    "/young-people/_search",
    **operation(Action.YOUNG_PERSON_SEARCH, page_of(schemas.YoungPerson), refusals=READS_BODY),
)
async def search_young_people(call: Calling, body: SearchBody) -> Response:
    """Zoek een jeugdige op exacte achternaam en geboortedatum; nooit via de URL.

    Ten hoogste tien, van wie u een zaak mag openen. Hiervoor geldt een strenger quotum.
    """
    return await call.read(lambda work: young_people.search(work, body))


@router.get("/young-people/{youngPersonId}", **shows(Action.YOUNG_PERSON_READ, schemas.YoungPerson))
async def read_young_person(call: Calling, young_person_id: YoungPersonId) -> Response:
    """Eén jeugdige."""
    return await call.read(lambda work: young_people.seen(work, young_person_id))


@router.patch("/young-people/{youngPersonId}", **changes(Action.YOUNG_PERSON_UPDATE, schemas.YoungPerson))
async def change_young_person(
    call: Calling, young_person_id: YoungPersonId, body: YoungPersonPatch, if_match: IfMatch = ""
) -> Response:
    """Wijzig wat van een jeugdige bekend is; wat u weglaat blijft zoals het is."""
    del if_match  # read from the request; named here for the contract
    return await call.became(lambda work: young_people.change(work, young_person_id, body))


@router.get("/young-people/{youngPersonId}/guardians", **operation(Action.YOUNG_PERSON_READ, page_of(schemas.Guardian)))
async def list_guardians(call: Calling, young_person_id: YoungPersonId) -> Response:
    """De ouders, verzorgers en voogden van een jeugdige, met wat over hun gezag bekend is."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        rows = await young_people.guardians(work, young_person_id)
        return [row for row in rows if after is None or row["id"] > after][:count]

    return await call.page(fetch, limit=100, cursor=None)


@router.post("/young-people/{youngPersonId}/guardians", **creates(Action.GUARDIAN_CREATE, schemas.Guardian))
async def add_guardian(
    call: Calling, young_person_id: YoungPersonId, body: GuardianBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg een ouder, verzorger of voogd vast."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: young_people.add_guardian(work, young_person_id, body), young_people.guardian)


@router.get("/guardians/{guardianId}", **shows(Action.YOUNG_PERSON_READ, schemas.Guardian))
async def read_guardian(call: Calling, guardian_id: GuardianId) -> Response:
    """Eén ouder, verzorger of voogd van een jeugdige; de ETag is nodig om het gezag te wijzigen."""
    return await call.read(lambda work: young_people.guardian(work, guardian_id))


@router.patch("/guardians/{guardianId}", **changes(Action.GUARDIAN_UPDATE, schemas.Guardian))
async def change_guardian(
    call: Calling, guardian_id: GuardianId, body: GuardianPatch, if_match: IfMatch = ""
) -> Response:
    """Leg vast wat over het gezag is nagegaan. Vanaf dat moment wordt elke toestemming ermee berekend."""
    del if_match  # read from the request; named here for the contract
    return await call.change(lambda work: young_people.change_guardian(work, guardian_id, body), young_people.guardian)


@router.get("/young-people/{youngPersonId}/gezag", **operation(Action.YOUNG_PERSON_READ, page_of(schemas.Gezag)))
async def list_gezag(call: Calling, young_person_id: YoungPersonId) -> Response:
    """Wat over het gezag over een jeugdige is opgezocht, nieuwste eerst; het nieuwste telt."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        rows = await young_people.gezag(work, young_person_id)
        return [row for row in rows if after is None or row["id"] < after][:count]

    return await call.page(fetch, limit=100, cursor=None)


@router.post("/young-people/{youngPersonId}/gezag", **creates(Action.GEZAG_RECORD, schemas.Gezag))
async def record_gezag(
    call: Calling, young_person_id: YoungPersonId, body: GezagBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg vast wat over het gezag is opgezocht: de hele relatie, zoals de BRP haar noemt.

    Het gezag van elke ouder of voogd volgt hieruit. Onbekend, tijdelijk geen of niet te bepalen gezag opent niets.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: young_people.record_gezag(work, young_person_id, body), young_people.found_gezag
    )


@router.get("/young-people/{youngPersonId}/deciders", **shows(Action.YOUNG_PERSON_READ, schemas.WhoDecides))
async def read_deciders(call: Calling, young_person_id: YoungPersonId) -> Response:
    """Wie vandaag beslist over delen van gegevens van deze jeugdige, naar de wet; of wat daarvoor nog nodig is."""
    return await call.read(lambda work: young_people.deciders(work, young_person_id, english=call.english))
