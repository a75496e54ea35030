"""The web application, put together from its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from api import explorer, site
from api.accounts import account_desk, with_accounts
from api.bounds import Bounds
from api.city import CityEndpoint
from api.edge import Edge
from api.following import Following
from api.functions import ops_of
from api.graphql import Endpoint
from api.open_data import OpenDataEndpoint
from api.operation import Operations
from api.outside import outside_routes
from api.schema import schema
from api.survey import SurveyPage
from api.tokens import DEVELOPMENT_ISSUER, DEVELOPMENT_KEY, DevelopmentIssuer, TokenReader, Verifier
from api.uploads import Attachments
from api.visitors import Reception
from infra.objects import archive_store
from services.accounts.desk import AccountDesk
from services.anchors import closed_at_birth
from services.attachments.desk import AttachmentDesk
from services.city.months import CityMonths
from services.functions.ops import Ops
from services.guessing import GuessLimits
from services.office import Keys, Office, close_office, open_office
from settings import Settings
from storage import mongo
from storage.readiness import Readiness


def now() -> datetime:
    """This moment in UTC, in the whole milliseconds that MongoDB keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def create_app(
    settings: Settings, mongodb_uri: str, clock: Callable[[], datetime] = now
) -> Starlette:
    """The application on the database at `mongodb_uri`; it connects when it starts serving."""
    following = Following(settings, clock)
    operations = Operations(settings, clock, lambda: following.figures.open)

    def office() -> Office:
        opened: Office = app.state.office
        return opened

    reception = _reception(settings, office, clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        client = mongo.connect(mongodb_uri, settings.mongodb_driver, watchers=operations.watchers)
        database = client[settings.mongodb_database]
        async with _opened(client, settings) as office:
            app.state.client, app.state.office = client, office
            app.state.readiness = Readiness(database)
            async with (
                operations.running(database),
                following.running(office, database),
                account_desk(settings, office, clock) as app.state.accounts,
            ):
                yield
        await files.close()
        await reception.tokens.close()

    edge = Edge(settings, office, reception, Bounds.of(settings), clock)
    ops = ops_of(settings, lambda: operations.gate.closing)
    files = Attachments(edge)
    endpoint = _endpoint(edge, following, ops, lambda: app.state.accounts, files.desk)
    routes = _routes(edge, endpoint, operations, following) + files.routes
    app = Starlette(
        routes=routes,
        middleware=operations.middleware,
        exception_handlers=site.HANDLERS,
        lifespan=lifespan,
    )
    app.state.gate, app.state.following = operations.gate, following
    app.state.proxies = settings.trusted_proxies
    return app


def _routes(
    edge: Edge, endpoint: Endpoint, operations: Operations, following: Following
) -> list[BaseRoute]:
    return [
        Route("/graphql", endpoint),  # first: it is what nearly everybody asks for
        *_plain_routes(),
        *site.Site(is_production=edge.settings.environment == "production").routes,
        *operations.routes,
        following.route(endpoint),
        *_pages(edge),
        *outside_routes(edge),
    ]


def _endpoint(
    edge: Edge,
    following: Following,
    ops: Ops,
    accounts: Callable[[], AccountDesk],
    attachments: AttachmentDesk,
) -> Endpoint:
    """The one door of GraphQL."""
    return Endpoint(
        schema,
        edge,
        subscribers=lambda: following.subscribers,
        ops=ops,
        accounts=accounts,
        attachments=attachments,
    )


def _pages(edge: Edge) -> list[Route]:
    """What people look at who have no client."""
    survey = SurveyPage(edge.office, edge.reception, edge.bounds, edge.clock)
    archive = archive_store(edge.settings)
    city = CityEndpoint(CityMonths(edge.office, archive).page, edge.reception, edge.clock)
    open_data = OpenDataEndpoint(archive, edge.reception, edge.clock)
    return [
        Route("/survey/{token}", survey.answer, methods=["GET", "POST"]),
        *city.routes,
        open_data.route,
    ]


def _plain_routes() -> list[Route]:
    """What needs neither an office nor a token."""
    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/explorer/{name}", explorer.asset),
    ]


def _reception(
    settings: Settings, office: Callable[[], Office], clock: Callable[[], datetime]
) -> Reception:
    """Who comes in: by which tokens, from where, how often."""
    return Reception(
        with_accounts(settings, token_reader(settings, clock), office, clock),
        clock,
        requests=settings.rate_limit,
        letters=settings.letter_limit,
        proxies=settings.trusted_proxies,
    )


@asynccontextmanager
async def _opened(client: mongo.Client, settings: Settings) -> AsyncIterator[Office]:
    """The office on this client; both are closed on leaving."""
    secrets = settings.secrets
    keys = Keys(secrets.master_key, secrets.access_key, secrets.chain_key, secrets.lookup_key)
    guesses = GuessLimits(settings.guesses_per_number, settings.guesses_per_address)
    try:
        store, database = archive_store(settings), client[settings.mongodb_database]
        office = await open_office(
            client,
            settings.mongodb_database,
            settings.mongodb_driver,
            keys,
            guesses,
            are_seals_required=await closed_at_birth(
                store, keys.chain, database, now(), may_write=settings.archive_bucket is None
            ),
            minimum=settings.public_minimum,
        )
        try:
            yield office
        finally:
            await close_office(office)
    finally:
        await mongo.close(client)


def token_reader(settings: Settings, clock: Callable[[], datetime]) -> TokenReader:
    """Whoever checks tokens: against the issuer's keys at ``JWKS_URL``, where that is set."""
    if settings.jwks_url is None:
        return verifier_of(settings)
    from api.jwks import RemoteVerifier

    issuer, audience = settings.token_issuer or "", settings.token_audience or ""
    return RemoteVerifier(settings.jwks_url, issuer, audience, clock)


def verifier_of(settings: Settings) -> Verifier:
    """Whose tokens are believed: the development issuer's, which production does not have."""
    seed = settings.secrets.token_key
    if seed is None or settings.environment == "production":
        return Verifier(DEVELOPMENT_ISSUER, {})
    return Verifier(DEVELOPMENT_ISSUER, {DEVELOPMENT_KEY: DevelopmentIssuer(seed).public_key()})


async def healthz(request: Request) -> JSONResponse:
    """The process lives."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> JSONResponse:
    """It can do its work: 503 while the database takes no writes, and once it is to end."""
    if request.app.state.gate.closing:
        return JSONResponse({"status": "stopping"}, status_code=503)
    obstacle = await request.app.state.readiness.find_obstacle()
    return JSONResponse({"status": obstacle or "ok"}, status_code=503 if obstacle else 200)
