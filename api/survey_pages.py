"""The survey's pages as HTML: one file each, no script, nothing from anywhere else.

Jinja escapes whatever is put in. The style lies in the page, and the policy names its hash, so
that nothing else is styled or loaded, whatever somebody managed to write into a reply.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from api.rendering import TEMPLATES, template
from api.survey_drafts import Draft
from api.survey_form import SurveyForm
from api.survey_words import WORDS
from domain.calendar import city_date
from domain.words import Stage
from services.survey_links import OpenSurvey


@cache
def _style() -> str:
    return (TEMPLATES / "survey.css").read_text(encoding="utf-8")


@cache
def headers() -> Mapping[str, str]:
    """What goes with every page: nothing is kept, nothing is told to others, nothing is framed."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }


def form_page(survey: OpenSurvey, draft: Draft, language: str, sealed: str = "") -> HTMLResponse:
    """The survey, as far as it was filled in, with what is wrong with that.

    ``sealed`` is the draft in the address, which the page in the other language has as well.
    """
    case, reply = survey.case, survey.reply
    return _page(
        "survey_form.html",
        language,
        200,
        form={name: getattr(draft.form, name) for name in SurveyForm.__slots__},
        errors={name: text.spoken(language) for name, text in draft.errors.items()},
        asks_reason=draft.asks_reason,
        sealed=sealed,
        number=case.number,
        title=case.letter.title,
        unit=survey.unit.named(language) if survey.unit else "",
        sent=city_date(reply.sent_at).isoformat(),
        reply=reply.text,
    )


def sent_on(language: str, sealed: str = "") -> Response:
    """To the page at the same address; the token is in no header."""
    asked = {"lang": language, **({"draft": sealed} if sealed else {})}
    return Response(status_code=303, headers={**headers(), "Location": f"?{urlencode(asked)}"})


def thanks_page(stage: Stage, language: str) -> HTMLResponse:
    """The answer has arrived, what happens now, and where to go on."""
    then = WORDS.get(f"then_{stage}", WORDS["then_on"]).spoken(language)
    heading = WORDS["thanks"].spoken(language)
    return _page("survey_told.html", language, 200, heading=heading, more=then, back=False)


def told_page(what: str, language: str, status: int, *, back: bool = False) -> HTMLResponse:
    """Why there is nothing to answer; ``what`` names two of the page's words."""
    heading, more = (WORDS[name].spoken(language) for name in (what, f"{what}_more"))
    return _page("survey_told.html", language, status, heading=heading, more=more, back=back)


def _page(name: str, language: str, status: int, **given: Any) -> HTMLResponse:
    say: Callable[[str], str] = lambda name: WORDS[name].spoken(language)  # noqa: E731
    text = template(name).render(
        **{"sealed": "", **given},
        language=language,
        say=say,
        style=Markup(_style()),  # noqa: S704  # our own file, which the policy's hash names
    )
    tag = "zh-CN" if language == "zh" else "en"
    return HTMLResponse(text, status, {**headers(), "Content-Language": tag})
