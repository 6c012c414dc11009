/** A frame for views: its tree and bytes, and its line in the packet list. */

import type { Field } from "../bytes/field.ts"
import { TreeSink } from "../bytes/field-sink.ts"
import { hex8 } from "../bytes/hex.ts"
import type { KeptMessages } from "../dissect/kept-messages.ts"
import { EVERYTHING, type Needs } from "../dissect/needs.ts"
import { type FrameSources, keptSources } from "../net/dissect.ts"
import { Kind } from "../net/packet-view.ts"
import { timeText } from "../net/time.ts"
import { frameJson } from "../render/frame-view.ts"
import { payloadsText } from "../render/packet-payloads.ts"
import { fieldViews } from "./field-views.ts"
import type { FrameIndex } from "./frame-index.ts"
import { type FrameReader, NOWHERE } from "./frame-reader.ts"
import type { FrameDetail, Line } from "./types.ts"

export interface FrameOptions {
  /** Show the values of secret fields (a password on the wire). */
  readonly showKeys?: boolean
}

export interface Viewing {
  readonly index: FrameIndex
  readonly reader: FrameReader
  readonly messages: KeptMessages
  /** id of a row of the SA list. */
  idOf(row: number): string | null
}

/** Columns of the packet list are not part of the tree. */
const inTree = (field: Field): boolean => !field.name.startsWith("_ws.")

/** The frame as `show --format json` has it, and more. Undefined when its bytes are not there. */
export async function frameDetail(
  frame: number,
  { index, reader, idOf }: Viewing,
  { showKeys = false }: FrameOptions = {},
): Promise<FrameDetail | undefined> {
  const sink = new TreeSink()
  let sources: FrameSources | undefined
  let line = EMPTY
  const drawn = await reader.draw(frame, {
    needs: EVERYTHING,
    wants: inTree,
    packet(view, dissector) {
      sources = keptSources(view, sources)
      dissector.draw(view, sink, sources)
    },
    end: dissector => {
      line = { ...EMPTY, ...dissector.line }
    },
  })
  if (!drawn) return undefined
  const { roots } = sink
  const { source, destination, protocol, info } = line
  const time = timeText(index.seconds[frame - 1], index.nanos[frame - 1])
  // The tree follows, with more in it.
  const json = frameJson({ frame, time, source, destination, protocol, info, roots }, { showKeys, bytesOnly: true })
  return {
    ...json,
    tree: fieldViews(roots, showKeys),
    length: index.original[frame - 1],
    seconds: index.relative(frame),
    sa: idOf(index.sa[frame - 1]),
    checks: [],
    companions: index.companions(frame),
  }
}

const EMPTY = { source: "", destination: "", protocol: "", info: "" }

/** What the packet list needs of a frame. */
const LINE: Needs = { layers: true, ike: "payloads", data: true, summary: true }

/** The line of a frame in the packet list. */
export async function lineOf(frame: number, { index, reader, messages, idOf }: Viewing): Promise<Line> {
  const i = frame - 1
  let line = { ...EMPTY, info: "the bytes of this frame were not kept" }
  let opened = messages.has(frame)
  const payloads: string[] = []
  await reader.draw(frame, {
    needs: LINE,
    wants: () => false,
    packet: (view, dissector) => dissector.draw(view, NOWHERE),
    onMessage: message => payloads.push(payloadsText(message)),
    end: dissector => {
      if (dissector.line) line = dissector.line
      if (line.protocol !== "ESP" && index.kind[i] === Kind.ESP) opened = true
    },
  })
  const { timeDigits } = index.placeOf(frame)
  const flow = index.flowOf(frame)
  return {
    frame,
    time: timeText(index.seconds[i], index.nanos[i]),
    relative: index.relative(frame).toFixed(timeDigits),
    delta: (frame > 1 ? index.relative(frame) - index.relative(frame - 1) : 0).toFixed(timeDigits),
    source: line.source,
    destination: line.destination,
    protocol: line.protocol,
    length: index.original[i],
    info: line.info,
    payloads: payloads.join("; "),
    sa: idOf(index.sa[i]),
    spi: flow === undefined ? null : hex8(index.flows[flow].spi),
    opened,
  }
}
