/** Explanations of NAT, paths, certificates, ESP and limits, each shown by a capture; what no available capture has is made. */

import { describe, expect, it } from "vitest"
import { byteSource } from "../../../src/bytes/byte-source.ts"
import type { TrafficSelector } from "../../../src/ike/v2/traffic-selector.ts"
import { nodeProvider } from "../../../src/node/crypto.ts"
import { ChildIndex } from "../../../src/report/assemble.ts"
import { explainFaults } from "../../../src/report/explain/data-faults.ts"
import { Explainer } from "../../../src/report/explain/index.ts"
import { explainSpiReuse } from "../../../src/report/explain/spi-reuse.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"
import type { DataResult } from "../../../src/track/data-result.ts"
import { outsideOf } from "../../../src/track/narrowing.ts"
import { selectorOf, selectorTexts } from "../../../src/track/selector.ts"
import { say } from "../../../src/track/v2-state.ts"
import { GivenCertificates } from "../../../src/unlock/given-certificates.ts"
import {
  analyzeCapture,
  type Capture,
  delay,
  edit,
  fixtureCapture,
  fixtureSecrets,
  join,
  pick,
} from "../../helpers/capture-edit.ts"

const SOURCE = 26
const DESTINATION = 30
const PROTOCOL = 23
const ESP = 50
const ESP_SPI = 34
const ESP_SEQUENCE = 38

const psk = fixtureCapture("v2-psk-modp2048")
const pskKeys = fixtureSecrets("v2-psk-modp2048")
const run = async (
  capture: Capture,
  ...rest: Parameters<typeof analyzeCapture> extends [unknown, ...infer R] ? R : never
) => {
  const result = await analyzeCapture(capture, ...rest)
  const of = (code: string) => result.report.diagnostics.filter(d => d.code === code)
  return { ...result, of }
}
const isEsp = (frame: { bytes: Uint8Array }): boolean => frame.bytes[PROTOCOL] === ESP
const numbers = (capture: Capture, wanted: (frame: { bytes: Uint8Array }) => boolean): number[] =>
  capture.frames.flatMap((f, i) => (wanted(f) ? [i + 1] : []))
const from = (last: number) => (f: { bytes: Uint8Array }) => f.bytes[SOURCE + 3] === last
const esp = numbers(psk, isEsp)

describe("NAT", () => {
  const nat = fixtureCapture("v2-nat")

  it("is seen from inside", async () => {
    const { of } = await run(nat)
    expect(of("nat-present").map(d => [d.severity, d.frame])).toEqual([["info", 2]])
    expect(of("nat-present")[0].message).toMatch(/^10\.1\.0\.1 \(initiator\) is behind NAT: .*10\.2\.0\.2 sees it/)
    expect(of("port-float")[0].message).toContain("port 4500 at frame 3")
  })

  it("finds the address behind the hash from outside", async () => {
    const outside = (c: Capture, n: number, at: number) => edit(c, n, f => f.setUint32(at, 0xc6336407))
    const seen = outside(outside(pick(psk, [1, 2]), 1, SOURCE), 2, DESTINATION)
    expect((await run(seen)).of("nat-present")[0].message).toBe(
      "198.51.100.7 (initiator) is behind NAT: the NAT_DETECTION hash of the source in frame 1 was made with 10.1.0.1 port 500",
    )
  })

  it("takes two denied addresses for forced encapsulation", async () => {
    const { of } = await run(fixtureCapture("v2-dpd"))
    expect(of("nat-present").map(d => d.message)).toEqual([
      expect.stringContaining("both ends force UDP encapsulation"),
    ])
  })

  it("follows a new port and MOBIKE's new address", async () => {
    const port = 34
    const moved = [5, 6].reduce(
      (c, n) => edit(c, n, f => f.setUint16(f.getUint8(SOURCE + 3) === 1 ? port : port + 2, 61000)),
      pick(fixtureCapture("v2-dpd"), [1, 2, 3, 4, 107, 108]),
    )
    expect((await run(moved)).of("nat-rebinding")[0].message).toContain("port 61000 at frame 5")
    const mobike = "strongswan/v2-mobike"
    expect((await run(fixtureCapture(mobike), fixtureSecrets(mobike))).of("address-change")[0].message).toBe(
      "the initiator moved at frame 11, by MOBIKE (UPDATE_SA_ADDRESSES): now 10.1.0.3:4500 ⇄ 10.1.0.2:4500",
    )
  })
})

