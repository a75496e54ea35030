"""What the survey's page says, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from domain.refusals import Text

WORDS: Mapping[str, Text] = {
    "service": Text("网络理政", "Online Governance"),
    "title": Text("您对这次答复满意吗？", "Are you satisfied with this reply?"),
    "other_language": Text("English", "中文"),
    "number": Text("编号", "Number"),
    "letter": Text("您的来信", "Your letter"),
    "unit": Text("答复单位", "Answered by"),
    "sent": Text("答复日期", "Answered on"),
    "reply": Text("答复内容", "The reply"),
    "intro": Text(
        "评价由来信人本人作出，承办单位看不到此链接。提交后不能修改。",
        "Only you can answer: the unit that replied never sees this link. An answer is final.",
    ),
    "resolved": Text("您反映的问题解决了吗？", "Is the matter resolved?"),
    "yes": Text("解决了", "Yes"),
    "no": Text("没有解决", "No"),
    "satisfaction": Text("您对办理结果满意吗？", "How satisfied are you?"),
    "1": Text("很不满意", "Very dissatisfied"),
    "2": Text("不满意", "Dissatisfied"),
    "3": Text("基本满意", "Fairly satisfied"),
    "4": Text("满意", "Satisfied"),
    "5": Text("很满意", "Very satisfied"),
    "reason": Text("如不满意，是什么原因？", "If you are not satisfied: why?"),
    "reason_hint": Text(
        "选填，最多1000字。不满意的，将退回承办单位重新办理，并附上您的原因。",
        "Optional, up to 1,000 characters. The unit gets the case back together with your reason.",
    ),
    "comment": Text("其他意见", "Anything else?"),
    "comment_hint": Text("选填，最多1000字。", "Optional, up to 1,000 characters."),
    "send": Text("提交评价", "Send my answer"),
    "wrong": Text("请检查以下内容：", "Please check this:"),
    "say_why": Text(
        "请告诉我们为什么不满意，以便承办单位改进。也可以不填，直接提交。",
        "Please tell us why, so that the unit can do better. You may also send it as it is.",
    ),
    "thanks": Text("谢谢，您的评价已收到。", "Thank you. Your answer has arrived."),
    "then_CONCLUSION": Text("本件已办结。", "The case is concluded."),
    "then_HANDLING": Text(
        "本件已退回承办单位重新办理，届时会再次答复您。",
        "The case is back with the unit, which will write to you again.",
    ),
    "then_CALLBACK": Text(
        "将由审核员研究您的意见。", "A reviewer will look at what you said and decide."
    ),
    "then_on": Text(
        "可凭编号和查询码查询办理进度。", "Number and query code show where the case stands."
    ),
    "go_on": Text("您还可以", "Where to go on"),
    "to_start": Text("写信或查询办理进度", "Write, or look up where a letter stands"),
    "to_letters": Text("阅读公开来信和答复", "Read letters and replies that are published"),
    "to_city": Text("查看全市来信办理情况", "See how the city answered its letters"),
    "unknown": Text("该链接无效", "This link opens nothing"),
    "unknown_more": Text(
        "请检查链接是否完整，或凭编号和查询码查询。",
        "Check that the link is complete, or use number and query code.",
    ),
    "over": Text("该调查已结束", "This survey is over"),
    "over_more": Text(
        "评价期限已过，或已有新的答复。可凭编号和查询码查询办理进度。",
        "Its time is over, or there is a newer reply. Number and query code show where the case"
        " stands.",
    ),
    "busy": Text("请稍后再试", "Please try again later"),
    "busy_more": Text(
        "请求过于频繁，或服务暂时没有响应。", "Too many requests, or no answer for the moment."
    ),
    "changed": Text("请再提交一次", "Please send it once more"),
    "changed_more": Text(
        "本件刚刚有更新，您的评价未能保存。",
        "Something happened to the case in this very moment; your answer was not saved.",
    ),
    "bad": Text("无法处理该请求", "This request cannot be used"),
    "bad_more": Text("请回到评价页面重新提交。", "Go back to the page and send it again."),
    "back": Text("返回评价页面", "Back to the survey"),
}
