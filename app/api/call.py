"""One call: who asks, what for, and how the answer leaves; and how an endpoint declares its action."""

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from fastapi.params import Depends as DependsOn
from starlette.responses import Response

from app.api import schemas
from app.api.notices import HEADER as NOTICE
from app.api.notices import notice
from app.api.problems import wants_english
from app.db import reads
from app.db.reads import CaseRead, Resource
from app.db.session import Database, Row
from app.domain.actors import Role, Subject
from app.domain.assurance import LEVELS_IN_WORDS, needed, sufficient
from app.domain.errors import NotPermitted
from app.domain.policy import Action, may_at_all
from app.domain.recording import OF_A_CHILD
from app.integrations.keys import Keyring, Keys
from app.services import plain_words
from app.services import work as desk
from app.services.bodies import CURSOR, IDEMPOTENCY_KEY
from app.services.work import About, Ask, Work, entity_tag

Rendering = Callable[[Work, UUID], Awaitable[str]]
# From the last id of the page before, and a limit.
Listing = Callable[[UUID | None, int], CaseRead]
Found = TypeVar("Found")
Fetching = Callable[[Work, UUID | None, int], Awaitable[Sequence[Row]]]


class Call:
    """A request that came through the door: its caller has the action at least somewhere."""

    def __init__(self, request: Request, action: Action) -> None:
        self.request = request
        self.action = action

    @property
    def database(self) -> Database:
        """The pool of this process."""
        database: Database = self.request.app.state.database
        return database

    async def number_keys(self) -> Keyring | None:
        """The keys of identity numbers; None while they cannot be had."""
        keys: Keys = self.request.app.state.number_keys
        return await keys.ring()

    @property
    def subject(self) -> Subject:
        """Who calls, by token: with those roles for which the login is sure enough for this action."""
        subject: Subject = self.request.scope["state"]["subject"]
        settled = self.request.app.state.assurance
        return replace(subject, roles=sufficient(subject.roles, self.action, subject.acr, settled))

    @cached_property
    def english(self) -> bool:
        """Whether texts are wanted in English."""
        return wants_english(self.request.headers.get("accept-language", ""))

    def ask(self) -> Ask:
        """The question as the services understand it."""
        request = self.request
        body: bytes = request.scope["state"].get("body", b"")
        operation = f"{request.method} {request.url.path}"
        return Ask(
            subject=self.subject,
            action=self.action,
            if_match=", ".join(tags) if (tags := request.headers.getlist("if-match")) else None,
            idempotency_key=request.headers.get("idempotency-key") if request.method == "POST" else None,
            fingerprint=hashlib.sha256(operation.encode() + b"\0" + body).digest(),
            operation=operation,
        )

    async def read(self, render: Callable[[Work], Awaitable[str]], *, unbound: bool = False) -> Response:
        """One resource with its entity tag; 304 when the caller has this version already."""
        return self.tagged(await desk.perform(self.database, self.ask(), render, unbound=unbound))

    async def look_up(self, find: Callable[[Work], Awaitable[Found]]) -> Found:
        """What is the same for everybody, to be shown in a form of its own; that it was asked is recorded."""
        return await desk.perform(self.database, self.ask(), find)

    def tagged(
        self, body: str, *, media_type: str = "application/json", headers: Mapping[str, str] | None = None
    ) -> Response:
        """The answer with its entity tag; 304 when the caller has this version already."""
        tag = entity_tag(body)
        more = {**(headers or {}), "ETag": tag}
        known = self.request.headers.get("if-none-match", "") if self.request.method == "GET" else ""
        if tag in {each.strip().removeprefix("W/") for each in known.split(",")}:
            return Response(status_code=304, headers=more)
        return Response(body, media_type=media_type, headers=more)

    async def tell(self, read: CaseRead) -> Response:
        """One thing of a case with its entity tag, read in one round trip."""
        told = await desk.look(self.database, self.ask(), read)
        return self.tagged(told.rows[0]["body"])

    async def page(self, fetch: Fetching, *, limit: int, cursor: str | None) -> Response:
        """A page of a list: `fetch` gets the last id of the page before and one more than the limit."""
        after = _decode(cursor)

        async def fetched(work: Work) -> Sequence[Row]:
            work.about.listed = True
            rows = await fetch(work, after, limit + 1)
            # Of one child a list shows its parents or numbers: those are no children.
            if work.about.object_type in OF_A_CHILD and work.about.object_id is None:
                work.about.show([row["id"] for row in rows[:limit]], [row["ground"] for row in rows[:limit]])
            return rows

        return self._page(await desk.perform(self.database, self.ask(), fetched), limit)

    async def tell_page(self, read: Listing, *, limit: int, cursor: str | None) -> Response:
        """A page of a list of a case, in one round trip: `read` gets the last id of the page before, and a limit."""
        told = await desk.look(self.database, self.ask(), read(_decode(cursor), limit + 1))
        return self._page(told.rows, limit)

    async def page_of_mine(self, *, limit: int, cursor: str | None, step: str | None = None) -> Response:
        """A page of the caller's cases, in one round trip."""
        after = _decode(cursor)
        rows = await desk.look_at_mine(self.database, self.ask(), after=after, limit=limit + 1, step=step)
        return self._page(rows, limit)

    def _page(self, rows: Sequence[Row], limit: int) -> Response:
        following = _encode(rows[limit - 1]["id"]) if len(rows) > limit else None
        items = ", ".join(row["body"] for row in rows[:limit])
        headers = {}
        if following is not None:
            url = self.request.url.include_query_params(cursor=following)
            headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return _json(f'{{"items": [{items}], "next": {json.dumps(following)}}}', headers=headers)

    async def create(
        self,
        use_case: Callable[[Work], Awaitable[UUID]],
        render: Rendering,
        *,
        location: str | None = None,
        fingerprint: Callable[[bytes], bytes] | None = None,
    ) -> Response:
        """201 with what was made; `location` is its path under /v1 with {} for the id.

        What is kept of the request beside an Idempotency-Key is a plain digest, unless `fingerprint` makes more of it.
        """
        ask = self.ask()
        if fingerprint is not None:
            ask = replace(ask, fingerprint=fingerprint(ask.fingerprint))
        done = await desk.create(self.database, ask, use_case, render)
        headers = {"ETag": entity_tag(done.body)}
        if location is not None:
            headers["Location"] = f"{self.request.scope['root_path']}{location.format(done.object_id)}"
        return self._noticing(_json(done.body, status=201, headers=headers))

    async def made(self, use_case: Callable[[Work], Awaitable[str]]) -> Response:
        """201 for what is done at most once by its own nature, by a caller who may not be bound to a person yet."""
        return self._noticing(
            _json(await desk.perform(self.database, self.ask(), use_case, status=201, unbound=True), status=201)
        )

    async def change(self, use_case: Callable[[Work], Awaitable[UUID]], render: Rendering) -> Response:
        """200 with what it has become, and its new entity tag."""

        async def changed(work: Work) -> str:
            return await render(work, await use_case(work))

        body = await desk.perform(self.database, self.ask(), changed)
        return self._noticing(_json(body, headers={"ETag": entity_tag(body)}))

    async def became(self, use_case: Callable[[Work], Awaitable[str]]) -> Response:
        """200 with what it has become, told by the change itself, and its new entity tag."""
        body = await desk.perform(self.database, self.ask(), use_case)
        return self._noticing(_json(body, headers={"ETag": entity_tag(body)}))

    async def end(self, use_case: Callable[[Work], Awaitable[UUID]]) -> Response:
        """204: ended."""
        await desk.perform(self.database, self.ask(), use_case, status=204)
        return Response(status_code=204)

    def _noticing(self, answer: Response) -> Response:
        """Say beside an answer what the free texts of its request hold that should not be there."""
        if found := notice(self.request.scope["state"].get("body", b"")):
            answer.headers[NOTICE] = found
        return answer

    async def at_the_door(self) -> None:
        """403 without a look at any case when no role of the caller has this action at all; recorded all the same."""
        if not may_at_all(self.subject.roles, self.action):
            refusal = self._refusal()
            await desk.record_refusal(self.database, self.ask(), About(), refusal)
            raise refusal

    def _refusal(self) -> NotPermitted:
        """Why nobody with this token does this: no role has it, or the login is not sure enough of who this is."""
        subject: Subject = self.request.scope["state"]["subject"]
        if not may_at_all(subject.roles, self.action):
            able = [role for role in Role if may_at_all((role,), self.action)]
            by = plain_words.by(able[:_ROLES_TOLD])
            more_nl, more_en = (" en anderen", " and others") if len(able) > _ROLES_TOLD else ("", "")
            return NotPermitted(
                f"Geen van uw rollen geeft recht op deze handeling. Dit doen: {by.nl}{more_nl}.",
                f"None of your roles has this action. It is done by: {by.en}{more_en}.",
                code="rol-past-niet",
            )
        level = needed(subject.roles, self.action, self.request.app.state.assurance)
        nl, en = LEVELS_IN_WORDS[level]
        return NotPermitted(
            f"Om dit te doen moet zeker zijn dat u het bent. Log opnieuw in, op niveau {nl}: met DigiD bijvoorbeeld.",
            f"For this it must be certain that it is you. Log in again, at level {en}: with DigiD for example.",
            code="betrouwbaarheid-te-laag",
        )


