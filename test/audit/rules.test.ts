/** Each rule of the audit on a negotiation that breaks it, and healthy ones that break none. */
import { describe, expect, it } from "vitest"
import type { AnalysisResult } from "../../src/analyze-options.ts"
import { audit } from "../../src/audit/audit.ts"
import { AuditFacts } from "../../src/audit/facts.ts"
import { PROFILE_SETS, profilesNamed } from "../../src/audit/profiles/index.ts"
import type { AuditResult } from "../../src/audit/types.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { integByName } from "../../src/crypto/integ.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { sealEsp } from "../open/seal.ts"
import { analyzed } from "../play/analyzed.ts"
import { PlayGdoi } from "../play/play-gdoi.ts"
import { PlayGikev2 } from "../play/play-gikev2.ts"
import { PHASE1, PlayV1 } from "../play/play-v1.ts"
import { N, PlayV2, type SuiteSpec } from "../play/play-v2.ts"
import { hex, ip, LEFT, RIGHT, Tape } from "../play/tape.ts"
import * as v1 from "../play/wire-v1.ts"
import * as w from "../play/wire-v2.ts"
import { audited, brief, keysOf, only } from "./audited.ts"

const GCM: SuiteSpec = { encr: "AES-GCM-16-256", prf: "HMAC-SHA2-384", ke: 20 }
const EMPTY = new Uint8Array(0)
const gcmChild = { encr: "AES-GCM-16-256", ke: [20] }

/** A tape whose bytes of one label are not as they should be. */
class BadTape extends Tape {
  constructor(
    readonly label: string,
    readonly make: (length: number) => Uint8Array,
  ) {
    super()
  }
  override random(length: number, label = ""): Uint8Array {
    return label === this.label ? this.make(length) : super.random(length, label)
  }
}

const ones = (length: number): Uint8Array => new Uint8Array(length).fill(7)

/** IKE_SA_INIT that is sent back: the responder keeps no state and has no SPI. RFC 7296 §2.6. */
function restart(p: PlayV2, request: readonly w.Payload[], response: readonly w.Payload[]): void {
  const spi = p.spiR
  p.spiR = new Uint8Array(8)
  p.clearExchange(34, request, response)
  p.spiR = spi
}

describe("healthy negotiations", () => {
  it("with AES-GCM, ECP-384 and PFS have nothing above info", async () => {
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite: GCM }).saInit().auth({ child: { encr: "AES-GCM-16-256" } })
      const first = p.children[0]
      p.child("responder", { ...gcmChild, rekeys: first })
      const next = p.rekeyIke("initiator")
      return keysOf(p, next)
    })
    expect(brief(result)).toEqual([])
    expect(result.tunnels).toMatchObject([
      { id: "ike/0", ike_sas: ["ike/0", "ike/1"], forward_secrecy: "all", quantum: "classical", worst: "info" },
    ])
    expect(only(result, "harvest-now-decrypt-later").objects).toEqual(["ike/0", "ike/1"])
  })

  it("with ML-KEM beside a curve are not reported as harvested", async () => {
    const suite: SuiteSpec = { ...GCM, ke: 31, additional: [36] }
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite })
        .saInit([w.notifyP(N.INTERMEDIATE)])
        .addKe(36)
        .auth()
      return keysOf(p)
    })
    expect(brief(result)).toEqual([])
    expect(result.findings).toEqual([])
    expect(result.tunnels).toMatchObject([{ quantum: "hybrid", quantum_by: ["X25519", "ML-KEM-768"] }])
  })

  it("with a cookie or another group asked for repeat their nonce and value rightly", async () => {
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite: GCM })
      const ke = p.ke(20)
      const sa = w.saP({ protocol: 1, spi: EMPTY, transforms: p.transforms() })
      const request = [sa, w.keP(20, ke.publicI), w.nonceP(ones(32))]
      const cookie = w.notifyP(N.COOKIE, ones(8))
      restart(p, request, [cookie])
      p.clearExchange(34, [cookie, ...request], [sa, w.keP(20, ke.publicR), w.nonceP(tape.random(32))])
      return undefined
    })
    expect(brief(result)).toEqual([])
  })
})

