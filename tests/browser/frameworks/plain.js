// A page without a framework, which sets properties and not attributes.
import { config, start } from "./state.js";

let state = start;
let shell = null;
const portal = document.getElementById("portal");

function show() {
  if (shell?.dataset.shell !== String(state.shell)) {
    const parts = { before: document.createElement("p"), mailbox: document.createElement("lizheng-mailbox"), after: document.createElement("p") };
    shell = Object.assign(document.createElement("div"), { parts });
    shell.dataset.shell = state.shell;
    portal.replaceChildren(shell);
  }
  Object.assign(shell.parts.mailbox, { partnerKey: config.key, mailbox: config.mailbox, locale: state.locale, theme: state.theme });
  for (const name of state.order) shell.append(shell.parts[name]);
}

window.change = (more) => {
  state = { ...state, ...more };
  show();
};
show();
