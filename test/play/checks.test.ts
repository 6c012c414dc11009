/** Each check of the contract passes, fails and is skipped, and says why in words that name what is wrong or missing. */
import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { concat, u16be, utf8 } from "../../src/bytes/bytes.ts"
import type { CheckReport } from "../../src/report/types.ts"
import { type Keys, reportOf } from "./analyzed.ts"
import { PlayV1 } from "./play-v1.ts"
import { N, PlayV2, SUITE, X } from "./play-v2.ts"
import { hex, oneBitOff, Tape } from "./tape.ts"
import * as v1 from "./wire-v1.ts"
import * as w from "./wire-v2.ts"

const PSKS = { psks: [{ secret: "swordfish" }] }
const begun = (suite = SUITE) => new PlayV2(new Tape(), { suite }).saInit()
const keysOf = (play: PlayV2 | PlayV1): Keys => ({ ...PSKS, dh_shared: play.exchanged.map(x => hex(x.shared)) })

/** Checks of one id in the first SA of a tape. */
async function checks(tape: Tape, keys: Keys, id: string): Promise<CheckReport[]> {
  const report = await reportOf(tape, keys)
  return report.ike_sas[0].checks.filter(c => c.id === id)
}

/** The first check of a status, which must be there; with a frame, an RFC, and a reason unless it passes. */
async function expectCheck(tape: Tape, keys: Keys, id: string, status: string, reason = /./): Promise<void> {
  const all = await checks(tape, keys, id)
  const found = all.find(c => c.status === status && (status === "pass" || reason.test(c.reason ?? "")))
  if (!found) expect(all.map(c => `${c.status}: ${c.reason}`)).toContain(`${status}: ${reason}`)
  expect(found?.rfc).toMatch(/^(RFC|draft)/)
  expect(found?.frame).not.toBeNull()
}

/** A packet's last byte bent. */
function bend(tape: Tape, frame: number): void {
  const packet = tape.packets[frame - 1]
  tape.packets[frame - 1] = oneBitOff(packet, packet.length - 1)
}

