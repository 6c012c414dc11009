/** Reads captures frame by frame for commands that draw frames, opened with the secrets of the command line. */

import type { CaptureSource } from "../analyze-options.ts"
import type { Field } from "../bytes/field.ts"
import { type DissectorOptions, FrameDissector } from "../dissect/frame-dissector.ts"
import { EVERYTHING, type Needs } from "../dissect/needs.ts"
import { OpenedMessages } from "../dissect/opened-messages.ts"
import type { Message } from "../ike/message.ts"
import type { PacketHandler, PacketView } from "../net/packet-view.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import { nodeProvider } from "../node/crypto.ts"
import { createNodeEspOpener } from "../node/esp-kernels.ts"
import { putBack } from "../node/heap-growth.ts"
import { inflate } from "../node/inflate.ts"
import { DataPlane } from "../open/data-plane.ts"
import { DataSaTable } from "../open/data-table.ts"
import type { OpenedPacket } from "../open/opened-packet.ts"
import { analyze } from "../pipeline.ts"
import { hasNoSecrets, type Secrets } from "../secrets/secrets.ts"
import { analyzeFiles, commandSource, secretsFor } from "./analyze.ts"
import { type CommandReadOptions, printDiagnostic, type ReadingFlags, readFlags, wasInterrupted } from "./captures.ts"
import { CliError } from "./exit.ts"
import type { CommonOptions } from "./options.ts"
import { packetsOf } from "./sa-option.ts"
import { growFreelyIfSmall, heapInBounds, heapOfMessages } from "./second-reading.ts"

/** Gets the packets of each frame in turn. */
export interface FrameVisitor {
  readonly needs?: Needs
  wants?(field: Field): boolean
  /** Frames that are drawn at all; others are only followed. */
  wantsFrame?(frame: number): boolean
  /** The reading has come to a frame, wanted or not. */
  reached?(frame: number): void
  /** Ends the reading when `stopped`. */
  readonly stop?: { stopped: boolean }
  /** Look for ESP without encryption where there is no key. */
  readonly nullHeuristic?: boolean
  /** A packet of a frame; `first` when the frame begins with it. */
  packet(view: PacketView, dissector: FrameDissector, first: boolean): void
  /** After the last packet of a frame. */
  frameEnd(dissector: FrameDissector): void
  beforeWait?(): void
  /** Gets the IKE messages of a frame, opened where keys do, where `needs` asks for payloads. */
  onMessage?(message: Message): void
  /** Problems are not reported: another reading of the captures reports them. */
  readonly quiet?: boolean
}

type FrameFlags = Pick<CommonOptions, "keys" | "sa" | "failed"> & ReadingFlags

/** What the secrets open in captures: cleartexts of IKE messages, and the keys of data SAs. */
export interface FrameKeys {
  readonly opened: OpenedMessages
  readonly table: DataSaTable
}

/**
 * Visits every frame of the captures. With secrets a capture is read twice: keys may come after what they open. A pipe is read once. Where no key is
 * needed, or all are known, `drawnElsewhere` may do it instead.
 */
export async function visitFrames(
  paths: readonly string[],
  flags: FrameFlags,
  visitor: FrameVisitor,
  drawnElsewhere: DrawnElsewhere = async () => false,
): Promise<void> {
  const walk = readFlags(flags)
  const { stop } = visitor
  const beforeWait = visitor.beforeWait?.bind(visitor)
  const wanted = await wantedPackets(paths, flags)
  const source = commandSource(paths, { ...walk, all: true, stop, beforeWait, wanted })
  const secrets = await secretsFor(paths, flags, visitor.quiet ? () => {} : undefined)
  const { ike, data } = visitor.needs ?? EVERYTHING
  if (hasNoSecrets(secrets) || (ike !== "payloads" && !data)) {
    if (!(await drawnElsewhere(source))) await visitClosed(source, visitor, walk)
  } else if (source.rereadable) {
    const keys = await keysOf(commandSource(paths, walk), secrets, visitor)
    if (wasInterrupted(paths) || !(await drawnElsewhere(source, keys))) await visitOpened(source, visitor, walk, keys)
    printDropped(keys.opened)
  } else await visitOnce(source, secrets, visitor, walk)
}

/** Draws the frames of a source, under keys if there are; false where it leaves it to others. */
export type DrawnElsewhere = (source: CaptureSource, keys?: FrameKeys) => Promise<boolean>

/** The packets that `--sa` and `--failed` select, by another analysis; undefined for all. */
export async function wantedPackets(
  paths: readonly string[],
  flags: FrameFlags,
): Promise<CommandReadOptions["wanted"]> {
  if (!flags.sa && !flags.failed) return undefined
  if (paths.some(isReadOnce))
    throw new CliError("--sa and --failed read the capture once more: give it as a file, not as -")
  const wanted = packetsOf(await analyzeFiles(paths, { ...flags, threads: 1 }, { controlOnly: true }), flags)
  // The bounds of an analysis are not those of the drawing that follows.
  putBack()
  return wanted
}

type WalkFlags = Pick<CommandReadOptions, "ikePorts" | "heuristicIke">

