"""``/survey/{token}``: the page on which a writer answers, on any telephone, without a script.

A right token, an old one and a wrong one take the same way: one look-up behind the counter of
guesses. The token stands in the address alone: it is in no log, no header and no page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import survey_pages as pages
from api.bounds import Bounds
from api.receiving import chosen_language, received
from api.survey_drafts import LONGEST, Draft, open_draft, seal_draft
from api.survey_form import SurveyForm
from api.visitors import Reception, Visitor
from domain.refusals import (
    ActionNotAllowed,
    Forbidden,
    InvalidInput,
    NotFound,
    Refusal,
    StaleCase,
    Text,
    TooManyAttempts,
)
from services.office import Office
from services.process import Proof
from services.survey_links import SurveyAnswered, answer_survey, open_survey

FORM = "application/x-www-form-urlencoded"
OPERATION = "survey page"
_TOLD: dict[type[Refusal], tuple[int, str]] = {
    NotFound: (404, "unknown"),
    ActionNotAllowed: (410, "over"),
    Forbidden: (403, "bad"),
    StaleCase: (409, "changed"),
    TooManyAttempts: (429, "busy"),
}


class SurveyPage:
    """The page, put together from what requests are received with."""

    def __init__(
        self,
        office: Callable[[], Office],
        reception: Reception,
        bounds: Bounds,
        clock: Callable[[], datetime],
    ) -> None:
        self._office, self._reception = office, reception
        self._bounds, self._clock = bounds, clock

    async def answer(self, request: Request) -> Response:
        """Whatever is asked is answered with a page in the reader's language."""
        language = chosen_language(request)

        async def page(visitor: Visitor) -> Response:
            return await self._answered(request, visitor, language)

        def refuse(refused: HTTPException) -> Response:
            return _refused(refused, "busy", language)

        return await received(request, self._reception, self._clock, OPERATION, page, refuse)

    async def _answered(self, request: Request, visitor: Visitor, language: str) -> Response:
        link = Proof(token=request.path_params["token"], address=visitor.address)
        try:
            if request.method != "POST":
                return await self._page(request, link, language)
            return await self._posted(request, visitor, link, language)
        except Refusal as refused:
            return _told(refused, language)
        except HTTPException as refused:
            return _refused(refused, "bad", language)

    async def _page(self, request: Request, link: Proof, language: str) -> Response:
        office, now = self._office(), self._clock()
        try:
            survey = await open_survey(office, link, now)
        except SurveyAnswered as answered:
            return pages.thanks_page(answered.stage, language)
        sealed = request.query_params.get("draft", "")
        draft = open_draft(office.access, link.token or "", sealed, now)
        return pages.form_page(survey, draft, language, sealed)

    async def _posted(
        self, request: Request, visitor: Visitor, link: Proof, language: str
    ) -> Response:
        """Sends the browser on, to thanks or to what is wrong: Back and reload send nothing."""
        form = await self._form(request)
        office, now = self._office(), self._clock()
        try:
            survey = await open_survey(office, link, now)
            draft = _checked(form)
            if draft is None:
                await answer_survey(office, link, form.values, visitor.actor, now)
        except SurveyAnswered:
            draft = None
        except InvalidInput as wrong:
            draft = Draft(form, {wrong.field or "comment": Text(*wrong.text)})
        if draft is None:
            return pages.sent_on(language)
        sealed = seal_draft(office.access, link.token or "", draft, now)
        if len(sealed) > LONGEST:
            return pages.form_page(survey, draft, language)
        return pages.sent_on(language, sealed)

    async def _form(self, request: Request) -> SurveyForm:
        media_type = request.headers.get("content-type", "").partition(";")[0]
        if media_type.strip().lower() != FORM:
            raise HTTPException(415)
        await self._bounds.read(request)
        try:
            return SurveyForm.read(await request.body())
        except ValueError:
            raise HTTPException(400) from None


def _checked(form: SurveyForm) -> Draft | None:
    """What has to be asked once more before the form can be taken; None when nothing has."""
    if form.errors:
        return Draft(form, form.errors)
    return Draft(form, asks_reason=True) if form.should_say_why else None


def _refused(refused: HTTPException, what: str, language: str) -> Response:
    page = pages.told_page(what, language, refused.status_code, back=what == "bad")
    page.headers.update(refused.headers or {})
    return page


def _told(refused: Refusal, language: str) -> Response:
    status, what = _TOLD.get(type(refused), (400, "bad"))
    page = pages.told_page(what, language, status, back=status in (400, 409))
    if isinstance(refused, TooManyAttempts):
        page.headers["Retry-After"] = str(refused.retry_after)
    return page