def _json(body: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status_code=status, media_type="application/json", headers=headers)


def _encode(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def _decode(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))


def _door(action: Action) -> DependsOn:
    async def admit(request: Request) -> None:
        call = Call(request, action)
        await call.at_the_door()
        request.state.call = call

    dependency: DependsOn = Depends(admit)
    return dependency


async def _call(request: Request) -> Call:  # async: FastAPI would send it to a thread
    call: Call = request.state.call
    return call


Calling = Annotated[Call, Depends(_call)]
Limit = Annotated[int, Query(ge=1, le=100, description="Hoeveel ten hoogste op een bladzijde.")]
Cursor = Annotated[str | None, Query(pattern=CURSOR, description="De cursor `next` van de vorige bladzijde.")]
IfMatch = Annotated[
    str,
    Header(
        description="De ETag van de versie die u wijzigt, met de aanhalingstekens zoals u hem kreeg.", max_length=200
    ),
]
IdempotencyKey = Annotated[
    str,
    Header(
        description="Eigen sleutel van de aanroeper: hetzelfde verzoek met dezelfde sleutel wordt één keer gedaan.",
        pattern=IDEMPOTENCY_KEY,
    ),
]

_WHY = {
    400: "De invoer is onleesbaar of klopt niet; alle fouten staan in `errors`.",
    401: "Geen geldig toegangstoken.",
    403: "Geen rol van de aanroeper mag dit, of niet hier.",
    404: "Bestaat niet, of niet zichtbaar voor de aanroeper.",
    406: "In geen vorm die `Accept` toelaat.",
    408: "De body kwam niet op tijd binnen.",
    409: "Nu niet mogelijk; bij een stap van de route staan alle redenen in `reasons`.",
    412: "`If-Match` noemt een andere versie, of is niet de ETag zelf, met zijn aanhalingstekens.",
    413: "De body is te groot.",
    415: "De body is geen application/json.",
    422: "De Idempotency-Key is al gebruikt voor een ander verzoek.",
    428: "`If-Match` ontbreekt.",
    429: "Te veel verzoeken; `Retry-After` zegt over hoeveel seconden het weer kan.",
    500: "Interne fout; er is niets gewijzigd.",
    503: "Tijdelijk niet beschikbaar. Een herhaling met dezelfde Idempotency-Key doet niets dubbel.",
}
SHOWN = "x-shown"
"""Where an operation says what its example is; taken out again before the contract is served."""
# So many roles are named to who has none of them; more are a list that nobody reads (docs/policy.md has it).
_ROLES_TOLD = 6
_ALWAYS = (400, 401, 403, 404, 429, 500, 503)
READS_BODY = (408, 413, 415)
CREATES = (*READS_BODY, 409, 422)
CHANGES = (*READS_BODY, 409, 412, 428)