/** Visits every frame without a key. */
export async function visitClosed(source: CaptureSource, visitor: FrameVisitor, walk: WalkFlags): Promise<void> {
  const plane = visitor.nullHeuristic ? newPlane(new DataSaTable(), true) : undefined
  const openData = plane && ((view: PacketView) => plane.openNow(view))
  const frames = new Frames(visitor, newDissector(visitor, { ...walk, openData }))
  await source.read(frames)
  frames.end()
}

/** Reads a capture for what the secrets open in it. */
async function keysOf(source: CaptureSource, secrets: Secrets, visitor: FrameVisitor): Promise<FrameKeys> {
  const opened = new OpenedMessages(visitor.wantsFrame?.bind(visitor))
  const { table } = await analyze(heapInBounds()(source), {
    provider: nodeProvider,
    secrets,
    controlOnly: true,
    // The keys are wanted, no report.
    retain: "none",
    onMessage: heapOfMessages(),
    onOpened: (frame, place, message) => opened.add(frame, place, message),
  })
  growFreelyIfSmall()
  return { opened, table }
}

/** Visits every frame under keys that are all known. */
export async function visitOpened(
  source: CaptureSource,
  visitor: FrameVisitor,
  walk: WalkFlags,
  keys: FrameKeys,
): Promise<void> {
  const opening = openingWith(keys, visitor.nullHeuristic)
  const frames = new Frames(visitor, newDissector(visitor, { ...walk, ...opening }))
  await source.read(frames)
  frames.end()
}

/** Opens for a dissector what keys open. */
export function openingWith(
  { opened, table }: FrameKeys,
  nullHeuristic = false,
): Pick<DissectorOptions, "opened" | "openData"> {
  const plane = newPlane(table, nullHeuristic)
  return { opened, openData: view => plane.openNow(view) }
}

/** Each packet is drawn under the keys that are known when it comes. */
async function visitOnce(
  source: CaptureSource,
  secrets: Secrets,
  visitor: FrameVisitor,
  walk: WalkFlags,
): Promise<void> {
  const opened = new OpenedMessages(visitor.wantsFrame?.bind(visitor))
  let open: ((view: PacketView) => OpenedPacket | undefined) | undefined
  const dissector = newDissector(visitor, { ...walk, opened, openData: view => open?.(view) })
  const frames = new Frames(visitor, dissector)
  const capture: CaptureSource = {
    rereadable: false,
    read: handler =>
      source.read({
        packet: view => handler.packet(view),
        diagnostic(d) {
          printDiagnostic(d)
          handler.diagnostic(d)
        },
      }),
  }
  await analyze(capture, {
    provider: nodeProvider,
    secrets,
    data: { createOpener: createNodeEspOpener, inflate },
    onOpened: (frame, place, message) => opened.add(frame, place, message),
    // A message that stays closed until the end is forgotten, so that a long stream does not grow.
    retain: "none",
    onPacket(view, openNow) {
      open = openNow
      frames.packet(view)
    },
  })
  frames.end()
  printDropped(opened)
}

/** Opens packets of data SAs one by one. */
export const newPlane = (table: DataSaTable, nullHeuristic: boolean): DataPlane =>
  new DataPlane({ provider: nodeProvider, table, createOpener: createNodeEspOpener, inflate, nullHeuristic })

/** Draws what the visitor needs. */
export const newDissector = (visitor: FrameVisitor, options: DissectorOptions): FrameDissector =>
  new FrameDissector({
    ...options,
    inflate,
    needs: visitor.needs,
    wants: visitor.wants?.bind(visitor),
    onMessage: visitor.onMessage?.bind(visitor),
  })

function printDropped({ dropped }: OpenedMessages): void {
  if (dropped === 0) return
  const message = `${dropped} decrypted messages found no room in memory and are shown encrypted`
  printDiagnostic({ severity: "warning", frame: null, message })
}

/** Finds where a frame begins and ends in the run of packets. */
export class Frames implements PacketHandler {
  #frame = 0
  #drawing = false
  readonly diagnostic: PacketHandler["diagnostic"]

  constructor(
    private readonly visitor: FrameVisitor,
    private readonly dissector: FrameDissector,
  ) {
    this.diagnostic = visitor.quiet ? () => {} : printDiagnostic
  }

  packet(view: PacketView): void {
    const { visitor, dissector } = this
    // What a gap in a TCP stream held back to the end of the capture belongs to a frame that was drawn long ago.
    if (view.frame < this.#frame || visitor.stop?.stopped) return
    const first = view.frame !== this.#frame
    if (first) {
      this.end()
      this.#frame = view.frame
      visitor.reached?.(view.frame)
    }
    if (visitor.wantsFrame && !visitor.wantsFrame(view.frame)) dissector.pass(view)
    else {
      this.#drawing = true
      visitor.packet(view, dissector, first)
    }
  }

  /** Frames up to this one were drawn elsewhere. */
  passed(frame: number): void {
    this.#frame = frame
  }

  /** The current frame is complete. */
  end(): void {
    if (!this.#drawing) return
    this.#drawing = false
    this.visitor.frameEnd(this.dissector)
  }
}
