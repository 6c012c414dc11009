/** Payload types of IKEv1. */
import { registry } from "../registry.ts"

export const PAYLOAD_TYPE = registry("IKEv1 Payload Types", {})
