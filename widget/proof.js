// Proof of work after ALTCHA: the counter whose derived key begins as the challenge says.

const AT_ONCE = 16;
const MOST = 1000000;

/** Solves a challenge. The browser derives the keys beside the page, which stays responsive. */
export async function solve(challenge) {
  const { parameters } = challenge;
  const began = performance.now();
  for (let first = 0; first < MOST; first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, place) => first + place);
    const keys = await Promise.all(counters.map((counter) => derived(parameters, counter)));
    const place = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (place >= 0) {
      const solution = {
        counter: counters[place],
        derivedKey: keys[place],
        time: Math.round(performance.now() - began),
      };
      return btoa(JSON.stringify({ challenge, solution }));
    }
  }
  throw new Error("no solution");
}

async function derived(parameters, counter) {
  const nonce = bytes(parameters.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = {
    name: "PBKDF2",
    hash: parameters.algorithm.split("/")[1],
    salt: bytes(parameters.salt),
    iterations: parameters.cost,
  };
  return hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
}

function bytes(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (one) => one.toString(16).padStart(2, "0")).join("");
}
