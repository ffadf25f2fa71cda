"""The confidential track of the Meldcode. For whoever takes no part in it there is none."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, IdempotencyKey, IfMatch, Limit, changes, creates, operation, shows
from app.api.parameters import MeldcodeTrackId, WorkerId
from app.api.schemas import page_of
from app.db.session import Row
from app.domain.policy import Action
from app.domain.retention import RetentionClass
from app.services import meldcode
from app.services.bodies import (
    MeldcodeAnswerBody,
    MeldcodeConsiderationBody,
    MeldcodeConsultationBody,
    MeldcodeConversationBody,
    MeldcodeDecisionBody,
    MeldcodeParticipantBody,
    MeldcodeSignalBody,
    MeldcodeTrackBody,
    MeldcodeTrackPatch,
    MeldcodeWeighingBody,
    RetentionRefusalBody,
)
from app.services.work import Work

router = APIRouter(tags=["Meldcode"])
TRACK = schemas.MeldcodeTrack
END = schemas.MeldcodeDestruction


@router.get("/meldcode-tracks", **operation(Action.MELDCODE_READ, page_of(schemas.MeldcodeTrackSummary)))
async def list_meldcode_tracks(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De sporen van de Meldcode waaraan u deelneemt, of die van uw organisatie als u aandachtsfunctionaris bent.

    `expected` zegt wat wordt verwacht en wanneer. Kijk hier zelf: een bericht zou verraden dat het spoor er is.
    """

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await meldcode.listed(work, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/meldcode-tracks", **creates(Action.MELDCODE_CREATE, TRACK))
async def open_meldcode_track(call: Calling, body: MeldcodeTrackBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Open een spoor van de Meldcode over een kind, met het eerste signaal (stap 1).

    Aan een zaak van het kind verandert niets, en niemand anders krijgt er bericht van. Een spoor van een collega over
    hetzelfde kind staat hier los van: de aandachtsfunctionaris ziet beide. Is er direct gevaar? Bel 112, of Veilig
    Thuis: 0800-2000.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: meldcode.open_track(work, body), meldcode.shown, location="/meldcode-tracks/{}"
    )


@router.get("/meldcode-tracks/{meldcodeTrackId}", **shows(Action.MELDCODE_READ, TRACK))
async def read_meldcode_track(call: Calling, meldcode_track_id: MeldcodeTrackId) -> Response:
    """Eén spoor: elke stap die is gezet, wat aan de beurt is, en waartoe de afwegingen leiden."""
    return await call.read(lambda work: meldcode.shown(work, meldcode_track_id))


@router.patch("/meldcode-tracks/{meldcodeTrackId}", **changes(Action.MELDCODE_UPDATE, TRACK))
async def name_meldcode_decider(
    call: Calling, meldcode_track_id: MeldcodeTrackId, body: MeldcodeTrackPatch, if_match: IfMatch = ""
) -> Response:
    """Wijs aan wie beslist: een deelnemer, bij naam."""
    del if_match  # read from the request; named here for the contract
    return await call.change(lambda work: meldcode.name_decider(work, meldcode_track_id, body), meldcode.shown)


@router.get(
    "/meldcode-tracks/{meldcodeTrackId}/access-log",
    **operation(Action.MELDCODE_READ, page_of(schemas.MeldcodeEvent)),
)
async def read_meldcode_access_log(
    call: Calling, meldcode_track_id: MeldcodeTrackId, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Wie dit spoor opende, las of wijzigde, en wie daarin werd geweigerd; nieuwste eerst.

    In het logboek van de organisatie en dat van een zaak staat hiervan niets.
    """

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await meldcode.events(work, meldcode_track_id, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get("/meldcode-tracks/{meldcodeTrackId}/destruction", **shows(Action.MELDCODE_READ, END))
async def read_meldcode_destruction(call: Calling, meldcode_track_id: MeldcodeTrackId) -> Response:
    """Hoe lang dit spoor wordt bewaard, en of er is voorgesteld het te vernietigen."""
    return await call.read(lambda work: _end(call)(work, meldcode_track_id))


@router.post("/meldcode-tracks/{meldcodeTrackId}/destruction", **creates(Action.MELDCODE_UPDATE, END))
async def destroy_meldcode_track(
    call: Calling, meldcode_track_id: MeldcodeTrackId, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Stel voor dat een afgesloten spoor weggaat nu de termijn voorbij is; of stem daar als ander mee in.

    Altijd twee mensen die het spoor kennen. Niemand anders krijgt er bericht van, ook niet als het weg is.
    """
    del idempotency_key  # read from the request; named here for the contract
    classes = _classes(call)
    return await call.create(lambda work: meldcode.agree_to_destroy(work, meldcode_track_id, classes), _end(call))


@router.post("/meldcode-tracks/{meldcodeTrackId}/destruction/refusal", **creates(Action.MELDCODE_UPDATE, END))
async def refuse_meldcode_destruction(
    call: Calling, meldcode_track_id: MeldcodeTrackId, body: RetentionRefusalBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Houd het spoor, met de reden. Daarna kan het opnieuw worden voorgesteld."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.refuse_to_destroy(work, meldcode_track_id, body), _end(call))


def _classes(call: Calling) -> Mapping[str, RetentionClass]:
    classes: Mapping[str, RetentionClass] = call.request.app.state.retention_classes
    return classes


def _end(call: Calling) -> Callable[[Work, UUID], Awaitable[str]]:
    """How a destruction is shown, by the terms that were set here."""
    return lambda work, track_id: meldcode.destruction(work, track_id, _classes(call))


@router.get("/meldcode-certificates", **operation(Action.MELDCODE_READ, page_of(schemas.MeldcodeCertificate)))
async def list_meldcode_certificates(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De certificaten van sporen die u kende tot zij werden vernietigd, nieuwste eerst."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await meldcode.certificates(work, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/meldcode-tracks/{meldcodeTrackId}/participants", **creates(Action.MELDCODE_UPDATE, TRACK))
async def add_meldcode_participant(
    call: Calling,
    meldcode_track_id: MeldcodeTrackId,
    body: MeldcodeParticipantBody,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Betrek een collega van uw eigen organisatie bij dit spoor. Vanaf dan ziet die collega het."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.bring_in(work, meldcode_track_id, body), meldcode.shown)


@router.delete(
    "/meldcode-tracks/{meldcodeTrackId}/participants/{workerId}",
    **operation(Action.MELDCODE_UPDATE, None, status=204, refusals=(409, 412, 428)),
)
async def end_meldcode_participant(
    call: Calling, meldcode_track_id: MeldcodeTrackId, worker_id: WorkerId, if_match: IfMatch = ""
) -> Response:
    """Beëindig iemands deelname: vanaf dan bestaat het spoor voor die collega niet meer. De laatste blijft.

    `If-Match` is de ETag van het spoor.
    """
    del if_match  # read from the request; named here for the contract
    return await call.end(lambda work: meldcode.let_go(work, meldcode_track_id, worker_id))


@router.post("/meldcode-tracks/{meldcodeTrackId}/signals", **creates(Action.MELDCODE_RECORD, TRACK))
async def add_meldcode_signal(
    call: Calling, meldcode_track_id: MeldcodeTrackId, body: MeldcodeSignalBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Stap 1: breng nog een signaal in kaart."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.add_signal(work, meldcode_track_id, body), meldcode.shown)


@router.post("/meldcode-tracks/{meldcodeTrackId}/consultations", **creates(Action.MELDCODE_RECORD, TRACK))
async def add_meldcode_consultation(
    call: Calling,
    meldcode_track_id: MeldcodeTrackId,
    body: MeldcodeConsultationBody,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Stap 2: leg vast wat overleg met een collega, Veilig Thuis of een deskundige in letselduiding opleverde."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.add_consultation(work, meldcode_track_id, body), meldcode.shown)


@router.post("/meldcode-tracks/{meldcodeTrackId}/conversations", **creates(Action.MELDCODE_RECORD, TRACK))
async def add_meldcode_conversation(
    call: Calling,
    meldcode_track_id: MeldcodeTrackId,
    body: MeldcodeConversationBody,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Stap 3: leg het gesprek met ouders of kind vast, of waarom het nu niet veilig kan."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.add_conversation(work, meldcode_track_id, body), meldcode.shown)


@router.post("/meldcode-tracks/{meldcodeTrackId}/weighings", **creates(Action.MELDCODE_RECORD, TRACK))
async def add_meldcode_weighing(
    call: Calling, meldcode_track_id: MeldcodeTrackId, body: MeldcodeWeighingBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Stap 4: weeg risico, aard en ernst. Bij twijfel gaat overleg met Veilig Thuis aan de afwegingen vooraf."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.add_weighing(work, meldcode_track_id, body), meldcode.shown)


@router.post("/meldcode-tracks/{meldcodeTrackId}/considerations", **creates(Action.MELDCODE_RECORD, TRACK))
async def add_meldcode_consideration(
    call: Calling,
    meldcode_track_id: MeldcodeTrackId,
    body: MeldcodeConsiderationBody,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Beantwoord een van de vijf afwegingen, in hun volgorde.

    1 vermoeden; 2 acute of structurele onveiligheid (ja of twijfel: melden); 3 effectieve hulp mogelijk (nee: melden);
    4 hulp aanvaard (nee: melden; ja: termijn, casemanager en afspraken); 5 resultaat binnen de termijn (nee: melden;
    ja: afsluiten, met afspraken over het volgen van het kind).
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.add_consideration(work, meldcode_track_id, body), meldcode.shown)


@router.post("/meldcode-tracks/{meldcodeTrackId}/decisions", **creates(Action.MELDCODE_DECIDE, TRACK))
async def decide_in_meldcode_track(
    call: Calling, meldcode_track_id: MeldcodeTrackId, body: MeldcodeDecisionBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Stap 5: beslis, als wie daarvoor is aangewezen; met of de ouders zijn geïnformeerd, of waarom niet.

    Wat nog ontbreekt staat in `reasons`, alles tegelijk. Bij acuut gevaar (`acute`) wacht melden op niets. De melding
    zelf doet u bij Veilig Thuis: deze dienst stuurt niets.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.decide(work, meldcode_track_id, body), meldcode.shown)


@router.post("/meldcode-tracks/{meldcodeTrackId}/answers", **creates(Action.MELDCODE_RECORD, TRACK))
async def add_meldcode_answer(
    call: Calling, meldcode_track_id: MeldcodeTrackId, body: MeldcodeAnswerBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg vast wat Veilig Thuis op de melding antwoordde. Dat hoort binnen vijf werkdagen te komen."""
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: meldcode.add_answer(work, meldcode_track_id, body), meldcode.shown)
