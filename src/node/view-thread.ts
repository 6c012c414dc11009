/** The session of `ikedump view` in a thread of its own: questions go to it, answers come as text, and what goes on there can be ended at once. */
import { Worker } from "node:worker_threads"
import type { Progress } from "../session/types.ts"
import { SharedStop } from "./shared-stop.ts"
import type { ViewAsk, ViewInput, ViewMethod, ViewPosted } from "./view-questions.ts"

interface Waiting {
  onText(text: string): void
  resolve(): void
  reject(error: Error): void
}

/** A question before it has its number. */
type Question = { readonly method: ViewMethod; readonly args: readonly unknown[] } | { readonly filter: string }

export class ViewThread {
  /** How far the session is. */
  progress: Progress = { stage: "reading", done: 0, total: 0 }
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  /** The secrets that were added last: what goes on under them. */
  #adding: SharedStop | undefined
  #next = 1

  private constructor(
    input: ViewInput,
    script: URL,
    private readonly opened: { resolve(): void; reject(error: Error): void },
  ) {
    this.#worker = new Worker(script, { workerData: input })
    this.#worker.on("message", (message: ViewPosted) => this.#take(message))
    this.#worker.on("error", error => this.#fail(error))
  }

  /** Opens captures; resolves once ladders can be asked for. Rejects with what the thread says where they cannot be read. */
  static open(input: ViewInput, script = new URL("./view-worker.js", import.meta.url)): Promise<ViewThread> {
    return new Promise((resolve, reject) => {
      const thread: ViewThread = new ViewThread(input, script, { resolve: () => resolve(thread), reject })
    })
  }

  /** The answer of one of the session's methods, or what went wrong, as text of the wire. */
  async call(method: ViewMethod, args: readonly unknown[]): Promise<string> {
    const stop = new SharedStop()
    if (method === "addSecretsText") {
      this.#adding = stop
      this.progress = { stage: "reading", done: 0, total: 0 }
    }
    let answer = ""
    await this.#ask({ method, args }, stop, text => (answer = text))
    return answer
  }

  /** Runs a display filter; its answer comes in lines. */
  filter(filter: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    const stop = new SharedStop()
    signal.addEventListener("abort", () => stop.abort(), { once: true })
    return this.#ask({ filter }, stop, onLine)
  }

  /** Ends key trials and the opening of ESP under the secrets that were added last; all is as it was without them. */
  cancel(): void {
    this.#adding?.abort()
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #ask(question: Question, stop: SharedStop, onText: (text: string) => void): Promise<void> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { onText, resolve, reject })
      this.#worker.postMessage({ id, stop: stop.buffer, ...question } satisfies ViewAsk)
    })
  }

  #take(message: ViewPosted): void {
    if ("progress" in message) this.progress = message.progress
    else if ("opened" in message) this.opened.resolve()
    else if ("failed" in message) this.#fail(new Error(message.failed))
    else if ("text" in message) this.#waiting.get(message.id)?.onText(message.text)
    else {
      this.#waiting.get(message.id)?.resolve()
      this.#waiting.delete(message.id)
    }
  }

  /** The thread cannot go on. */
  #fail(error: Error): void {
    this.opened.reject(error)
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    void this.#worker.terminate()
  }
}
