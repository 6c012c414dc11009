/** How much of a frame must be decoded for the fields that are wanted: what nobody asks for is skipped. */

export interface Needs {
  /** Headers from the link down to IPsec. */
  readonly layers: boolean
  readonly ike: "none" | "header" | "payloads"
  /** What is inside ESP and AH. */
  readonly data: boolean
  /** The packet list's line. */
  readonly summary: boolean
}

export const EVERYTHING: Needs = { layers: true, ike: "payloads", data: true, summary: true }

/** Fields that stand in the ISAKMP header and nowhere else. */
const IKE_HEADER = new Set(
  "ispi rspi version mjver mnver exchangetype flags flag_e flag_c flag_a flag_i flag_v flag_r messageid length"
    .split(" ")
    .map(name => `isakmp.${name}`),
)
/** Fields of ESP that need no key. */
const PLAIN_DATA = new Set([
  "esp.spi",
  "esp.sequence",
  "ah.spi",
  "ah.sequence",
  "ah.icv",
  "ah.next_header",
  "ah.length",
])
const PLAIN_LAYERS = new Set(
  "eth vlan mpls pppoe ppp sll null llc radiotap wlan nflog gre gtp vxlan geneve udpencap".split(" "),
)

/** What the fields of these names need. A name of a protocol that is not known here needs everything. */
export function needsOf(names: Iterable<string>): Needs {
  const needs = { layers: false, ike: "none" as Needs["ike"], data: false, summary: false }
  for (const name of names) {
    const one = needsOfName(name)
    needs.layers ||= one.layers
    needs.data ||= one.data
    needs.summary ||= one.summary
    if (one.ike === "payloads" || needs.ike === "none") needs.ike = one.ike
  }
  return needs
}

const NOTHING: Needs = { layers: false, ike: "none", data: false, summary: false }

function needsOfName(name: string): Needs {
  if (name.startsWith("_ws.")) return { ...NOTHING, layers: true, data: true, summary: true }
  if (name === "frame.protocols") return { ...EVERYTHING, summary: false }
  const protocol = name.split(".", 1)[0]
  if (protocol === "frame") return NOTHING
  if (IKE_HEADER.has(name)) return { ...NOTHING, ike: "header" }
  if (protocol === "isakmp" || protocol === "eap") return { ...NOTHING, ike: "payloads" }
  if (PLAIN_LAYERS.has(protocol) || PLAIN_DATA.has(name)) return { ...NOTHING, layers: true }
  return { ...NOTHING, layers: true, data: true, ike: KNOWN_OUTSIDE_IKE.has(protocol) ? "none" : "payloads" }
}

const KNOWN_OUTSIDE_IKE = new Set("ip ipv6 udp tcp icmp icmpv6 dns data esp ah wesp ipcomp beet aggfrag".split(" "))
