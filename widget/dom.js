// Elements are built, never parsed: what somebody wrote is text, and no policy is in the way.

/** An element with attributes, "on…" listeners and children; what is null or false is left out. */
export function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

/** A date of the city, with or without the time of day. */
export function dateTold(locale, moment, withTime = false) {
  const options = { timeZone: "Asia/Shanghai", dateStyle: "long", ...(withTime && { timeStyle: "short" }) };
  return new Intl.DateTimeFormat(locale === "zh" ? "zh-CN" : "en-GB", options).format(new Date(moment));
}

/** Copies a text; false when the page lets nobody, and the element is selected instead. */
export async function copied(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(shown);
    return false;
  }
}
