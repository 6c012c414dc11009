/**
 * Serves the page and its session to this computer alone: on 127.0.0.1, below a random token. Other pages of the browser cannot guess
 * the token; requests under another Host (DNS rebinding) or from another Origin are refused.
 */

import { randomBytes } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { messageOf } from "../bytes/errors.ts"
import { isOneOf } from "../bytes/typed.ts"
import { fromWire, toWire } from "../session/wire.ts"
import { portOf } from "./listening.ts"
import { pageWith } from "./page-file.ts"
import { METHODS } from "./view-questions.ts"
import type { ViewThread } from "./view-thread.ts"

export interface ViewServer {
  /** The page's address, its token included. */
  readonly url: string
  readonly server: Server
}

export interface ViewOptions {
  /** Port; a free one by default. */
  readonly port?: number
  /** Names of the files of keys, for the page's head. */
  readonly keyFiles?: readonly string[]
}

const MOST_BODY_BYTES = 64 << 20

/** Starts to serve. Rejects when the port is taken. */
export async function serveView(
  session: ViewThread,
  { port = 0, keyFiles = [] }: ViewOptions = {},
): Promise<ViewServer> {
  const token = randomBytes(16).toString("hex")
  const data = toWire({ server: true, keyFiles })
  const page = pageWith(data, { withoutExample: true, withoutWorker: true, connects: true })
  const server = createServer((request, response) => {
    answer(request, response).catch(error => refuse(response, 500, messageOf(error)))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const own = portOf(server)
    const hosts = [`127.0.0.1:${own}`, `localhost:${own}`]
    const { host = "", origin } = request.headers
    if (!hosts.includes(host)) return refuse(response, 403, "another host")
    if (origin !== undefined && !hosts.some(h => origin === `http://${h}`))
      return refuse(response, 403, "another origin")
    const path = (request.url ?? "").split("?")[0]
    if (!path.startsWith(`/${token}/`)) return refuse(response, 404, "not found")
    const what = path.slice(token.length + 2)
    if (request.method === "GET" && what === "") return send(response, page, "text/html; charset=utf-8")
    if (request.method !== "POST" || request.headers["content-type"] !== JSON_TYPE)
      return refuse(response, 404, "not found")
    if (what === "call") return call(await bodyOf(request), response)
    if (what === "filter") return filter(await bodyOf(request), response)
    if (what === "progress") return send(response, toWire(session.progress), JSON_TYPE)
    if (what === "cancel") {
      session.cancel()
      return send(response, "{}", JSON_TYPE)
    }
    refuse(response, 404, "not found")
  }

  async function call({ method, args }: Body, response: ServerResponse): Promise<void> {
    if (!isOneOf(METHODS, method) || !Array.isArray(args)) return refuse(response, 400, "no such method")
    send(response, await session.call(method, args), JSON_TYPE)
  }

  async function filter({ text }: Body, response: ServerResponse): Promise<void> {
    const stop = new AbortController()
    response.on("close", () => stop.abort())
    response.writeHead(200, { ...HEADERS, "content-type": "application/x-ndjson" })
    await session.filter(String(text), line => response.write(`${line}\n`), stop.signal)
    response.end()
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", resolve)
  })
  return { server, url: `http://127.0.0.1:${portOf(server)}/${token}/` }
}

const JSON_TYPE = "application/json"

const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const

function send(response: ServerResponse, text: string, type: string): void {
  response.writeHead(200, { ...HEADERS, "content-type": type })
  response.end(text)
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (!response.headersSent) response.writeHead(status, { ...HEADERS, "content-type": "text/plain" })
  response.end(why)
}

/** What a request may hold. */
interface Body {
  readonly method?: unknown
  readonly args?: unknown
  readonly text?: unknown
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > MOST_BODY_BYTES) throw new Error("the request is too long")
    chunks.push(chunk)
  }
  return fromWire<Body>(Buffer.concat(chunks).toString("utf8"))
}
