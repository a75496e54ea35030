"""What the house says in conversations, in both languages. At most 600 signs each."""

from __future__ import annotations

from domain.conversations import Draft, Step
from domain.proofs import RECEIPT
from domain.refusals import Refusal, Text
from domain.secret_words import mark_secret

MENU = Text(
    "您好，这里是群众来信平台。请回复：\n写信：给领导信箱写信\n查询 编号 查询码：查看办理进度\n"
    "评价 编号 查询码 1至5：对答复评价（5为很满意）\n取消：随时退出",
    "This is the city's letter office. Reply:\nwrite: write a letter\n"
    "status NUMBER CODE: where a letter stands\n"
    "rate NUMBER CODE 1 to 5: rate a reply (5: very satisfied)\ncancel: leave at any time",
)
SHORT_MENU = Text(
    "请发送：“写信 标题。正文”，或“查询 编号 查询码”；评价请回复1至5。",
    "Send: write TITLE. BODY, or status NUMBER CODE; to answer a survey, 1 to 5.",
)
CANCELLED = Text("已退出，内容未保存。", "Left; nothing was kept.")
CHOOSE_NUMBER = Text(
    "请回复列表中的数字，或信箱名称中的字。",
    "Reply with a figure of the list, or words of a mailbox's name.",
)
NO_MAILBOX = Text(
    "没有找到这样的信箱，请换个名称，或回复“跳过”选用默认信箱。",
    "No such mailbox. Try another name, or reply skip for the usual one.",
)
CONFIRM = Text("请回复“确认”提交，或“取消”退出。", "Reply confirm to send it, or cancel to leave.")
NEEDS_PROOF = Text("请在一行内发送：查询 编号 查询码", "Send in one line: status NUMBER CODE")
NEEDS_RATING = Text(
    "请在一行内发送：评价 编号 查询码 1至5", "Send in one line: rate NUMBER CODE 1 to 5"
)
NOT_KNOWN = Text("编号与查询码不符。", "Number and query code do not belong together.")
SURVEY_OVER = Text(
    "该评价已结束，或已有新的答复。", "This survey is over, or there is a newer reply."
)
THANKS = Text("感谢您的评价。", "Thank you for your answer.")
TEXT_ONLY = Text("目前只能处理文字消息。", "Only text can be read here.")

ASKS = {
    Step.TITLE: Text("请写标题（2至100字）。", "The title, please (2 to 100 signs)."),
    Step.BODY: Text(
        "请写正文（至少5字，一条消息发完）。",
        "The letter, please (5 signs or more, in one message).",
    ),
    Step.NAME: Text("您的姓名？回复“跳过”则不填。", "Your name? Reply skip to leave it out."),
    Step.PHONE: Text(
        "您的手机号码？办理单位可能与您联系，答复会发到这里。回复“跳过”则不填。",
        "Your telephone number? The unit may call you; the reply comes here. Reply skip to leave"
        " it out.",
    ),
}


def listed(names: list[str]) -> Text:
    """A short list of mailboxes to choose from."""
    lines = "\n".join(f"{place}. {name}" for place, name in enumerate(names, 1))
    return Text(
        f"写给哪个信箱？回复数字，或信箱名称中的字；“跳过”选第1个。\n{lines}",
        f"To which mailbox? A figure, or words of its name; skip takes the first.\n{lines}",
    )


def summary(draft: Draft) -> Text:
    """What is about to be sent."""
    body = draft.body if len(draft.body) <= 200 else f"{draft.body[:200]}…"
    zh = f"信箱：{draft.mailbox_name}\n标题：{draft.title}\n正文：{body}\n"
    en = f"To: {draft.mailbox_name}\nTitle: {draft.title}\nLetter: {body}\n"
    return Text(zh + CONFIRM.zh, en + CONFIRM.en)


def received(number: str, query_code: str) -> Text:
    """A letter is in."""
    code = mark_secret(query_code)
    return Text(*(words.format(number=number, code=code) for words in RECEIPT))


def refused(refusal: Refusal) -> Text:
    """Why something was not taken, and of what it was said."""
    name = _FIELDS.get(refusal.field or "")
    if name is None:
        return refusal.text
    return Text(f"{name.zh}：{refusal.text.zh}", f"{name.en}: {refusal.text.en}")


_FIELDS = {
    "title": Text("标题", "Title"),
    "body": Text("正文", "Letter"),
    "name": Text("姓名", "Name"),
    "writer.name": Text("姓名", "Name"),
    "phone": Text("电话", "Telephone"),
    "writer.phone": Text("电话", "Telephone"),
}
