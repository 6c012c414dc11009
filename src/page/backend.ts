/** Where the session lives: in a worker of this page, in the `ikedump view` that serves it, or in a report that holds its answers. */
import type { FilterFault, FilterPart, Progress } from "../session/types.ts"
import type { Answer, Args, Method, OtherMethod } from "./protocol.ts"

export interface Backend {
  /** `worker`: captures are opened here. `server`: `ikedump view` has them. `recorded`: a report with its answers. */
  readonly kind: "worker" | "server" | "recorded"
  /** Opens captures in place of those before; resolves once ladders can be shown. */
  open(files: readonly File[], session?: number): Promise<void>
  call<M extends Method>(method: M, ...args: Args<M>): Promise<Answer<M>>
  /** The same for the capture that is compared with. */
  callOther<M extends OtherMethod>(method: M, ...args: Args<M>): Promise<Answer<M>>
  filter(text: string, onPart: (part: FilterPart) => void, signal: AbortSignal): Promise<FilterFault | null>
  /** Ends what is going on at once, whatever it is; what was open before is opened again. Absent where that is not this page's to do. */
  cancel?(): Promise<void>
  onProgress: (progress: Progress, session: number) => void
}
