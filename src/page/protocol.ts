/** What the page and the holder of the session say to each other: calls of the session's methods, by number. */
import type { Session } from "../session/session.ts"
import type { FilterPart, Progress } from "../session/types.ts"

/** Methods of a session that the page calls. */
export type Method =
  | "info"
  | "report"
  | "sas"
  | "sa"
  | "tunnel"
  | "ladder"
  | "timeline"
  | "lines"
  | "frame"
  | "derivations"
  | "audit"
  | "verdict"
  | "fieldNames"
  | "addSecretsText"
  | "exportKeys"
  | "compare"

/** Methods that it calls of the session that is compared with. */
export type OtherMethod = "addSecretsText" | "finalReport"

export type Args<M extends Method | OtherMethod> = Parameters<Session[M]>
export type Answer<M extends Method | OtherMethod> = Awaited<ReturnType<Session[M]>>

/** From the page. `session` tells captures apart: 0 is the one shown, 1 the one that it is compared with. */
export type Ask =
  | { readonly id: number; readonly session: number; readonly open: readonly File[] }
  | {
      readonly id: number
      readonly session: number
      readonly method: Method | OtherMethod
      readonly args: readonly unknown[]
    }
  | { readonly id: number; readonly session: number; readonly filter: string }
  | { readonly id: number; readonly abort: true }

/** To the page. */
export type Posted =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly part: FilterPart }
  | { readonly session: number; readonly progress: Progress }