describe("algorithms", () => {
  it("tells what profiles and strength say of chosen ones", async () => {
    const suite: SuiteSpec = { encr: "3DES-CBC", integ: "HMAC-MD5-96", prf: "HMAC-MD5", ke: 2 }
    const result = await audited(tape =>
      keysOf(new PlayV2(tape, { suite }).saInit().auth({ child: { encr: "DES-CBC", integ: "HMAC-SHA1-96" } })),
    )
    expect(brief(result)).toEqual([
      "critical weak-encryption",
      "high weak-integrity",
      "high weak-prf",
      "high weak-key-exchange",
      "low weak-encryption",
      "low weak-integrity",
    ])
    const des = result.findings[0]
    expect(des.message).toBe(
      "ESP uses DES-CBC for encryption: keys of 56 bits; RFC 8221 §5 says MUST NOT; IANA IKEv2 Parameters deprecates it (since RFC 8247)",
    )
    expect(des.objects).toEqual(["child/0"])
    expect(des.frames).toEqual([4])
    expect(des.sources.map(s => `${s.document} ${s.section} ${s.date} ${s.level}`)).toEqual([
      "RFC 8221 §5 2017-10 MUST NOT",
      "IANA IKEv2 Parameters   deprecated",
      "NIST SP 800-57pt1r5 §5.6.1 2020-05 null",
    ])
    expect(result.tunnels[0].quantum).toBe("weak")
  })

  it("tells weak offers apart from what was chosen, and what could be stripped", async () => {
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite: GCM })
      const ke = p.ke(20)
      const offer = (number: number, encr: string, group: number) => ({
        number,
        protocol: 1,
        spi: EMPTY,
        transforms: [
          w.transformOf("encr", encr),
          w.transformOf("prf", "HMAC-SHA2-384"),
          [4, group],
        ] as w.TransformSpec[],
      })
      const good = offer(1, "AES-GCM-16-256", 20)
      p.clearExchange(
        34,
        [
          w.saP(good, offer(2, "DES-CBC", 1), offer(3, "3DES-CBC", 2)),
          w.keP(20, ke.publicI),
          w.nonceP(tape.random(32)),
        ],
        [w.saP(good), w.keP(20, ke.publicR), w.nonceP(tape.random(32))],
      )
      return undefined
    })
    expect(brief(result)).toEqual(["medium weak-encryption-offered", "medium weak-key-exchange-offered"])
    expect(only(result, "weak-encryption-offered").message).toContain(
      "offers DES-CBC and 3DES-CBC for encryption, not chosen",
    )
    // One fact, one finding: what should not be on offer is no news as a way down.
    expect(only(result, "weak-key-exchange-offered").message).toContain("MODP-768 and MODP-1024")
  })

  it("takes a hybrid's strongest part for its strength", async () => {
    const suite: SuiteSpec = { ...GCM, ke: 2, additional: [36] }
    const result = await audited(tape => keysOf(new PlayV2(tape, { suite }).saInit().addKe(36).auth()))
    expect(brief(result)).toEqual(["medium weak-key-exchange"])
  })

  it("holds against government profiles when asked", async () => {
    const play = (tape: Tape) =>
      keysOf(new PlayV2(tape, { suite: { ...GCM, encr: "AES-GCM-16-128", ke: 14 } }).saInit().auth())
    const cnsa = await audited(play, { profiles: profilesNamed("cnsa2") })
    expect(brief(cnsa)).toEqual([
      "medium not-approved-encryption",
      "medium not-approved-key-exchange",
      "medium not-approved-authentication",
      "medium not-approved-integrity",
    ])
    expect(only(cnsa, "not-approved-key-exchange")).toMatchObject({
      advice: "configure ECP-384 with ML-KEM-1024 or ML-KEM-1024 on both ends",
      sources: [{ document: "CNSA 2.0", section: "Table III", verified: "secondary" }],
    })
    expect(brief(await audited(play))).toEqual([])
    const all = await audited(play, { profiles: PROFILE_SETS.all })
    expect(only(all, "not-approved-key-exchange").sources.map(s => s.profile)).toEqual([
      "cnsa2",
      "bsi-tr-02102-3-2026-01",
      "anssi",
    ])
  })
})

