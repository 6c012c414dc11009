/** Notify Message Types that strongSwan took from the private use ranges: BEET mode and its mediation extension. */
import { type RegistryRows, registry } from "../registry.ts"

/** The rows, which `NOTIFY` contains too, but for 8192 and 40961, where 3GPP's name stands. */
export const NOTIFY_STRONGSWAN_ROWS = {
  ME_CONNECT_FAILED: [8192, "strongSwan", { status: "private" }],
  USE_BEET_MODE: [40961, "strongSwan", { status: "private" }],
  ME_MEDIATION: [40962, "strongSwan", { status: "private" }],
  ME_ENDPOINT: [40963, "strongSwan", { status: "private" }],
  ME_CALLBACK: [40964, "strongSwan", { status: "private" }],
  ME_CONNECTID: [40965, "strongSwan", { status: "private" }],
  ME_CONNECTKEY: [40966, "strongSwan", { status: "private" }],
  ME_CONNECTAUTH: [40967, "strongSwan", { status: "private" }],
  ME_RESPONSE: [40968, "strongSwan", { status: "private" }],
  RADIUS_ATTRIBUTE: [40969, "strongSwan", { status: "private" }],
} as const satisfies RegistryRows

/** strongSwan's private Notify Message Types alone, for a peer whose Vendor ID says strongSwan. */
export const NOTIFY_STRONGSWAN = registry("strongSwan private Notify Message Types", NOTIFY_STRONGSWAN_ROWS)
