"""What `lizheng serve` says when it is about to answer: where to click, and as whom."""

from __future__ import annotations

from cli.tokens import PEOPLE
from services.demo import DemoCase
from settings import Settings


def banner(settings: Settings, demo: DemoCase | None) -> str:
    """The pages first, the demo case where there is one, and how to get a token in development."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{settings.port}"
    is_production = settings.environment == "production"
    lines = [
        f"Lizheng serves {url}/",
        "",
        f"  the city     {url}/city",
        f"  letters      {url}/letters",
    ]
    if not is_production:
        lines += [f"  widget       {url}/widget/try", f"  GraphiQL     {url}/graphql"]
    lines += [f"  health       {url}/readyz"]
    if demo is not None:
        lines += [
            f"  demo case    {demo.title}",
            f"               number {demo.number}  query code {demo.query_code}",
        ]
    if settings.secrets.token_key is not None and not is_production:
        lines += [
            "",
            "To act as somebody (Authorization: Bearer …): .venv/bin/lizheng token ROLE",
            f"  {' '.join(PEOPLE)}",
        ]
    return "\n".join(lines) + "\n"