describe("ESP and AH", () => {
  it("tells missing encryption and integrity", async () => {
    const nullOnly = await audited(tape =>
      keysOf(new PlayV2(tape).saInit().auth({ child: { encr: "NULL", integ: "HMAC-SHA2-256-128" } })),
    )
    expect(brief(nullOnly)).toEqual(["medium null-encryption"])
    const bare = await audited(tape => keysOf(new PlayV2(tape).saInit().auth({ child: { encr: "AES-CBC-128" } })))
    expect(brief(bare)).toEqual(["high no-integrity"])
    const ah = await audited(tape =>
      keysOf(new PlayV2(tape).saInit().auth({ child: { protocol: "AH", integ: "HMAC-SHA2-256-128" } })),
    )
    expect(brief(ah)).toEqual(["low ah-without-encryption"])
  })

  it("tells Child SAs without a key exchange of their own", async () => {
    const result = await audited(tape => {
      const p = new PlayV2(tape).saInit().auth()
      p.child("initiator")
      p.child("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", ke: [31] })
      return keysOf(p)
    })
    expect(brief(result)).toEqual(["low no-forward-secrecy"])
    expect(only(result, "no-forward-secrecy").objects).toEqual(["child/1"])
    expect(result.tunnels[0].forward_secrecy).toBe("some")
  })

  it("tells failing ICVs, replays and repeated IVs by frame", async () => {
    let broken = 0
    let again = 0
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite: GCM }).saInit().auth({ child: { encr: "AES-GCM-16-256", packets: 2 } })
      broken = p.data(p.children[0], "starter", 3)
      tape.packets[broken - 1][40] ^= 1
      again = tape.repeat(broken - 1)
      return keysOf(p)
    })
    expect(only(result, "icv-failed")).toMatchObject({ severity: "high", frames: [broken] })
    expect(only(result, "replayed-packets").frames).toEqual([again])
  })
})

