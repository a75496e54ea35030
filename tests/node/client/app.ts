// What an app does first: find a mailbox, write to it, and look where the letter stands.

import { Client } from "./client";
import {
  CaseStatusDocument,
  MailboxesDocument,
  SubmitLetterDocument,
  type SubmitLetterInput,
} from "./generated/graphql";

export async function write(server: string, key: string): Promise<object> {
  const client = new Client(server);
  const found = await client.send(MailboxesDocument, { first: 1, level: "CITY_GOVERNMENT" });
  const mailbox = found.mailboxes.edges[0]?.node;
  if (!mailbox) throw new Error("a city without a mailbox");
  const input: SubmitLetterInput = {
    mailboxId: mailbox.id,
    kind: "COMPLAINT",
    title: "楼下餐馆油烟扰民",
    body: "每天晚上油烟直接排到居民楼，无法开窗。",
    writer: { name: "张小明", anonymous: false },
    channel: "APP",
    consentToPublish: false,
    idempotencyKey: key,
  };
  const first = (await client.send(SubmitLetterDocument, { input })).submitLetter;
  const again = (await client.send(SubmitLetterDocument, { input })).submitLetter;
  const letter = first.case;
  if (!letter || first.queryCode === null) throw new Error(first.errors[0]?.code ?? "no letter");
  const proof = { number: letter.number, queryCode: first.queryCode };
  const status = await client.poll(CaseStatusDocument, proof);
  const unchanged = await client.poll(CaseStatusDocument, proof);
  return {
    stage: status.data.trackedCase?.stage,
    sameNumber: again.case?.number === letter.number,
    changed: [status.changed, unchanged.changed],
    sameStage: unchanged.data.trackedCase?.stage === status.data.trackedCase?.stage,
  };
}
