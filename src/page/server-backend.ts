/** The session of the `ikedump view` that serves the page. It is the only address that the page may talk to. */
import { present } from "../bytes/typed.ts"
import type { FilterFault, FilterPart, Progress } from "../session/types.ts"
import { fromWire, toWire } from "../session/wire.ts"
import type { Backend } from "./backend.ts"
import type { Answer, Args, Method, OtherMethod } from "./protocol.ts"

/** Milliseconds between two looks at what goes on. */
const PAUSE = 300

export class ServerBackend implements Backend {
  readonly kind = "server"
  onProgress: (progress: Progress, session: number) => void = () => {}
  /** Only the last to watch goes on. */
  #watches = 0

  async open(): Promise<void> {
    throw new Error("this page shows the captures that ikedump view was given")
  }

  /** Ends what goes on under the keys that were added last: there while something does. */
  cancel: (() => Promise<void>) | undefined

  async call<M extends Method>(method: M, ...args: Args<M>): Promise<Answer<M>> {
    const adds = method === "addSecretsText"
    const asked = this.#ask(method, args)
    if (!adds) return asked
    this.cancel = async () => {
      await post("cancel", {})
      await asked.catch(() => {})
    }
    // Keys open ESP behind the ladder: what became of it is shown when it is there.
    void this.watch(asked)
    return asked
  }

  async #ask<M extends Method>(method: M, args: Args<M>): Promise<Answer<M>> {
    const response = await post("call", { method, args })
    const answer = fromWire<{ result: Answer<M>; error?: string; aborted?: boolean }>(await response.text())
    if (answer.error === undefined) return answer.result
    throw answer.aborted ? new DOMException(answer.error, "AbortError") : new Error(answer.error)
  }

  async callOther<M extends OtherMethod>(): Promise<Answer<M>> {
    throw new Error("ikedump view compares nothing: use ikedump diff")
  }

  async filter(text: string, onPart: (part: FilterPart) => void, signal: AbortSignal): Promise<FilterFault | null> {
    const response = await post("filter", { text }, signal)
    const reader = present(response.body).pipeThrough(new TextDecoderStream()).getReader()
    let rest = ""
    let fault: FilterFault | null = null
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return fault
      const lines = (rest + value).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        const message = fromWire<{ part?: FilterPart; fault?: FilterFault; error?: string }>(line)
        if (message.error) throw new Error(message.error)
        if (message.part) onPart(message.part)
        if (message.fault) fault = message.fault
      }
    }
  }

  /** Looks until nothing goes on any more: keys are tried, ESP and AH are opened. */
  async watch(adding?: Promise<unknown>): Promise<void> {
    const mine = ++this.#watches
    let adds = adding !== undefined
    const added = () => {
      adds = false
    }
    adding?.then(added, added)
    for (;;) {
      const progress = fromWire<Progress>(await (await post("progress", {})).text())
      if (mine !== this.#watches) return
      // Before the keys came to the session it was done too.
      if (progress.stage !== "done") this.onProgress(progress, 0)
      else if (!adds) break
      await new Promise(resolve => setTimeout(resolve, PAUSE))
    }
    this.cancel = undefined
    this.onProgress({ stage: "done", done: 1, total: 1 }, 0)
  }
}

function post(what: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { "content-type": "application/json" }
  return fetch(what, { method: "POST", headers, body: toWire(body), signal })
}