describe("what must be new", () => {
  it("tells short nonces, by the PRF's key", async () => {
    const eight = await audited(tape => void new PlayV2(tape, { suite: GCM }).saInit(), {
      tape: new BadTape("ni", () => ones(8)),
    })
    expect(only(eight, "short-nonce")).toMatchObject({ severity: "medium", frames: [1] })
    const sixteen = await audited(tape => void new PlayV2(tape, { suite: GCM }).saInit(), {
      tape: new BadTape("ni", () => ones(16)),
    })
    expect(only(sixteen, "short-nonce").message).toContain("half the key of HMAC-SHA2-384 are 24")
    const fine = await audited(tape => void new PlayV2(tape, { suite: { ...GCM, prf: "HMAC-SHA2-256" } }).saInit(), {
      tape: new BadTape("ni", () => ones(16)),
    })
    expect(brief(fine)).toEqual([])
  })

  it("tells nonces and key exchange values of two SAs", async () => {
    const twice = (tape: Tape) => {
      new PlayV2(tape, { suite: GCM }).saInit()
      new PlayV2(tape, { suite: GCM }).saInit()
      return undefined
    }
    const nonces = await audited(twice, { tape: new BadTape("ni", ones) })
    expect(only(nonces, "nonce-reused")).toMatchObject({
      severity: "high",
      objects: ["ike/0", "ike/1"],
      frames: [1, 3],
    })
    const values = await audited(twice, { tape: new BadTape("private", l => ones(l).fill(0, 0, 1)) })
    // Both sides of both SAs have the same private value.
    expect(values.findings.filter(f => f.rule === "key-exchange-reused").map(f => f.severity)).toContain("high")
  })

  it("takes a message captured twice for one", async () => {
    const result = await audited(tape => {
      new PlayV2(tape, { suite: GCM }).saInit()
      tape.repeat(1)
      tape.repeat(2)
      return undefined
    })
    expect(brief(result)).toEqual([])
  })

  it("tells an IV of SK used twice, without any key", async () => {
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite: GCM }).saInit()
      p.iv = () => ones(8)
      p.auth({ child: null })
      p.info("initiator")
      return undefined
    })
    const found = result.findings.filter(f => f.rule === "iv-reused")
    expect(found.map(f => [f.severity, f.frames])).toEqual([["critical", [3, 4, 5, 6]]])
  })

  describe("IVs of CBC", () => {
    const CBC: SuiteSpec = { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128", prf: "HMAC-SHA2-256", ke: 14 }
    const predictable = async (encr: string, next: (p: PlayV2) => void) =>
      (
        await audited(tape => {
          const p = new PlayV2(tape, { suite: { ...CBC, encr } }).saInit()
          next(p)
          for (let n = 0; n < 3; n++) p.info("initiator")
          return undefined
        })
      ).findings.filter(f => f.rule === "iv-predictable")
    const chained = (p: PlayV2): void => {
      const seal = p.sealed
      const last = new Map<string, Uint8Array>()
      p.sealed = (...of) => {
        const before = last.get(of[0])
        if (before) p.iv = () => before
        const message = seal.apply(p, of)
        last.set(of[0], message.slice(message.length - 16 - p.encr.ivBytes, message.length - 16))
        return message
      }
    }
    const counting = (p: PlayV2): void => {
      let n = 0
      p.iv = () => ones(p.encr.ivBytes).fill(++n, p.encr.ivBytes - 1)
    }

    it.each(["AES-CBC-128", "3DES-CBC"])(
      "that are the last block before, or count, could be foretold: %s",
      async encr => {
        for (const next of [chained, counting])
          expect(await predictable(encr, next)).toEqual([
            expect.objectContaining({
              severity: "medium",
              frames: [5, 6, 7, 8],
              message: expect.stringMatching(/^4 IVs of .* from the initiator and the responder could be foretold/),
            }),
          ])
      },
    )

    describe("of ESP", () => {
      type Ivs = (n: number, last: Uint8Array, bytes: number) => Uint8Array | undefined
      const LAST_BLOCK: Ivs = (_, last, bytes) => last.slice(last.length - bytes)
      const COUNTER: Ivs = (n, _, bytes) => ones(bytes).fill(n, bytes - 1)
      const ONE: Ivs = (_, __, bytes) => ones(bytes)
      const GIVEN = ["dh_shared", "child_sas", "suite"] as const
      /** Five packets one way; with keys of the IKE SA, with those of the ESP SA alone, or with its suite alone: a secret of its own is missing. */
      const sent = (encr: string, ivs: Ivs, given: (typeof GIVEN)[number] = "dh_shared") => {
        const tape = new Tape()
        const integ = /GCM/.test(encr) ? undefined : "HMAC-SHA1-96"
        const p = new PlayV2(tape).saInit()
        const spec = { encr, integ, packets: 0 }
        const child =
          given === "suite" ? p.auth().child("initiator", { ...spec, ke: [31] }) : p.auth({ child: spec }).children[0]
        const spi = new DataView(child.spiR.buffer, child.spiR.byteOffset).getUint32(0)
        const keys = {
          encr: encrByName(encr)!,
          key: child.keys.encr_i,
          integ: integ ? integByName(integ)! : null,
          integKey: child.keys.integ_i,
          esn: false,
        }
        if (given === "child_sas") tape.packets = []
        let last: Uint8Array = new Uint8Array(64)
        const begin = tape.packets.length
        for (let sequence = 1; sequence <= 5; sequence++) {
          const iv = ivs(sequence, last, keys.encr.ivBytes) ?? tape.random(keys.encr.ivBytes)
          const packet = sealEsp(keys, nodeProvider, ip(LEFT, RIGHT, 17, tape.random(40)), { spi, sequence, iv })
          last = packet.subarray(0, packet.length - (keys.integ?.icvBytes ?? 16))
          tape.add(ip(LEFT, RIGHT, 50, packet))
        }
        const row = {
          protocol: "ESP",
          spi: hex(child.spiR),
          encr,
          key: hex(keys.key),
          integ,
          integ_key: hex(keys.integKey),
        }
        const secrets =
          given === "child_sas"
            ? { child_sas: [row] }
            : { dh_shared: [hex(p.exchanged[0].shared)], psks: ["swordfish"] }
        return { tape, secrets, begin }
      }
      const remarksOn = async (...of: Parameters<typeof sent>) => {
        const { tape, secrets, begin } = sent(...of)
        const { findings } = await audited(() => secrets, { tape })
        return findings
          .filter(f => /^iv-/.test(f.rule))
          .map(f => [f.rule, f.severity, f.frames.map(n => n - begin), f.message] as const)
      }

      it.each(GIVEN)("that are the last block before, count, or come again are reported: %s", async given => {
        for (const ivs of [LAST_BLOCK, COUNTER])
          expect(await remarksOn("AES-CBC-128", ivs, given)).toEqual([
            [
              "iv-predictable",
              "medium",
              [2, 3, 4],
              expect.stringMatching(/^3 IVs of AES-CBC-128 in the first 4 packets of ESP/),
            ],
          ])
        expect(await remarksOn("AES-CBC-128", ONE, given)).toEqual([
          [
            "iv-reused",
            "medium",
            [2, 3, 4],
            expect.stringMatching(/^3 IVs of AES-CBC-128 in the first 4 packets of ESP/),
          ],
        ])
      })
      it("RFC 2451 lets ciphers with small blocks chain them", async () => {
        expect((await remarksOn("3DES-CBC", LAST_BLOCK)).map(f => f.slice(0, 2))).toEqual([["iv-predictable", "low"]])
      })
      it("nothing is reported of IVs at random, of counters of GCM, or of a packet captured twice", async () => {
        expect(await remarksOn("AES-CBC-128", () => undefined)).toEqual([])
        expect(await remarksOn("AES-GCM-16-128", COUNTER)).toEqual([])
        const { tape, secrets, begin } = sent("AES-CBC-128", () => undefined)
        tape.repeat(begin + 1)
        const { findings } = await audited(() => secrets, { tape })
        expect(findings.filter(f => /^iv-/.test(f.rule))).toEqual([])
      })
    })

    it("are random, or of another mode", async () => {
      expect(await predictable("AES-CBC-128", () => {})).toEqual([])
      expect(await predictable("AES-CTR-128", counting)).toEqual([])
    })
  })
})

