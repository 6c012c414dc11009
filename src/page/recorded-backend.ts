/** A report's answers, taken down when it was made: nothing is decoded any more. */
import { type Recording, recordedLadder, recordedSa } from "../session/record.ts"
import type { FilterFault } from "../session/types.ts"
import type { Backend } from "./backend.ts"
import type { Answer, Args, Method, OtherMethod } from "./protocol.ts"

export class RecordedBackend implements Backend {
  readonly kind = "recorded"
  onProgress = () => {}
  constructor(private readonly r: Recording) {}

  async open(): Promise<void> {
    throw new Error("this report shows the capture that it was made of")
  }

  async call<M extends Method>(method: M, ...args: Args<M>): Promise<Answer<M>> {
    return this.#answer(method, args[0]) as Answer<M>
  }

  async callOther<M extends OtherMethod>(): Promise<Answer<M>> {
    throw new Error("a report compares nothing: open both captures in the empty page")
  }

  async filter(text: string): Promise<FilterFault | null> {
    const hints = ["open the capture with ikedump view, or in the empty page"]
    return { message: "a report has no bytes to filter", at: 0, end: text.length, hints }
  }

  #answer(method: Method, first: unknown): unknown {
    const { r } = this
    switch (method) {
      case "sa":
        return recordedSa(r, String(first))
      case "ladder":
        return recordedLadder(r, String(first))
      case "tunnel":
        return r.tunnel[String(first)]
      case "timeline":
        return r.timeline[String(first ?? "")] ?? r.timeline[""]
      case "lines":
        return Array.isArray(first) ? first.flatMap(n => r.lines[n - 1] ?? []) : []
      case "frame":
        return r.frames[Number(first)]
      case "fieldNames":
      case "exportKeys":
        return []
      case "addSecretsText":
      case "compare":
        throw new Error("a report takes no more files")
      default:
        return r[method]
    }
  }
}
