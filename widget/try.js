// The page where the widget is tried: writes the code to copy, and shows the element beside it.

const form = document.querySelector("form");
const server = location.origin;
const { copied, title } = document.body.dataset;
const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
const chosen = () => Object.fromEntries(new FormData(form));

function write() {
  const { key, mailbox, locale, theme } = chosen();
  const shownKey = key || "lzp_…", shownMailbox = mailbox || "…";
  const address = `${server}/widget/frame?${new URLSearchParams({ mailbox: shownMailbox, key: shownKey, locale, theme })}`;
  const attributes = { "partner-key": shownKey, mailbox: shownMailbox, locale, theme };
  const told = Object.entries(attributes).map(([name, value]) => `${name}="${quoted(value)}"`).join("\n  ");
  put("element-code", `<script src="${server}/widget/lizheng-mailbox.js" async></script>\n<lizheng-mailbox\n  ${told}>\n  <a href="${quoted(address)}">${title}</a>\n</lizheng-mailbox>`);
  put("frame-code", `<iframe src="${quoted(address)}"\n  title="${title}" width="100%" height="1100"\n  allow="clipboard-write"></iframe>`);
  put("policy-code", `script-src ${server}; connect-src ${server}`);
}

function put(id, text) {
  document.getElementById(id).textContent = text;
}

function show() {
  const { key, mailbox, locale, theme, width } = chosen();
  const element = document.createElement("lizheng-mailbox");
  for (const [name, value] of Object.entries({ "partner-key": key.trim(), mailbox: mailbox.trim(), locale, theme })) element.setAttribute(name, value);
  const place = document.getElementById("preview");
  place.className = width;
  place.replaceChildren(element);
}

form.addEventListener("input", write);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
for (const button of document.querySelectorAll(".copy")) {
  button.addEventListener("click", async () => {
    const code = document.getElementById(button.dataset.of);
    try {
      await navigator.clipboard.writeText(code.textContent);
      put("told", copied);
    } catch {
      getSelection().selectAllChildren(code);
    }
  });
}
write();
