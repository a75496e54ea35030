// What every page is given, and what its buttons would change.
export const config = Object.fromEntries(new URLSearchParams(location.search));
export const start = { locale: config.locale ?? "zh", theme: "light", shell: 1, order: ["before", "mailbox", "after"] };
