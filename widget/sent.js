// The letter has arrived: number and query code, to be written down.

import { copied, dateTold, make } from "./dom.js";

/** What the writer takes home; `onLookUp` and `onAnother` lead on. */
export function receipt(w, sent, onLookUp, onAnother) {
  const copy = async (text, shown) => w.announce(w.say((await copied(text, shown)) ? "copied" : "copy_by_hand"));
  const values = make("dl", { class: "slip" }, ["number", "queryCode"].map((name) => {
    const word = name === "number" ? "number" : "query_code";
    const shown = make("dd", { class: "code", translate: "no" }, sent[name]);
    const button = make("button", {
      type: "button", class: "quiet small", "aria-label": `${w.say("copy")} ${w.say(word)}`,
      onclick: () => copy(sent[name], shown),
    }, w.say("copy"));
    return make("div", {}, make("dt", {}, w.say(word)), shown, make("dd", {}, button));
  }));
  const both = `${w.say("number")} ${sent.number}\n${w.say("query_code")} ${sent.queryCode}`;
  return make("div", { class: "receipt" },
    make("h3", { tabindex: "-1" }, w.say("sent")),
    sent.earlier && make("p", { class: "kept" }, w.say("sent_earlier")),
    make("p", {}, w.say("sent_more")),
    values,
    sent.dueAt && make("p", {}, w.say("reply_by", { date: dateTold(w.locale, sent.dueAt) })),
    make("div", { class: "row" },
      make("button", { type: "button", class: "main", onclick: () => copy(both, values) }, w.say("copy_both")),
      make("button", { type: "button", class: "quiet", onclick: onLookUp }, w.say("look_up_this")),
      make("button", { type: "button", class: "quiet", onclick: onAnother }, w.say("write_another"))));
}
