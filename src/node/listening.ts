/** Servers that listen on a port of this machine. */
import type { Server } from "node:http"

/** The port that a server got. Throws while it does not listen. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === "string") throw new TypeError("the server does not listen on a port")
  return address.port
}
