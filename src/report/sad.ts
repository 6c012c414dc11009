/** The Security Association Database and the policies that a capture shows, in the kernel's terms. RFC 4301 §4.4. */

import { encrByName } from "../crypto/encr.ts"
import { integByName } from "../crypto/integ.ts"
import { spiKey } from "../ipsec/spi-key.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { type Moment, momentText } from "../track/moment.ts"
import type { Peer } from "../track/peer.ts"
import type { Selector } from "../track/selector.ts"
import { type BySpi, bySpi } from "./by-spi.ts"

export interface SadKey {
  /** Contract name. */
  readonly algorithm: string
  /** With its salt; undefined while it is not known. */
  readonly key: Uint8Array | undefined
  readonly icvBits: number
}

/** One direction of one ESP or AH SA. */
export interface SadState {
  readonly ike: string | null
  readonly child: string | null
  readonly state: ChildSa["state"] | "seen"
  readonly protocol: "esp" | "ah"
  readonly spi: number
  readonly source: string
  readonly destination: string
  /** Null where the negotiation was not seen. */
  readonly mode: ChildSa["mode"] | null
  /** The same for an SA and those that replace it; 0 where the negotiation was not seen. */
  readonly reqid: number
  /** Null for AH, and where the algorithm is not known. */
  readonly encr: SadKey | null
  readonly integ: SadKey | null
  readonly encap: { readonly type: "espinudp" | "espintcp"; readonly sport: number; readonly dport: number } | null
  readonly esn: boolean
  readonly keys: "derived" | "given" | "none"
  /** Highest sequence number, its high half (ESN, or wraps seen), and the 32 below it as a bitmap. */
  readonly sequence: { readonly high: number; readonly low: number; readonly bitmap: number }
  readonly packets: number
  /** Of the ESP and AH packets. */
  readonly bytes: number
  readonly replays: number
  readonly icvFailed: number
  readonly added: string | null
  readonly used: string | null
}

export interface SadPolicy {
  readonly child: string
  readonly direction: "out" | "in" | "fwd"
  readonly source: PolicyEnd
  readonly destination: PolicyEnd
  /** IP protocol by name or number; null for any. */
  readonly protocol: string | null
  readonly template: {
    readonly source: string
    readonly destination: string
    readonly protocol: "esp" | "ah"
    /** Outbound only. */
    readonly spi: number | null
    readonly reqid: number
    readonly mode: ChildSa["mode"]
  }
}

export interface PolicyEnd {
  readonly addresses: string
  readonly port: string | null
}

export interface Sad {
  readonly states: SadState[]
  /** As the named host has them. */
  readonly policies: { readonly host: string; readonly list: SadPolicy[] }[]
}

interface Known {
  readonly sas: readonly IkeSa[]
  readonly dataSas: readonly DataSa[]
}

/** The database at the end of what was analyzed. With `all`, SAs that were replaced, deleted or refused too. */
export function sadOf(known: Known, all: boolean): Sad {
  const reqids = reqidsOf(known.sas)
  const pairs = known.sas.flatMap(sa => sa.children.map(child => ({ sa, child })))
  const shown = pairs.filter(({ child }) => all || child.state === "installed")
  const negotiated = new Set(
    pairs.flatMap(({ child: { protocol, spiI, spiR } }) =>
      [spiI, spiR].flatMap(spi => (spi === null ? [] : spiKey({ protocol, spi }))),
    ),
  )
  const seen = bySpi(known.dataSas)
  const states = shown.flatMap(({ sa, child }) => directions(sa, child, seen, reqids.get(child) ?? 0))
  const groups = new Map<string, DataSa[]>()
  for (const data of known.dataSas) {
    const key = spiKey(data)
    if (negotiated.has(key)) continue
    const ends = `${key} ${data.destination}${data.senders.length > 1 ? ` ${data.source}` : ""}`
    groups.set(ends, [...(groups.get(ends) ?? []), data])
  }
  for (const list of groups.values()) states.push(seenState(list))
  return { states, policies: policiesOf(known.sas, reqids) }
}

