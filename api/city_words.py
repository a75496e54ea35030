"""What the city's page says, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from domain.refusals import Text

WORDS: Mapping[str, Text] = {
    "service": Text("网络理政", "Online Governance"),
    "skip": Text("跳到正文", "Skip to the content"),
    "other_language": Text("English", "中文"),
    "title": Text("来信办理情况", "How the city answered its letters"),
    "months": Text("选择月份", "Choose a month"),
    "month": Text("月份", "Month"),
    "show": Text("查看", "Show"),
    "earlier": Text("上一月", "Earlier"),
    "later": Text("下一月", "Later"),
    "edition": Text("第{}版", "edition {}"),
    "as_of": Text("数据截至", "As of"),
    "city_time": Text("北京时间", "China time"),
    "LIVE": Text(
        "本月数据仍在变化：来信、答复随时计入。",
        "These figures still move: they are counted as letters come in and are answered.",
    ),
    "PRELIMINARY": Text(
        "本月数据为初步统计，次月25日前后定稿，其间可能变化。",
        "These figures are preliminary and may change until they are frozen.",
    ),
    "FROZEN": Text(
        "本月已定稿，数据不再变化；如有更正，另出新版并说明原因。",
        "The month is closed. A correction is a new edition that says what changed and why.",
    ),
    "revision": Text("第{}版更正了什么", "What edition {} changed"),
    "revision_more": Text("更正原因：{}", "Reason given: {}"),
    "figure": Text("指标", "Figure"),
    "was": Text("更正前", "Before"),
    "is": Text("更正后", "After"),
    "because": Text("缘由（件数）", "Because (letters)"),
    "so_many": Text("（{}件）", " ({})"),
    "comma": Text("，", ", "),
    "letters": Text("来信", "Letters"),
    "letters_unit": Text("件", "letters"),
    "received": Text("本月收到来信", "Letters received"),
    "by_level": Text("按信箱级别", "By mailbox"),
    "by_channel": Text("按来信渠道", "By channel"),
    "level": Text("信箱级别", "Mailbox"),
    "channel": Text("渠道", "Channel"),
    "share": Text("占比", "Share"),
    "figures": Text("五项指标", "The five figures"),
    "no_data": Text("暂无数据", "No data"),
    "days": Text("天", "days"),
    "of": Text("{}件，共{}件", "{} of {} letters"),
    "of_days": Text("{}天，共{}件", "{} days over {} letters"),
    "definition": Text("怎么算的", "How it is counted"),
    "definition_id": Text("口径", "Definition"),
    "points": Text("个百分点", "points"),
    "up": Text("上升{}{}", "Up {} {}"),
    "down": Text("下降{}{}", "Down {} {}"),
    "same": Text("持平", "Unchanged"),
    "better": Text("好转", "better"),
    "worse": Text("变差", "worse"),
    "against": Text("与{}相比", "compared with {}"),
    "against_recorded": Text("与{}（已记录的基准）相比", "against “{}”, recorded"),
    "baseline_source": Text("基准（{}）的来源：{}", "Source of “{}”: {}"),
    "trends": Text("近12个月走势", "The last 12 months"),
    "trends_more": Text(
        "没有可计算来信的月份留空，不按0计。",
        "A month in which nothing could be counted is a gap, not a zero.",
    ),
    "trend_of": Text("{}，近12个月走势", "{}: the last 12 months"),
    "as_table": Text("以表格查看", "As a table"),
    "issues": Text("热点诉求", "What many people write about"),
    "issues_more": Text(
        "针对同一地点、同一事项的来信，按来信人数排序。",
        "Letters about the same matter at the same place, by the number of people who wrote.",
    ),
    "counting_issues": Text(
        "本月来信仍在归并统计，热点诉求稍后公布。",
        "The letters of this month are still being counted by what they are about.",
    ),
    "no_issues": Text("本月没有热点诉求。", "No matter stood out in this month."),
    "writers": Text("至少{}人来信", "at least {} writers"),
    "issue_letters": Text("至少{}件来信", "at least {} letters"),
    "places": Text("地点", "Where"),
    "keywords": Text("关键词", "Words"),
    "topics": Text("上升最快的话题", "Topics on the rise"),
    "topics_more": Text(
        "与该类别自身以往各月的平均来信数相比。",
        "Against each category's own mean of earlier months.",
    ),
    "no_topics": Text("本月没有明显上升的话题。", "No topic rose clearly in this month."),
    "topic": Text("类别", "Category"),
    "usual": Text("以往月均", "Usual month"),
    "ranking": Text("单位排名", "Units side by side"),
    "ranking_more": Text(
        "计入该指标的来信少于{}件的单位不参加排名：件数太少，比不出高低。",
        "Units with fewer than {} letters for the figure have no place: so few say nothing of who "
        "does better.",
    ),
    "no_ranking": Text(
        "没有来信数足以公布的单位。", "No unit has enough letters for its figures to be shown."
    ),
    "ranked_by": Text("排名依据", "Ranked by"),
    "all_units": Text("其余{}个单位", "The other {} units"),
    "few": Text("不足公布", "Too few to tell"),
    "tied_rank": Text("并列{}", "{}="),
    "tied_first": Text(
        "{}个单位并列第一，按件数多少列出。",
        "{} units share the first place, listed by their letters.",
    ),
    "fewer_than": Text("少于{}", "fewer than {}"),
    "rank": Text("名次", "Rank"),
    "unit": Text("单位", "Unit"),
    "counted": Text("计数", "Counted"),
    "map": Text("来信地点", "Where the letters are about"),
    "map_more": Text(
        "颜色越深，来信越密集。来信少于{}件的地方并入周围更大的方格，方格可能重叠。",
        "The darker, the more letters for the space. Where fewer than {} are about a place, it is "
        "told with what lies around it, in a larger square; squares may overlap.",
    ),
    "map_of": Text("来信分布图，共{}格", "Map of the letters, {} squares"),
    "square": Text("{}件（北纬{}至{}°，东经{}至{}°）", "{} letters ({} to {}° N, {} to {}° E)"),
    "fewer": Text("少", "fewer"),
    "more": Text("多", "more"),
    "district": Text("区（市）县", "District or county"),
    "unplaced": Text("{}件来信没有可标在图上的位置。", "{} letters have no point on a map."),
    "no_places": Text(
        "没有来信数足以公布的地点。", "No place has enough letters for them to be shown."
    ),
    "data": Text("开放数据与通报", "Open data and press release"),
    "data_due": Text(
        "本月的开放数据将在通报定稿后的归档时公布，预计{}。",
        "The month's data will be published by the archive after the bulletin is frozen: on {}.",
    ),
    "footer": Text(
        "每项指标都注明口径、分子和分母。0/0 记为“暂无数据”。",
        "Every figure names its definition, its numerator and its denominator. 0/0 is no data.",
    ),
    "letters_to_read": Text("公开的来信和答复", "Published letters and replies"),
    "to_top": Text("回到顶部", "Back to the top"),
    "bad_month": Text("这不是一个月份", "This is not a month"),
    "bad_month_more": Text(
        "请按“年-月”填写，例如 2017-01。", "Write it as year and month, such as 2017-01."
    ),
    "bad_figure": Text("没有这项指标", "There is no such figure"),
    "bad_figure_more": Text("请从页面上选择一项指标。", "Choose one of those on the page."),
    "unknown_month": Text("这个月没有数据", "There is nothing about this month"),
    "unknown_month_more": Text(
        "该月尚未到来，或早于第一封来信。",
        "It has not come yet, or it was before the first letter.",
    ),
    "busy": Text("暂时无法显示", "This cannot be shown just now"),
    "busy_more": Text("请稍后再试。", "Please try again in a little while."),
    "often": Text("访问过于频繁", "Too many requests"),
    "often_more": Text("请稍后再试。", "Please try again in a little while."),
    "to_page": Text("查看最近的月份", "See the latest month"),
}
