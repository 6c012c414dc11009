/** AUTH of every kind played: pre-shared keys, signatures of all algorithms, EAP, NULL, several in a row; what is missing is named. */
import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { sha512 } from "@noble/hashes/sha2.js"
import { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js"
import { beforeAll, describe, expect, it } from "vitest"
import { concat, u16be, utf8 } from "../../src/bytes/bytes.ts"
import { fromHex } from "../../src/bytes/hex.ts"
import { milenage } from "../../src/crypto/milenage.ts"
import { noble } from "../../src/crypto/noble.ts"
import { sharedSecretAuth } from "../../src/keys/auth-v2.ts"
import { mskOfAka, mskOfAkaPrime, mskOfSim } from "../../src/keys/eap-sim.ts"
import { failures, type Keys, reasons, reportOf, saOf, statuses } from "./analyzed.ts"
import { N, PlayV2, type Proof, PSK, X } from "./play-v2.ts"
import { certificateOf, DSA, der, dssRaw, ecdsaRaw, pemOf, spkiOf } from "./signers.ts"
import { hex, oneBitOff, Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

const begun = () => new PlayV2(new Tape()).saInit()
const dh = (play: PlayV2) => ({ dh_shared: [hex(play.exchanged[0].shared)] })
const SIDES = ["auth-initiator", "auth-responder"] as const

/** A digital signature (RFC 7427): the AlgorithmIdentifier in front of it. */
const digital = (algorithm: Uint8Array, sign: (octets: Uint8Array) => Uint8Array) => (octets: Uint8Array) =>
  concat(Uint8Array.of(algorithm.length), algorithm, sign(octets))
const oid = (text: string) => der(6, Uint8Array.from(Buffer.from(text, "hex")))
const NULL = der(5)
const identifier = (text: string, ...parameters: Uint8Array[]) => der(0x30, oid(text), ...parameters)
const RSA = "2a864886f70d0101"
const pssIdentifier = (hashOid: string, salt: number) =>
  identifier(
    `${RSA}0a`,
    der(
      0x30,
      der(0xa0, identifier(hashOid, NULL)),
      der(0xa1, identifier(`${RSA}08`, identifier(hashOid, NULL))),
      der(0xa2, der(2, Uint8Array.of(salt))),
    ),
  )
const bytes = (b: Buffer) => new Uint8Array(b)

interface Case {
  readonly name: string
  readonly key: () => { publicKey: KeyObject; privateKey: KeyObject }
  readonly method: number
  readonly sign: (octets: Uint8Array, key: KeyObject) => Uint8Array
  readonly auth: string
}

const ec = (namedCurve: string) => () => generateKeyPairSync("ec", { namedCurve })
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
const rsaKey = () => rsa
const dsaKey = () => DSA
const pkcs1 = (hash: string) => (octets: Uint8Array, key: KeyObject) => bytes(sign(hash, octets, key))
const withId =
  (algorithm: Uint8Array, raw: Case["sign"]): Case["sign"] =>
  (octets, key) =>
    digital(algorithm, o => raw(o, key))(octets)
const hashed = (hash: string, octets: Uint8Array) => noble.hash[hash as "sha1"]!(octets)

const CASES: Case[] = [
  { name: "RSA, SHA-1", key: rsaKey, method: 1, sign: pkcs1("sha1"), auth: "RSA signature" },
  { name: "RSA, SHA-256", key: rsaKey, method: 1, sign: pkcs1("sha256"), auth: "RSA signature" },
  {
    name: "DSS",
    key: dsaKey,
    method: 3,
    sign: (o, key) => dssRaw(key, hashed("sha1", o)),
    auth: "DSS signature",
  },
  ...(
    [
      [9, "P-256", "sha2-256"],
      [10, "P-384", "sha2-384"],
      [11, "P-521", "sha2-512"],
    ] as const
  ).map(
    ([method, curve, hash]): Case => ({
      name: `ECDSA ${curve}`,
      key: ec(curve),
      method,
      sign: (o, key) => ecdsaRaw(key, curve, hashed(hash, o)),
      auth: "ECDSA signature",
    }),
  ),
  ...(
    [
      ["05", "sha1"],
      ["0b", "sha256"],
      ["0c", "sha384"],
      ["0d", "sha512"],
    ] as const
  ).map(
    ([last, hash]): Case => ({
      name: `RFC 7427 RSA ${hash}`,
      key: rsaKey,
      method: 14,
      sign: withId(identifier(`${RSA}${last}`, NULL), pkcs1(hash)),
      auth: `digital signature (${hash}WithRSAEncryption)`,
    }),
  ),
  ...(
    [
      ["608648016503040201", "sha256", 32],
      ["608648016503040202", "sha384", 48],
      ["608648016503040203", "sha512", 20],
    ] as const
  ).map(
    ([oidText, hash, saltLength]): Case => ({
      name: `RFC 7427 RSASSA-PSS ${hash}, salt ${saltLength}`,
      key: rsaKey,
      method: 14,
      sign: withId(pssIdentifier(oidText, saltLength), (o, key) =>
        bytes(sign(hash, o, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })),
      ),
      auth: "digital signature (RSASSA-PSS",
    }),
  ),
  ...(
    [
      ["P-256", "02", "sha256"],
      ["P-384", "03", "sha384"],
      ["P-521", "04", "sha512"],
      ["P-256", "04", "sha512"],
    ] as const
  ).map(
    ([curve, last, hash]): Case => ({
      name: `RFC 7427 ECDSA ${curve} ${hash}`,
      key: ec(curve),
      method: 14,
      sign: withId(identifier(`2a8648ce3d0403${last}`), pkcs1(hash)),
      auth: `digital signature (ecdsa-with-${hash.toUpperCase()})`,
    }),
  ),
  {
    name: "RFC 7427 ECDSA SHA-1",
    key: ec("P-256"),
    method: 14,
    sign: withId(identifier("2a8648ce3d0401"), pkcs1("sha1")),
    auth: "digital signature (ecdsa-with-SHA1)",
  },
  {
    name: "RFC 7427 DSA SHA-1",
    key: dsaKey,
    method: 14,
    sign: withId(identifier("2a8648ce380403"), pkcs1("sha1")),
    auth: "digital signature (dsa-with-SHA1)",
  },
  {
    name: "Ed25519",
    key: () => generateKeyPairSync("ed25519"),
    method: 14,
    sign: withId(identifier("2b6570"), (o, key) => bytes(sign(null, o, key))),
    auth: "digital signature (Ed25519)",
  },
  {
    name: "Ed448",
    key: () => generateKeyPairSync("ed448"),
    method: 14,
    sign: withId(identifier("2b6571"), (o, key) => bytes(sign(null, o, key))),
    auth: "digital signature (Ed448)",
  },
]

describe("signatures", () => {
  it.each(CASES)("$name", async ({ key, method, sign: make, auth }) => {
    const { publicKey, privateKey } = key()
    const certificate = w.certP(4, certificateOf(publicKey, "left.lab"))
    const proof: Proof = { method, sign: octets => make(octets, privateKey), certificates: [certificate] }
    const play = begun().auth({ initiator: proof, responder: proof })
    for (const provider of [undefined, noble]) {
      const report = await reportOf(play.tape, dh(play), provider ? { provider } : {})
      const sa = saOf(report, play)
      expect(failures(report)).toEqual([])
      for (const id of SIDES) expect(statuses(sa, id)).toEqual(["pass"])
      expect(sa.auth.initiator).toContain(auth)
    }
    const bent: Proof = { ...proof, sign: octets => make(oneBitOff(octets), privateKey) }
    const wrong = begun().auth({ initiator: bent, responder: proof })
    const report = await reportOf(wrong.tape, dh(wrong))
    expect(statuses(saOf(report, wrong), "auth-initiator")).toEqual(["fail"])
    expect(statuses(saOf(report, wrong), "auth-responder")).toEqual(["pass"])
  })

  it("ML-DSA-65, pure; its pre-hashed form under the pure one's identifier fails", async () => {
    const keys = ml_dsa65.keygen(new Uint8Array(32).fill(7))
    const id = identifier("608648016503040312")
    const spki = der(0x30, id, der(3, new Uint8Array(1), keys.publicKey))
    const proofOf = (make: (o: Uint8Array) => Uint8Array): Proof => ({
      method: 14,
      sign: digital(id, make),
      certificates: [w.certP(15, spki)],
    })
    const pure = proofOf(o => ml_dsa65.sign(o, keys.secretKey))
    const play = begun().auth({ initiator: pure, responder: pure })
    for (const provider of [undefined, noble]) {
      const report = await reportOf(play.tape, dh(play), provider ? { provider } : {})
      expect(failures(report)).toEqual([])
      for (const side of SIDES) expect(statuses(saOf(report, play), side)).toEqual(["pass"])
      expect(saOf(report, play).auth.initiator).toBe("digital signature (ML-DSA-65)")
    }
    const hashedForm = proofOf(o => ml_dsa65.prehash(sha512).sign(o, keys.secretKey))
    const wrong = begun().auth({ initiator: hashedForm, responder: pure })
    const bad = saOf(await reportOf(wrong.tape, dh(wrong)), wrong)
    expect([statuses(bad, "auth-initiator"), statuses(bad, "auth-responder")]).toEqual([["fail"], ["pass"]])
  })

  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const ed: Proof = {
    method: 14,
    sign: digital(identifier("2b6570"), o => bytes(sign(null, o, privateKey))),
  }
  it("NO_PPK_AUTH of a digital signature: its data are an AUTH payload's, AlgorithmIdentifier and all (RFC 8784 §3)", async () => {
    const proof: Proof = { ...ed, certificates: [w.certP(15, spkiOf(publicKey))] }
    const ppk = { id: "ppk@lab", secret: utf8("a post-quantum secret"), optional: true }
    const keys = (play: PlayV2) => ({ ...dh(play), ppks: [{ id: ppk.id, secret: "a post-quantum secret" }] })
    const play = begun().auth({ initiator: proof, responder: proof, ppk })
    const report = await reportOf(play.tape, keys(play))
    expect(failures(report)).toEqual([])
    for (const id of SIDES) expect(statuses(saOf(report, play), id)).toEqual(["pass"])
    let first = true
    const bent: Proof = {
      ...proof,
      sign: octets => {
        const bend = !first
        first = false
        return ed.method === 14 && "sign" in ed ? ed.sign(bend ? oneBitOff(octets) : octets) : octets
      },
    }
    const wrong = begun().auth({ initiator: bent, responder: proof, ppk })
    const bad = saOf(await reportOf(wrong.tape, keys(wrong)), wrong)
    expect(reasons(bad, "auth-initiator").join()).toContain("NO_PPK_AUTH does not verify")
  })
  it("a raw public key (RFC 7670)", async () => {
    const proof: Proof = { ...ed, certificates: [w.certP(15, spkiOf(publicKey))] }
    const play = begun().auth({ initiator: proof, responder: proof })
    const report = await reportOf(play.tape, dh(play))
    for (const id of SIDES) expect(statuses(saOf(report, play), id)).toEqual(["pass"])
  })
  it("a certificate of the keys file, found by the identity", async () => {
    const play = begun().auth({ initiator: ed, responder: ed })
    const [left, right] = ["left.lab", "right.lab"].map(name => pemOf(certificateOf(publicKey, name)))
    const both = await reportOf(play.tape, { ...dh(play), certificates: [right, left] })
    for (const id of SIDES) expect(statuses(saOf(both, play), id)).toEqual(["pass"])
    expect(both.secrets.filter(s => s.kind === "certificates").map(s => s.used_by)).toEqual([["ike/0"], ["ike/0"]])
    const one = await reportOf(play.tape, { ...dh(play), certificates: [left] })
    expect(statuses(saOf(one, play), "auth-responder")).toEqual(["skipped"])
    expect(reasons(saOf(one, play), "auth-responder")[0]).toContain("the certificate of right.lab is missing")
  })
})

describe("pre-shared keys", () => {
  it("by identity, among others, missing", async () => {
    const play = begun().auth()
    const report = async (psks: Keys["psks"]) => saOf(await reportOf(play.tape, { ...dh(play), psks }), play)
    const named = await report([{ secret: "other" }, { secret: "swordfish", id: "left.lab" }])
    for (const id of SIDES) expect(statuses(named, id)).toEqual(["pass"])
    const among = await report([{ secret: "a" }, { secret: "b" }, { secret: "swordfish" }])
    for (const id of SIDES) expect(statuses(among, id)).toEqual(["pass"])
    const missing = await report([])
    for (const id of SIDES) expect(statuses(missing, id)).toEqual(["skipped"])
    expect(reasons(missing, "auth-initiator")[0]).toBe("the pre-shared key of left.lab is missing")
  })
  it("PSK of one side, NULL of the other (RFC 7619)", async () => {
    const play = begun().auth({ initiator: { none: true } })
    const report = await reportOf(play.tape, { ...dh(play), psks: [{ secret: "swordfish" }] })
    const sa = saOf(report, play)
    expect(sa.auth).toEqual({ initiator: "NULL", responder: "pre-shared key" })
    for (const id of SIDES) expect(statuses(sa, id)).toEqual(["pass"])
  })
})

describe("EAP", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const server: Proof = {
    method: 14,
    sign: digital(identifier("2b6570"), o => bytes(sign(null, o, privateKey))),
    certificates: [w.certP(4, certificateOf(publicKey, "right.lab"))],
  }
  const MSK = new Uint8Array(64).fill(0x77)

  /** EAP of a method; AUTH at the end with the MSK, or SK_pi and SK_pr when there is none. */
  function eap(type: number, msk?: Uint8Array): PlayV2 {
    const play = begun()
    const offer = play.childOffer("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" })
    const { initiator: idi, responder: idr } = play.id
    play.exchange(
      "initiator",
      X.AUTH,
      [idi, ...offer.request],
      [idr, ...play.prove("responder", idr, server), w.eapP(1, 1, Uint8Array.of(type, 1, 2, 3))],
    )
    play.exchange("initiator", X.AUTH, [w.eapP(2, 1, Uint8Array.of(type, 4, 5, 6))], [w.eapP(3, 1)])
    const auth = (side: "initiator" | "responder") => {
      const secret = msk ?? (side === "initiator" ? play.keys.sk_pi : play.keys.sk_pr)
      return w.authP(2, sharedSecretAuth(play.context, secret, play.octets(side, play.id[side])))
    }
    play.exchange("initiator", X.AUTH, [auth("initiator")], [auth("responder"), ...offer.response])
    play.install("initiator", offer, play.nonces, [])
    return play
  }
  it("with an MSK", async () => {
    const play = eap(26, MSK)
    for (const where of [play.spis, {}]) {
      const report = await reportOf(play.tape, { ...dh(play), ike_sas: [{ ...where, msk: hex(MSK) }] })
      const sa = saOf(report, play)
      expect(failures(report)).toEqual([])
      expect(sa).toMatchObject({ state: "established", auth: { initiator: "EAP" } })
      expect(statuses(sa, "auth-initiator")).toEqual(["pass"])
      expect(statuses(sa, "auth-responder")).toEqual(["pass", "pass"])
      expect(statuses(sa, "child-keys")).toEqual(["pass"])
    }
    const missing = saOf(await reportOf(play.tape, dh(play)), play)
    expect(statuses(missing, "auth-initiator")).toEqual(["skipped"])
    expect(reasons(missing, "auth-initiator")[0]).toContain("MSK")
    const wrong = await reportOf(play.tape, { ...dh(play), ike_sas: [{ ...play.spis, msk: hex(oneBitOff(MSK)) }] })
    expect(statuses(saOf(wrong, play), "auth-initiator")).toEqual(["fail"])
  })
  describe("of a SIM: the MSK follows from its key and what the exchange shows", () => {
    const k = "465b5ce8b199b49faa5f0a2ee238a6bc"
    const opc = "cd63cb71954a9f4e48a5994e37a02baf"
    const identity = utf8("0123456789012345@nai.epc.mnc001.mcc001.3gppnetwork.org")
    const rand = new Uint8Array(Buffer.from("23553cbe9637a89d218ae64dae47bf35", "hex"))
    const sim = milenage(noble, { k: fromHex(k)!, opc: fromHex(opc)! }, rand)!
    const autn = new Uint8Array(16).fill(5)
    const kcs = [1, 2, 3].map(n => new Uint8Array(8).fill(n))
    const [nonceMt, network] = [new Uint8Array(16).fill(9), utf8("WLAN")]
    const [two, one] = [Uint8Array.of(0, 0), Uint8Array.of(0, 1)]
    const at = (type: number, ...value: Uint8Array[]) => {
      const body = concat(...value)
      const padded = concat(body, new Uint8Array(3 - ((body.length + 1) % 4)))
      return concat(Uint8Array.of(type, (padded.length + 2) / 4), padded)
    }
    const of = (type: number, subtype: number, ...attributes: Uint8Array[]) =>
      concat(Uint8Array.of(type, subtype, 0, 0), ...attributes)
    const aka = [
      { k, opc },
      { ck: hex(sim.ck), ik: hex(sim.ik) },
    ]
    const versions = concat(Uint8Array.of(0, 2), one, two)

    /** Requests of the server and answers of the handset, method after method. */
    const METHODS = [
      {
        name: "EAP-AKA",
        talk: [[of(23, 1, at(1, two, rand), at(2, two, autn)), of(23, 1)]],
        msk: mskOfAka(noble, identity, sim)!,
        fit: aka,
        wrong: { k, opc: k },
      },
      {
        name: "EAP-AKA'",
        talk: [
          [
            of(50, 1, at(1, two, rand), at(2, two, autn), at(23, u16be(network.length), network), at(24, one)),
            of(50, 1),
          ],
        ],
        msk: mskOfAkaPrime(noble, identity, { ...sim, autn, network })!,
        fit: aka,
        wrong: { ck: hex(sim.ik), ik: hex(sim.ck) },
      },
      {
        name: "EAP-SIM",
        talk: [
          [of(18, 10, at(15, versions)), of(18, 10, at(7, two, nonceMt), at(16, one))],
          [of(18, 11, at(1, two, rand, rand, rand)), of(18, 11)],
        ],
        msk: mskOfSim(noble, identity, { kcs, nonceMt, versions: one, selected: one })!,
        fit: [{ kc: kcs.map(hex) }],
        wrong: { kc: kcs.toReversed().map(hex) },
      },
    ]
    // A responder should ask for no identity: IDi says it (RFC 7296 §2.16).
    const ASKED = [true, false]
    it.each(METHODS.flatMap(m => ASKED.map(asked => ({ ...m, asked }))))(
      "$name, the identity asked for: $asked",
      async ({ talk, msk, fit, wrong, asked }) => {
        const play = begun()
        play.id.initiator = w.idP(w.P.IDI, new TextDecoder().decode(identity))
        const offer = play.childOffer("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" })
        const { initiator: idi, responder: idr } = play.id
        const all = [...(asked ? [[Uint8Array.of(1), concat(Uint8Array.of(1), identity)]] : []), ...talk]
        const request = (n: number) => (n < all.length ? w.eapP(1, n + 1, all[n][0]) : w.eapP(3, n))
        play.exchange(
          "initiator",
          X.AUTH,
          [idi, ...offer.request],
          [idr, ...play.prove("responder", idr, server), request(0)],
        )
        for (const [n, [, answer]] of all.entries())
          play.exchange("initiator", X.AUTH, [w.eapP(2, n + 1, answer)], [request(n + 1)])
        const auth = (side: "initiator" | "responder") =>
          w.authP(2, sharedSecretAuth(play.context, msk, play.octets(side, play.id[side])))
        play.exchange("initiator", X.AUTH, [auth("initiator")], [auth("responder"), ...offer.response])
        play.install("initiator", offer, play.nonces, [])
        for (const key of fit) {
          const report = await reportOf(play.tape, { ...dh(play), sim_keys: [key] })
          expect(failures(report)).toEqual([])
          expect(statuses(saOf(report, play), "auth-initiator")).toEqual(["pass"])
          expect(statuses(saOf(report, play), "auth-responder")).toEqual(["pass", "pass"])
          expect(report.secrets.find(s => s.kind === "sim_keys")?.used_by).toEqual(["ike/0"])
        }
        const other = await reportOf(play.tape, { ...dh(play), sim_keys: [wrong] })
        expect(statuses(saOf(other, play), "auth-initiator")).toEqual(["fail"])
        const none = await reportOf(play.tape, dh(play))
        expect(reasons(saOf(none, play), "auth-initiator")[0]).toContain("MSK")
      },
    )
  })
  it("a method without a key (RFC 7296 §2.16)", async () => {
    const play = eap(4)
    const report = await reportOf(play.tape, dh(play))
    expect(failures(report)).toEqual([])
    expect(statuses(saOf(report, play), "auth-initiator")).toEqual(["pass"])
    expect(statuses(saOf(report, play), "auth-responder")).toEqual(["pass", "pass"])
    const wrong = eap(6, MSK)
    expect(statuses(saOf(await reportOf(wrong.tape, dh(wrong)), wrong), "auth-initiator")).toEqual(["fail"])
  })
})

