/** `ikedump mcp`: a Model Context Protocol server over standard input and output. An agent reads captures of one folder with it. */

import type { Command } from "commander"
import { codeOf } from "../bytes/errors.ts"
import { CliError } from "./exit.ts"
import { McpFolder } from "./mcp/folder.ts"
import { callTool, TOOLS } from "./mcp/tools.ts"
import { collect } from "./options.ts"
import { VERSION } from "./version.ts"

interface McpOptions {
  readonly root: string
  readonly keys?: string[]
}

export function configure(command: Command): void {
  command
    .option("--root <folder>", "captures and keys files are read from this folder only", ".")
    .option("--keys <file>", "secrets for every call; their values are never returned; repeatable", collect)
    .addHelpText("after", EXAMPLES)
    .action(serve)
}

const EXAMPLES = `
Examples:
  ikedump mcp --root /captures
  ikedump mcp --root /captures --keys /captures/keys.json

In an agent's configuration:
  { "mcpServers": { "ikedump": { "command": "ikedump", "args": ["mcp", "--root", "/captures"] } } }
`

/** Serves until standard input ends. Throws CliError when the protocol's library is not installed. */
async function serve({ root, keys = [] }: McpOptions): Promise<void> {
  const { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema } = await sdk()
  const folder = McpFolder.at(root, keys)
  const server = new Server({ name: "ikedump", version: VERSION }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: TOOLS.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const { texts, failed } = await callTool(params.name, params.arguments ?? {}, folder, signal)
    return { content: texts.map(text => ({ type: "text" as const, text })), isError: failed }
  })
  const closed = new Promise<void>(resolve => {
    server.onclose = resolve
    process.stdin.once("end", resolve)
  })
  await server.connect(new StdioServerTransport())
  await closed
}

async function sdk() {
  try {
    const [server, stdio, types] = await Promise.all([
      import("@modelcontextprotocol/sdk/server/index.js"),
      import("@modelcontextprotocol/sdk/server/stdio.js"),
      import("@modelcontextprotocol/sdk/types.js"),
    ])
    return { ...server, ...stdio, ...types }
  } catch (e) {
    if (codeOf(e) !== "ERR_MODULE_NOT_FOUND") throw e
    throw new CliError("the Model Context Protocol's library is not installed", undefined, [
      "npm install @modelcontextprotocol/sdk (beside ikedump)",
    ])
  }
}
