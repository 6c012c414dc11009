/** Serves the metrics of a moment over HTTP, to this computer alone. */

import { createServer } from "node:http"
import { portOf } from "./listening.ts"

/** A server on 127.0.0.1 that answers `/metrics` with `lines()`; resolves once it listens. Rejects with node's error. */
export function serveMetrics(
  port: number,
  type: string,
  lines: () => Iterable<string>,
): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?", 1)[0]
    if (request.method !== "GET" && request.method !== "HEAD") response.writeHead(405, { allow: "GET, HEAD" }).end()
    else if (path !== "/metrics") response.writeHead(404, { "content-type": "text/plain" }).end("/metrics\n")
    else response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end([...lines()].join(""))
  })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", () => {
      const close = () => {
        server.close()
        server.closeAllConnections()
      }
      resolve({ port: portOf(server), close })
    })
  })
}
