// A small client over fetch: hashes instead of documents, and an ETag instead of the same answer.

import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

type Hashed = { __meta__?: { hash?: string } };
type Failure = { message: string; extensions: { code: string } };
type Answer<Data> = { data?: Data; errors?: Failure[] };
export type Polled<Data> = { changed: boolean; tag: string; data: Data };

export class Client {
  private readonly kept = new Map<string, { tag: string; data: unknown }>();

  // An access token, once somebody has signed in.
  token: string | null = null;

  constructor(private readonly server: string, private readonly language = "en") {}

  async send<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const body = JSON.stringify({ extensions: extensions(document), variables });
    const headers = { "Content-Type": "application/json", ...this.identity() };
    const answer = await fetch(`${this.server}/graphql`, { method: "POST", headers, body });
    return whole((await answer.json()) as Answer<Data>);
  }

  // The query code goes into a header: an address is written down by others.
  async poll<Data, Variables extends { queryCode: string }>(
    document: TypedDocumentNode<Data, Variables>,
    { queryCode, ...variables }: Variables,
  ): Promise<Polled<Data>> {
    const address = new URL("/graphql", this.server);
    address.searchParams.set("extensions", JSON.stringify(extensions(document)));
    address.searchParams.set("variables", JSON.stringify(variables));
    const known = this.kept.get(address.href);
    const headers = {
      ...this.identity(),
      "Lizheng-Query-Code": queryCode,
      ...(known ? { "If-None-Match": known.tag } : {}),
    };
    const answer = await fetch(address, { headers });
    if (answer.status === 304 && known) {
      return { changed: false, tag: known.tag, data: known.data as Data };
    }
    const data = whole((await answer.json()) as Answer<Data>);
    const tag = answer.headers.get("ETag") ?? "";
    this.kept.set(address.href, { tag, data });
    return { changed: true, tag, data };
  }

  private identity(): Record<string, string> {
    const language = { "Accept-Language": this.language };
    return this.token ? { ...language, Authorization: `Bearer ${this.token}` } : language;
  }
}

function extensions(document: object): object {
  const hash = (document as Hashed).__meta__?.hash;
  if (hash === undefined) throw new Error("this document was not generated with its hash");
  return { persistedQuery: { version: 1, sha256Hash: hash } };
}

function whole<Data>(answer: Answer<Data>): Data {
  const [failure] = answer.errors ?? [];
  if (failure) throw new Error(`${failure.extensions.code}: ${failure.message}`);
  if (answer.data === undefined) throw new Error("an answer without data");
  return answer.data;
}
