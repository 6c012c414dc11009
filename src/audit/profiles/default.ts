/** The profiles that are used when none is named, apart from the others: the page has no others. */
import type { Profile } from "../profile.ts"
import { rfc8221 } from "./rfc8221.ts"
import { rfc8247 } from "./rfc8247.ts"
import { rfc9395 } from "./rfc9395.ts"

export const DEFAULT_PROFILES: readonly Profile[] = [rfc8247, rfc8221, rfc9395]