describe("certificates", () => {
  const name = "strongswan/v2-badcert"

  it("wants an authority only when one was given", async () => {
    const { of } = await run(fixtureCapture(name), fixtureSecrets(name))
    expect(of("certificate-issuer-unknown").map(d => d.severity)).toEqual(["info"])
  })

  it("looks at dates as of the capture", async () => {
    const secrets = fixtureSecrets(name)
    const later = await run(delay(fixtureCapture(name), 1, 1.5e9), secrets)
    expect(later.of("certificate-expired")[0].severity).toBe("error")
    const earlier = await run(delay(fixtureCapture(name), 1, -6e8), secrets)
    expect(earlier.of("certificate-not-yet-valid")[0].severity).toBe("error")
    // A clock that shows 1979 was never set, and says nothing of dates.
    const unset = await run(delay(fixtureCapture(name), 1, -1.5e9), secrets)
    expect(unset.of("certificate-not-yet-valid")).toEqual([])
  })

  it("compares the identity", async () => {
    const { sas } = await run(fixtureCapture(name), fixtureSecrets(name))
    const [sa] = sas
    const id = sa.v2?.said.initiator.certifiedId
    if (!sa.v2 || !id) throw new Error("no identity")
    const bytes = id.src.bytes.slice()
    bytes[id.start + 8] ^= 1
    say(sa.v2, "initiator", { certifiedId: { ...id, src: byteSource(bytes, "changed") } })
    const findings = new Explainer({ provider: nodeProvider, certificates: new GivenCertificates(NO_SECRETS) }).explain(
      sa,
    )
    expect(findings.find(f => f.code === "certificate-identity-mismatch")?.severity).toBe("warning")
  })
})

