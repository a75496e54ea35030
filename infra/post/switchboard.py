"""Which adapter takes which medium: as the settings say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from infra.post.sms_limits import LimitedSms, Quota
from infra.post.taking import Message, Post, Refusal
from infra.post.told import PostSettings


class Switchboard:
    """Hands each message to the adapter of its medium; what has none lies in the ``outbox``."""

    def __init__(self, posts: Mapping[str, Post], outbox: Post) -> None:
        self._posts, self._outbox = dict(posts), outbox

    async def send(self, message: Message) -> Refusal | None:
        """The answer of the medium's adapter."""
        return await self._posts.get(message.medium, self._outbox).send(message)

    async def close(self) -> None:
        """Closes the adapters that hold connections."""
        for post in self._posts.values():
            if closing := getattr(post, "close", None):
                await closing()


def switchboard(
    told: PostSettings, outbox: Post, clock: Callable[[], datetime], sms: Quota
) -> Switchboard:
    """The adapters that the settings describe. Close it before its event loop ends.

    ``sms`` is what is left of today's text messages.

    With ``POST=outbox`` everything lies in the outbox; with ``aws`` only what has no adapter:
    units' mail without ``UNIT_MAIL_DOMAIN``.
    """
    posts: dict[str, Post] = {}
    if told.kind == "aws":
        posts |= _aws(told)
        posts["SMS"] = LimitedSms(posts["SMS"], told.sms_regions, sms, clock)
    if told.wechat_app_id:
        posts["WECHAT"] = _wechat(told, clock)
    return Switchboard(posts, outbox)


def _aws(told: PostSettings) -> dict[str, Post]:
    import boto3

    from infra.post.aws import CONFIG, SesPost, SnsPost

    sns = SnsPost(boto3.client("sns", config=CONFIG))
    posts: dict[str, Post] = {"SMS": sns, "PUSH": sns}
    if told.unit_mail_domain:
        ses = boto3.client("sesv2", config=CONFIG)
        posts["EMAIL"] = SesPost(ses, told.mail_sender, told.unit_mail_domain)
    return posts


def _wechat(told: PostSettings, clock: Callable[[], datetime]) -> Post:
    from infra.post.wechat import Account, WeChatPost

    account = Account(told.wechat_app_id or "", told.wechat_secret, told.wechat_template)
    return WeChatPost(account, clock, told.wechat_url)
