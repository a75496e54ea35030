"""Addresses for the people outside, beside the one door: pages, webhooks, files."""

from __future__ import annotations

from starlette.routing import BaseRoute

from api.accounts import account_routes
from api.edge import Edge
from api.letters import Letters
from api.sms import SmsChannel
from api.wechat import WeChatChannel
from api.widget import Widget


def outside_routes(edge: Edge) -> list[BaseRoute]:
    """What is reached from outside besides ``/graphql``."""
    return [
        *account_routes(edge.settings),
        *Letters(edge).routes,
        *Widget(edge).routes,
        *WeChatChannel(edge).routes,
        *SmsChannel(edge).routes,
    ]
