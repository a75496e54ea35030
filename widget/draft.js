// A letter in the making and the receipt of the last one: kept in this tab alone, for as long as its
// writer needs them. Elements come and go; the draft of a mailbox is one in a page.

const EMPTY = { kind: "", title: "", body: "", address: "", name: "", phone: "", anonymous: false, publish: false, consent: false };
const MOST_TRIES = 5;
const drafts = new Map();
/** This page, and no copy of it: a tab that was duplicated brings the storage of the first along. */
const PAGE = newKey();

/**
 * A letter in the making. `tries` are the versions of it that may have arrived unanswered; `receipt`
 * is what its writer takes home; `view` is what else a new element has to show again.
 */
export class Draft extends EventTarget {
  /** The draft of a mailbox in this page. */
  static of(mailbox) {
    if (!drafts.has(mailbox)) drafts.set(mailbox, new Draft(mailbox));
    return drafts.get(mailbox);
  }

  constructor(mailbox) {
    super();
    this.place = `lizheng-mailbox:${mailbox}`;
    this.view = { section: 0, number: "", queryCode: "", found: null };
    const kept = read(this.place);
    const isCopy = Boolean(kept?.page); // a page that goes away takes its name off
    this.fields = { ...EMPTY, ...kept?.fields };
    this.receipt = kept?.receipt ?? null;
    this.key = (!isCopy && kept?.key) || newKey();
    this.tries = isCopy ? [] : kept?.tries ?? [];
    this.former = isCopy ? { key: kept.key, tries: kept.tries ?? [] } : kept?.former ?? null;
    this.wasKept = this.isBegun;
    addEventListener("pagehide", () => this.keep(null));
    addEventListener("pageshow", (event) => event.persisted && this.keep());
    this.keep();
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

  /** The key of this version: that of the page it was copied from, if it was sent from there. */
  keyOf(input) {
    return this.former?.tries.includes(JSON.stringify(input)) ? this.former.key : this.key;
  }

  /** Versions other than this one, the latest first. */
  earlier(input) {
    const text = JSON.stringify(input);
    return this.tries.filter((one) => one !== text).reverse().map((one) => JSON.parse(one));
  }

  /** Somebody else has used the key: this is another letter. */
  renewKey() {
    this.key = newKey();
    this.keep();
  }

  /** The letter has arrived: its receipt stays until its writer leaves it. */
  finish(receipt) {
    this.receipt = receipt;
    this.clear();
    this.dispatchEvent(new Event("sent"));
  }

  leaveReceipt() {
    this.receipt = null;
    this.keep();
  }

  clear() {
    this.fields = { ...EMPTY };
    this.key = newKey();
    this.tries = [];
    this.former = null;
    this.wasKept = false;
    this.keep();
  }

  keep(page = PAGE) {
    const { fields, key, tries, former, receipt } = this;
    try {
      if (this.isBegun || tries.length || receipt) {
        sessionStorage.setItem(this.place, JSON.stringify({ fields, key, tries, former, receipt, page }));
      } else sessionStorage.removeItem(this.place);
    } catch { /* a page may forbid it */ }
  }
}

function read(place) {
  try { return JSON.parse(sessionStorage.getItem(place)); } catch { return null; }
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(18)), (one) => one.toString(16).padStart(2, "0")).join("");
}
