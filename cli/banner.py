"""What `lizheng serve` says when it is about to answer: where to click, and as whom."""

from __future__ import annotations

from datetime import UTC, datetime

from api.tokens import DevelopmentIssuer
from cli.tokens import PEOPLE
from domain.words import Role
from services.demo import DemoCase
from settings import Settings


def banner(settings: Settings, demo: DemoCase | None) -> str:
    """Addresses, the demo case where there is one, and a token for each role in development."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{settings.port}"
    lines = [f"Lizheng serves {url}/", ""]
    if settings.environment != "production":
        lines += [f"  GraphiQL     {url}/graphql"]
    lines += [f"  health       {url}/healthz  {url}/readyz"]
    if demo is not None:
        lines += [
            f"  demo case    {demo.title}",
            f"               number {demo.number}  query code {demo.query_code}",
        ]
    seed = settings.secrets.token_key
    if seed is not None and settings.environment != "production":
        lines += [
            "",
            "Tokens for trying things out, good for 30 days (Authorization: Bearer …):",
            "",
        ]
        lines += [f"  {role:<11}{_token(seed, role)}" for role in PEOPLE]
    return "\n".join(lines) + "\n"


def _token(seed: bytes, role: Role) -> str:
    return DevelopmentIssuer(seed).issue(f"{role.lower()}-1", (role,), None, datetime.now(UTC))