describe("ESP", () => {
  it("flows one way only", async () => {
    const oneWay = pick(
      psk,
      numbers(psk, f => !isEsp(f) || from(1)(f)),
    )
    for (const secrets of [NO_SECRETS, pskKeys]) {
      const [d] = (await run(oneWay, secrets)).of("esp-one-way")
      expect(d).toMatchObject({
        severity: "warning",
        message: expect.stringMatching(/packets to 10\.1\.0\.2 and none back/),
      })
    }
    expect((await run(psk)).of("esp-one-way")).toEqual([])
    // A capture of one direction blames nobody.
    for (const end of ["10.1.0.1", "10.1.0.2"]) {
      const alone = { ...psk, frames: psk.frames.filter(f => f.bytes.subarray(26, 30).join(".") === end) }
      const [said] = (await run(alone)).of("esp-one-way")
      expect(said.severity).toBe("info")
      expect(said.message).toMatch(/: the capture has this direction alone, of IKE too$/)
    }
  })

  it("flows one way only where an answer had the time to come, or the negotiation is there", async () => {
    const esp = pick(
      psk,
      numbers(psk, f => isEsp(f) && from(1)(f)),
    )
    expect((await run(esp)).of("esp-one-way")).toHaveLength(1)
    const [{ seconds, fraction }] = esp.frames
    const atOnce = { ...esp, frames: esp.frames.map(f => ({ ...f, seconds, fraction })) }
    expect((await run(atOnce)).of("esp-one-way")).toEqual([])
  })

  it("has an SPI that no negotiation made", async () => {
    const odd = edit(psk, esp[4], f => f.setUint32(ESP_SPI, 0x12345678))
    expect((await run(odd, pskKeys)).of("spi-unknown")[0].message).toContain("ESP 12345678 to 10.1.0.")
    expect((await run(odd)).of("spi-unknown")).toEqual([])
  })

  it("was negotiated before", async () => {
    const { of } = await run(pick(psk, esp))
    expect(of("negotiation-not-captured").map(d => d.severity)).toEqual(["info"])
    expect((await run(psk)).of("negotiation-not-captured")).toEqual([])
  })

  it("fails its ICV", async () => {
    const { of } = await run(
      edit(psk, esp[3], f => f.setUint8(60, f.getUint8(60) ^ 1)),
      pskKeys,
    )
    expect(of("icv-failed")[0]).toMatchObject({ severity: "error", frame: esp[3] })
  })

  it("comes again", async () => {
    const doubled = join(psk, pick(psk, [esp[2]]))
    expect((await run(doubled, pskKeys)).of("esp-replay")[0]).toMatchObject({ severity: "warning" })
    expect((await run(doubled)).of("esp-duplicates")[0]).toMatchObject({ severity: "info" })
  })

  it("wraps its sequence number", async () => {
    const mine = numbers(psk, f => isEsp(f) && from(1)(f))
    const wrapped = edit(psk, mine[0], f => f.setUint32(ESP_SEQUENCE, 0xffffffff))
    expect((await run(wrapped)).of("esp-sequence-wrap")[0].severity).toBe("info")
    // The ICV of the packet that was changed fails: with the data opened it says nothing of the sequence.
    expect((await run(wrapped, pskKeys)).of("esp-sequence-wrap")).toEqual([])
    expect((await run(wrapped, pskKeys, { controlOnly: true })).of("esp-sequence-wrap")[0].severity).toBe("warning")
  })

  it("has faults that only opened packets show", async () => {
    const { dataSas, sas } = await run(psk, pskKeys)
    const [, ...others] = dataSas
    for (const data of others) data.result = undefined
    const broken: DataResult = {
      ...dataSas[0].result!,
      ivReused: 2,
      ivReuseFrames: [7, 9],
      paddingFaults: 1,
      paddingFrames: [8],
      paddingForms: 1,
      truncated: 3,
    }
    dataSas[0].result = broken
    const found = explainFaults({ all: dataSas, index: new ChildIndex(), sas, icmp: [], begins: [] })
    expect(found.map(d => [d.code, d.severity, d.frame])).toEqual([
      ["iv-reused", "warning", 7],
      ["esp-padding", "warning", 8],
      ["packets-cut-short", "info", dataSas[0].firstFrame],
    ])
  })

  it("has one SPI for two Child SAs", async () => {
    const { sas } = await run(fixtureCapture("v2-retrans"), fixtureSecrets("v2-retrans"))
    expect(explainSpiReuse(sas)).toEqual([])
    const [first, second] = sas[0].children
    sas[0].children[1] = { ...second, spiI: first.spiI, startedBy: first.startedBy }
    first.state = "installed"
    expect(explainSpiReuse(sas)[0]).toMatchObject({ code: "spi-reused", severity: "warning" })
  })
})