describe("multiple authentications (RFC 4739)", () => {
  let play: PlayV2
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  beforeAll(() => {
    const machine: Proof = {
      method: 14,
      sign: digital(identifier("2b6570"), o => bytes(sign(null, o, privateKey))),
      certificates: [w.certP(4, certificateOf(publicKey, "left.lab"))],
    }
    play = new PlayV2(new Tape()).saInit([w.notifyP(N.MULTIPLE_AUTH_SUPPORTED)])
    const offer = play.childOffer("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" })
    const { initiator: idi, responder: idr } = play.id
    const user = w.idP(w.P.IDI, "carol")
    play.exchange(
      "initiator",
      X.AUTH,
      [idi, ...play.prove("initiator", idi, machine), ...offer.request, w.notifyP(N.ANOTHER_AUTH_FOLLOWS)],
      [idr, ...play.prove("responder", idr, { psk: PSK })],
    )
    play.exchange(
      "initiator",
      X.AUTH,
      [user, ...play.prove("initiator", user, { psk: utf8("carol's") })],
      offer.response,
    )
    play.install("initiator", offer, play.nonces, [])
  })
  it("each is verified", async () => {
    const psks = [
      { secret: "swordfish", id: "right.lab" },
      { secret: "carol's", id: "carol" },
    ]
    const report = await reportOf(play.tape, { ...dh(play), psks })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(statuses(sa, "auth-initiator")).toEqual(["pass", "pass"])
    expect(statuses(sa, "auth-responder")).toEqual(["pass"])
    expect(sa.state).toBe("established")
    expect(statuses(sa, "child-keys")).toEqual(["pass"])
  })
  it("the second secret is missing", async () => {
    const report = await reportOf(play.tape, { ...dh(play), psks: [{ secret: "swordfish", id: "right.lab" }] })
    expect(statuses(saOf(report, play), "auth-initiator")).toEqual(["pass", "skipped"])
    expect(reasons(saOf(report, play), "auth-initiator")[1]).toContain("carol")
  })
})
