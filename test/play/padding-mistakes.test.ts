/** The arbiter of padding: packets and messages open whatever their padding is, and what its sender did instead is named. */
import { describe, expect, it } from "vitest"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import type { EspKeys } from "../../src/keys/data-sa-keys.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { type SealOptions, sealEsp } from "../open/seal.ts"
import { reportOf, saOf } from "./analyzed.ts"
import { PlayV2, X } from "./play-v2.ts"
import { hex, ip, LEFT, RIGHT, Tape } from "./tape.ts"
import { notifyP } from "./wire-v2.ts"

const SPEC = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" }
const keysOf = (play: PlayV2) => ({ dh_shared: [hex(play.exchanged[0].shared)], psks: ["swordfish"] })
const range = (n: number, value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i))
type Trailer = NonNullable<SealOptions["trailer"]>

/** A tunnel in which the initiator pads otherwise; 10 octets of padding are due. */
async function padded(trailer: Trailer | undefined) {
  const play = new PlayV2(new Tape()).saInit().auth({ child: { ...SPEC, packets: 0 } })
  const [child] = play.children
  for (const way of ["i", "r"] as const) {
    const [from, to, spi] = way === "i" ? [LEFT, RIGHT, child.spiR] : [RIGHT, LEFT, child.spiI]
    const keys: EspKeys = {
      encr: encrByName(SPEC.encr)!,
      key: child.keys[`encr_${way}`],
      integ: integByName(SPEC.integ)!,
      integKey: child.keys[`integ_${way}`],
      esn: false,
    }
    for (let sequence = 1; sequence <= 2; sequence++) {
      const options = { spi: new DataView(spi.buffer, spi.byteOffset).getUint32(0), sequence }
      const inner = ip(from, to, 17, play.tape.random(32))
      play.tape.add(
        ip(from, to, 50, sealEsp(keys, nodeProvider, inner, way === "i" ? { ...options, trailer } : options)),
      )
    }
  }
  const report = await reportOf(play.tape, keysOf(play))
  expect(report.esp_sas.map(s => [s.decrypted, s.icv_ok])).toEqual([
    [2, 2],
    [2, 2],
  ])
  return report.diagnostics.filter(d => d.code === "esp-padding").map(d => d.message)
}

describe("ESP padding", () => {
  it.each<[string, RegExp, Trailer]>([
    ["zeros", /is all zeros \(/, (n, next) => [...range(n, () => 0), n, next]],
    ["from 0", /is counted from 0 \(/, (n, next) => [...range(n, i => i), n, next]],
    ["PKCS #7", /as PKCS #7 has it/, (n, next) => [...range(n, () => n), n, next]],
    ["down to 1", /is counted down to 1/, (n, next) => [...range(n, i => n - i), n, next]],
    [
      "the trailer counted in",
      /counts the two octets of the trailer too/,
      (n, next) => [...range(n, i => i + 1), n + 2, next],
    ],
    ["Pad Length counted in", /counts itself too/, (n, next) => [...range(n, i => i + 1), n + 1, next]],
    ["Pad Length and Next Header exchanged", /in each other's place/, (n, next) => [...range(n, i => i + 1), next, n]],
    ["longer than the packet", /longer than the packet/, (n, next) => [...range(n, () => 7), 200, next]],
    ["noise", /is other octets/, (n, next) => [...range(n, i => (i * i + 77) & 255), n, next]],
  ])("%s", async (_, says, trailer) => {
    const said = await padded(trailer)
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(says)
    expect(said[0]).toMatch(
      /2 packets of ESP [0-9a-f]{8} to 10\.0\.0\.2.*the sender erred.*RFC 4303 §2\.4: "the first padding byte/,
    )
  })

  it("as it should be is no finding, however long", async () => {
    expect(await padded(undefined)).toEqual([])
    expect(await padded((n, next) => [...range(n + 16, i => i + 1), n + 16, next])).toEqual([])
  })

  it("of two forms names both", async () => {
    let packet = 0
    const [said] = await padded((n, next) => [...range(n, packet++ === 0 ? () => 0 : i => i), n, next])
    expect(said).toMatch(/is all zeros; or counted from 0/)
  })
})

describe("IKE padding", () => {
  const sent = async (padLength: number | undefined) => {
    const play = new PlayV2(new Tape()).saInit().auth()
    const id = play.nextId.initiator++
    // A notification of 8 octets: 7 of padding are due.
    const frame = play.put("initiator", play.sealed("initiator", X.INFO, id, false, [notifyP(40000)], { padLength }))
    const report = await reportOf(play.tape, keysOf(play))
    return {
      check: saOf(report, play).checks.find(c => c.id === "sk-padding" && c.frame === frame)!,
      said: report.diagnostics.filter(d => d.code === "implementation-mistake").map(d => d.message),
      malformed: report.diagnostics.filter(d => d.frame === frame && /malformed|payload/.test(d.code)),
    }
  }
  it.each([
    ["counts its own octet", 8, /with the octet of Pad Length counted in: the initiator erred\. RFC 7296 §3\.14/],
    ["is left at zero", 0, /as if there were no padding: the initiator erred/],
  ] as const)("whose length %s", async (_, padLength, says) => {
    const { check, said, malformed } = await sent(padLength)
    expect([check.status, said, malformed]).toEqual(["fail", [check.reason], []])
    expect(check.reason).toMatch(says)
  })

  it("of another wrong length is no known mistake, and the payloads are read all the same", async () => {
    const { check, said, malformed } = await sent(13)
    expect([check.status, said, malformed]).toEqual(["fail", [], []])
    expect(check.reason).toBe("Pad Length 13, but 7 bytes stand behind the payloads")
    expect((await sent(undefined)).check.status).toBe("pass")
  })
})
