/** The worker: holds sessions and answers the page. Everything that reads captures or keys runs here. */
import { messageOf } from "../bytes/errors.ts"
import { noble } from "../crypto/noble.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { kernel } from "../crypto/wasm/kernel.ts"
import { kernelSymmetric } from "../crypto/wasm/symmetric.ts"
import { createBrowserEspOpener } from "../open/browser-esp-opener.ts"
import { blobFile } from "../session/file.ts"
import { openSession, type Session } from "../session/session.ts"
import type { Ask, Posted } from "./protocol.ts"

// What is wrong with a message is an error that nobody sees the stack of: a flood of such would cost more than all else.
Error.stackTraceLimit = 0

const wasm = kernel()
const provider: CryptoProvider = wasm ? { ...noble, ...kernelSymmetric(wasm) } : noble

const sessions: Session[] = []
const running = new Map<number, AbortController>()

const post = (message: Posted): void => postMessage(message)

addEventListener("message", async ({ data }: MessageEvent<Ask>) => {
  if ("abort" in data) {
    running.get(data.id)?.abort()
    return
  }
  const control = new AbortController()
  running.set(data.id, control)
  try {
    post({ id: data.id, result: await answer(data, control.signal) })
  } catch (error) {
    post({ id: data.id, error: messageOf(error) })
  } finally {
    running.delete(data.id)
    heard = performance.now()
  }
})

/** When the page was last answered. */
let heard = 0

/** Milliseconds without a question in which the page is believed to have drawn what it asked for; and how long that is waited for. */
const QUIET = 80
const LONGEST_WAIT = 1500

/** What comes after the control plane takes long: what is drawn of it goes first. */
async function afterControl(): Promise<void> {
  const began = (heard = performance.now())
  while (heard + QUIET > performance.now() && performance.now() < began + LONGEST_WAIT)
    await new Promise(go => setTimeout(go, QUIET / 4))
}

async function answer(ask: Exclude<Ask, { abort: true }>, signal: AbortSignal): Promise<unknown> {
  if ("open" in ask) return open(ask.open, ask.session)
  const session = sessions[ask.session]
  if (!session) throw new Error("no capture is open")
  if ("filter" in ask) return session.filter(ask.filter, part => post({ id: ask.id, part }), signal)
  return Reflect.apply(session[ask.method], session, ask.args)
}

/** Milliseconds between two words on how far the reading is: more often nobody sees, and each is drawn. */
const PAUSE = 100

async function open(files: readonly File[], number: number): Promise<void> {
  sessions[number]?.close()
  let posted = 0
  const session = await openSession(
    files.map(file => blobFile(file)),
    {
      provider,
      data: { createOpener: createBrowserEspOpener },
      afterControl,
      onProgress: progress => {
        const reads = progress.stage === "reading" && progress.done < progress.total
        if (reads && performance.now() - posted < PAUSE) return
        posted = performance.now()
        post({ session: number, progress })
      },
    },
  )
  sessions[number] = session
  session.finished.catch(() => {})
}
