/** The thread that holds the session of `ikedump view`: the one that serves the page stays free, and can end what goes on here. */
import { parentPort, workerData } from "node:worker_threads"
import { isAbort, messageOf } from "../bytes/errors.ts"
import { present } from "../bytes/typed.ts"
import { openSession, type Session } from "../session/session.ts"
import { toWire } from "../session/wire.ts"
import { nodeProvider } from "./crypto.ts"
import { createNodeEspOpener } from "./esp-kernels.ts"
import { inflate } from "./inflate.ts"
import { nodeFile } from "./session-file.ts"
import { SharedStop } from "./shared-stop.ts"
import type { ViewAsk, ViewInput, ViewPosted } from "./view-questions.ts"

const port = present(parentPort)
const post = (message: ViewPosted): void => port.postMessage(message)

async function open({ paths, secrets, ikePorts, anyPort }: ViewInput): Promise<void> {
  try {
    const session = await openSession(paths.map(nodeFile), {
      provider: nodeProvider,
      secrets,
      ikePorts,
      anyPort,
      data: { createOpener: createNodeEspOpener, inflate },
      onProgress: progress => post({ progress }),
    })
    port.on("message", (ask: ViewAsk) => void answer(session, ask))
    post({ opened: true })
  } catch (error) {
    post({ failed: messageOf(error) })
  }
}

async function answer(session: Session, ask: ViewAsk): Promise<void> {
  const say = (value: unknown) => post({ id: ask.id, text: toWire(value) })
  const stop = new SharedStop(ask.stop)
  try {
    if ("filter" in ask) {
      const fault = await session.filter(ask.filter, part => say({ part }), stop)
      if (fault) say({ fault })
    } else {
      const isAdding = ask.method === "addSecretsText"
      const answered = Reflect.apply(session[ask.method], session, isAdding ? [...ask.args, stop] : ask.args)
      if (isAdding) void whenSettled(session, answered)
      say({ result: await answered })
    }
  } catch (error) {
    say({ error: messageOf(error), aborted: isAbort(error) })
  }
  post({ id: ask.id, end: true })
}

/** Says how far the session is once nothing goes on under added secrets, whatever became of them. */
async function whenSettled(session: Session, adding: Promise<unknown>): Promise<void> {
  await adding.catch(() => {})
  await session.finished.catch(() => {})
  post({ progress: { stage: session.info().stage, done: 1, total: 1 } })
}

await open(workerData)
