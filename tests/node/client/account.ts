// What an app does for an account: a code by telephone, tokens, a letter taken in, and what changed.

import { Client } from "./client";
import {
  ChangedCasesDocument,
  ClaimCaseDocument,
  MyAccountDocument,
  RefreshSessionDocument,
  RegisterDeviceDocument,
  RequestSignInCodeDocument,
  SignInDocument,
  SignOutDocument,
} from "./generated/graphql";

type Failures = readonly { code: string }[];

export async function askForCode(server: string, phone: string, key: string): Promise<object> {
  const input = { phone, idempotencyKey: key };
  const asked = await new Client(server).send(RequestSignInCodeDocument, { input });
  done(asked.requestSignInCode.errors);
  return { again: asked.requestSignInCode.resendAt !== null };
}

export async function account(
  server: string,
  phone: string,
  code: string,
  number: string,
  queryCode: string,
): Promise<object> {
  const client = new Client(server);
  const first = (await client.send(SignInDocument, { input: { phone, code } })).signIn;
  done(first.errors);
  const refreshToken = first.refreshToken ?? "";
  const fresh = (await client.send(RefreshSessionDocument, { input: { refreshToken } }))
    .refreshSession;
  done(fresh.errors);
  client.token = fresh.accessToken;
  const claim = { number, queryCode, idempotencyKey: `claim ${number}` };
  done((await client.send(ClaimCaseDocument, { input: claim })).claimCase.errors);
  const device = { platform: "FCM", token: "token-of-the-app", idempotencyKey: "device" } as const;
  done((await client.send(RegisterDeviceDocument, { input: device })).registerDevice.errors);
  const changed = await client.send(ChangedCasesDocument, { first: 10 });
  const viewer = (await client.send(MyAccountDocument, { first: 10 })).viewer;
  const out = (await client.send(SignOutDocument, { input: {} })).signOut;
  return {
    changed: changed.changedCases?.edges.map((edge) => edge.node.number),
    mine: viewer?.cases.edges.map((edge) => edge.node.number),
    platforms: viewer?.devices?.map((one) => one.platform),
    ended: out.ended,
  };
}

function done(errors: Failures): void {
  const [failure] = errors;
  if (failure) throw new Error(failure.code);
}