describe("IKEv2", () => {
  it("dh-public", async () => {
    const play = begun()
    await expectCheck(play.tape, {}, "dh-public", "pass")
    const init = (group: number, value: Uint8Array) => {
      const bad = new PlayV2(new Tape())
      const sa = w.saP({ protocol: 1, spi: new Uint8Array(0), transforms: bad.transforms({ ...SUITE, ke: group }) })
      bad.clearExchange(
        X.INIT,
        [sa, w.keP(group, value), w.nonceP(bad.tape.random(32))],
        [sa, w.keP(group, value), w.nonceP(bad.tape.random(32))],
      )
      return bad.tape
    }
    await expectCheck(init(31, new Uint8Array(32)), {}, "dh-public", "fail", /X25519 public value: /)
    await expectCheck(init(19, new Uint8Array(64).fill(5)), {}, "dh-public", "fail", /ECP-256 public value: .*curve/)
    await expectCheck(init(14, new Uint8Array(256).fill(255)), {}, "dh-public", "fail", /MODP-2048 public value: /)
    for (const [group, value, says] of [
      [14, new Uint8Array(255).fill(9), /255 bytes long instead of 256, as without its leading zeros$/],
      [14, new Uint8Array(128).fill(9), /128 bytes long instead of 256$/],
      [19, new Uint8Array(32).fill(9), /32 bytes long instead of 64, as x alone$/],
      [19, new Uint8Array(65).fill(4), /65 bytes long instead of 64, as x and y with the octet 04 in front$/],
      [19, new Uint8Array(33).fill(3), /33 bytes long instead of 64, as a compressed point$/],
      [19, new Uint8Array(63).fill(9), /63 bytes long instead of 64, as without its leading zeros$/],
      [19, new Uint8Array(65).fill(9), /65 bytes long instead of 64$/],
    ] as const)
      await expectCheck(init(group, value), {}, "dh-public", "fail", says)
    await expectCheck(init(33, new Uint8Array(63)), {}, "dh-public", "fail", /63 bytes long instead of 64/)
    for (const [group, bytes] of [
      [38, 9616],
      [39, 15632],
      [40, 21632],
      [40, 21696],
      [1035, 1190],
    ] as const) {
      await expectCheck(init(group, new Uint8Array(bytes)), {}, "dh-public", "skipped", /is not computed here/)
      await expectCheck(init(group, new Uint8Array(bytes - 1)), {}, "dh-public", "fail", /bytes long instead of/)
    }
    await expectCheck(
      init(33, new Uint8Array(64)),
      {},
      "dh-public",
      "skipped",
      /GOST3410-2012-256 is not computed here/,
    )
  })

  it("sk-integrity, sk-padding", async () => {
    const play = begun().auth()
    const [frame] = play.info("initiator")
    bend(play.tape, frame)
    await expectCheck(play.tape, keysOf(play), "sk-integrity", "pass")
    await expectCheck(play.tape, keysOf(play), "sk-integrity", "fail", /Integrity Checksum Data does not match/)
    await expectCheck(play.tape, {}, "sk-integrity", "skipped", /no secrets were given/)
    await expectCheck(play.tape, { dh_shared: ["ab".repeat(32)] }, "sk-integrity", "skipped", /no secret fits this SA/)
    const id = play.nextId.initiator++
    play.put("initiator", play.sealed("initiator", X.INFO, id, false, [], { padLength: 77 }))
    await expectCheck(play.tape, keysOf(play), "sk-padding", "pass")
    await expectCheck(play.tape, keysOf(play), "sk-padding", "fail", /Pad Length 77/)
  })

  it("int-auth", async () => {
    const play = begun({ ...SUITE, additional: [31] })
      .addKe(31)
      .auth()
    await expectCheck(play.tape, keysOf(play), "int-auth", "pass")
    const { psks: _, ...noPsk } = keysOf(play)
    await expectCheck(
      play.tape,
      noPsk,
      "int-auth",
      "skipped",
      /AUTH is skipped: the pre-shared key of left.lab is missing/,
    )
    const forgetful = begun({ ...SUITE, additional: [31] })
    forgetful.addKe(31)
    const real = forgetful.octets.bind(forgetful)
    forgetful.octets = (from, id, keys) => {
      const [withInt, tail] = [real(from, id, keys), forgetful.prf.outBytes * 2 + 4]
      return withInt.slice(0, withInt.length - tail)
    }
    forgetful.auth()
    await expectCheck(forgetful.tape, keysOf(forgetful), "int-auth", "fail", /only without IntAuth/)
    await expectCheck(forgetful.tape, keysOf(forgetful), "auth-initiator", "fail", /IntAuth/)
  })

  it("ppk", async () => {
    const secret = utf8("a postquantum preshared key")
    const ppk = { id: "ppk-1", secret }
    const file = { ppks: [{ id: "ppk-1", secret: { hex: hex(secret) } }] }
    const play = begun().auth({ ppk })
    await expectCheck(play.tape, { ...keysOf(play), ...file }, "ppk", "pass")
    await expectCheck(play.tape, keysOf(play), "ppk", "skipped", /the PPK ppk-1 is missing/)
    const [{ verdict }] = (await reportOf(play.tape, keysOf(play))).ike_sas
    expect(verdict.why).toContain("the PPK ppk-1 is missing")
    expect(verdict.why).not.toContain("both ends are authenticated")
    const without = begun()
    const name = w.notifyP(N.PPK_IDENTITY, concat(Uint8Array.of(2), utf8("ppk-1")))
    without.auth({ extra: { request: [name] } })
    await expectCheck(without.tape, { ...keysOf(without), ...file }, "ppk", "fail", /without the PPK/)
  })

  it("nat-detection-source, nat-detection-destination", async () => {
    const play = begun().auth()
    const natHash = (address: readonly number[], port: number) =>
      new Uint8Array(
        createHash("sha1")
          .update(concat(play.spiI, play.spiR, Uint8Array.from(address), u16be(port)))
          .digest(),
      )
    const right = natHash(play.right.address, 500)
    play.info("initiator", [w.notifyP(16388, natHash(play.left.address, 500)), w.notifyP(16389, right)])
    play.info("initiator", [
      w.notifyP(16388, natHash([192, 168, 0, 1], 500)),
      w.notifyP(16389, natHash([1, 1, 1, 1], 1)),
    ])
    for (const id of ["nat-detection-source", "nat-detection-destination"]) {
      await expectCheck(play.tape, keysOf(play), id, "pass")
      await expectCheck(play.tape, keysOf(play), id, "skipped", /NAT/)
    }
  })

  it("child-keys, esp-icv, ah-icv", async () => {
    const play = begun().auth({ child: { protocol: "AH", integ: "HMAC-SHA2-256-128", packets: 2 } })
    play.child("initiator", { encr: "AES-GCM-16-128", packets: 2, net: 2 })
    play.child("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA1-96", packets: 0, net: 3 })
    play.child("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA1-96", ke: [19], net: 4 })
    const [first] = play.exchanged
    for (const id of ["child-keys", "esp-icv", "ah-icv"]) await expectCheck(play.tape, keysOf(play), id, "pass")
    await expectCheck(play.tape, keysOf(play), "child-keys", "skipped", /no packet seen/)
    const some = { ...PSKS, dh_shared: [hex(first.shared)] }
    await expectCheck(play.tape, some, "child-keys", "skipped", /key exchange \(PFS\) is missing/)
    await expectCheck(play.tape, some, "esp-icv", "skipped", /PFS/)
    const { sk_ei, sk_er, sk_ai, sk_ar } = play.keys
    const noSkD = {
      ike_sas: [{ ...play.spis, sk_ei: hex(sk_ei), sk_er: hex(sk_er), sk_ai: hex(sk_ai), sk_ar: hex(sk_ar) }],
    }
    await expectCheck(play.tape, noSkD, "ah-icv", "skipped", /no key/)
    const data = play.tape.packets.flatMap((p, i) => (p[9] === 50 || p[9] === 51 ? [i + 1] : []))
    for (const frame of data) bend(play.tape, frame)
    await expectCheck(play.tape, keysOf(play), "child-keys", "fail", /no packet of [0-9a-f]{8} verifies/)
    await expectCheck(play.tape, keysOf(play), "esp-icv", "fail", /2 of 2 packets under SPI [0-9a-f]{8} fail/)
    await expectCheck(play.tape, keysOf(play), "ah-icv", "fail", /2 of 2 packets under SPI [0-9a-f]{8} fail/)
  })

  it("message-id", async () => {
    const play = begun().auth()
    await expectCheck(play.tape, keysOf(play), "message-id", "pass")
    play.nextId.initiator--
    play.info("initiator")
    await expectCheck(play.tape, keysOf(play), "message-id", "fail", /Message ID 1/)
    const lossy = begun().auth()
    lossy.nextId.initiator += 5
    lossy.info("initiator")
    expect((await checks(lossy.tape, keysOf(lossy), "message-id")).map(c => c.status)).toEqual(["pass"])
  })
})

