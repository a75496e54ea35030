// Writing a letter: nothing typed is lost, and no letter arrives twice.

import { make } from "./dom.js";
import { field, showErrors, troubleBox } from "./parts.js";

const KINDS = ["COMPLAINT", "HELP", "CONSULTATION", "SUGGESTION", "REPORT", "PRAISE"];
const FIELD_OF = { "writer.name": "name", "writer.phone": "phone", "place.address": "address" };

/** The form of a mailbox. What arrived is told by the draft: it outlives this form. */
export class LetterForm {
  constructor(w, draft) {
    Object.assign(this, { w, draft, busy: false });
    this.summary = make("div", { class: "trouble", tabindex: "-1", hidden: true });
    this.told = make("div");
    this.button = make("button", { type: "submit", class: "main" }, w.say("send"));
    this.element = make("form", { novalidate: true, onsubmit: (event) => this.submit(event) },
      draft.wasKept && this.keptNote(), this.summary, this.matter(), this.writer(), this.agreement(),
      this.told, this.button);
  }

  keptNote() {
    const clear = () => {
      this.draft.clear();
      const fresh = new LetterForm(this.w, this.draft);
      this.element.replaceWith(fresh.element);
      fresh.element.querySelector("input").focus();
    };
    return make("p", { class: "kept" }, this.w.say("draft_kept"), " ",
      make("button", { type: "button", class: "link", onclick: clear }, this.w.say("draft_clear")));
  }

  matter() {
    const { w } = this;
    const count = make("p", { class: "hint count" });
    const tell = () => { count.textContent = w.say("body_count", { count: length(this.draft.fields.body) }); };
    tell();
    const body = this.control("textarea", "body", { rows: 7 });
    body.addEventListener("input", tell);
    return make("div", {},
      this.kinds(),
      field(w, "title", this.control("input", "title", { type: "text" }), { hint: w.say("title_hint") }),
      field(w, "body", body, { hint: w.say("body_hint"), after: count }),
      field(w, "address", this.control("input", "address", { type: "text", autocomplete: "off" }), { optional: true }));
  }

  kinds() {
    const { w, draft } = this;
    const choice = (kind) => make("label", { class: "chip" },
      make("input", { type: "radio", name: "kind", value: kind, checked: draft.fields.kind === kind, onchange: () => this.change("kind", kind) }),
      make("span", {}, w.say(kind)));
    return make("fieldset", { class: "field", id: "kind", "aria-describedby": "kind-error" },
      make("legend", {}, w.say("kind")),
      make("div", { class: "chips" }, KINDS.map(choice)),
      make("p", { class: "wrong", id: "kind-error", hidden: true }));
  }

  writer() {
    const { w } = this;
    return make("fieldset", { class: "group", "aria-describedby": "about-hint" },
      make("legend", {}, w.say("about_you")),
      make("p", { class: "hint", id: "about-hint" }, w.say("about_you_hint")),
      make("div", { class: "pair" },
        field(w, "name", this.control("input", "name", { type: "text", autocomplete: "name" }), { optional: true }),
        field(w, "phone", this.control("input", "phone", { type: "tel", autocomplete: "tel" }), { optional: true })),
      this.tick("anonymous"));
  }

  agreement() {
    const { w } = this;
    return make("div", { class: "group" }, this.tick("publish"), this.tick("consent", "consent-more consent-error"),
      make("p", { class: "hint indented", id: "consent-more" }, w.say("consent_more")),
      make("p", { class: "wrong indented", id: "consent-error", hidden: true }));
  }

  control(tag, name, attributes) {
    const set = (event) => this.change(name, event.target.value);
    return make(tag, { ...attributes, name, value: this.draft.fields[name], oninput: set });
  }

  tick(name, told) {
    const set = (event) => this.change(name, event.target.checked);
    return make("label", { class: "tick" },
      make("input", { type: "checkbox", id: name, name, checked: this.draft.fields[name], "aria-describedby": told, onchange: set }),
      make("span", {}, this.w.say(name)));
  }

  change(name, value) {
    this.draft.change(name, value);
    this.w.server.prepare();
  }

  async submit(event) {
    event?.preventDefault();
    if (this.busy) return;
    this.told.replaceChildren();
    const errors = wrong(this.w, this.draft.fields);
    showErrors(this.w, this.element, this.summary, errors);
    if (errors.size) return;
    this.setBusy(true);
    try {
      await this.deliver(this.input());
    } catch (trouble) {
      this.told.replaceChildren(troubleBox(this.w, trouble, () => this.submit(), true));
    }
    this.setBusy(false);
  }

  async deliver(input) {
    const { w, draft } = this;
    draft.trying(input);
    w.announce(w.say("proving"));
    let sent = await this.send(input);
    const earlier = sent.errors[0]?.code === "DUPLICATE";
    // Another version of this letter has arrived before, and nobody was told its number.
    const found = earlier && await this.earlierVersion(input);
    if (found) sent = found;
    else if (earlier) sent = await this.sendAnew(input);
    w.announce("");
    if (sent.case) {
      const { number, replyDue } = sent.case;
      draft.finish({ number, queryCode: sent.queryCode, dueAt: replyDue?.dueAt, earlier: Boolean(found) });
    } else this.refused(sent.errors);
  }

  /** The key was used for a letter that is not this one: by a page that this one is a copy of. */
  sendAnew(input) {
    this.draft.renewKey();
    return this.send(input);
  }

  async earlierVersion(input) {
    for (const version of this.draft.earlier(input)) {
      const sent = await this.send(version);
      if (sent.case) return sent;
    }
    return null;
  }

  send(input) {
    return this.w.server.submit({ ...input, idempotencyKey: this.draft.keyOf(input) });
  }

  refused(errors) {
    const named = errors.map((one) => [FIELD_OF[one.field] ?? one.field, one]);
    const ours = named.filter(([name]) => name && this.element.querySelector(`#${CSS.escape(name)}-error`));
    showErrors(this.w, this.element, this.summary, new Map(ours.map(([name, one]) => [name, one.message])));
    if (ours.length) return;
    this.told.replaceChildren(troubleBox(this.w, { code: errors[0]?.code }, () => this.submit(), true));
  }

  input() {
    const { kind, title, body, name, phone, anonymous, address, publish } = this.draft.fields;
    return {
      mailboxId: this.w.mailbox, kind, title: title.trim(), body: body.trim(), channel: "WIDGET",
      writer: { name: name.trim() || null, phone: phone.trim() || null, anonymous },
      place: address.trim() ? { address: address.trim() } : null,
      consentToPublish: publish,
    };
  }

  setBusy(busy) {
    this.busy = busy;
    this.button.textContent = this.w.say(busy ? "sending" : "send");
    this.button.setAttribute("aria-disabled", String(busy));
    if (!busy) this.w.announce("");
  }
}

function length(text) {
  return [...text.trim()].length;
}

/** What is missing. How something is to be written is for the server to judge: it takes more. */
function wrong(w, fields) {
  const rules = [
    ["kind", fields.kind, "missing_kind"],
    ["title", length(fields.title), "wrong_title"],
    ["body", length(fields.body), "wrong_body"],
    ["consent", fields.consent, "missing_consent"],
  ];
  return new Map(rules.filter(([, right]) => !right).map(([name, , what]) => [name, w.say(what)]));
}
