/** A session in a worker whose script stands in this page: it runs from `file://` too, where workers of other files are refused. */
import type { FilterFault, FilterPart, Progress } from "../session/types.ts"
import type { Backend } from "./backend.ts"
import type { Answer, Args, Ask, Method, OtherMethod, Posted } from "./protocol.ts"

interface Waiting {
  resolve(value: never): void
  reject(error: Error): void
  onPart?(part: FilterPart): void
}

type Body<T> = T extends unknown ? Omit<T, "id"> : never

export class WorkerBackend implements Backend {
  readonly kind = "worker"
  onProgress: (progress: Progress, session: number) => void = () => {}
  readonly #url: string
  #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 1
  /** What is open, by session, and the keys that were given since. */
  readonly #open: (readonly File[])[] = []
  #keys: (readonly unknown[])[] = []

  constructor(script: string) {
    this.#url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }))
    this.#worker = this.#start()
  }

  #start(): Worker {
    const worker = new Worker(this.#url)
    worker.onmessage = ({ data }: MessageEvent<Posted>) => this.#take(data)
    worker.onerror = event => this.#fail(new Error(event.message || "the worker failed"))
    return worker
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
  }

  async open(files: readonly File[], session = 0): Promise<void> {
    if (session === 0) this.#keys = []
    delete this.#open[session]
    await this.#ask({ session, open: files })
    this.#open[session] = files
    // A capture that is compared with is opened by the same keys.
    if (session > 0) for (const args of this.#keys) await this.#ask({ session, method: "addSecretsText", args })
  }

  async call<M extends Method>(method: M, ...args: Args<M>): Promise<Answer<M>> {
    const answer = await this.#ask<Answer<M>>({ session: 0, method, args })
    if (method === "addSecretsText") {
      this.#keys.push(args)
      if (this.#open[1]) await this.#ask({ session: 1, method, args })
    }
    return answer
  }

  /** A worker that tries keys hears nothing: it is ended, and another one opens what was open. */
  async cancel(): Promise<void> {
    this.#worker.terminate()
    this.#fail(new DOMException("cancelled", "AbortError"))
    this.#worker = this.#start()
    const keys = this.#keys
    for (const [session, files] of this.#open.entries()) if (files) await this.open(files, session)
    for (const args of keys)
      for (const session of this.#open.keys())
        if (this.#open[session]) await this.#ask({ session, method: "addSecretsText", args })
    this.#keys = keys
  }

  callOther<M extends OtherMethod>(method: M, ...args: Args<M>): Promise<Answer<M>> {
    return this.#ask<Answer<M>>({ session: 1, method, args })
  }

  filter(text: string, onPart: (part: FilterPart) => void, signal: AbortSignal): Promise<FilterFault | null> {
    const id = this.#next
    signal.addEventListener("abort", () => this.#post({ id, abort: true }), { once: true })
    return this.#ask<FilterFault | null>({ session: 0, filter: text }, onPart)
  }

  #ask<T>(body: Body<Exclude<Ask, { abort: true }>>, onPart?: (part: FilterPart) => void): Promise<T> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onPart })
      this.#post({ id, ...body } as Ask)
    })
  }

  #post(ask: Ask): void {
    this.#worker.postMessage(ask)
  }

  #take(message: Posted): void {
    if ("progress" in message) {
      this.onProgress(message.progress, message.session)
      return
    }
    const waiting = this.#waiting.get(message.id)
    if (!waiting) return
    if ("part" in message) {
      waiting.onPart?.(message.part)
      return
    }
    this.#waiting.delete(message.id)
    if ("error" in message) waiting.reject(new Error(message.error))
    else waiting.resolve(message.result as never)
  }
}
