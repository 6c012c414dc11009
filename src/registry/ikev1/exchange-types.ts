/** Exchange types of IKEv1. */
import { registry } from "../registry.ts"

export const EXCHANGE_TYPE = registry("IKEv1 Exchange Types", {})
