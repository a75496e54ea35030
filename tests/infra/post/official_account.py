"""WeChat's API as it is documented, played by a server of this machine."""

from __future__ import annotations

from typing import Any

from infra.post.wechat import Account
from tests.infra.post.answering import Asked, Says, says_json

ACCOUNT = Account("wx1234", "secret", "template-1")


class WeChat:
    """Gives out tokens one after the other; takes messages with the latest."""

    def __init__(self) -> None:
        self.tokens = 0
        self.codes: list[int] = []
        self.token_code = 0
        self.messages: dict[str, Any] = {}

    def __call__(self, asked: Asked) -> Says:
        if asked.path == "/cgi-bin/stable_token":
            assert asked.json["appid"] == ACCOUNT.app_id
            assert asked.json["secret"] == ACCOUNT.secret
            if self.token_code:
                return says_json(errcode=self.token_code, errmsg="no")
            self.tokens += 1
            return says_json(access_token=f"token-{self.tokens}", expires_in=7200)
        if asked.query["access_token"] != [f"token-{self.tokens}"]:
            return says_json(errcode=42001, errmsg="access_token expired")
        code = self.codes.pop(0) if self.codes else 0
        if code == 0:
            self.messages[asked.json["client_msg_id"]] = asked.json
        return says_json(errcode=code, errmsg="", msgid=1)