/** A number for each line of SAs that replace one another. */
function reqidsOf(sas: readonly IkeSa[]): Map<ChildSa, number> {
  const ids = new Map<string, number>()
  const out = new Map<ChildSa, number>()
  let next = 1
  for (const child of sas.flatMap(sa => sa.children)) {
    const id = (child.rekeys === null ? undefined : ids.get(child.rekeys)) ?? next++
    ids.set(child.id, id)
    out.set(child, id)
  }
  return out
}

interface Direction {
  readonly spi: number | null
  readonly from: Peer
  readonly to: Peer
  readonly side: "i" | "r"
}

/** SPIr stands in what the exchange's starter sends. */
function waysOf(sa: IkeSa, child: ChildSa): Direction[] {
  // Where NAT, port floating or MOBIKE took them.
  const { initiator, responder } = sa.paths.at(-1) ?? sa
  const [starter, other] = child.startedBy === "initiator" ? [initiator, responder] : [responder, initiator]
  return [
    { spi: child.spiR, from: starter, to: other, side: "i" },
    { spi: child.spiI, from: other, to: starter, side: "r" },
  ]
}

const SAD_PROTOCOL = { ESP: "esp", AH: "ah" } as const

function directions(sa: IkeSa, child: ChildSa, known: BySpi<DataSa>, reqid: number): SadState[] {
  return waysOf(sa, child).flatMap(({ spi, from, to, side }) => {
    if (spi === null) return []
    const seen = known(child.protocol, spi)
    const { suite, protocol } = child
    const [encr, integ] =
      side === "i" ? [child.keys.encr_i, child.keys.integ_i] : [child.keys.encr_r, child.keys.integ_r]
    const data = traffic(seen)
    const given = data.result?.sa?.origin === "given" && child.keyStatus === "none" ? data.result.sa.keys : undefined
    return {
      ike: sa.id,
      child: child.id,
      state: child.state,
      protocol: SAD_PROTOCOL[protocol],
      spi,
      source: data.last?.source ?? from.address,
      destination: data.last?.destination ?? to.address,
      mode: child.mode,
      reqid,
      encr: protocol === "ESP" ? sadKey(suite.encr ?? "NULL", given?.key ?? encr, encrIcv) : null,
      integ: suite.integ === null ? null : sadKey(suite.integ, given?.integKey ?? integ, integIcv),
      encap: encapOf(data.last, from, to),
      esn: suite.esn,
      keys: given ? "given" : child.keyStatus === "partial" ? "given" : child.keyStatus,
      ...data.counters,
      added: momentText(child.first),
    }
  })
}

/** An SA whose negotiation was not seen or not opened: what its packets say. */
function seenState(seen: readonly DataSa[]): SadState {
  const { protocol, spi } = seen[0]
  const { last, counters, result } = traffic(seen)
  const keys = result?.sa?.keys
  const first = seen[0]
  return {
    ike: null,
    child: null,
    state: "seen",
    protocol: SAD_PROTOCOL[protocol],
    spi,
    source: last?.source ?? first.source,
    destination: last?.destination ?? first.destination,
    mode: null,
    reqid: 0,
    encr: keys && protocol === "ESP" ? sadKey(keys.encr.name, keys.key, encrIcv) : null,
    integ: keys?.integ ? { algorithm: keys.integ.name, key: keys.integKey, icvBits: 8 * keys.integ.icvBytes } : null,
    encap: encapOf(last, NAT_T, NAT_T),
    esn: keys?.esn ?? false,
    keys: keys ? "given" : "none",
    ...counters,
    added: null,
  }
}

/** The port of IKE and ESP in UDP where the ports of the flow are not known. RFC 3948. */
const NAT_T: Peer = { address: "", port: 4500 }
const IKE_PORT = 500

function encapOf(last: DataSa | undefined, from: Peer, to: Peer): SadState["encap"] {
  const type = last?.encapsulation ?? (from.port !== IKE_PORT && to.port !== IKE_PORT ? "udp" : "none")
  return type === "none" ? null : { type: type === "udp" ? "espinudp" : "espintcp", sport: from.port, dport: to.port }
}

