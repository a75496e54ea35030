"""What a message asks for; its own words are left as they were written."""

from __future__ import annotations

import pytest

from domain.conversations import Command, read_message

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("写信 路灯不亮。坏了三天", Command.WRITE, "路灯不亮。坏了三天"),
        ("写信①房产证20㎡", Command.WRITE, "①房产证20㎡"),
        ("写信：½杯　№5", Command.WRITE, "½杯　№5"),
        ("“写信 路灯不亮”", Command.WRITE, "路灯不亮”"),
        ("寫信，路燈不亮", Command.WRITE, "路燈不亮"),
        ("ＷＲＩＴＥ lamp", Command.WRITE, "lamp"),
        ("\u200b写\u200b信 路灯", Command.WRITE, "路灯"),
        ("写信 -5℃没有供暖", Command.WRITE, "-5℃没有供暖"),
        ("查詢 1 2", Command.STATUS, "1 2"),
        ("helpless", None, "helpless"),
        ("①房产证20㎡", None, "①房产证20㎡"),
        ("", None, ""),
    ],
)
def test_a_command_is_known_however_it_is_typed(
    text: str, command: Command | None, rest: str
) -> None:
    asked = read_message(text)
    assert (asked.command, asked.rest) == (command, rest)
