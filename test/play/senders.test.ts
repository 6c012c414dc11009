/** Several senders under one SPI and destination are several SAs; one sender that moves is one. RFC 4301 §4.1. */
import { describe, expect, it } from "vitest"
import { memorySource } from "../../src/index.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { cbcKeys, gcmKeys, rowOf } from "../helpers/esp-fixtures.ts"
import { cutSource, randomOf } from "../helpers/segments.ts"
import { sealEsp } from "../open/seal.ts"
import { type Keys, reportOf, secretsOf } from "./analyzed.ts"
import { type Endpoint, ip, Tape } from "./tape.ts"

const SPI = 0x1003
const host = (n: number): Endpoint => ({ address: [10, 3, 0, n], port: 500 })
const [A, B, D] = [host(1), host(3), host(2)]
const NAMES = { A: "10.3.0.1", B: "10.3.0.3", D: "10.3.0.2" }

const tape = () => new Tape()
const [gcm, cbc] = [gcmKeys, cbcKeys]

/** Records a packet with other content each time. */
function send(on: Tape, keys: EspKeys, from: Endpoint, sequence: number, to = D): number {
  const inner = ip(from, to, 17, on.random(24))
  return on.add(
    ip(from, to, 50, sealEsp(keys, nodeProvider, inner, { spi: SPI, sequence, iv: on.random(keys.encr.ivBytes) })),
  )
}

/** The packet of a frame as it looks on the other side of a NAT. */
function behindNat(on: Tape, frame: number, source: Endpoint): number {
  const packet = on.packets[frame - 1].slice()
  packet.set(source.address, 12)
  return on.add(packet)
}

const row = (keys: EspKeys, source?: string) => rowOf(SPI, keys, source)

/** The report, which is the same in segments, and out of a pipe but for what a stream cannot know. */
async function found(on: Tape, rows: readonly object[] = []) {
  const keys: Keys = { child_sas: rows }
  const report = await reportOf(on, keys)
  const secrets = secretsOf(keys)
  const run = async (source: Parameters<typeof analyze>[0]) =>
    (await analyze(source, { provider: nodeProvider, secrets, showKeys: true })).report
  const whole = await run(memorySource(on.capture()))
  for (const n of [2, 5])
    expect(await run(cutSource(on.capture(), n, randomOf(n)).source), `${n} segments`).toEqual(whole)
  const piped = await run({ ...memorySource(on.capture()), rereadable: false })
  expect(piped.esp_sas).toEqual(whole.esp_sas)
  return {
    sas: report.esp_sas.map(s => [s.source, s.packets, s.icv_ok, s.icv_failed]),
    sequences: report.esp_sas.map(s => s.sequence),
    ids: report.esp_sas.map(s => s.id),
    used: report.secrets.map(s => s.used_by),
    of: (code: string) => report.diagnostics.filter(d => d.code === code).map(d => d.message),
    codes: [...new Set(report.diagnostics.map(d => d.code))],
  }
}

/** Two senders, in turns; the second began later. */
function twoSenders(keysOf: (on: Tape) => EspKeys, one = false) {
  const on = tape()
  const a = keysOf(on)
  const b = one ? a : keysOf(on)
  for (let n = 1; n <= 8; n++) {
    send(on, a, A, n)
    if (n > 2) send(on, b, B, n - 2)
  }
  return { on, a, b }
}

