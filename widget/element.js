// <lizheng-mailbox partner-key mailbox locale theme>: the element, its sections and what is told aloud.

import { make } from "./dom.js";
import { Draft } from "./draft.js";
import { heading } from "./heading.js";
import { LetterForm } from "./letter.js";
import { LookUp } from "./lookup.js";
import { troubleBox } from "./parts.js";
import { replies } from "./replies.js";
import { receipt } from "./sent.js";
import { Server, Trouble } from "./server.js";
import { STYLE, WORDS } from "./contents.js";

const ORIGIN = new URL(document.currentScript?.src ?? location.href).origin;
const SECTIONS = ["write", "look_up", "replies"];
/** With these nothing here can work, whoever tries again. */
const CLOSED = ["ORIGIN", "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"];

/** Each property is its attribute. Frameworks keep `key` for themselves: `partner-key` says the same. */
const ATTRIBUTES = { partnerKey: "partner-key", key: "key", mailbox: "mailbox", locale: "locale", theme: "theme" };

class LizhengMailbox extends HTMLElement {
  static observedAttributes = ["partner-key", "key", "mailbox", "locale"];

  connectedCallback() {
    for (const name of Object.keys(ATTRIBUTES)) this.takeEarly(name);
    this.open();
  }

  disconnectedCallback() {
    this.listening?.abort();
  }

  /** A framework sets attributes one by one: the element opens once for all of them. */
  attributeChangedCallback() {
    if (this.shadowRoot) queueMicrotask(() => this.isConnected && this.open());
  }

  /** A property that was set before this script was there hides the element's own. */
  takeEarly(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete this[name];
    this[name] = value;
  }

  get language() {
    const wanted = this.locale || document.documentElement.lang;
    return wanted.toLowerCase().startsWith("en") ? "en" : "zh";
  }

  /** Builds what the attributes ask for; an element that was only moved stays as it was. */
  open() {
    if (!this.shadowRoot) styled(this.attachShadow({ mode: "open" }));
    const [key, mailbox, language] = [this.partnerKey || this.key, this.mailbox, this.language];
    const asked = JSON.stringify([key, mailbox, language]);
    if (asked !== this.shown) {
      this.shown = asked;
      this.furnish(key, mailbox, language);
    }
    this.listening?.abort();
    this.listening = new AbortController();
    this.draft.addEventListener("sent", () => this.showReceipt(true), { signal: this.listening.signal });
    if (this.draft.receipt) this.showReceipt(false);
  }

  furnish(key, mailbox, language) {
    const words = WORDS[language];
    this.status = make("p", { class: "status", role: "status" });
    this.w = {
      locale: language,
      mailbox,
      server: new Server(ORIGIN, key, language),
      say: (name, values) => put(words[name] ?? name, values),
      trouble: (trouble) => words.error[trouble.code] ?? words.error.UNKNOWN,
      announce: (text) => { this.status.textContent = text; },
    };
    this.draft = Draft.of(mailbox);
    this.build();
    this.load();
  }

  build() {
    const { w } = this;
    this.top = make("div", { class: "top" });
    this.lookUp = new LookUp(w, this.draft.view);
    this.panels = SECTIONS.map((name, place) => make("div", {
      role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, hidden: place > 0, tabindex: name === "replies" && "0",
    }));
    this.tabs = SECTIONS.map((name, place) => make("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, "aria-selected": String(place === 0),
      tabindex: place ? "-1" : "0", onclick: () => this.choose(place),
    }, w.say(name)));
    this.panels[0].append(this.form().element);
    this.panels[1].append(this.lookUp.element);
    this.below = make("div", { class: "below" },
      make("div", { class: "tabs", role: "tablist", "aria-label": w.say("sections"), onkeydown: (event) => this.walk(event) }, this.tabs),
      this.panels);
    const whole = make("section", { class: "whole", lang: w.locale === "zh" ? "zh-CN" : "en", "aria-label": w.say("sections") },
      this.top, this.below, this.status, make("p", { class: "foot" }, w.say("powered")));
    this.whole?.remove();
    this.whole = whole;
    this.shadowRoot.append(whole);
    this.choose(this.draft.view.section, true);
  }

  form() {
    return new LetterForm(this.w, this.draft);
  }

  showReceipt(isNew) {
    const sent = this.draft.receipt;
    const lookUp = () => {
      this.choose(1, true);
      this.lookUp.fill(sent.number, sent.queryCode);
    };
    const another = () => {
      this.draft.leaveReceipt();
      const form = this.form();
      this.panels[0].replaceChildren(form.element);
      form.element.querySelector("input").focus();
    };
    const shown = receipt(this.w, sent, lookUp, another);
    this.panels[0].replaceChildren(shown);
    if (isNew) shown.querySelector("h3").focus();
  }

  /** Asks for the mailbox; what is typed meanwhile, or while the server is away, stays. */
  async load() {
    const { w, top, below } = this;
    top.replaceChildren(make("p", { class: "loading" }, w.say("loading")));
    try {
      const mailbox = await w.server.mailbox(w.mailbox);
      if (!mailbox) throw new Trouble("NOT_FOUND");
      if (w !== this.w) return; // an attribute has changed since
      top.replaceChildren(heading(w, mailbox));
      this.whole.removeAttribute("aria-label");
      this.whole.setAttribute("aria-labelledby", "whose");
      this.panels[2].replaceChildren(replies(w, mailbox));
      below.hidden = false;
    } catch (trouble) {
      if (w !== this.w) return;
      const isClosed = CLOSED.includes(trouble.code);
      below.hidden = isClosed;
      top.replaceChildren(troubleBox(w, trouble, isClosed ? null : () => this.load(), this.draft.isBegun));
    }
  }

  choose(place, quietly = false) {
    this.draft.view.section = place;
    this.tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === place));
      tab.tabIndex = index === place ? 0 : -1;
      this.panels[index].hidden = index !== place;
    });
    if (!quietly) this.tabs[place].focus();
  }

  walk(event) {
    const now = this.tabs.indexOf(event.target), last = this.tabs.length - 1;
    const next = { ArrowRight: now === last ? 0 : now + 1, ArrowLeft: now ? now - 1 : last, Home: 0, End: last }[event.key];
    if (next === undefined || now < 0) return;
    event.preventDefault();
    this.choose(next);
  }
}

for (const [property, attribute] of Object.entries(ATTRIBUTES)) {
  Object.defineProperty(LizhengMailbox.prototype, property, {
    configurable: true,
    enumerable: true,
    get() { return this.getAttribute(attribute) ?? ""; },
    set(value) {
      if (value === null || value === undefined || value === false) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value);
    },
  });
}

function put(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** By a sheet of the script's own: a policy that allows no inline style has nothing against it. */
function styled(root) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
}

if (!customElements.get("lizheng-mailbox")) customElements.define("lizheng-mailbox", LizhengMailbox);
