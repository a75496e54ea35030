"""What the pages of published letters say, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from domain.refusals import Text

WORDS: Mapping[str, Text] = {
    "service": Text("网络理政", "Online Governance"),
    "skip": Text("跳到正文", "Skip to the content"),
    "other_language": Text("English", "中文"),
    "title": Text("公开来信", "Published letters"),
    "intro": Text(
        "经来信人同意并经审核后公开；“■”为隐去的个人信息。",
        "Published by the writers' consent and after a review; ■ stands for what is personal.",
    ),
    "search": Text("搜索", "Search"),
    "words": Text("关键词", "Words"),
    "from": Text("公开日期自", "Published from"),
    "to": Text("至", "to"),
    "every": Text("全部", "All"),
    "every_mailbox": Text("不限信箱", "Every mailbox"),
    "all": Text("查看全部", "Show all"),
    "none": Text("没有符合条件的来信。", "No letter matches."),
    "none_yet": Text(
        "目前还没有公开的来信。来信人同意并经审核后，来信和答复会在这里公布。",
        "No letter is published yet. Letters and replies appear here with their writers' consent,"
        " after a review.",
    ),
    "found": Text("共{}件", "{} letters"),
    "older": Text("后一页", "Older"),
    "newest": Text("回到最新", "Newest"),
    "written": Text("来信", "Written"),
    "answered": Text("答复", "Answered"),
    "published": Text("公开", "Published"),
    "mailbox": Text("信箱", "Mailbox"),
    "category": Text("类别", "Category"),
    "letter": Text("来信内容", "The letter"),
    "reply": Text("答复内容", "The reply"),
    "by": Text("答复单位", "Answered by"),
    "supporters": Text("{}人有同样的诉求", "{} people have the same matter"),
    "same_mailbox": Text("该信箱的其他公开来信", "More letters to this mailbox"),
    "back": Text("全部公开来信", "All published letters"),
    "city": Text("来信办理情况", "How the city answered its letters"),
    "gone": Text("该来信已不再公开", "This letter is not published any more"),
    "gone_more": Text(
        "来信人可随时撤回同意，审核员也可将其撤下。",
        "Its writer may withdraw consent at any time, and a reviewer may take it down.",
    ),
    "unknown": Text("没有这封公开来信", "There is no such published letter"),
    "unknown_more": Text("请检查地址是否完整。", "Check that the address is whole."),
    "bad": Text("查询条件无效", "This cannot be searched for"),
    "bad_more": Text(
        "请检查日期、搜索词（最多200字）和页码。",
        "Check the days, the words (200 signs at most) and the page.",
    ),
    "often": Text("访问过于频繁", "Too many requests"),
    "often_more": Text("请稍后再试。", "Try again in a moment."),
    "busy": Text("暂时无法显示", "Not available at the moment"),
    "busy_more": Text("请稍后再试。", "Try again in a moment."),
}
