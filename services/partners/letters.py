"""A letter that comes through a partner's portal."""

from __future__ import annotations

from dataclasses import replace

from domain.partners import Partner
from domain.refusals import Forbidden
from domain.words import Channel
from services.letter_checks import Submission


def through(partner: Partner, submission: Submission) -> Submission:
    """The same letter, as coming through this partner, whatever it says of itself.

    Raises ``Forbidden`` naming ``mailboxId`` for a mailbox that the partner does not show.
    """
    if submission.mailbox not in partner.mailboxes:
        raise Forbidden(
            "该合作方未获准使用此信箱。", "This partner does not show this mailbox.", "mailboxId"
        )
    return replace(submission, channel=Channel.WIDGET, partner=partner.id)
