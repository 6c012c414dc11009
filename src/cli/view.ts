/** `ikedump view CAPTURE...`: the page over captures of any size, served to this computer alone; the session runs here. */

import { spawn } from "node:child_process"
import { basename } from "node:path"
import { type Command, InvalidArgumentError } from "commander"
import { messageOf } from "../bytes/errors.ts"
import { serveView } from "../node/view-server.ts"
import { ViewThread } from "../node/view-thread.ts"
import { viewSecrets } from "./command-session.ts"
import { CliError } from "./exit.ts"
import { type CommonOptions, withKeys, withPorts } from "./options.ts"
import { print } from "./print.ts"

interface ViewCommandOptions extends CommonOptions {
  readonly open: boolean
  readonly port?: number
}

export function configure(command: Command): void {
  withPorts(withKeys(command))
    .option("--port <n>", "the port on 127.0.0.1 (default: a free one)", portNumber)
    .option("--no-open", "only print the address")
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: ViewCommandOptions) => {
      const session = await opened(paths, options)
      const keyFiles = (options.keys ?? []).map(path => basename(path))
      const { url, server } = await serveView(session, { port: options.port, keyFiles }).catch(error => {
        throw new CliError(`cannot serve: ${messageOf(error)}`)
      })
      print([`${url}\n`])
      process.stderr.write("ikedump: the page is served to this computer alone; Ctrl-C ends it\n")
      if (options.open) openBrowser(url)
      await new Promise<void>(resolve => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve())
      })
      server.closeAllConnections()
      server.close()
      await session.close()
    })
}

/** The session in its thread. Throws CliError for what cannot be read at any place. */
async function opened(paths: readonly string[], options: ViewCommandOptions): Promise<ViewThread> {
  const secrets = await viewSecrets(paths, options)
  try {
    return await ViewThread.open({ paths, secrets, ikePorts: options.ikePort, anyPort: options.anyPort })
  } catch (error) {
    throw new CliError(messageOf(error))
  }
}

const EXAMPLES = `
Examples:
  ikedump view capture.pcap --keys keys.json
  ikedump view --no-open --port 8080 *.pcapng
`

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError("a port is 1 to 65535")
  return port
}

/** Asks the system to show an address. Where that fails the address was printed. */
function openBrowser(url: string): void {
  const [program, ...before] =
    process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"]
  const child = spawn(program, [...before, url], { stdio: "ignore", detached: true })
  child.on("error", () => {})
  child.unref()
}