describe("traffic selectors", () => {
  const range = (first: number[], last: number[], more: Partial<TrafficSelector> = {}): TrafficSelector => ({
    start: 0,
    end: 0,
    type: 7,
    protocol: 0,
    startPort: 0,
    endPort: 65535,
    startAddress: Uint8Array.from(first),
    endAddress: Uint8Array.from(last),
    ...more,
  })
  const net = range([10, 1, 0, 0], [10, 1, 255, 255])

  it("are narrowed, also across two that were asked for", () => {
    expect(
      outsideOf([range([10, 1, 2, 0], [10, 1, 2, 255], { protocol: 6, startPort: 443, endPort: 443 })], [net]),
    ).toEqual([])
    const halves = [range([10, 1, 0, 0], [10, 1, 127, 255]), range([10, 1, 128, 0], [10, 1, 255, 255])]
    expect(outsideOf([net], halves)).toEqual([])
  })

  it("are widened", () => {
    const texts = (...of: Parameters<typeof outsideOf>) => selectorTexts(outsideOf(...of))
    expect(texts([range([10, 0, 0, 0], [10, 255, 255, 255])], [net])).toEqual(["10.0.0.0/8"])
    expect(texts([net], [range([10, 1, 0, 0], [10, 1, 255, 255], { protocol: 6 })])).toEqual(["10.1.0.0/16"])
    expect(texts([net], [])).toEqual(["10.1.0.0/16"])
  })

  it("make a finding", async () => {
    const { sas } = await run(psk, pskKeys)
    const [sa] = sas
    sa.attempts[0] = { ...sa.attempts[0], outside: [selectorOf(range([10, 0, 0, 0], [10, 255, 255, 255]))] }
    const findings = new Explainer({ provider: nodeProvider, certificates: new GivenCertificates(NO_SECRETS) }).explain(
      sa,
    )
    expect(findings.find(f => f.code === "ts-not-subset")?.message).toContain("10.0.0.0/8 lies outside 10.10.1.0/24")
  })
})

it("xauth-failed, and a notification that a message has twice", async () => {
  const name = "v1-xauth-psk-cfg"
  const { sas } = await run(fixtureCapture(name), fixtureSecrets(name))
  const [sa] = sas
  const at = { frame: 9, time: sa.first, exchangeType: 6, messageId: 1, request: true, encrypted: true, detail: null }
  const version = { kind: "notification", type: 5, name: "INVALID-MAJOR-VERSION", data: new Uint8Array(0) } as const
  sa.notices = [
    { ...at, from: "responder", kind: "xauth-failed", type: -1, name: "XAUTH status FAIL", data: new Uint8Array(0) },
    { ...at, from: "responder", ...version },
    { ...at, from: "responder", ...version },
  ]
  const findings = new Explainer({ provider: nodeProvider, certificates: new GivenCertificates(NO_SECRETS) }).explain(
    sa,
  )
  expect(findings.find(f => f.code === "xauth-failed")?.message).toMatch(/^10\.1\.0\.2 refuses XAUTH .*frame 9/)
  expect(findings.find(f => f.code === "invalid-major-version")?.message).toContain("in frame 9:")
})

describe("limits", () => {
  const scan = pick(fixtureCapture("v2-cookie"), [1, 2, 3])

  it("close the longest idle", async () => {
    const { of, report } = await run(scan, NO_SECRETS, { limits: { unanswered: 1 } })
    expect(of("ike-sas-evicted")[0].message).toMatch(/^2 idle IKE SAs/)
    expect(report.ike_sas).toHaveLength(3)
    expect((await run(psk, NO_SECRETS, { limits: { dataSas: 1 } })).of("data-sas-evicted")).toHaveLength(1)
  })

  it("keep no more SAs than asked for", async () => {
    const { of, report } = await run(scan, NO_SECRETS, { keepSas: 2 })
    expect(report.ike_sas).toHaveLength(2)
    expect(of("sas-not-kept")[0].message).toMatch(/^1 SAs are over/)
  })

  it("let a stream have each SA and finding as it closes", async () => {
    const seen: string[] = []
    const { report } = await run(fixtureCapture("v2-cookie"), NO_SECRETS, {
      sink: {
        ikeSa: ({ sa }) => seen.push(sa.id),
        espSa: sa => seen.push(sa.id),
        finding: d => seen.push(d.code),
      },
    })
    expect(seen.slice(0, 2)).toEqual(["ike/0", "no-proposal-chosen"])
    expect(seen).toEqual(expect.arrayContaining(["ike/3", "esp/0", "esp/1", "cookie-not-returned"]))
    expect([report.ike_sas, report.esp_sas, report.diagnostics]).toEqual([[], [], []])
  })
})
