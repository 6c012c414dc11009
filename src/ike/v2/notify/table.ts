/** Decoders of Notification Data by Notify Message Type. A type that is not here has no data, or data that nobody specified. */
import { AUTHENTICATION } from "./authentication.ts"
import { CORE } from "./core.ts"
import type { NotifyDecoder } from "./decoder.ts"
import { ERRORS } from "./errors.ts"
import { EXTENSIONS } from "./extensions.ts"
import { FIVE_G } from "./five-g.ts"
import { MOBILITY } from "./mobility.ts"
import { rohcSupported } from "./rohc.ts"
import { THREE_GPP } from "./three-gpp.ts"

export const NOTIFY_DATA: ReadonlyMap<number, NotifyDecoder> = new Map(
  [...ERRORS, ...CORE, ...MOBILITY, ...EXTENSIONS, ...AUTHENTICATION, rohcSupported, ...THREE_GPP, ...FIVE_G].map(d => [
    d.type,
    d,
  ]),
)
