// <lizheng-mailbox key mailbox locale theme>: the element, its sections and what is told aloud.

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

class LizhengMailbox extends HTMLElement {
  static observedAttributes = ["key", "mailbox", "locale"];

  connectedCallback() {
    this.open();
  }

  attributeChangedCallback(name, before, after) {
    if (this.shadowRoot && this.isConnected && before !== after) this.open();
  }

  get locale() {
    const wanted = this.getAttribute("locale") ?? document.documentElement.lang;
    return wanted.toLowerCase().startsWith("en") ? "en" : "zh";
  }

  open() {
    if (!this.shadowRoot) styled(this.attachShadow({ mode: "open" }));
    const words = WORDS[this.locale];
    this.status = make("p", { class: "status", role: "status" });
    this.w = {
      locale: this.locale,
      mailbox: this.getAttribute("mailbox") ?? "",
      server: new Server(ORIGIN, this.getAttribute("key") ?? "", this.locale),
      say: (name, values) => put(words[name] ?? name, values),
      trouble: (trouble) => words.error[trouble.code] ?? words.error.UNKNOWN,
      announce: (text) => { this.status.textContent = text; },
    };
    this.draft = new Draft(this.w.mailbox);
    this.build();
    return this.load();
  }

  build() {
    const { w } = this;
    this.top = make("div", { class: "top" });
    this.lookUp = new LookUp(w);
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
  }

  form() {
    return new LetterForm(this.w, this.draft, (sent) => this.showReceipt(sent));
  }

  showReceipt(sent) {
    const lookUp = () => {
      this.choose(1, true);
      this.lookUp.fill(sent.number, sent.queryCode);
    };
    const another = () => {
      const form = this.form();
      this.panels[0].replaceChildren(form.element);
      form.element.querySelector("input").focus();
    };
    const shown = receipt(this.w, sent, lookUp, another);
    this.panels[0].replaceChildren(shown);
    shown.querySelector("h3").focus();
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
