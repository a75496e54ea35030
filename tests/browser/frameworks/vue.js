// Vue's page.
import { createApp, h, shallowRef } from "vue";
import { config, start } from "./state.js";

const state = shallowRef(start);
window.change = (more) => { state.value = { ...state.value, ...more }; };

createApp({
  render() {
    const { locale, theme, shell, order } = state.value;
    const parts = {
      before: () => h("p", { key: "before" }, "前"),
      mailbox: () => h("lizheng-mailbox", { key: "mailbox", "partner-key": config.key, mailbox: config.mailbox, locale, theme }),
      after: () => h("p", { key: "after" }, "后"),
    };
    return h("div", { key: shell }, order.map((name) => parts[name]()));
  },
}).mount("#portal");
