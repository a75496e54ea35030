"""What the pages around the widget say, in Chinese and English; its own words lie beside it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.refusals import Text

WORDS: Mapping[str, Text] = {
    "service": Text("网络理政", "Online Governance"),
    "other_language": Text("English", "中文"),
    "frame_title": Text("写信与查询", "Write and look up"),
    "title": Text("把信箱放进您的网站", "Put a mailbox on your site"),
    "intro": Text(
        "一行脚本、一个元素。填入密钥和信箱，预览即为访客所见；确认后复制代码。",
        "One script, one element. Enter your key and a mailbox: the preview is what your visitors"
        " will see. Then copy the code.",
    ),
    "key": Text("合作方密钥", "Partner key"),
    "key_hint": Text(
        "形如 lzp_…，仅在您登记的来源下有效。此页不保存密钥。",
        "Like lzp_…; it works on the origins that you registered. This page does not keep it.",
    ),
    "mailbox": Text("信箱标识", "Mailbox id"),
    "mailbox_hint": Text(
        "登记时分配给您的信箱之一。", "One of those that you were registered for."
    ),
    "locale": Text("语言", "Language"),
    "theme": Text("主题", "Theme"),
    "auto": Text("跟随系统", "As the system"),
    "light": Text("浅色", "Light"),
    "dark": Text("深色", "Dark"),
    "width": Text("预览宽度", "Preview width"),
    "phone": Text("手机", "Phone"),
    "desktop": Text("桌面", "Desktop"),
    "show": Text("预览", "Preview"),
    "code": Text("代码", "The code"),
    "code_hint": Text(
        "放在页面中信箱应出现的位置。元素内的链接在脚本未能载入时显示。",
        "Put it where the mailbox is to appear. The link inside shows if the script cannot load.",
    ),
    "frame": Text("不能载入脚本？用 iframe", "No scripts allowed? Use an iframe"),
    "policy": Text(
        "如网站设有内容安全策略，请加入", "If your site has a content security policy, add"
    ),
    "copy": Text("复制", "Copy"),
    "copied": Text("已复制。", "Copied."),
    "preview": Text("预览", "Preview"),
    "preview_hint": Text(
        "填入密钥和信箱后点“预览”。预览连接真实信箱：寄出的信会被受理。",
        "Enter key and mailbox, then choose Preview. It is the real mailbox: what you send there"
        " is a letter.",
    ),
    "no_key": Text("密钥无效", "This key is not valid"),
    "no_key_more": Text(
        "密钥不存在、已过期或已停用，请联系平台管理人员。",
        "It does not exist, has expired or was revoked. Ask whoever runs this service.",
    ),
    "busy": Text("请稍后再试", "Please try again soon"),
    "busy_more": Text("服务暂时繁忙。", "The service is busy at the moment."),
}
