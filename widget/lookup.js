// How a case stands, for whoever has its number and query code.

import { dateTold, make } from "./dom.js";
import { field, showErrors, troubleBox } from "./parts.js";

const STAGES = ["ACCEPTANCE", "REVIEW", "TRANSFER", "COMMUNICATION", "HANDLING", "FEEDBACK", "CALLBACK", "CONCLUSION", "ARCHIVE"];

/** The form and below it what was found. */
export class LookUp {
  constructor(w, view) {
    Object.assign(this, { w, view });
    this.number = make("input", { type: "text", value: view.number, oninput: () => { view.number = this.number.value; }, class: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
    this.code = make("input", { type: "text", value: view.queryCode, oninput: () => { view.queryCode = this.code.value; }, class: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
    this.summary = make("div", { class: "trouble", tabindex: "-1", hidden: true });
    this.found = make("div");
    this.button = make("button", { type: "submit", class: "main" }, w.say("look_up_do"));
    this.form = make("form", { novalidate: true, onsubmit: (event) => this.submit(event) },
      this.summary,
      make("p", { class: "hint lead" }, w.say("look_up_hint")),
      make("div", { class: "pair" }, field(w, "number", this.number), field(w, "query_code", this.code)),
      this.button);
    this.element = make("div", {}, this.form, this.found);
    if (view.found) this.restore();
  }

  /** What was found before, at once; then in the words of this element's language. */
  async restore() {
    this.found.replaceChildren(this.caseTold(this.view.found));
    const again = await this.w.server.status(this.number.value.trim(), this.code.value.trim()).catch(() => null);
    if (again && this.view.found) this.found.replaceChildren(this.caseTold(again));
  }

  fill(number, queryCode) {
    this.view.number = this.number.value = number;
    this.view.queryCode = this.code.value = queryCode;
    return this.submit();
  }

  async submit(event) {
    event?.preventDefault();
    const { w } = this;
    const [number, code] = [this.number.value.trim(), this.code.value.trim()];
    const missing = [["number", number], ["query_code", code]].filter(([, value]) => !value);
    this.found.replaceChildren();
    this.view.found = null;
    showErrors(w, this.form, this.summary, new Map(missing.map(([name]) => [name, w.say(`missing_${name}`)])));
    if (missing.length) return;
    w.announce(w.say("looking_up"));
    try {
      this.show(await w.server.status(number, code));
    } catch (trouble) {
      this.found.replaceChildren(troubleBox(w, trouble, () => this.submit()));
    }
    w.announce("");
  }

  show(found) {
    this.view.found = found;
    const shown = found ? this.caseTold(found) : make("div", { class: "trouble", role: "alert" }, make("p", {}, this.w.say("not_found")));
    this.found.replaceChildren(shown);
    shown.querySelector("h3")?.focus();
  }

  caseTold(found) {
    const { w } = this;
    const place = STAGES.indexOf(found.stage) + 1;
    const due = found.replyDue;
    const rows = [
      ["stage", make("span", {}, make("b", {}, found.stageName), ` · ${w.say("stage_place", { place })}`)],
      ["updated", dateTold(w.locale, found.updatedAt, true)],
      due && ["reply_due", make("span", {}, `${dateTold(w.locale, due.dueAt)} · `, make("span", { class: `state ${due.state}` }, w.say(due.state)))],
      found.outcomeName && ["outcome", found.outcomeName],
    ].filter(Boolean);
    return make("article", { class: "case" },
      make("h3", { tabindex: "-1", lang: "zh-CN" }, found.title),
      make("p", { class: "code number" }, found.number),
      make("div", { class: "steps", "aria-hidden": "true" },
        STAGES.map((_, index) => make("i", { class: index < place ? "done" : null }))),
      make("dl", { class: "facts" }, rows.map(([name, value]) => make("div", {}, make("dt", {}, w.say(name)), make("dd", {}, value)))),
      this.replyTold(found.reply));
  }

  replyTold(reply) {
    const { w } = this;
    if (!reply) return make("p", { class: "hint" }, w.say("no_reply_yet"));
    return make("section", {},
      make("h4", {}, w.say("reply")),
      make("blockquote", { lang: "zh-CN" }, reply.text),
      make("p", { class: "hint" }, w.say("replied_at", { date: dateTold(w.locale, reply.sentAt) })));
  }
}
