// Slips that the generated types refuse; each is one error of the compiler.

import { Client } from "./client";
import { CaseStatusDocument, SubmitLetterDocument } from "./generated/graphql";

export async function slip(client: Client): Promise<unknown> {
  // @ts-expect-error: without a code there is nothing to show
  await client.send(CaseStatusDocument, { number: "1" });
  // @ts-expect-error: a letter has a key of its own
  await client.send(SubmitLetterDocument, { input: { title: "一", body: "二" } });
  const told = await client.send(CaseStatusDocument, { number: "1", queryCode: "2" });
  // @ts-expect-error: there may be no such letter
  const stage = told.trackedCase.stage;
  // @ts-expect-error: a stage that there is not
  return stage === "LOST";
}
