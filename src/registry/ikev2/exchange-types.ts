/** Exchange types of IKEv2. */
import { registry } from "../registry.ts"

export const EXCHANGE_TYPE = registry("IKEv2 Exchange Types", {})
