"""The survey's pages as HTML: one file each, no script, nothing from anywhere else.

Jinja escapes whatever is put in. The style lies in the page, and the policy names its hash, so
that nothing else is styled or loaded, whatever somebody managed to write into a reply.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api.survey_form import SurveyForm
from api.survey_words import WORDS
from domain.calendar import city_date
from domain.case import Case
from domain.refusals import Text
from services.survey_links import OpenSurvey

TEMPLATES = Path(__file__).resolve().parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


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
        "img-src data:",
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


def form_page(
    survey: OpenSurvey,
    form: SurveyForm,
    language: str,
    errors: Mapping[str, Text] | None = None,
    *,
    asks_reason: bool = False,
) -> HTMLResponse:
    """The survey, as far as it was filled in; 422 with what is wrong with that."""
    wrong = {name: text.spoken(language) for name, text in (errors or {}).items()}
    case, reply = survey.case, survey.reply
    return _page(
        "survey_form.html",
        language,
        422 if wrong else 200,
        form={name: getattr(form, name) for name in SurveyForm.__slots__},
        errors=wrong,
        asks_reason=asks_reason,
        number=case.number,
        title=case.letter.title,
        unit=survey.unit.named(language) if survey.unit else "",
        sent=city_date(reply.sent_at).isoformat(),
        reply=reply.text,
    )


def thanks_page(case: Case, language: str) -> HTMLResponse:
    """The answer has arrived, and this is what happens now."""
    then = WORDS[f"then_{case.stage}"].spoken(language)
    heading = WORDS["thanks"].spoken(language)
    return _page(
        "survey_told.html",
        language,
        200,
        heading=heading,
        more=then,
        number=case.number,
        back=False,
        can_switch=False,  # the address shows another page by now
    )


def told_page(what: str, language: str, status: int, *, back: bool = False) -> HTMLResponse:
    """Why there is nothing to answer; ``what`` names two of the page's words."""
    heading, more = (WORDS[name].spoken(language) for name in (what, f"{what}_more"))
    return _page(
        "survey_told.html", language, status, heading=heading, more=more, number="", back=back
    )


def _page(template: str, language: str, status: int, **given: Any) -> HTMLResponse:
    say: Callable[[str], str] = lambda name: WORDS[name].spoken(language)  # noqa: E731
    text = (
        _environment()
        .get_template(template)
        .render(
            **{"can_switch": True, **given},
            language=language,
            say=say,
            style=Markup(_style()),  # noqa: S704  # our own file, which the policy's hash names
        )
    )
    tag = "zh-CN" if language == "zh" else "en"
    return HTMLResponse(text, status, {**headers(), "Content-Language": tag})
