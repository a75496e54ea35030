// React's page, built once with version 18 and once with version 19.
import { createElement, useState } from "react";
import { createRoot } from "react-dom/client";
import { config, start } from "./state.js";

function Portal() {
  const [state, set] = useState(start);
  window.change = (more) => set((now) => ({ ...now, ...more }));
  const mailbox = createElement("lizheng-mailbox", {
    key: "mailbox", "partner-key": config.key, mailbox: config.mailbox, locale: state.locale, theme: state.theme,
  });
  const parts = { before: createElement("p", { key: "before" }, "前"), mailbox, after: createElement("p", { key: "after" }, "后") };
  return createElement("div", { key: state.shell }, state.order.map((name) => parts[name]));
}

createRoot(document.getElementById("portal")).render(createElement(Portal));
