/** Notify Message Types that strongSwan took from the private use ranges: BEET mode and its mediation extension. */
import { type RegistryRow, registry } from "../registry.ts"

/** The rows, which `NOTIFY` contains too, but for 8192 and 40961, where 3GPP's name stands. */
export const NOTIFY_STRONGSWAN_ROWS: Readonly<Record<number, RegistryRow>> = {
  8192: ["ME_CONNECT_FAILED", "strongSwan", "private"],
  40961: ["USE_BEET_MODE", "strongSwan", "private"],
  40962: ["ME_MEDIATION", "strongSwan", "private"],
  40963: ["ME_ENDPOINT", "strongSwan", "private"],
  40964: ["ME_CALLBACK", "strongSwan", "private"],
  40965: ["ME_CONNECTID", "strongSwan", "private"],
  40966: ["ME_CONNECTKEY", "strongSwan", "private"],
  40967: ["ME_CONNECTAUTH", "strongSwan", "private"],
  40968: ["ME_RESPONSE", "strongSwan", "private"],
  40969: ["RADIUS_ATTRIBUTE", "strongSwan", "private"],
}

/** strongSwan's private Notify Message Types alone, for a peer whose Vendor ID says strongSwan. */
export const NOTIFY_STRONGSWAN = registry("strongSwan private Notify Message Types", NOTIFY_STRONGSWAN_ROWS)
