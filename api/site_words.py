"""What the first page and the pages of refused requests say, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from domain.refusals import Text

WORDS: Mapping[str, Text] = {
    "service": Text("网络理政", "Online Governance"),
    "skip": Text("跳到正文", "Skip to the content"),
    "other_language": Text("English", "中文"),
    "title": Text("给市领导写信", "Letters to the city's leaders"),
    "intro": Text(
        "每一封来信都有承办单位、有期限、有答复，办到哪一步随时可查。",
        "Every letter has a unit that answers for it, a date and a reply, and you can see where it"
        " stands.",
    ),
    "write": Text("写信与查询", "Write, and look up"),
    "write_more": Text(
        "可通过手机客户端、微信公众号、短信，或合作网站上的“信箱”写信；凭编号和查询码，在同一处查询"
        "办理进度。",
        "Write by the city's app, WeChat, a text message, or the mailbox on a partner's site."
        " Number and query code show there where your letter stands.",
    ),
    "read": Text("公开信息", "For everybody to read"),
    "city": Text("来信办理情况", "How the city answered its letters"),
    "city_more": Text("每月的指标、热点和排名", "Figures, hot issues and rankings, month by month"),
    "letters": Text("公开来信", "Published letters"),
    "letters_more": Text("经来信人同意公开的来信和答复", "Letters and replies, by consent"),
    "developers": Text("开发与运维", "For developers and operators"),
    "graphql": Text("GraphQL 接口与查询器", "The GraphQL API and its explorer"),
    "try": Text("信箱组件试用", "Try the mailbox widget"),
    "readyz": Text("运行状态", "Whether it can do its work"),
    "to_start": Text("回到首页", "To the first page"),
    "404": Text("没有这个页面", "There is no such page"),
    "404_more": Text(
        "请检查地址，或从首页进入。", "Check the address, or begin at the first page."
    ),
    "405": Text("不能这样访问该地址", "This address cannot be used like that"),
    "405_more": Text("请从首页进入。", "Please begin at the first page."),
    "429": Text("访问过于频繁", "Too many requests"),
    "429_more": Text("请稍后再试。", "Try again in a moment."),
    "500": Text("系统出错了", "Something went wrong here"),
    "500_more": Text(
        "问题已记录，请稍后再试。", "It has been written down. Please try again in a moment."
    ),
    "503": Text("暂时无法显示", "Not available at the moment"),
    "503_more": Text("请稍后再试。", "Try again in a moment."),
    "refused": Text("无法处理该请求", "This request cannot be used"),
    "refused_more": Text("请从首页进入。", "Please begin at the first page."),
}
