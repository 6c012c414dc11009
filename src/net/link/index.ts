/** Every link layer by its LINKTYPE number. https://www.tcpdump.org/linktypes.html */
import type { Walk } from "../layers.ts"
import { COOKED_LINKS } from "./cooked.ts"
import { ETHERNET_LINKS } from "./ethernet.ts"
import { HDLC_LINKS } from "./hdlc.ts"
import { LOOPBACK_LINKS } from "./loopback.ts"
import { NFLOG_LINKS } from "./nflog.ts"
import { PPP_LINKS } from "./ppp.ts"
import { RAW_LINKS } from "./raw.ts"
import { WLAN_LINKS } from "./wlan.ts"

export const LINK_WALKS: ReadonlyMap<number, Walk> = new Map([
  ...ETHERNET_LINKS,
  ...RAW_LINKS,
  ...COOKED_LINKS,
  ...LOOPBACK_LINKS,
  ...PPP_LINKS,
  ...HDLC_LINKS,
  ...NFLOG_LINKS,
  ...WLAN_LINKS,
])
