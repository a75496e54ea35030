// What several sections are made of.

import { make } from "./dom.js";

/** A labelled control with its hint and room for what is wrong with it. */
export function field(w, name, control, { hint, optional, after } = {}) {
  const told = [hint && `${name}-hint`, `${name}-error`].filter(Boolean).join(" ");
  control.id = name;
  control.setAttribute("aria-describedby", told);
  return make("div", { class: "field" },
    make("label", { for: name }, w.say(name), optional && make("span", { class: "optional" }, w.say("optional"))),
    hint && make("p", { class: "hint", id: `${name}-hint` }, hint),
    control,
    after,
    make("p", { class: "wrong", id: `${name}-error`, hidden: true }));
}

/** Shows what is wrong with which fields, as a list of ways to them, and goes to that list. */
export function showErrors(w, form, summary, errors) {
  for (const slot of form.querySelectorAll(".wrong")) {
    const text = errors.get(slot.id.replace("-error", ""));
    slot.hidden = !text;
    slot.textContent = text ?? "";
    const control = form.querySelector(`[aria-describedby~="${slot.id}"]`);
    if (text) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
  summary.hidden = errors.size === 0;
  summary.replaceChildren();
  if (errors.size === 0) return;
  summary.append(
    make("p", {}, w.say("summary", { count: errors.size })),
    make("ul", {}, [...errors].map(([name, text]) => make("li", {},
      make("button", { type: "button", class: "link", onclick: () => goTo(form, name) }, text)))));
  summary.focus();
}

function goTo(form, name) {
  const place = form.querySelector(`#${name}`);
  (place.matches("fieldset") ? place.querySelector("input") : place).focus();
}

/** What did not work, whether anything is lost, and a way to try again, at once or later. */
export function troubleBox(w, trouble, retry, kept = false) {
  const wait = trouble.wait ?? 0;
  const later = make("span", {}, wait ? ` ${w.say("retry_in", { wait: waitTold(w, wait) })}` : "");
  const button = retry && make("button", { type: "button", class: "quiet", onclick: retry, disabled: wait > 0 }, w.say("retry"));
  if (wait) {
    setTimeout(() => {
      button?.removeAttribute("disabled");
      later.remove();
    }, Math.min(wait, 86400) * 1000);
  }
  return make("div", { class: "trouble", role: "alert" },
    make("p", {}, w.trouble(trouble), later, kept && make("strong", {}, ` ${w.say("kept")}`)),
    button);
}

function waitTold(w, seconds) {
  const [unit, size] = seconds < 90 ? ["seconds", 1] : seconds < 5400 ? ["minutes", 60] : ["hours", 3600];
  return w.say(unit, { count: Math.ceil(seconds / size) });
}
