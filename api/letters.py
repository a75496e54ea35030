"""``/letters``: letters and replies that are published, for everybody, without a script.

``search``, ``mailbox`` (code or id), ``category`` (code), ``from`` and ``to`` (days of publication)
narrow the list, ``after`` is a place in it, ``lang`` the language. ``/letters/{id}`` is one letter:
404 when there never was one, 410 when it is not published any more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api import letters_pages as pages
from api.edge import Edge
from api.receiving import chosen_language, received
from api.visitors import Visitor
from domain.actors import ANONYMOUS
from domain.ids import mailbox_code
from domain.refusals import InvalidInput
from services.office import Office
from services.publication.reading import (
    Shown,
    published_letter,
    published_letters,
    was_published,
)
from storage.pages import Page
from storage.publications import PublishedFilter

SHOWN = 20
_ASKED = ("search", "mailbox", "category", "from", "to", "after")


class Letters:
    """Everything below ``/letters``."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    @property
    def routes(self) -> list[BaseRoute]:
        """GET and HEAD, 405 for everything else."""
        return [
            Route("/letters", self.answer_list, methods=["GET"]),
            Route("/letters/{id}", self.answer_letter, methods=["GET"]),
        ]

    async def answer_list(self, request: Request) -> Response:
        """A page of what is published."""
        return await self._received(request, "letters page", self._list)

    async def answer_letter(self, request: Request) -> Response:
        """One letter and its reply."""
        return await self._received(request, "letter page", self._letter)

    async def _list(self, request: Request, language: str) -> Response:
        given = request.query_params
        asked = {name: given[name] for name in _ASKED if given.get(name, "").strip()}
        if "mailbox" in asked:
            asked["mailbox"] = mailbox_code(asked["mailbox"]) or asked["mailbox"]
        office = self._edge.office()
        try:
            page = Page(first=SHOWN, after=asked.get("after"))
            found = await published_letters(office, _filter(asked), page, ANONYMOUS)
        except (InvalidInput, ValueError, OverflowError):
            return pages.told_page("bad", language, 400)
        named = await _named(office, found.items, language)
        choices = await _choices(office, asked, language)
        asking = self._asking(request, language)
        return pages.list_page(found.holding(named), asked, choices, asking)

    async def _letter(self, request: Request, language: str) -> Response:
        office, key = self._edge.office(), request.path_params["id"]
        found = await published_letter(office, key, ANONYMOUS)
        if found is None:
            gone = await was_published(office, key)
            return pages.told_page(
                *(("gone", language, 410) if gone else ("unknown", language, 404))
            )
        named = await _named(office, [found], language)
        return pages.letter_page(named[0], self._asking(request, language))

    def _asking(self, request: Request, language: str) -> pages.Asking:
        known = request.headers.get("if-none-match", "")
        return pages.Asking(language, self._edge.settings.post.public_url, known)

    async def _received(
        self,
        request: Request,
        operation: str,
        answer: Callable[[Request, str], Awaitable[Response]],
    ) -> Response:
        language = chosen_language(request)

        async def page(visitor: Visitor) -> Response:
            return await answer(request, language)

        def refuse(refused: HTTPException) -> Response:
            what = "often" if refused.status_code == 429 else "busy"
            told = pages.told_page(what, language, refused.status_code)
            told.headers.update(refused.headers or {})
            return told

        edge = self._edge
        return await received(request, edge.reception, edge.clock, operation, page, refuse)


def _filter(asked: dict[str, str]) -> PublishedFilter:
    """Raises ``ValueError`` for a day that is none."""
    begins, ends = asked.get("from"), asked.get("to")
    return PublishedFilter(
        search=asked.get("search"),
        mailbox=asked.get("mailbox"),
        category=asked.get("category"),
        first_day=date.fromisoformat(begins) if begins else None,
        last_day=date.fromisoformat(ends) if ends else None,
    )


async def _choices(office: Office, asked: Mapping[str, str], language: str) -> pages.Choices:
    """The categories of the first level, and the one that was asked for; the mailbox's name."""
    taxonomy = await office.directory.categories()
    chosen = taxonomy.get(asked.get("category", ""))
    offered = [*taxonomy.roots]
    if chosen is not None and chosen not in offered:
        offered.insert(0, chosen)
    code = asked.get("mailbox", "")
    mailbox = (await office.directory.mailboxes_by_code([code])).get(code) if code else None
    name = mailbox.named(language) if mailbox else code or None
    return pages.Choices([(one.id, one.named(language)) for one in offered], name)


async def _named(office: Office, shown: Sequence[Shown], language: str) -> list[pages.Named]:
    """With names, one look-up for all."""
    letters = [one.letter for one in shown]
    directory = office.directory
    mailboxes = await directory.mailboxes_by_code({one.mailbox for one in letters})
    units = await directory.units_by_code({one.unit for one in letters if one.unit})
    wanted = {one.category[-1] for one in letters if one.category}
    categories = await directory.categories_by_id(wanted)
    named = []
    for one in shown:
        letter = one.letter
        mailbox, unit = mailboxes.get(letter.mailbox), units.get(letter.unit or "")
        category = categories.get(letter.category[-1]) if letter.category else None
        names = [found.named(language) if found else None for found in (mailbox, category, unit)]
        named.append(pages.Named(one, *names))
    return named
