"""A partner's portal: pages on an origin of its own, under a policy as strict as they come."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from domain.words import Role
from tests.api.actions import mailbox_id
from tests.durability.product import Product
from tests.services.offices import MAYOR

STYLE = """body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem; background: #eef1f5;
  font-family: system-ui, sans-serif; }
.dark { background: #0c1016; color: #e7ecf4; }
iframe { width: 100%; height: 1200px; border: 0; }"""
_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>社区门户</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
{script}</head>
<body class="{theme}"><main><h1>社区门户 Community portal</h1>
{content}
</main></body></html>"""
_TRUSTED = "; require-trusted-types-for 'script'"
MAILBOX = mailbox_id(MAYOR)
_REGISTER = """mutation($input: RegisterPartnerInput!) {
  registerPartner(input: $input) { partner { id } errors { message } } }"""
_ISSUE = """mutation($input: IssuePartnerKeyInput!) {
  issuePartnerKey(input: $input) { secret errors { message } } }"""


@dataclass
class PortalSite:
    """Where it is, and which server its pages load the widget from."""

    server: str
    port: int = 0
    key: str = ""
    unregistered_port: int = 0
    """The same pages at another origin, which nobody registered."""
    scripts: Path = Path()
    """Where the built scripts of the frameworks' pages are."""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str = "/", *, port: int = 0, **told: str) -> str:
        """The address of a page with these attributes of the element."""
        told = {"key": self.key, "mailbox": MAILBOX, **told}
        return f"http://127.0.0.1:{port or self.port}{path}?{urlencode(told)}"

    def written(self, path: str, told: Mapping[str, str]) -> str:
        """A page's HTML."""
        named = {"partner-key" if name == "key" else name: text for name, text in told.items()}
        attributes = " ".join(f'{name}="{html.escape(text)}"' for name, text in named.items())
        element = f"<lizheng-mailbox {attributes}></lizheng-mailbox>"
        frame = html.escape(f"{self.server}/widget/frame?{urlencode(told)}")
        script = f'<script src="{self.server}/widget/lizheng-mailbox.js" async></script>'
        return _PAGE.format(
            language=told.get("locale", "zh"),
            theme=told.get("theme", ""),
            script="" if path == "/framed" else script,
            content=f'<iframe src="{frame}" title="信箱"></iframe>'
            if path == "/framed"
            else element,
        )

    def application(self, framework: str) -> str:
        """A page that a framework makes."""
        scripts = (f"{self.server}/widget/lizheng-mailbox.js", f"/scripts/{framework}.js")
        written = "".join(f'<script src="{one}" defer></script>' for one in scripts)
        content = '<div id="portal"></div><a href="/style.css">Elsewhere</a>'
        return _PAGE.format(language="zh", theme="", script=written, content=content)

    def answer(self, path: str, told: Mapping[str, str]) -> tuple[str, str]:
        """What lies there, and its kind."""
        if path == "/style.css":
            return STYLE, "css"
        if path.startswith("/scripts/"):
            return (self.scripts / Path(path).name).read_text(encoding="utf-8"), "javascript"
        if path.startswith("/with/"):
            return self.application(Path(path).name), "html"
        return self.written(path, told), "html"

    @property
    def policy(self) -> str:
        """No style and no script in the page, none from anywhere but here and the server."""
        return (
            f"default-src 'none'; script-src 'self' {self.server}; connect-src {self.server};"
            f" frame-src {self.server}; style-src 'self'; img-src data:; base-uri 'none';"
            " form-action 'none'"
        )


@contextmanager
def open_portal(product: Product) -> Iterator[PortalSite]:
    """A portal that ops have registered with the product, and its second, unregistered origin."""
    site = PortalSite(product.url)

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            told = {name: values[0] for name, values in parse_qs(parts.query).items()}
            text, kind = site.answer(parts.path, told)
            self.send_response(200)
            self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
            # Frameworks parse HTML of their own; a page without one lets nobody.
            trusted = "" if parts.path.startswith("/with/") else _TRUSTED
            self.send_header("Content-Security-Policy", site.policy + trusted)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: Any) -> None:
            """Nobody reads it."""

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Pages) for _ in range(2)]
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    site.port, site.unregistered_port = (server.server_port for server in servers)
    site.key = register(product, site.origin)
    try:
        yield site
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


def register(product: Product, origin: str, **quota: int) -> str:
    """The key of a new partner, who shows the mayor's mailbox on pages of this origin."""
    given = {
        "name": "社区门户",
        "nameEn": "Community portal",
        "origins": [origin],
        "mailboxIds": [MAILBOX],
        "quota": quota,
        "idempotencyKey": f"{origin} {sorted(quota.items())}",
    }
    partner = done(product, _REGISTER, given, Role.OPS)["partner"]["id"]
    issue = {"partnerId": partner, "idempotencyKey": partner}
    secret: str = done(product, _ISSUE, issue, Role.OPS)["secret"]
    return secret


def done(product: Product, text: str, given: Mapping[str, Any], role: Role | None = None) -> Any:
    """The payload of a document's one mutation, which is not refused."""
    body = {"query": text, "variables": {"input": given}}
    headers = product.token(role) if role else {}
    with product.client() as client:
        answer = client.post("/graphql", json=body, headers=headers).json()
    assert "errors" not in answer, answer
    (payload,) = answer["data"].values()
    assert payload["errors"] == []
    return payload
