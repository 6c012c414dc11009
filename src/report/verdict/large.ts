/** Large ESP that is lost on the way: too large for the path, in fragments that are dropped, or without a word. RFC 1191 §6.3, RFC 2923 §2.1, RFC 6298 §5.5. */
import { LONE_NUMBERS, type Lone } from "../../track/lone-packets.ts"
import { secondsBetween } from "../../track/moment.ts"
import { otherSide } from "../../track/peer.ts"
import { isTooBig } from "../explain/icmp.ts"
import { type Facts, traffic } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { ENOUGH } from "./one-way.ts"
import { plural, secondsText } from "./words.ts"

export function judgeLarge(f: Facts): Judgement | undefined {
  return tooLarge(f) ?? inPieces(f) ?? inHole(f)
}

/** Seconds for which a sender that heeds a router has long sent smaller packets, and how close its errors are then. */
const HEEDED = 3
const CLOSE = 60
/** Bytes around ESP and AH: an IPv4 header at least. */
const AROUND = 20

/** A router asks for smaller packets again and again: the sender does not heed it. RFC 1191 §6.3, RFC 4301 §8.2. */
function tooLarge(f: Facts): Judgement | undefined {
  for (const error of f.world.icmpOfData(f.sa)) {
    const { mtu, count, spi } = error
    const data = f.carried.find(c => c.data.spi === spi && c.data.destination === error.destination.address)?.data
    const seconds = secondsBetween(error.time, error.lastTime)
    if (!data || !mtu || !isTooBig(error) || data.largest + AROUND <= mtu) continue
    if (count < ENOUGH || seconds < HEEDED || seconds > CLOSE * count) continue
    return {
      outcome: "degraded",
      certainty: "inferred",
      cause: "icmp-error",
      frames: [error.frame, error.lastFrame],
      headline: `${data.protocol} to ${data.destination} is too large for the path`,
      why: `${error.reporter} asks ${plural(count, "time")} in ${secondsText(seconds)} for packets of ${mtu} bytes at most (frames ${error.frame} to ${error.lastFrame}), while packets of ${data.source} have up to ${data.largest} bytes of ${data.protocol}: it does not heed them`,
    }
  }
  return undefined
}

/** ESP in IP fragments of which some never come, while what is whole is small: a filter, or a NAT, drops fragments. RFC 4303 §3.3.4. */
function inPieces(f: Facts): Judgement | undefined {
  for (const { data } of f.carried) {
    const lost = f.world
      .lostOf(f.sa)
      .filter(
        ({ carries: c, destination }) => c && "spi" in c && c.spi === data.spi && destination === data.destination,
      )
    // Where others of that size came whole, the capture lacks some.
    if (lost.length < ENOUGH || data.packets === 0 || data.largest + AROUND > ETHERNET) continue
    const { frame } = lost[0]
    return {
      outcome: "degraded",
      certainty: "inferred",
      cause: "fragments-lost",
      frames: [frame, lost[lost.length - 1].frame],
      headline: `Large ${data.protocol} to ${data.destination} does not come whole`,
      why: `${plural(lost.length, `${data.protocol} packet`)} to ${data.destination} came in IP fragments of which others never came (frames ${frame} to ${lost[lost.length - 1].frame}), and of ${plural(data.packets, "whole one")} none is larger than ${data.largest} bytes: fragments are dropped`,
    }
  }
  return undefined
}

/** What Ethernet carries in one piece. */
const ETHERNET = 1500

/** Large packets that a connection begins with at most, before it waits for an acknowledgement. */
const BURST = 64

/** Seconds before the first large packet in which the other end is heard: a path that is down takes that moment by chance alone. */
const HEARD = 1

/**
 * A connection in the tunnel sends its first large packets, and repeats one and the same at intervals that double. Small packets pass both ways
 * right before and again after, and nothing comes back between: none of that size arrives. Where an acknowledgement came, or others as large go on
 * behind, the path was down for a while.
 */
function inHole(f: Facts): Judgement | undefined {
  const all = traffic(f)
  for (const to of ["initiator", "responder"] as const) {
    const [there, back] = [all[to], all[otherSide(to)]]
    const [data, ...more] = there.filter(d => d.large > 0)
    const series = data && repeatsOf(data.lone)
    if (!series || more.length > 0) continue
    const start = data.lone[1]
    const [[first, begun, bytes, before], [last, end]] = [series[0], series[series.length - 1]]
    if (before < 2 || data.large > BURST || data.large - series.length > before) continue
    // Small ones of the sender, before and after; of the other end none between.
    if (data.firstFrame === data.lone[0] || data.lastFrame === last) continue
    const silent = back.filter(({ quiet: [from, to] }) => from <= start && to > end)
    if (!silent.some(d => start - d.quiet[0] < HEARD)) continue
    if (back.some(d => !silent.includes(d) && d.lastFrame > data.lone[0] && d.firstFrame < last)) continue
    return {
      outcome: "degraded",
      certainty: "inferred",
      cause: "esp-blocked",
      frames: series.map(([frame]) => frame),
      headline: `Large ${data.protocol} to ${data.destination} does not arrive`,
      why: `a packet of ${bytes} bytes of ${data.protocol} is sent ${series.length} times in ${secondsText(end - begun)} (frames ${first} to ${last}), as TCP repeats what nobody acknowledges, while small ones go both ways before and after: large ones are lost on the way, most likely`,
      remedy: "Lower the MTU or clamp the MSS inside the tunnel.",
    }
  }
  return undefined
}

/** Sendings of one packet that show that its sender waits, and the pause before each beside the one before: twice, but for clocks and load. RFC 6298 §5.5. */
const REPEATS = 5
const [LEAST, MOST] = [1.5, 2.7]

/** The last large packets (frame, time, bytes, large ones before), where they are one that is sent again and again with nothing as large between. */
function repeatsOf(lone: Lone): Lone[] | undefined {
  const packets = Array.from({ length: lone.length / LONE_NUMBERS - 1 }, (_, i) => lone.slice(LONE_NUMBERS * (i + 1)))
  const start = packets.findLastIndex((b, i) => {
    const [a, c] = [packets[i - 1], packets[i + 1]]
    if (!a || !c) return i === 0
    const pauses = (c[1] - b[1]) / (b[1] - a[1])
    return a[2] !== b[2] || b[2] !== c[2] || c[3] !== a[3] + 2 || pauses < LEAST || pauses > MOST
  })
  const series = packets.slice(start)
  return series.length < REPEATS ? undefined : series
}
