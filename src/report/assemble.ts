/** Puts the tables of the control plane and the counters of the data plane together into the report's objects. */

import { addTo, grouped } from "../bytes/grouped.ts"
import { hex8 } from "../bytes/hex.ts"
import { countText, plural } from "../bytes/words.ts"
import { spiKey } from "../ipsec/spi-key.ts"
import { isBeyondNat } from "../track/beyond-nat.ts"
import type { ChildSa } from "../track/child-sa.ts"
import { addResult, joinResult, newResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { Check, IkeSa } from "../track/ike-sa.ts"
import { type DataCounts, espSaReport } from "./build.ts"
import type { DataConclusion } from "./conclusion.ts"
import type { Verdict } from "./types.ts"

/** Child SAs of one SPI among which the peers' addresses decide. */
const MAX_SAME_SPI = 256

/** Child SAs by the SPIs that packets carry. */
export class ChildIndex {
  readonly #bySpi = new Map<number, { readonly sa: IkeSa; readonly child: ChildSa }[]>()

  add(sa: IkeSa): void {
    for (const child of sa.children)
      for (const spi of [child.spiI, child.spiR]) {
        if (spi === null) continue
        addTo(this.#bySpi, spiKey({ protocol: child.protocol, spi }), { sa, child }, MAX_SAME_SPI)
      }
  }

  /** The Child SA that a data SA belongs to: by SPI, and where several chose the same by the peers' addresses. */
  find(data: DataSa): { readonly sa: IkeSa; readonly child: ChildSa } | undefined {
    const list = this.#bySpi.get(spiKey(data)) ?? []
    return list.find(({ sa }) => [sa.initiator.address, sa.responder.address].includes(data.destination)) ?? list[0]
  }
}

/** What is said of data SAs from beyond themselves. */
export interface DataJudge {
  /** The IKE SA that a data SA belongs to, at least most likely. */
  ownerOf(data: DataSa): IkeSa | undefined
  /** The verdict of a data SA without a Child SA; null where its IKE SA has it. */
  judgeOrphan(data: DataSa): Verdict | null
}

/** What is concluded of data SAs: packets that NAT or MOBIKE sent elsewhere join the SA of their Child SA. */
export function* dataConclusions(
  all: readonly DataSa[],
  index: ChildIndex,
  { ownerOf, judgeOrphan }: DataJudge,
): Generator<DataConclusion> {
  const children = all.map(data => index.find(data)?.child ?? null)
  // In a group each sender is one of its own.
  const joined = new Map<ChildSa, DataSa[][]>()
  const beyond = all.some(d => d.elsewhere > 0) ? new Map<number, DataSa[][]>() : undefined
  const places = all.map((data, i) => {
    const child = children[i]
    if (!child && beyond) return placeOf(data, beyond)
    if (!child || child.group) return [data]
    const ways = joined.get(child) ?? []
    const group = ways.find(([first]) => first.spi === data.spi)
    if (group) {
      group.push(data)
      return group
    }
    const alone = [data]
    joined.set(child, [...ways, alone])
    return alone
  })
  for (const [i, data] of all.entries()) {
    const [child, group] = [children[i], places[i]]
    if (group[0] !== data) continue
    const verdict = child ? null : judgeOrphan(data)
    const counts = { ...sumCounts(group, child), verdict }
    const report = espSaReport(data, child?.id ?? null, ownerOf(data)?.id ?? null, group.slice(1), counts)
    yield { data, paths: group, child, report }
  }
}

/** Without a Child SA: with the very packets that were seen on the other side of a NAT. */
function placeOf(data: DataSa, known: Map<number, DataSa[][]>): DataSa[] {
  const key = spiKey(data)
  const places = known.get(key)
  const there =
    data.elsewhere > 0
      ? places?.find(([first]) => isBeyondNat(first, data) && first.sketch.isSame(data.sketch) !== false)
      : undefined
  if (there) {
    there.push(data)
    return there
  }
  const alone = [data]
  addTo(known, key, alone, MAX_SAME_SPI)
  return alone
}

function sumCounts(group: readonly DataSa[], child: ChildSa | null): DataCounts {
  const results = group.flatMap(d => d.result ?? [])
  const origin = results.find(r => r.sa)?.sa?.origin
  const all = newResult()
  const add = group.length > 1 ? joinResult : addResult
  for (const result of results) add(all, result)
  return {
    keys: origin ?? child?.keyStatus ?? "none",
    decrypted: group[0].protocol === "ESP" ? all.opened : 0,
    icvOk: all.icvOk,
    icvFailed: all.icvFailed,
  }
}

/** Frames named in a reason. */
const NAMED = 10

/** A data SA with the Child SA that it belongs to. */
export interface OwnedData {
  readonly data: DataSa
  readonly child: ChildSa
}

/** Data SAs by the IKE SA that negotiated them. */
export function ownedData(all: readonly DataSa[], index: ChildIndex): ReadonlyMap<IkeSa, readonly OwnedData[]> {
  const owned = new Map<IkeSa, OwnedData[]>()
  for (const data of all) {
    const owner = index.find(data)
    if (owner) addTo(owned, owner.sa, { data, child: owner.child })
  }
  return owned
}

/** `child-keys` of each Child SA, and `esp-icv` or `ah-icv` of each of its data SAs. RFC 7296 §2.17, RFC 4303 §3.4.4, RFC 4302 §3.4.4. */
export function dataChecks(sa: IkeSa, owned: ReadonlyMap<IkeSa, readonly OwnedData[]>): Check[] {
  const mine = owned.get(sa) ?? []
  const byChild = grouped(mine, m => m.child)
  return [...sa.children.flatMap(child => childKeys(child, byChild.get(child) ?? [])), ...mine.map(icv)]
}

function childKeys(child: ChildSa, own: readonly OwnedData[]): Check[] {
  const check = (status: Check["status"], frame: number | null, reason: string | null): Check[] => [
    { id: "child-keys", status, frame, time: null, reason, rfc: "RFC 7296 §2.17" },
  ]
  const held = own.find(m => (m.data.result?.icvOk ?? 0) > 0)
  if (held || child.provenBy !== null) return check("pass", child.provenBy ?? held?.data.firstFrame ?? null, null)
  if (child.keyStatus === "none") return check("skipped", child.frame, noKey(child))
  if (own.length === 0) return check("skipped", child.frame, "no packet seen")
  if (!child.integ && !child.encr?.aead) return check("skipped", child.frame, "NULL integrity")
  const failed = own.find(m => (m.data.result?.icvFailed ?? 0) > 0)
  return failed
    ? check(
        "fail",
        failed.data.result?.failedFrames[0] ?? null,
        `no packet of ${hex8(failed.data.spi)} verifies under the derived keys`,
      )
    : check("skipped", child.frame, "no whole packet seen")
}

/** Why a Child SA has no keys. */
const noKey = (child: ChildSa): string =>
  child.pfs ? "no key: the secret of its own key exchange (PFS) is missing" : "no key: no secret gives its keys"

function icv({ data, child }: OwnedData): Check {
  const { result } = data
  const id = data.protocol === "AH" ? "ah-icv" : "esp-icv"
  const rfc = data.protocol === "AH" ? "RFC 4302 §3.4.4" : "RFC 4303 §3.4.4"
  const at = { id, rfc, frame: data.firstFrame, time: data.first }
  if (child.keyStatus === "none") return { ...at, status: "skipped", reason: noKey(child) }
  if (result?.unsupported) return { ...at, status: "skipped", reason: result.unsupported }
  if (!result || result.icvOk + result.icvFailed === 0)
    return { ...at, status: "skipped", reason: result && result.opened > 0 ? "NULL integrity" : "no whole packet seen" }
  if (result.icvFailed === 0) return { ...at, status: "pass", reason: null }
  const frames = result.failedFrames.slice(0, NAMED).join(", ")
  return {
    ...at,
    frame: result.failedFrames[0] ?? data.firstFrame,
    status: "fail",
    reason: `${countText(result.icvFailed)} of ${plural(result.packets, "packet")} under SPI ${hex8(data.spi)} fail: frames ${frames}${result.icvFailed > NAMED ? " …" : ""}`,
  }
}
