/** ESP that was captured twice (`-i any`, both ends merged) counts once; the same packets from the same place are replays or doubled. */

import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { expect, it } from "vitest"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"
import {
  type Capture,
  captureBytes,
  edit,
  fileCapture,
  fixtureCapture,
  fixtureSecrets,
} from "../helpers/capture-edit.ts"
import { cutSource, randomOf } from "../helpers/segments.ts"

const NAME = "v2-psk-modp2048"
const once = fixtureCapture(NAME)
const keys = fixtureSecrets(NAME)

/** Each frame again after some microseconds, changed by `change`. */
const doubled = (micros: number, change: (bytes: Uint8Array) => void, of = once): Capture => ({
  ...of,
  frames: of.frames
    .flatMap(f => {
      const bytes = f.bytes.slice()
      change(bytes)
      const fraction = f.fraction + micros
      return [f, { seconds: f.seconds + Math.floor(fraction / 1e6), fraction: fraction % 1e6, bytes }]
    })
    .sort((a, b) => a.seconds - b.seconds || a.fraction - b.fraction),
})
const ETHERNET_BYTES = 14
/** Of a capture of all interfaces (LINUX_SLL2): another first octet of the IV where it is ESP in UDP to the responder's own address. */
function changed<F extends Capture["frames"][number]>(frame: F): F {
  const bytes = frame.bytes.slice()
  const [to, marker] = [bytes.slice(36, 40), bytes.slice(48, 52)]
  if (to.join(".") === "10.2.0.2" && marker.some(b => b !== 0)) bytes[56] ^= 1
  return { ...frame, bytes }
}
/** As a router forwards it: another MAC address, one hop less. */
const forwarded = (bytes: Uint8Array) => {
  bytes[11] ^= 1
  bytes[ETHERNET_BYTES + 8]--
}

async function read(capture: Capture, secrets: Secrets = NO_SECRETS) {
  const { report } = await analyze(memorySource(captureBytes(capture)), { provider: nodeProvider, secrets })
  const codes = report.diagnostics.map(d => d.code)
  const sas = report.esp_sas.map(({ packets, bytes, sequence, decrypted, icv_ok }) => ({
    packets,
    bytes,
    sequence,
    decrypted,
    icv_ok,
  }))
  return { report, sas, codes }
}

/** Whether the report is the same bytes when the capture is cut behind so many frames. */
async function isSameCut(capture: Capture, behind: number, secrets: Secrets): Promise<void> {
  const bytes = captureBytes(capture)
  const options = { provider: nodeProvider, secrets }
  const cut = cutSource(bytes, 2, () => (behind + 0.5) / (capture.frames.length + 1)).source
  const { report } = await analyze(memorySource(bytes), options)
  expect((await analyze(cut, options)).report).toEqual(report)
}

it("counts packets once that come again at once from another place, with keys and without", async () => {
  for (const secrets of [keys, NO_SECRETS]) {
    const expected = await read(once, secrets)
    for (const delay of [3, 2_000, 40_000]) {
      const { report, sas, codes } = await read(doubled(delay, forwarded), secrets)
      expect(sas).toEqual(expected.sas)
      expect(report.counts.esp).toBe(2 * expected.report.counts.esp)
      expect(codes).not.toContain("esp-replay")
      expect(codes).not.toContain("esp-duplicates")
      const found = report.diagnostics.filter(d => d.code === "captured-twice" && d.message.includes("data SAs"))
      expect(found.map(d => d.message)).toEqual([
        "86 packets of 2 data SAs came again at once, beside 86 that count: captured at two places (tcpdump -i any, a mirror port, merged files); ikedump counts each once",
      ])
    }
  }
})

it("is no copy from the same place, after a while, or with another octet", async () => {
  const same = await read(
    doubled(3, () => {}),
    keys,
  )
  expect(same.codes).toContain("esp-replay")
  expect(same.sas.map(sa => sa.packets)).toEqual([86, 86])
  const late = await read(doubled(150_000, forwarded), keys)
  expect(late.codes).toContain("esp-replay")
  const forged = await read(
    doubled(3, bytes => {
      forwarded(bytes)
      bytes[bytes.length - 1] ^= 1
    }),
    keys,
  )
  // Damaged between the two places, or forged: each is said.
  expect(forged.report.esp_sas.map(sa => [sa.icv_ok, sa.icv_failed])).toEqual([
    [43, 43],
    [43, 43],
  ])
})

it("is no copy of raw IP where all but the IP identification is the same: no link header tells a place", async () => {
  const header = once.header.slice()
  header[20] = 101
  const raw = { header, frames: once.frames.map(f => ({ ...f, bytes: f.bytes.slice(ETHERNET_BYTES) })) }
  const codes = async (change: (bytes: Uint8Array) => void) => (await read(doubled(3, change, raw), keys)).codes
  expect(await codes(bytes => bytes[5]++)).toContain("esp-replay")
  expect(await codes(bytes => bytes[8]--)).not.toContain("esp-replay")
})

it("counts what was damaged before both places once", async () => {
  const damaged = {
    ...once,
    frames: once.frames.map((f, i) =>
      i === 10 ? { ...f, bytes: f.bytes.map((b, at) => (at === f.bytes.length - 1 ? b ^ 1 : b)) } : f,
    ),
  }
  const frames = doubled(3, forwarded).frames.map((f, i) =>
    i === 20 || i === 21 ? { ...f, bytes: f.bytes.map((b, at) => (at === f.bytes.length - 1 ? b ^ 1 : b)) } : f,
  )
  const expected = await read(damaged, keys)
  const { sas, report } = await read({ ...once, frames }, keys)
  expect(report.esp_sas.reduce((n, sa) => n + sa.icv_failed, 0)).toBe(1)
  expect(sas).toEqual(expected.sas)
  await isSameCut({ ...once, frames }, 21, keys)
})