describe("two senders", () => {
  it.each([
    ["AES-GCM", gcm],
    ["AES-CBC", cbc],
  ] as const)("%s: each is an SA of its own under its keys", async (_, keysOf) => {
    const { on, a, b } = twoSenders(keysOf)
    const { sas, sequences, ids, used, of, codes } = await found(on, [row(a, NAMES.A), row(b, NAMES.B)])
    expect(sas).toEqual([
      [NAMES.A, 8, 8, 0],
      [NAMES.B, 6, 6, 0],
    ])
    expect(ids).toEqual(["esp/0", "esp/1"])
    expect(sequences.map(s => [s.first, s.last, s.missing, s.duplicate])).toEqual([
      [1, 8, 0, 0],
      [1, 6, 0, 0],
    ])
    expect(used).toEqual([["esp/0"], ["esp/1"]])
    expect(of("spi-senders")).toEqual([
      expect.stringMatching(/has 2 senders, 10\.3\.0\.1, 10\.3\.0\.3: .*different keys/),
    ])
    expect(codes).not.toContain("esp-replay")
    expect(codes).not.toContain("esp-one-way")
    expect(codes).not.toContain("icv-failed")
    expect(codes).not.toContain("keys-crossed")
  })

  it("rows without a source open them too", async () => {
    const { on, a, b } = twoSenders(gcm)
    expect((await found(on, [row(a), row(b)])).sas.map(s => s[2])).toEqual([8, 6])
  })

  it("without keys their numbers tell them apart, and that is said to be an inference", async () => {
    const { sas, of } = await found(twoSenders(gcm).on)
    expect(sas.map(s => s[1])).toEqual([8, 6])
    expect(of("spi-senders")).toEqual([
      expect.stringMatching(/seems to have an SA of its own, unless packets are forged/),
    ])
  })

  it("the keys of one are not those of the other", async () => {
    const { on, a } = twoSenders(gcm)
    const { sas, of } = await found(on, [row(a, NAMES.A)])
    expect(sas).toEqual([
      [NAMES.A, 8, 8, 0],
      [NAMES.B, 6, 0, 6],
    ])
    expect(of("icv-failed")).toEqual([expect.stringMatching(/from 10\.3\.0\.3 .*not given, or it is forged/)])
  })

  it("a wrong key opens neither", async () => {
    const { on } = twoSenders(gcm)
    const wrong = gcm(tape())
    const other = { ...wrong, key: wrong.key.map(b => b ^ 1) }
    const { sas, of } = await found(on, [row(other, NAMES.A)])
    expect(sas.map(s => s[2])).toEqual([0, 0])
    expect(of("icv-failed")[0]).toMatch(/the keys do not belong to this SA/)
  })

  it.each([
    ["AES-GCM", gcm],
    ["AES-CBC", cbc],
  ] as const)("%s: another source's keys are said, and open the packets", async (_, keysOf) => {
    const { on, a, b } = twoSenders(keysOf)
    const { sas, of } = await found(on, [row(b, NAMES.A), row(a, NAMES.B)])
    expect(sas.map(s => s[2])).toEqual([8, 6])
    expect(of("keys-crossed")).toEqual([
      expect.stringMatching(/from 10\.3\.0\.1 .*given for another sender, 10\.3\.0\.3/),
      expect.stringMatching(/from 10\.3\.0\.3 .*given for another sender, 10\.3\.0\.1/),
    ])
  })

  it("under one key each counts for itself, and nothing is a replay", async () => {
    const { on, a } = twoSenders(cbc, true)
    const { sas, of, codes } = await found(on, [row(a)])
    expect(sas.map(s => s[2])).toEqual([8, 6])
    expect(of("spi-senders")).toEqual([expect.stringMatching(/under one key/)])
    expect(codes).not.toContain("esp-replay")
  })

  it("an IV that two senders use under one key is reused", async () => {
    const on = tape()
    const keys = gcm(on)
    for (let n = 1; n <= 4; n++)
      for (const from of [A, B]) {
        const inner = ip(from, D, 17, on.random(24))
        const iv = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, n)
        on.add(ip(from, D, 50, sealEsp(keys, nodeProvider, inner, { spi: SPI, sequence: n, iv })))
      }
    expect((await found(on, [row(keys)])).codes).toContain("iv-reused")
  })
})

describe("one sender", () => {
  it.each([0, 40])("that moves is one SA, %i numbers lost", async gap => {
    const on = tape()
    const keys = gcm(on)
    for (let n = 1; n <= 5; n++) send(on, keys, A, n)
    for (let n = 6; n <= 10; n++) send(on, keys, B, n + gap)
    for (const rows of [[], [row(keys, NAMES.A)]]) {
      const { sas, ids, sequences, codes } = await found(on, rows)
      expect(sas).toEqual([[NAMES.A, 10, rows.length * 10, 0]])
      expect(ids).toEqual(["esp/0"])
      expect(sequences[0]).toEqual({ first: 1, last: 10 + gap, missing: gap, duplicate: 0, out_of_order: 0 })
      expect(codes).not.toContain("spi-senders")
    }
  })

  it("that moves while packets overtake one another, and over the end of 32 bits, is one SA", async () => {
    const on = tape()
    const keys = cbc(on, true)
    const seal = (from: Endpoint, n: number) => {
      const [seqHi, sequence] = [Math.floor(n / 2 ** 32), n % 2 ** 32]
      const inner = ip(from, D, 17, on.random(24))
      on.add(ip(from, D, 50, sealEsp(keys, nodeProvider, inner, { spi: SPI, sequence, seqHi, iv: on.random(16) })))
    }
    const top = 2 ** 32
    for (const n of [-4, -3, -2]) seal(A, top + n)
    seal(B, top)
    seal(A, top - 1)
    for (const n of [1, 2, 3]) seal(B, top + n)
    const { sas, sequences } = await found(on, [row(keys)])
    expect(sas).toEqual([[NAMES.A, 8, 8, 0]])
    expect(sequences[0].missing).toBe(0)
  })

  it("captured on both sides of a NAT is one SA, each packet once", async () => {
    const on = tape()
    const keys = gcm(on)
    for (let n = 1; n <= 30; n++) behindNat(on, send(on, keys, A, n), B)
    const { sas, sequences, codes } = await found(on)
    expect(sas).toEqual([[NAMES.A, 30, 0, 0]])
    expect(sequences[0].duplicate).toBe(0)
    expect(codes).toContain("captured-twice")
    expect(codes).not.toContain("spi-senders")
  })
})

describe("forged sources", () => {
  it("are bounded, and leave the genuine sender's results to it", async () => {
    const on = tape()
    const [keys, other] = [gcm(on), gcm(on)]
    for (let n = 1; n <= 50; n++) {
      send(on, keys, A, n)
      for (let i = 0; i < 4; i++) send(on, other, { address: [172, 16, n, i], port: 0 }, 1)
    }
    const { sas, sequences, codes } = await found(on, [row(keys, NAMES.A)])
    expect(sas[0]).toEqual([NAMES.A, 50, 50, 0])
    expect(sequences[0].missing).toBe(0)
    expect(sas.length).toBeLessThanOrEqual(32)
    expect(sas.reduce((n, s) => n + Number(s[1]), 0)).toBe(250)
    expect(codes).toContain("icv-failed")
  })
})