describe("authentication and downgrade", () => {
  it("tells NULL on one side and on both", async () => {
    const none = { none: true } as const
    const both = await audited(tape => keysOf(new PlayV2(tape).saInit().auth({ initiator: none, responder: none })))
    expect(brief(both)).toEqual(["high null-authentication"])
    const one = await audited(tape => keysOf(new PlayV2(tape).saInit().auth({ initiator: none })))
    expect(brief(one)).toEqual(["medium null-authentication"])
    expect(only(one, "null-authentication").message).toContain("the initiator does not authenticate")
  })

  it("tells the old RSA method", async () => {
    const proof = { method: 1, sign: () => ones(256) }
    const result = await audited(tape => keysOf(new PlayV2(tape).saInit().auth({ responder: proof })))
    expect(brief(result)).toContain("low rsa-pkcs1-auth")
  })

  it("tells a PPK that can be left out", async () => {
    const ppk = { id: "p", secret: ones(32), optional: true }
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite: GCM }).saInit([w.notifyP(N.USE_PPK)]).auth({ ppk })
      return { ...keysOf(p), ppks: [{ id: "p", secret: { hex: "07".repeat(32) } }] }
    })
    expect(brief(result)).toEqual(["low ppk-optional"])
    expect(result.tunnels[0].quantum).toBe("ppk")
    expect(only(result, "ppk-protects-children-only").severity).toBe("info")
  })

  it("tells a move to a weaker group that nobody signed", async () => {
    const result = await audited(tape => {
      const p = new PlayV2(tape, { suite: GCM })
      const [strong, weak] = [p.ke(20), p.ke(2)]
      const transforms: w.TransformSpec[] = [
        w.transformOf("encr", "AES-GCM-16-256"),
        w.transformOf("prf", "HMAC-SHA2-384"),
      ]
      const both = w.saP({ protocol: 1, spi: EMPTY, transforms: [...transforms, [4, 20], [4, 2]] })
      const nonce = w.nonceP(tape.random(32))
      restart(p, [both, w.keP(20, strong.publicI), nonce], [w.notifyP(N.INVALID_KE_PAYLOAD, Uint8Array.of(0, 2))])
      p.clearExchange(
        34,
        [both, w.keP(2, weak.publicI), nonce],
        [
          w.saP({ protocol: 1, spi: EMPTY, transforms: [...transforms, [4, 2]] }),
          w.keP(2, weak.publicR),
          w.nonceP(tape.random(32)),
        ],
      )
      return undefined
    })
    expect(brief(result)).toEqual(["high weak-key-exchange", "medium invalid-ke-downgrade"])
    expect(only(result, "invalid-ke-downgrade").frames).toEqual([1, 2])
  })
})

