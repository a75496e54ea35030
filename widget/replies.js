// What this mailbox has answered in public.

import { dateTold, make } from "./dom.js";

/** The latest published replies; what there is of a mailbox that has none. */
export function replies(w, mailbox) {
  const found = (mailbox?.publishedReplies?.edges ?? []).map((edge) => edge.node);
  if (!found.length) return make("p", { class: "empty" }, w.say("no_replies"));
  return make("div", {},
    make("p", { class: "hint" }, w.say("replies_note")),
    make("ul", { class: "replies" }, found.map((one) => make("li", {},
      make("h3", { lang: "zh-CN" }, one.title),
      make("p", { lang: "zh-CN" }, one.excerpt),
      make("p", { class: "hint" }, w.say("replied_at", { date: dateTold(w.locale, one.repliedAt) }))))));
}
