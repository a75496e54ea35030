// The audits of graphql-http against the server at the URL given; one JSON on stdout.
//
//   node tests/node/audits.mjs http://127.0.0.1:8000/graphql
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
const failed = [];
for (const { status, id, name, reason } of results) {
  if (status !== "ok") failed.push({ id, name, status, reason });
}
console.log(JSON.stringify({ total: results.length, failed }, null, 2));