describe("IKEv1", () => {
  /** Phase 1 with a lifetime of a week. */
  class Long extends PlayV1 {
    override saBody(): Uint8Array {
      const { encr, keyBits, hash, method, group } = this.spec
      const attributes: v1.AttributeSpec[] = [
        [1, encr],
        [2, hash],
        [3, method],
        [4, group],
        [14, keyBits ?? 128],
        [11, 1],
        [12, Uint8Array.of(0, 9, 0x3a, 0x80)],
      ]
      return v1.saBody({ protocol: 1, spi: EMPTY, transforms: [[1, attributes]] })
    }
  }

  it("is historic, and SHA-1 on its way out", async () => {
    const result = await audited(tape => void new PlayV1(tape).main())
    expect(brief(result)).toEqual(["medium ikev1", "low weak-prf"])
  })

  it("tells lifetimes that are too long, more urgently under a profile with a limit", async () => {
    const play = (tape: Tape) => void new Long(tape).main()
    const silent = only(await audited(play), "long-lifetime")
    expect(silent).toMatchObject({ severity: "low", objects: ["ike/0"], frames: [2] })
    expect(silent.message).toContain("negotiated for 168 h, longer than the 24 h of NIST SP 800-77r1")
    const asked = only(await audited(play, { profiles: profilesNamed("bsi-tr-02102-3") }), "long-lifetime")
    expect(asked).toMatchObject({
      severity: "medium",
      sources: [{ profile: "bsi-tr-02102-3-2026-01", section: "§2.1.2", verified: "unverified" }],
    })
  })

  it("in Aggressive Mode shows identities, and with a key its hash", async () => {
    const psk = await audited(tape => void new PlayV1(tape).aggressive())
    expect(brief(psk)).toEqual(["high aggressive-mode-psk", "medium ikev1", "low identity-in-clear", "low weak-prf"])
    expect(only(psk, "aggressive-mode-psk").frames).toEqual([2])
    const rsa = await audited(
      tape =>
        void new PlayV1(tape, { spec: { ...PHASE1, method: 3 } }).aggressive({
          initiator: { sign: () => ones(256) },
          responder: { sign: () => ones(256) },
        }),
    )
    expect(brief(rsa)).toEqual(["medium ikev1", "low identity-in-clear", "low weak-prf"])
  })

  it("beside IKEv2 of the same peers is a way back", async () => {
    const result = await audited(tape => {
      new PlayV2(tape, { suite: GCM }).saInit()
      new PlayV1(tape).main()
      return undefined
    })
    expect(only(result, "ikev1-beside-ikev2")).toMatchObject({ severity: "medium", objects: ["ike/0", "ike/1"] })
  })
})

