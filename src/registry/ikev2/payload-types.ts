/** Payload types of IKEv2. */
import { registry } from "../registry.ts"

export const PAYLOAD_TYPE = registry("IKEv2 Payload Types", {})
