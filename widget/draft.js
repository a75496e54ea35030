// What was typed and not sent yet: in this tab alone, until it is sent, cleared or closed.

const EMPTY = { kind: "", title: "", body: "", address: "", name: "", phone: "", anonymous: false, publish: false, consent: false };
const MOST_TRIES = 5;

/** A letter in the making. `tries` are the versions of it that may have arrived unanswered. */
export class Draft {
  constructor(mailbox) {
    this.place = `lizheng-mailbox:${mailbox}`;
    const kept = read(this.place);
    this.fields = { ...EMPTY, ...kept?.fields };
    this.key = kept?.key ?? newKey();
    this.tries = kept?.tries ?? [];
    this.wasKept = this.isBegun;
  }

  get isBegun() {
    return Object.entries(EMPTY).some(([name, value]) => this.fields[name] !== value);
  }

  change(name, value) {
    this.fields[name] = value;
    this.keep();
  }

  /** Remembers what is about to be sent: whoever repeats it gets the same number. */
  trying(input) {
    const text = JSON.stringify(input);
    this.tries = [...this.tries.filter((one) => one !== text), text].slice(-MOST_TRIES);
    this.keep();
  }

  /** Versions other than this one, the latest first. */
  earlier(input) {
    const text = JSON.stringify(input);
    return this.tries.filter((one) => one !== text).reverse().map((one) => JSON.parse(one));
  }

  clear() {
    this.fields = { ...EMPTY };
    this.key = newKey();
    this.tries = [];
    this.wasKept = false;
    try { sessionStorage.removeItem(this.place); } catch { /* nothing was kept either */ }
  }

  keep() {
    const { fields, key, tries } = this;
    try { sessionStorage.setItem(this.place, JSON.stringify({ fields, key, tries })); } catch { /* a page may forbid it */ }
  }
}

function read(place) {
  try { return JSON.parse(sessionStorage.getItem(place)); } catch { return null; }
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(18)), (one) => one.toString(16).padStart(2, "0")).join("");
}
