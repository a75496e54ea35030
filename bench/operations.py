"""What is measured: four operations, as a client would send them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.words import Role

PAGE = 50

STATUS = """query Status($number: String!, $code: String!) {
  trackedCase(number: $number, queryCode: $code) {
    number title stage stageName submittedAt updatedAt outcome version
  }
}"""
"""Where a letter stands, for whoever has its number and query code."""

LIST = f"""query Queue {{
  cases(first: {PAGE}, orderBy: DUE_FIRST, filter: {{stages: [HANDLING]}}) {{
    totalCount
    edges {{ node {{
      id number title stage urgency channel submittedAt updatedAt
    }} }}
  }}
}}"""
"""A desk's queue: fifty cases, eight fields of each, and how many there are."""

SUBMIT = """mutation Submit($input: SubmitLetterInput!) {
  submitLetter(input: $input) { case { id number stage } queryCode errors { code } }
}"""

NOTE = """mutation Note($input: NoteProgressInput!) {
  noteProgress(input: $input) { case { id version stage } errors { code } }
}"""
"""A staff action: a handler notes what has been done."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One measured operation; ``bare`` is the path of the endpoint that reads the same,
    ``role`` whose token is sent."""

    name: str
    document: str
    bare: str | None = None
    role: Role | None = None


OPERATIONS: Sequence[Operation] = (
    Operation("status", STATUS, bare="/status"),
    Operation("list", LIST, bare="/list", role=Role.SUPERVISOR),
    Operation("submission", SUBMIT),
    Operation("action", NOTE, role=Role.HANDLER),
)
