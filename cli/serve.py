"""`lizheng serve`: the database, the API, and everything that has to be there before it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import opening
from cli.banner import banner
from cli.demo import demo_case
from infra.child import KeptChild
from infra.embedded import database
from infra.keeping import kept_running
from settings import Settings
from storage import mongo

BACKLOG = 2048
YOUNG = 20_000
"""So many new objects before the next look for rubbish, which takes 8 ms then. At Python's own 700
all these looks together take a tenth of the CPU; at 50,000 a single one takes 27 ms."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port, instead of PORT.", min=1, max=65535)
    ] = None,
) -> None:
    """Start the database and the API; Ctrl-C or SIGTERM stops both."""
    settings = Settings.from_environment(os.environ)
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    try:
        _serve(settings)
    except KeyboardInterrupt:  # before there was anything to answer
        typer.echo("Stopped.")


def _serve(settings: Settings) -> None:
    with _listening(settings.host, settings.port) as listener, database(settings) as uri:
        try:
            asyncio.run(prepare(settings, uri))
            _answer(settings, uri, listener)
        finally:
            # The end is under way: another Ctrl-C must not keep the database from its own.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
    typer.echo("Stopped.")


def _answer(settings: Settings, uri: str, listener: socket.socket) -> None:
    """Serve the API until a signal comes, and bring the database back should it die."""
    from api import logs
    from api.app import create_app
    from cli.server import run

    logs.start()
    app = create_app(settings, uri)
    gc.collect()
    gc.freeze()  # modules and schema stay: no collection needs to walk through them again
    gc.set_threshold(YOUNG)
    with kept_running(settings):
        run(app, listener, _clockwork(settings, uri))


def _clockwork(settings: Settings, uri: str) -> KeptChild | None:
    """The functions, in a process of their own: none of them can keep the API waiting.

    The database is the server's: it is told where it is, and does not see to it.
    """
    if not settings.functions.are_run_here:
        return None
    program = [sys.executable, "-c", "from cli.entry import run; run()"]
    command = [*program, "clockwork", "--until-eof"]
    told = {"MONGODB_URI": uri, "PORT": str(settings.port)}
    return KeptChild("the clockwork", command, told)


async def prepare(settings: Settings, uri: str) -> None:
    """What must be there before the first request, and what people at the terminal read."""
    client = mongo.connect(uri, settings.mongodb_driver)
    try:
        await opening.prepare(client[settings.mongodb_database])
        demo = None
        async with opening.opened(client, settings) as office:  # keys that do not fit show here
            if settings.demo and settings.environment != "production":
                demo = await demo_case(office, settings.data_dir, datetime.now(UTC))
    finally:
        await mongo.close(client)
    typer.echo(banner(settings, demo))


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens already: nothing is started for a port that is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (")[0]
        typer.echo(f"lizheng: cannot listen on {host}:{port}: {reason}", err=True)
        raise typer.Exit(1) from None
    # Connections inherit it. asyncio sees to it only where it opened the socket itself; without
    # it every answer waits 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
