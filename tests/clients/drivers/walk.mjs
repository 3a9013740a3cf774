// The walk of walk.py with one of the TypeScript clients. Usage: node walk.mjs SERVER PLAN sdk|client-legacy|client-auto

const [server, plan] = process.argv.slice(2, 4).map((one) => JSON.parse(one));
const kind = process.argv[4];
const info = { name: "walk", version: "1" };

async function parts() {
  if (kind === "sdk") {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    return { client: new Client(info), StreamableHTTPClientTransport, StdioClientTransport };
  }
  const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
  const mode = kind.replace("client-", "");
  const client = new Client(info, { versionNegotiation: { mode } });
  return { client, StreamableHTTPClientTransport, StdioClientTransport };
}

async function connect() {
  const { client, StreamableHTTPClientTransport, StdioClientTransport } = await parts();
  const http = () => new StreamableHTTPClientTransport(new URL(server.url));
  await client.connect(server.url ? http() : new StdioClientTransport(server));
  return client;
}

const client = await connect();
const search = (args) => client.callTool({ name: "search_traces", arguments: args });
const { tools } = await client.listTools();
const { structuredContent: first } = await search(plan.search);
const { structuredContent: second } = await search({ ...plan.search, cursor: first.next_cursor });
const trace_id = second.traces[0].trace_id;
const { structuredContent: opened } = await client.callTool({ name: "get_trace", arguments: { trace_id } });
const wrong = await search(plan.wrong);
await client.close();
console.log(
  JSON.stringify({
    tools: tools.map((tool) => tool.name),
    pages: [first, second].map((page) => page.traces.map((row) => row.trace_id)),
    opened: opened.trace.trace_id,
    error: wrong.isError ? wrong.content[0].text : null,
  }),
);
