/** How much of a frame must be decoded for the fields that are wanted: what nobody asks for is skipped. */
import type { WantedPayloads } from "../ike/shared/payload.ts"

export interface Needs {
  /** Headers from the link down to IPsec. */
  readonly layers: boolean
  readonly ike: "none" | "header" | "payloads"
  /** Of "payloads", which are decoded; all by default. */
  readonly payloads?: WantedPayloads
  /** What is inside ESP and AH. */
  readonly data: boolean
  /** The packet list's line. */
  readonly summary: boolean
}

export const EVERYTHING: Needs = { layers: true, ike: "payloads", data: true, summary: true }

/** Fields that say something of the frames before, beside their times, or that frames which are copied have no more. */
const OF_OTHERS = [
  "frame.comment",
  "frame.time_delta_displayed",
  "esp.sequence-analysis.expected-sn",
  "esp.sequence-analysis.previous-frame",
]

/** Whether fields of these names can be drawn of a frame without the frames before it, but for fragments and streams. */
export const areDrawnAlone = (names: readonly string[]): boolean => !names.some(name => OF_OTHERS.includes(name))

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
  "eth vlan mpls pppoe ppp sll null llc radiotap wlan nflog gre gtp vxlan geneve tzsp capwap teredo l2tp lisp-data ieee8021ah cmd udpencap".split(
    " ",
  ),
)

/** What the fields of these names need. A name of a protocol that is not known here needs everything. */
export function needsOf(names: readonly string[]): Needs {
  const payloads = names.some(needsEverything) ? undefined : wantedPayloads(names)
  const needs: { -readonly [K in keyof Needs]: Needs[K] } = { ...NOTHING, payloads }
  for (const name of names) {
    const one = needsOfName(name)
    needs.layers ||= one.layers
    needs.data ||= one.data
    needs.summary ||= one.summary
    if (one.ike === "payloads" || needs.ike === "none") needs.ike = one.ike
  }
  return needs
}

/** Names that may stand for any payload: a protocol as a whole, or one that is not known here. */
const needsEverything = (name: string): boolean =>
  name === "frame.protocols" || (needsOfName(name).ike === "payloads" && !name.startsWith("isakmp."))

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

/** Fields that many payloads draw inside: with one of them all payloads are decoded. */
const ANYWHERE = ["extradata", "datapayload", "reserved", "typepayload", "nextpayload", "payloadlength"]
const SA = ["sa", "prop", "spi", "tf", "trans", "ike", "ipsec"]

/** Payloads that are frequent and expensive to decode, with what the names of their fields begin with. Types that are not here are always decoded. */
const PAYLOADS: Readonly<Record<1 | 2, Readonly<Record<number, readonly string[]>>>> = {
  1: { 1: SA, 4: ["key_exchange"], 6: ["cert"], 10: ["nonce"], 11: ["notify", "spi"], 13: ["vid"], 20: ["ike"] },
  2: {
    33: SA,
    34: ["key_exchange"],
    37: ["cert"],
    40: ["nonce"],
    41: ["notify", "spi"],
    43: ["vid"],
    44: ["ts"],
    45: ["ts"],
  },
}

/** Which payloads must be decoded for the fields of these names. */
export function wantedPayloads(names: Iterable<string>): WantedPayloads {
  const wanted = [...names].filter(name => name.startsWith("isakmp.")).map(name => name.slice("isakmp.".length))
  const wants = (beginnings: readonly string[]) => beginnings.some(b => wanted.some(name => name.startsWith(b)))
  const anywhere = wants(ANYWHERE)
  const decoded = (version: 1 | 2) =>
    Array.from({ length: 256 }, (_, type) => anywhere || wants(PAYLOADS[version][type] ?? [""]))
  const v1 = decoded(1)
  const v2 = decoded(2)
  return {
    headers: anywhere || wants(["criticalpayload"]),
    notifyData: anywhere || wants(["notify.data", "notify.priv"]),
    has: (version, type) => (version === 1 ? v1 : v2)[type],
  }
}