const encrIcv = (name: string): number => 8 * (encrByName(name)?.icvBytes ?? 0)
const integIcv = (name: string): number => 8 * (integByName(name)?.icvBytes ?? 0)
const sadKey = (algorithm: string, key: Uint8Array | undefined, icv: (name: string) => number): SadKey => ({
  algorithm,
  key,
  icvBits: icv(algorithm),
})

/** The packets under one SPI, whatever addresses they took. */
function traffic(seen: readonly DataSa[]) {
  const last = seen.reduce<DataSa | undefined>((a, b) => (a && a.lastFrame > b.lastFrame ? a : b), undefined)
  const mine = seen.flatMap(d => d.result ?? [])
  const sum = (of: (d: DataSa) => number) => seen.reduce((n, d) => n + of(d), 0)
  const highest = Math.max(0, last?.sequences.highest ?? 0)
  const time = (m: Moment | undefined) => (m ? momentText(m) : null)
  const result = mine.find(r => r.sa)
  return {
    last,
    result,
    counters: {
      sequence: {
        high: result?.sequenceHigh ?? Math.floor(highest / 2 ** 32),
        low: highest % 2 ** 32,
        bitmap: last?.sequences.window ?? 0,
      },
      packets: sum(d => d.packets),
      bytes: sum(d => d.bytes),
      replays: mine.reduce((n, r) => n + r.replays, 0),
      icvFailed: mine.reduce((n, r) => n + r.icvFailed, 0),
      used: time(last?.last),
    },
  }
}

/** Policies of installed SAs as their IKE SA's initiator has them, a list for each host. */
function policiesOf(sas: readonly IkeSa[], reqids: ReadonlyMap<ChildSa, number>): Sad["policies"] {
  const byHost = new Map<string, SadPolicy[]>()
  const seen = new Set<string>()
  for (const sa of sas)
    for (const child of sa.children) {
      if (child.state !== "installed") continue
      const host = (sa.paths.at(-1) ?? sa).initiator.address
      const list = byHost.get(host) ?? []
      byHost.set(host, list)
      for (const policy of policiesOfChild(sa, child, reqids.get(child) ?? 0)) {
        const key = JSON.stringify([
          host,
          policy.direction,
          policy.source,
          policy.destination,
          policy.protocol,
          policy.template.reqid,
        ])
        if (seen.has(key)) continue
        seen.add(key)
        list.push(policy)
      }
    }
  return [...byHost].map(([host, list]) => ({ host, list }))
}

function policiesOfChild(sa: IkeSa, child: ChildSa, reqid: number): SadPolicy[] {
  const mine = child.startedBy === "initiator"
  const { i, r } = child.selectors
  const [local, remote] = mine ? [i, r] : [r, i]
  const { initiator, responder } = sa.paths.at(-1) ?? sa
  const [here, there] = [initiator.address, responder.address]
  const outSpi = mine ? child.spiR : child.spiI
  const template = (source: string, destination: string, spi: number | null): SadPolicy["template"] => ({
    source,
    destination,
    protocol: child.protocol === "AH" ? "ah" : "esp",
    spi,
    reqid,
    mode: child.mode,
  })
  const policies: SadPolicy[] = []
  for (const l of local)
    for (const r of remote) {
      if (l.addresses.includes(":") !== r.addresses.includes(":")) continue
      const protocol = l.protocol ?? r.protocol
      const common = { child: child.id, protocol }
      const [from, to] = [endOf(l), endOf(r)]
      const out = template(here, there, outSpi)
      policies.push({ ...common, direction: "out", source: from, destination: to, template: out })
      const back = template(there, here, null)
      policies.push({ ...common, direction: "in", source: to, destination: from, template: back })
      // Transport mode is for the host itself; only tunnels forward.
      if (child.mode === "tunnel")
        policies.push({ ...common, direction: "fwd", source: to, destination: from, template: back })
    }
  return policies
}

const endOf = ({ addresses, ports }: Selector): PolicyEnd => ({ addresses, port: ports })

/** Those of all SAs that are not among the ones that stand. */
export function goneOf(standing: Sad, all: Sad): SadState[] {
  const known = new Set(standing.states.map(stateKey))
  return all.states.filter(s => !known.has(stateKey(s)))
}

const stateKey = ({ protocol, spi, destination }: SadState): string => `${protocol} ${spi} ${destination}`
