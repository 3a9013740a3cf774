// Searches, pages on with the cursor and opens a trace, with one of the TypeScript clients; prints what it read.
// Usage: node walk.mjs sdk|client-legacy|client-auto URL EXPERIMENT

const [kind, url, experiment] = process.argv.slice(2);
const info = { name: "walk", version: "1" };

async function connect() {
  if (kind === "sdk") {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
    const client = new Client(info);
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    return client;
  }
  const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const mode = kind === "client-auto" ? "auto" : "legacy";
  const client = new Client(info, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

async function call(client, name, args) {
  const result = await client.callTool({ name, arguments: args });
  if (result.isError) throw new Error(result.content[0].text);
  return result.structuredContent;
}

const client = await connect();
const { tools } = await client.listTools();
const first = await call(client, "search_traces", { experiment, limit: 2 });
const second = await call(client, "search_traces", { experiment, limit: 2, cursor: first.next_cursor });
const trace = await call(client, "get_trace", { trace_id: second.traces[0].trace_id });
await client.close();
console.log(
  JSON.stringify({
    tools: tools.map((tool) => tool.name),
    ids: [...first.traces, ...second.traces].map((row) => row.trace_id),
    opened: trace.trace.trace_id,
  }),
);
