/** Puts Cisco and Microsoft fragments of IKEv1 messages together. MS-IKEE §2.2.1. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { byteSource } from "../bytes/byte-source.ts"
import { concat, equal } from "../bytes/bytes.ts"
import type { Message } from "../ike/message.ts"
import type { Opened } from "../ike/shared/payload.ts"
import type { FragmentV1 } from "../ike/v1/fragment.ts"
import type { Datagram } from "../track/datagram.ts"

interface Part {
  readonly data: Uint8Array
  readonly frame: number
  /** Bytes that the capture cut off. */
  readonly missing: number
}

interface Group {
  total: number
  bytes: number
  readonly parts: Map<number, Part>
}

/** Messages being put together at once, of one sender in one SA. */
const GROUPS = 16
/** Whole messages that are remembered: what comes of them once more says nothing new. */
const DONE = 2

export class FragmentsV1 {
  readonly #groups = new BoundedMap<number, Group>(GROUPS)
  /** Those that another message took the ID of. */
  readonly #lost: Group[] = []
  readonly #done = new BoundedMap<number, Group>(DONE)

  constructor(readonly maxBytes: number) {}

  /** Adds a fragment; the whole message, in the frame of its last fragment, and the frames it came in, once all are there. */
  add(
    fragment: FragmentV1,
    datagram: Datagram,
  ): { readonly datagram: Datagram; readonly frames: readonly number[] } | undefined {
    let group = this.#groups.get(fragment.id)
    if (!group) {
      this.#groups.set(fragment.id, (group = { total: 0, bytes: 0, parts: new Map() }))
    }
    const before = group.parts.get(fragment.number)
    if (before && !equal(before.data, fragment.data)) {
      // Some senders give every message the same ID: this one is another, and the one before it lost a fragment.
      if (this.#lost.length < GROUPS) this.#lost.push(group)
      this.#groups.set(fragment.id, (group = { total: 0, bytes: 0, parts: new Map() }))
    }
    if (fragment.last) group.total = fragment.number
    if (!group.parts.has(fragment.number)) {
      group.bytes += fragment.data.length
      if (group.bytes > this.maxBytes) return undefined
      const missing = datagram.wireBytes - datagram.src.bytes.length
      group.parts.set(fragment.number, { data: fragment.data.slice(), frame: datagram.frame, missing })
    }
    if (group.total === 0 || group.parts.size < group.total) return undefined
    const parts = Array.from({ length: group.total }, (_, i) => group.parts.get(i + 1)).filter(p => p !== undefined)
    if (parts.length < group.total) return undefined
    this.#groups.delete(fragment.id)
    this.#done.set(fragment.id, group)
    const frames = parts.map(p => p.frame)
    // Of a message that the capture cut, what stands before the cut is there.
    const cut = parts.findIndex(p => p.missing > 0)
    const there = (cut < 0 ? parts : parts.slice(0, cut + 1)).map(p => p.data)
    const src = byteSource(concat(...there), `reassembled from frames ${frames.join(", ")}`)
    const wireBytes = parts.reduce((n, p) => n + p.data.length + p.missing, 0)
    return { frames, datagram: { ...datagram, src, wireBytes } }
  }

  /** The frame in which this very fragment came as part of a message that is whole. */
  frameBefore({ id, number, data }: FragmentV1): number | undefined {
    const before = this.#done.get(id)?.parts.get(number)
    return before && equal(before.data, data) ? before.frame : undefined
  }

  /** What never became whole: which numbers came, and how many there should be (0 when the last one is missing). */
  incomplete(): { readonly total: number; readonly seen: readonly number[]; readonly frame: number }[] {
    const open = [...this.#groups].filter(([id, g]) => !isPartOf(g, this.#done.get(id))).map(([, g]) => g)
    return [...this.#lost, ...open].map(g => ({
      total: g.total,
      seen: [...g.parts.keys()].sort((a, b) => a - b),
      frame: Math.max(...[...g.parts.values()].map(p => p.frame)),
    }))
  }
}

/** Whether all of a group came with a whole message before: sent again, or captured twice. */
const isPartOf = (group: Group, whole: Group | undefined): boolean =>
  whole !== undefined &&
  [...group.parts].every(([number, { data }]) => {
    const before = whole.parts.get(number)
    return before !== undefined && equal(before.data, data)
  })

/** A message put together from fragments, for drawing the fragment that completed it. */
export function wholeOf(message: Message, frames: readonly number[], opened?: Opened): Opened {
  const clear = message.src
  const first = message.nextPayload
  const end = clear.bytes.length
  return {
    ivBytes: 0,
    icvBytes: 0,
    icvOk: undefined,
    clear,
    end,
    padLength: 0,
    first,
    reassembled: { clear, first, frames, opened },
  }
}
