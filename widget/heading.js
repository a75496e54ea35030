// Whose mailbox it is, what it promises, and how well it keeps that.

import { make } from "./dom.js";

/** The mailbox as it presents itself. */
export function heading(w, mailbox) {
  const { incumbent, unit, promise, figures } = mailbox;
  return make("header", { class: "heading" },
    make("p", { class: "eyebrow" }, w.say(mailbox.level)),
    make("h2", { id: "whose" }, mailbox.name),
    make("p", { class: "who" },
      incumbent && make("span", {}, make("b", { lang: "zh-CN" }, incumbent.name), ` ${incumbent.title}`),
      unit && make("span", {}, unit.name)),
    make("p", { class: "promise" }, w.say("promise", { days: promise.workingDays })),
    figureList(w, figures ?? {}));
}

function figureList(w, figures) {
  const share = (value) => new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 }).format(value);
  const count = (value) => new Intl.NumberFormat("en", { maximumFractionDigits: 1 }).format(value);
  const days = (value) => (value > 0 && value < 0.1 ? "<0.1" : count(value));
  const rows = [
    ["letters_last_month", figures.lettersLastMonth, (value) => w.say("letters_unit", { count: count(value) })],
    ["reply_rate", figures.replyRate, share],
    ["reply_days", figures.averageReplyDays, (value) => w.say("days_unit", { count: days(value) })],
    ["satisfaction_rate", figures.satisfactionRate, share],
  ];
  return make("section", { "aria-label": w.say("figures") },
    make("dl", { class: "figures" }, rows.map(([name, value, told]) => {
      const none = value === null || value === undefined;
      return make("div", {},
        make("dt", {}, w.say(name)),
        make("dd", { class: none && "none" }, none ? w.say("no_data") : told(value)));
    })),
    make("p", { class: "hint note" }, w.say("figures_note")));
}
