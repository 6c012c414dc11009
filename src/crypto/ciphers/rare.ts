/** Ciphers with large tables that few captures need. The page leaves them to the command (`page/left-out.ts`). */
import { cast } from "./cast.ts"
import { cbc } from "./modes.ts"

export const rareCiphers = { "cast-cbc": cbc(cast) }