describe("what the report found or counted", () => {
  const play = (tape: Tape) =>
    keysOf(new PlayV2(tape, { suite: GCM }).saInit().auth({ child: { encr: "3DES-CBC", integ: "HMAC-SHA2-256-128" } }))

  /** The audit of a changed analysis. */
  async function changed(change: (analysis: AnalysisResult) => void): Promise<AuditResult> {
    const facts = new AuditFacts()
    const tape = new Tape()
    const analysis = await analyzed(tape, play(tape), { observer: facts })
    change(analysis)
    return audit(analysis, facts)
  }

  it("tells too much data under one key of a cipher with small blocks", async () => {
    const some = await changed(({ report }) => (report.esp_sas[0].bytes = 9_000_000))
    expect(only(some, "small-block-volume").severity).toBe("high")
    const much = await changed(({ report }) => (report.esp_sas[0].bytes = 2 ** 35))
    expect(only(much, "small-block-volume")).toMatchObject({
      severity: "critical",
      objects: ["esp/0"],
      tunnel: "ike/0",
    })
  })

  it("tells sequence numbers that run out", async () => {
    const near = await changed(({ report }) => (report.esp_sas[0].sequence.last = 2 ** 32 - 10))
    expect(only(near, "sequence-numbers-run-out").severity).toBe("medium")
    const fast = await changed(({ report }) => {
      report.esp_sas[0].packets = 2_000_000
      report.esp_sas[0].first_time = "2026-01-01T00:00:00.000000000Z"
      report.esp_sas[0].last_time = "2026-01-01T00:00:10.000000000Z"
    })
    expect(only(fast, "sequence-numbers-run-out").message).toContain("200000 packets a second")
  })

  it("tells SAs that live long without a rekey", async () => {
    const long = await changed(({ sas }) => (sas[0].last = { seconds: sas[0].first.seconds + 100_000, nanos: 0 }))
    expect(only(long, "long-lifetime")).toMatchObject({ severity: "low", objects: ["ike/0"] })
  })

  it("weighs what was found about certificates", async () => {
    const found = await changed(({ report }) =>
      report.diagnostics.push({
        code: "certificate-expired",
        severity: "error",
        frame: 4,
        time: null,
        message: "expired",
        sa: "ike/0",
        remedy: null,
        captures: [0],
      }),
    )
    expect(only(found, "certificate-expired")).toMatchObject({ severity: "high", frames: [4], message: "expired" })
  })

  it("weighs failed checks", async () => {
    const fail = (id: string, reason: string) => ({
      id,
      frame: 1,
      time: null,
      status: "fail" as const,
      reason,
      rfc: "",
    })
    const result = await changed(({ sas }) => {
      sas[0].checks.push(fail("dh-public", "not on the curve"), fail("auth-responder", "does not match"))
    })
    expect(only(result, "key-exchange-value")).toMatchObject({ severity: "critical", frames: [1] })
    expect(only(result, "authentication-not-verified").severity).toBe("high")
  })
})

it("takes AH around ESP for its integrity", async () => {
  const result = await audited(tape => {
    const p = new PlayV1(tape).main()
    p.quick("initiator", [{ esp: { id: 12, keyBits: 128 } }, { ah: { id: 5, auth: 5 } }]).all()
    return { dh_shared: p.exchanged.map(x => hex(x.shared)), psks: [{ secret: "swordfish" }] }
  })
  expect(brief(result)).toEqual(["medium ikev1", "low weak-prf", "low ah-beside-esp"])
})

describe("groups", () => {
  it.each([
    ["GDOI", false],
    ["GDOI", true],
  ] as const)("tells rekeys of %s that nobody signs (%s)", async (_, unsigned) => {
    const result = await audited(tape => {
      const play = new PlayGdoi(tape)
      const kek = play.kek(unsigned ? undefined : { algorithm: 1, hash: 3, spki: ones(32), sign: () => ones(128) })
      play.pull({ teks: [play.tek()], kek, sequence: 0 })
      play.push(kek, 1, { teks: [play.tek({ id: 20 })] })
      return { dh_shared: play.member.exchanged.map(e => hex(e.shared)), psks: ["swordfish"] }
    })
    expect(result.findings.filter(f => f.rule === "group-rekey-unsigned").map(f => f.objects)).toEqual(
      unsigned ? [["ike/1"]] : [],
    )
    // The rekey SA is no IKEv1 that somebody asks for in vain.
    expect(result.findings.filter(f => f.rule === "ikev1").map(f => f.objects)).toEqual([["ike/0"]])
  })

  it("tells rekeys of G-IKEv2 whose authentication is implicit", async () => {
    const result = await audited(tape => {
      const play = new PlayGikev2(tape)
      const rekey = play.rekey()
      play.register({ data: [play.dataSa()], rekey })
      play.push(rekey, 0, { data: [play.dataSa()] })
      return { dh_shared: play.member.exchanged.map(e => hex(e.shared)), psks: ["swordfish"] }
    })
    expect(result.findings.filter(f => f.rule === "group-rekey-unsigned").map(f => f.severity)).toEqual(["medium"])
  })
})