describe("IKEv1", () => {
  const ka = (play: PlayV1): Keys => ({ ike_sas: [{ ...play.spis, encryption_key: hex(play.keys.encryption_key) }] })
  it("ikev1-hash-1, -2, -3 and ikev1-hash", async () => {
    const play = new PlayV1(new Tape()).main()
    play.quick("initiator").all()
    play.informational("initiator", v1.notifyV1(36136, 1, new Uint8Array(16)))
    const ids = ["ikev1-hash-1", "ikev1-hash-2", "ikev1-hash-3", "ikev1-hash"]
    for (const id of ids) {
      await expectCheck(play.tape, keysOf(play), id, "pass")
      await expectCheck(play.tape, ka(play), id, "skipped", /SKEYID_a is not known/)
    }
    const liar = new PlayV1(new Tape()).main()
    const right = liar.keys
    liar.keys = { ...right, skeyid_a: oneBitOff(right.skeyid_a) }
    liar.quick("initiator").all()
    liar.informational("initiator", v1.notifyV1(36136, 1, new Uint8Array(16)))
    for (const id of ids) await expectCheck(liar.tape, keysOf(liar), id, "fail", /does not match under SKEYID_a/)
  })

  it("ikev1-hash-i, -r", async () => {
    const play = new PlayV1(new Tape()).aggressive()
    for (const id of ["ikev1-hash-i", "ikev1-hash-r"]) {
      await expectCheck(play.tape, keysOf(play), id, "pass")
      await expectCheck(play.tape, { psks: [{ secret: "other" }] }, id, "fail", /under no given pre-shared key/)
      await expectCheck(play.tape, { dh_shared: ["00"] }, id, "skipped", /the pre-shared key is missing/)
    }
    const main = new PlayV1(new Tape()).main()
    await expectCheck(main.tape, ka(main), "ikev1-hash-i", "skipped", /pre-shared key is missing|SKEYID/)
  })

  it("dh-public of both sides in Aggressive Mode", async () => {
    const play = new PlayV1(new Tape()).aggressive()
    const all = await checks(play.tape, {}, "dh-public")
    expect(all.map(c => [c.status, c.frame])).toEqual([
      ["pass", 1],
      ["pass", 2],
    ])
  })
})
