// Talking to the server: three operations, a challenge, and why something did not work.

import { MAILBOX, STATUS, SUBMIT } from "./operations.js";
import { solve } from "./proof.js";

const PATIENCE = 20000;
const CHALLENGE_KEPT = 8 * 60000;
const REST = 30000;
const BY_STATUS = { 401: "UNAUTHENTICATED", 403: "FORBIDDEN", 408: "TIMEOUT", 413: "PAYLOAD_TOO_LARGE", 429: "TOO_MANY_ATTEMPTS", 503: "UNAVAILABLE", 504: "TIMEOUT" };

/** Something did not work; `wait` is in seconds, where the server says when to try again. */
export class Trouble extends Error {
  constructor(code, wait = 0) {
    super(code);
    this.code = code;
    this.wait = wait;
  }
}

/** The server at `origin`, for one key and one language. */
export class Server {
  constructor(origin, key, locale) {
    Object.assign(this, { origin, key, locale, proof: null, restUntil: 0 });
  }

  async mailbox(mailboxId) {
    return (await this.ask(MAILBOX, { mailboxId })).mailbox;
  }

  async status(number, queryCode) {
    return (await this.ask(STATUS, { number, queryCode })).trackedCase;
  }

  /** Sends a letter with the work done for it; once more where that was too old. */
  async submit(input) {
    for (let again = true; ; again = false) {
      const solution = await this.solution();
      this.proof = null; // each counts once
      const stale = (code) => again && code?.startsWith("CHALLENGE_");
      try {
        const sent = (await this.ask(SUBMIT, { input }, { "Altcha-Solution": solution })).submitLetter;
        if (!stale(sent.errors[0]?.code)) return sent;
      } catch (trouble) {
        if (!stale(trouble.code)) throw trouble;
      }
    }
  }

  /** Begins the work ahead of time, while somebody writes. */
  prepare() {
    if (!this.proof && Date.now() >= this.restUntil) this.begin();
  }

  async solution() {
    if (!this.proof || Date.now() - this.proof.began > CHALLENGE_KEPT) this.begin();
    return this.proof.work;
  }

  begin() {
    const proof = { began: Date.now(), work: this.prove() };
    this.proof = proof;
    proof.work.catch(() => {
      if (this.proof === proof) this.proof = null;
      this.restUntil = Date.now() + REST; // a server that is away is not asked at every key
    });
  }

  async prove() {
    const response = await this.fetched("/widget/challenge", {});
    if (!response.ok) throw new Trouble(BY_STATUS[response.status] ?? "UNKNOWN", waitOf(response));
    try {
      return await solve(await response.json());
    } catch {
      throw new Trouble("CHALLENGE_FAILED");
    }
  }

  async ask(query, variables, headers) {
    const response = await this.fetched("/graphql", {
      method: "POST",
      headers: {
        Accept: "application/graphql-response+json, application/json",
        "Accept-Language": this.locale === "zh" ? "zh-CN" : "en",
        "Content-Type": "application/json",
        "Lizheng-Partner-Key": this.key,
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = await response.json().catch(() => null);
    const error = body?.errors?.[0];
    const hasData = body?.data && (!error || Object.values(body.data).some((one) => one !== null));
    if (hasData) return body.data;
    const told = error?.extensions;
    const code = told?.reason === "PARTNER_ORIGIN" ? "ORIGIN" : told?.code ?? BY_STATUS[response.status];
    throw new Trouble(code ?? (response.status >= 500 ? "UNAVAILABLE" : "UNKNOWN"), waitOf(response));
  }

  async fetched(path, options) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      return await fetch(this.origin + path, {
        credentials: "omit", cache: "no-store", signal: patience.signal, ...options,
      });
    } catch {
      throw new Trouble(patience.signal.aborted ? "TIMEOUT" : await this.reason());
    } finally {
      clearTimeout(timer);
    }
  }

  /** A browser does not say whether the server is away or refuses this page: ask it. */
  async reason() {
    try {
      const options = { method: "POST", body: this.key, credentials: "omit" };
      const response = await fetch(`${this.origin}/widget/origin`, options);
      return (await response.json()).registered ? "DOWN" : "ORIGIN";
    } catch {
      return "DOWN";
    }
  }
}

function waitOf(response) {
  return Number(response.headers.get("Retry-After")) || (response.status === 429 ? 60 : 0);
}