it("is the same in segments", async () => {
  const bytes = captureBytes(doubled(700, forwarded))
  const options = { provider: nodeProvider, secrets: keys }
  const whole = JSON.stringify((await analyze(memorySource(bytes), options)).report)
  const random = randomOf(5)
  for (let n = 2; n < 20; n += 3)
    expect(JSON.stringify((await analyze(cutSource(bytes, n, random).source, options)).report), `${n} segments`).toBe(
      whole,
    )
})

it("is the same in segments where time goes back at the cut, and comes again", async () => {
  const at = 30
  const [before, next] = once.frames.slice(at)
  const bytes = before.bytes.slice()
  forwarded(bytes)
  const after = (micros: number) => ({ seconds: before.seconds + Math.floor(micros / 1e6), fraction: before.fraction })
  const behind = [{ ...next, ...after(-3e6) }, { bytes, ...after(0) }, ...once.frames.slice(at + 2)]
  await isSameCut({ ...once, frames: [...once.frames.slice(0, at + 1), ...behind] }, at + 1, NO_SECRETS)
})

it("is the same in segments where time goes back a little behind the cut", async () => {
  const at = 30
  const [before, next] = once.frames.slice(at)
  const bytes = before.bytes.slice()
  forwarded(bytes)
  for (const [first, second] of [
    [160_000, 3],
    [-60_000, 50_000],
  ]) {
    const after = (micros: number) => ({ seconds: before.seconds, fraction: before.fraction + micros })
    const behind = [{ ...next, ...after(first) }, { bytes, ...after(second) }, ...once.frames.slice(at + 2)]
    await isSameCut({ ...once, frames: [...once.frames.slice(0, at + 1), ...behind] }, at + 1, NO_SECRETS)
  }
})

it("counts both sides of a NAT once, of the initiator or of the responder", async () => {
  const { report } = await read(fileCapture("verdict/nat-ok-any.pcap"))
  expect(report.diagnostics.map(d => d.code)).not.toContain("esp-duplicates")
  expect(report.esp_sas.map(sa => [sa.packets, sa.sequence.missing])).toEqual([
    [4, 0],
    [4, 0],
  ])
  expect(report.esp_sas.map(sa => sa.paths)).toEqual([["10.2.0.254 → 10.2.0.2"], ["10.2.0.2 → 10.1.0.1"]])
  expect(report.ike_sas.map(sa => sa.verdict.headline)).toEqual(["Up: IKE SA, 8 packets both ways"])
})

it("counts what is inside packets of both sides of a NAT once, and hands it on once", async () => {
  const path = resolve(import.meta.dirname, "../../fixtures/cases/lab.keylog")
  const { secrets } = importSecrets(readFileSync(path), { file: path })
  const inside = fileCapture("cases/inner-outside-selectors.pcap")
  const isEsp = (bytes: Uint8Array) => bytes[ETHERNET_BYTES + 9] === 50
  const translated = (bytes: Uint8Array) => {
    forwarded(bytes)
    bytes[ETHERNET_BYTES + 16]++
  }
  const both = doubled(3, translated, { ...inside, frames: inside.frames.filter(f => isEsp(f.bytes)) })
  const twice = { ...inside, frames: [...inside.frames.filter(f => !isEsp(f.bytes)), ...both.frames] }
  const seen = async (capture: Capture) => {
    let inner = 0
    const data = { onInner: () => inner++ }
    const source = memorySource(captureBytes(capture))
    const { report } = await analyze(source, { provider: nodeProvider, secrets, data })
    const outside = report.diagnostics.filter(d => d.code === "inner-outside-selectors")
    return { inner, outside: outside.map(d => /^\d+ of \d+/.exec(d.message)?.[0] ?? d.message) }
  }
  expect(await seen(twice)).toEqual(await seen(inside))
})

it("is two SAs where one first message goes to two responders, each with all its hops: a scanner, or two gateways tried", async () => {
  const capture = fileCapture("verdict/responder-nat-v1-up-any.pcap")
  const hopsAt = 20 + 8
  expect([capture.frames[0].bytes[hopsAt], capture.frames[1].bytes[hopsAt]]).toEqual([64, 63])
  const [once, twice] = await Promise.all([read(capture), read(edit(capture, 2, frame => frame.setUint8(hopsAt, 64)))])
  expect([once.report.ike_sas.length, twice.report.ike_sas.length]).toEqual([1, 2])
})

it("two SAs of one SPI to other addresses stay two where their packets differ", async () => {
  const capture = fileCapture("verdict/responder-nat-v1-up-any.pcap")
  const { report } = await read({ ...capture, frames: capture.frames.map(changed) })
  expect(report.esp_sas.map(e => [e.paths.length, e.packets])).toEqual([
    [0, 4],
    [0, 4],
    [1, 4],
  ])
})

it("counts packets once that were captured on both sides of the responder's NAT", async () => {
  const { report } = await read(fileCapture("verdict/responder-nat-v1-up-any.pcap"))
  expect(report.esp_sas.map(e => [e.owner, e.paths, e.packets])).toEqual([
    ["ike/0", ["10.1.0.1 → 10.2.0.2"], 4],
    ["ike/0", ["10.1.0.254 → 10.1.0.1"], 4],
  ])
})