# The version of what this caller may see; `headers` of the contract's components.
_TAGGED = {"headers": {"ETag": {"$ref": "#/components/headers/ETag"}}}


def operation(
    action: Action,
    answer: type[schemas.Answer] | None,
    *,
    status: int = 200,
    refusals: Iterable[int] = (),
    tagged: bool = False,
    shown: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """What a path operation declares: its action (`x-action`), its answer, and every way it can be refused.

    `tagged` says that the answer carries an ETag; `shown` what of its example is otherwise than in general.
    """
    responses: dict[int | str, dict[str, Any]] = {status: _TAGGED} if tagged else {}
    responses |= {
        code: {
            "description": _WHY[code],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for code in sorted({*_ALWAYS, *refusals})
    }
    return {
        "status_code": status,
        "response_model": answer,
        "response_description": "Gelukt.",
        "dependencies": [_door(action)],
        "responses": responses,
        "openapi_extra": {"x-action": str(action), SHOWN: shown or {}},
        **more,
    }


def _noticed(declared: dict[str, Any], status: int) -> dict[str, Any]:
    """The same, with the header that says what stands in the free texts that were sent."""
    answer = declared["responses"][status]
    headers = answer["headers"] | {NOTICE: {"$ref": f"#/components/headers/{NOTICE}"}}
    return declared | {"responses": declared["responses"] | {status: {**answer, "headers": headers}}}


def creates(action: Action, answer: type[schemas.Answer], **more: Any) -> dict[str, Any]:
    """A POST that makes something."""
    return _noticed(operation(action, answer, status=201, refusals=(*CREATES, 412), tagged=True, **more), 201)


def changes(action: Action, answer: type[schemas.Answer], **more: Any) -> dict[str, Any]:
    """A PATCH of something that exists."""
    return _noticed(operation(action, answer, refusals=CHANGES, tagged=True, **more), 200)


def shows(action: Action, answer: type[schemas.Answer] | None, *, refusals: Iterable[int] = ()) -> dict[str, Any]:
    """A GET of one thing, with its version: who has that version already gets 304."""
    declared = operation(action, answer, refusals=refusals, tagged=True)
    declared["responses"][304] = {"description": "Niet gewijzigd: u hebt deze versie al.", **_TAGGED}
    return declared


def seen(resource: Resource) -> Rendering:
    """An object of a case as the caller sees it."""

    async def render(work: Work, object_id: UUID) -> str:
        return await work.seen(resource, object_id)

    return render


def listed(resource: Resource, case_id: UUID) -> Listing:
    """The objects of a case that the caller sees."""
    return lambda after, limit: reads.listed(resource, case_id, after=after, limit=limit)


def nested(parent: Resource, resource: Resource, column: str, parent_id: UUID) -> Listing:
    """The objects under another object of a case; `column` is our own name of the reference."""
    return lambda after, limit: reads.nested(parent, resource, column, parent_id, after=after, limit=limit)
