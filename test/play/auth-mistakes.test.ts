/** The arbiter of AUTH: each mistake that implementations are known to make is played by one side, found, and laid to that side. */
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { concat, utf8 } from "../../src/bytes/bytes.ts"
import {
  intermediateAuth,
  intermediateOctets,
  macedId,
  sharedSecretAuth,
  signedOctets,
} from "../../src/keys/auth-v2.ts"
import { prfFunction } from "../../src/keys/context.ts"
import { mixPpk } from "../../src/keys/ppk.ts"
import type { CheckReport } from "../../src/report/types.ts"
import { failures, type Keys, reportOf, saOf, statuses } from "./analyzed.ts"
import { N, otherSide, PlayV2, type Proof, PSK, type Side, SUITE, X } from "./play-v2.ts"
import { certificateOf, der, ecdsaRaw } from "./signers.ts"
import { hex, oneBitOff, Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

const begun = () => new PlayV2(new Tape()).saInit()
const dh = (play: PlayV2): Keys => ({ dh_shared: play.exchanged.map(e => hex(e.shared)), psks: ["swordfish"] })
const SIDES: readonly Side[] = ["initiator", "responder"]
const authOf = (checks: readonly CheckReport[], side: Side) => checks.find(c => c.id === `auth-${side}`)!

interface Pieces {
  message: Uint8Array
  peerMessage: Uint8Array
  nonce: Uint8Array
  ownNonce: Uint8Array
  skP: Uint8Array
  peerSkP: Uint8Array
  id: Uint8Array
  peerId: Uint8Array
}

function piecesOf(play: PlayV2, side: Side): Pieces {
  const mine = side === "initiator"
  const { request, response } = play.init
  const { ni, nr } = play.nonces
  const { sk_pi, sk_pr } = play.keys
  return {
    message: mine ? request : response,
    peerMessage: mine ? response : request,
    nonce: mine ? nr : ni,
    ownNonce: mine ? ni : nr,
    skP: mine ? sk_pi : sk_pr,
    peerSkP: mine ? sk_pr : sk_pi,
    id: play.id[side].body,
    peerId: play.id[otherSide(side)].body,
  }
}

/** Octets of a mistaken signer, put together here by hand. */
type Wrong = (p: Pieces, mac: (key: Uint8Array, data: Uint8Array) => Uint8Array) => Uint8Array
const CASES: readonly [name: string, says: RegExp, wrong: Wrong][] = [
  [
    "both messages, as in the downgrade draft, though not agreed",
    /over both IKE_SA_INIT messages, which was not agreed/,
    (p, mac) => concat(new Uint8Array(8), p.peerMessage, p.message, p.nonce, mac(p.skP, p.id)),
  ],
  [
    "the peer's message",
    /over the peer's IKE_SA_INIT message/,
    (p, mac) => concat(p.peerMessage, p.nonce, mac(p.skP, p.id)),
  ],
  [
    "both messages",
    /over both IKE_SA_INIT messages one behind the other/,
    (p, mac) => concat(p.message, p.peerMessage, p.nonce, mac(p.skP, p.id)),
  ],
  [
    "the Non-ESP Marker",
    /Non-ESP Marker in front/,
    (p, mac) => concat(new Uint8Array(4), p.message, p.nonce, mac(p.skP, p.id)),
  ],
  ["its own nonce", /over the signer's own nonce/, (p, mac) => concat(p.message, p.ownNonce, mac(p.skP, p.id))],
  ["both nonces", /over both nonces/, (p, mac) => concat(p.message, p.ownNonce, p.nonce, mac(p.skP, p.id))],
  [
    "a cut nonce",
    /a part of the peer's nonce/,
    (p, mac) => concat(p.message, p.nonce.subarray(0, 8), mac(p.skP, p.id)),
  ],
  [
    "the nonce payload",
    /nonce payload with its header/,
    (p, mac) => concat(p.message, Uint8Array.of(0, 0, 0, 36), p.nonce, mac(p.skP, p.id)),
  ],
  ["the bare identity", /without its type/, (p, mac) => concat(p.message, p.nonce, mac(p.skP, p.id.subarray(4)))],
  [
    "no reserved octets",
    /without the reserved octets/,
    (p, mac) => concat(p.message, p.nonce, mac(p.skP, concat(p.id.subarray(0, 1), p.id.subarray(4)))),
  ],
  ["the peer's identity", /over another ID payload/, (p, mac) => concat(p.message, p.nonce, mac(p.skP, p.peerId))],
  [
    "the peer's SK_p",
    /another key than the signer's SK_p/,
    (p, mac) => concat(p.message, p.nonce, mac(p.peerSkP, p.id)),
  ],
  ["no identity", /without the MACed identity/, p => concat(p.message, p.nonce)],
]

const asPsk = (play: PlayV2, octets: () => Uint8Array): Proof => ({
  method: 2,
  sign: () => sharedSecretAuth(play.context, PSK, octets()),
})

describe("octets that one side signs otherwise", () => {
  // The responder's IKE_AUTH comes second: its peer's identity is known by then.
  it.each(CASES)("%s", async (_, says, wrong) => {
    for (const side of SIDES) {
      if (side === "initiator" && /another ID/.test(says.source)) continue
      const play = begun()
      const mac = (key: Uint8Array, data: Uint8Array) => prfFunction(play.context)(key)(data)
      play.auth({ [side]: asPsk(play, () => wrong(piecesOf(play, side), mac)) })
      const sa = saOf(await reportOf(play.tape, dh(play)), play)
      const check = authOf(sa.checks, side)
      expect(check.status).toBe("fail")
      expect(check.reason).toMatch(says)
      expect(check.reason).toContain(`the ${side} erred. `)
      expect(authOf(sa.checks, otherSide(side)).status).toBe("pass")
    }
  })

  it("the ID payload with its header", async () => {
    const play = begun()
    const withHeader = () => {
      const p = piecesOf(play, "initiator")
      // In the chain AUTH (39) follows.
      const payload = concat(Uint8Array.of(39, 0, 0, p.id.length + 4), p.id)
      return signedOctets({ message: p.message, nonce: p.nonce, macedId: macedId(play.context, p.skP, payload) })
    }
    play.auth({ initiator: asPsk(play, withHeader) })
    const report = await reportOf(play.tape, dh(play))
    expect(authOf(saOf(report, play).checks, "initiator").reason).toMatch(/generic header of the ID payload/)
    const found = report.diagnostics.filter(d => d.code === "implementation-mistake")
    expect(found).toMatchObject([{ severity: "error", sa: saOf(report, play).id }])
    expect(found[0].message).toMatch(/RFC 7296 §2.15: "IDi' and IDr' are the entire ID payloads excluding/)
  })

  it.each([undefined, null])("the IDr that the initiator asked for, not the responder's own; child %s", async child => {
    const play = begun()
    const asked = w.idP(w.P.IDR, "wanted.lab")
    const wrong = () => play.octets("responder", asked)
    play.auth({ responder: asPsk(play, wrong), extra: { request: [asked] }, child })
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    expect(authOf(sa.checks, "responder").reason).toMatch(
      /over another ID payload.*the responder erred\. RFC 7296 §2\.15/,
    )
    expect(authOf(sa.checks, "initiator").status).toBe("pass")
  })

  it("nothing is said of octets that nobody makes, nor under another secret", async () => {
    const play = begun()
    play.auth({ initiator: asPsk(play, () => oneBitOff(play.octets("initiator", play.id.initiator))) })
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    expect(authOf(sa.checks, "initiator").reason).toMatch(/does not match under any given pre-shared key/)
    const other = begun()
    other.auth({ initiator: asPsk(other, () => concat(other.init.response, other.nonces.nr)) })
    const closed = saOf(await reportOf(other.tape, { ...dh(other), psks: ["another"] }), other)
    expect(authOf(closed.checks, "initiator").reason).not.toMatch(/erred/)
  })
})

describe("a shared secret used otherwise", () => {
  it.each([
    ["no Key Pad", /without the Key Pad/, (play: PlayV2, o: Uint8Array) => prfFunction(play.context)(PSK)(o)],
    [
      "a null behind the pad",
      /with a null behind the Key Pad/,
      (play: PlayV2, o: Uint8Array) => {
        const prf = prfFunction(play.context)
        return prf(prf(PSK)(utf8("Key Pad for IKEv2\0")))(o)
      },
    ],
    [
      "a line feed",
      /line feed behind the secret/,
      (play: PlayV2, o: Uint8Array) => sharedSecretAuth(play.context, utf8("swordfish\n"), o),
    ],
    [
      "quotes",
      /quotes around the secret/,
      (play: PlayV2, o: Uint8Array) => sharedSecretAuth(play.context, utf8('"swordfish"'), o),
    ],
    [
      "hexadecimal",
      /written out as hexadecimal/,
      (play: PlayV2, o: Uint8Array) => sharedSecretAuth(play.context, utf8(hex(PSK)), o),
    ],
    [
      "UTF-16",
      /in UTF-16/,
      (play: PlayV2, o: Uint8Array) =>
        sharedSecretAuth(play.context, Uint8Array.from(Buffer.from("swordfish", "utf16le")), o),
    ],
  ] as const)("%s", async (_, says, make) => {
    const play = begun()
    play.auth({ responder: { method: 2, sign: o => make(play, o) } })
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    expect(authOf(sa.checks, "responder")).toMatchObject({ status: "fail" })
    expect(authOf(sa.checks, "responder").reason).toMatch(says)
    expect(authOf(sa.checks, "initiator").status).toBe("pass")
  })
})

it("a refusal of an AUTH that is made otherwise is laid to that, not to the key", async () => {
  const play = begun()
  const proof = (o: Uint8Array) => prfFunction(play.context)(PSK)(o)
  const request = [play.id.initiator, ...play.prove("initiator", play.id.initiator, { method: 2, sign: proof })]
  play.exchange("initiator", X.AUTH, request, [w.notifyP(24)])
  const { verdict } = saOf(await reportOf(play.tape, dh(play)), play)
  expect([verdict.outcome, verdict.cause]).toEqual(["failed", "implementation-mistake"])
  expect(verdict.why).toMatch(/AUTH holds only without the Key Pad/)
})

describe("a signature of another form than its identifier says", () => {
  const oid = (text: string) => der(6, Uint8Array.from(Buffer.from(text, "hex")))
  const identifier = (text: string, ...rest: Uint8Array[]) => der(0x30, oid(text), ...rest)
  const digital = (id: Uint8Array, make: (o: Uint8Array) => Uint8Array) => (o: Uint8Array) =>
    concat(Uint8Array.of(id.length), id, make(o))
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const bytes = (b: Buffer) => new Uint8Array(b)
  const SHA256_RSA = identifier("2a864886f70d01010b", der(5))
  const ECDSA_SHA256 = identifier("2a8648ce3d040302")
  const bareOid = oid("2a864886f70d01010b")
  it.each([
    [
      "a key's identifier, RSA",
      /RSASSA-PKCS1-v1_5 with SHA2-256, which the identifier 1\.2\.840\.113549\.1\.1\.1 does not say/,
      rsa,
      identifier("2a864886f70d010101", der(5)),
      (o: Uint8Array) => bytes(sign("sha256", o, rsa.privateKey)),
    ],
    [
      "a key's identifier, EC",
      /ECDSA with SHA2-256, which the identifier 1\.2\.840\.10045\.2\.1 does not say/,
      ec,
      identifier("2a8648ce3d0201", oid("2a8648ce3d030107")),
      (o: Uint8Array) => bytes(sign("sha256", o, ec.privateKey)),
    ],
    [
      "a bare object identifier",
      /with SHA2-256, behind something that is no AlgorithmIdentifier/,
      rsa,
      bareOid,
      (o: Uint8Array) => bytes(sign("sha256", o, rsa.privateKey)),
    ],
    [
      "RSA with SHA-1",
      /RSASSA-PKCS1-v1_5 with SHA1/,
      rsa,
      SHA256_RSA,
      (o: Uint8Array) => bytes(sign("sha1", o, rsa.privateKey)),
    ],
    [
      "PSS",
      /RSASSA-PSS with SHA2-256 and a salt of 32/,
      rsa,
      SHA256_RSA,
      (o: Uint8Array) =>
        bytes(sign("sha256", o, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })),
    ],
    [
      "ECDSA with SHA-384",
      /ECDSA with SHA2-384/,
      ec,
      ECDSA_SHA256,
      (o: Uint8Array) => bytes(sign("sha384", o, ec.privateKey)),
    ],
    [
      "r|s",
      /as r and s without DER/,
      ec,
      ECDSA_SHA256,
      (o: Uint8Array) => ecdsaRaw(ec.privateKey, "P-256", bytes(createHash("sha256").update(o).digest())),
    ],
  ] as const)("%s", async (_, says, pair, id, make) => {
    const certificates = [w.certP(4, certificateOf(pair.publicKey, "left.lab"))]
    const play = begun().auth({ initiator: { method: 14, sign: digital(id, make), certificates } })
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    expect(authOf(sa.checks, "initiator").reason).toMatch(says)
    expect(authOf(sa.checks, "responder").status).toBe("pass")
  })

  it("no identifier at all; one that nobody knows is skipped in the right words", async () => {
    const certificates = [w.certP(4, certificateOf(rsa.publicKey, "left.lab"))]
    const checked = async (make: (o: Uint8Array) => Uint8Array) => {
      const play = begun().auth({ initiator: { method: 14, sign: make, certificates } })
      return authOf(saOf(await reportOf(play.tape, dh(play)), play).checks, "initiator")
    }
    const found = await checked(o => bytes(sign("sha256", o, rsa.privateKey)))
    expect(found.status).toBe("fail")
    expect(found.reason).toMatch(
      /with SHA2-256, without an AlgorithmIdentifier in front: the initiator erred\. RFC 7427/,
    )
    const bent = await checked(o => bytes(sign("sha256", oneBitOff(o), rsa.privateKey)))
    expect([bent.status, bent.reason]).toEqual([
      "skipped",
      "the Authentication Data begin with no AlgorithmIdentifier (RFC 7427 §3)",
    ])
    const unknown = await checked(digital(identifier("2a0304"), () => new Uint8Array(64)))
    expect([unknown.status, unknown.reason]).toEqual(["skipped", "digital signature (1.2.3.4) is not computed here"])
  })
})

describe("a hash that the peer did not announce", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
  const sha1 = der(0x30, der(6, Uint8Array.from(Buffer.from("2a864886f70d010105", "hex"))), der(5))
  const announce = (...numbers: number[]) => [w.notifyP(16431, Uint8Array.from(numbers.flatMap(n => [0, n])))]
  const signed = (numbers: number[]) => {
    const certificates = [w.certP(4, certificateOf(rsa.publicKey, "left.lab"))]
    const make = (o: Uint8Array) =>
      concat(Uint8Array.of(sha1.length), sha1, new Uint8Array(sign("sha1", o, rsa.privateKey)))
    return new PlayV2(new Tape())
      .saInit(announce(...numbers))
      .auth({ initiator: { method: 14, sign: make, certificates } })
  }
  it("is a finding, though the signature holds", async () => {
    const play = signed([2, 3, 4])
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    expect(authOf(sa.checks, "initiator").status).toBe("pass")
    expect(statuses(sa, "signature-hash")).toEqual(["fail"])
    expect(sa.checks.find(c => c.id === "signature-hash")?.reason).toMatch(/uses SHA1, which the peer did not announce/)
    const fine = signed([1, 2])
    expect(statuses(saOf(await reportOf(fine.tape, dh(fine)), fine), "signature-hash")).toEqual(["pass"])
  })
})

describe("parameters of an AlgorithmIdentifier that are not its algorithm's", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 })
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const ed = generateKeyPairSync("ed25519")
  const [RSA_SHA256, PSS, ECDSA_SHA256, ED25519] = [
    "2a864886f70d01010b",
    "2a864886f70d01010a",
    "2a8648ce3d040302",
    "2b6570",
  ]
  const NULL = der(5)
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 }
  const signed = (oid: string, parameters: Uint8Array[], make: (o: Uint8Array) => Buffer, key: KeyObject) => {
    const algorithm = der(0x30, der(6, Uint8Array.from(Buffer.from(oid, "hex"))), ...parameters)
    const certificates = [w.certP(4, certificateOf(key, "right.lab"))]
    const proof = (o: Uint8Array) => concat(Uint8Array.of(algorithm.length), algorithm, new Uint8Array(make(o)))
    return new PlayV2(new Tape()).saInit().auth({ responder: { method: 14, sign: proof, certificates } })
  }
  it.each([
    ["RSA", RSA_SHA256, [], [NULL], /has no parameters.*RFC 4055 §5: "the parameters MUST be NULL"/],
    ["RSASSA-PSS", PSS, [], [der(0x30)], /has no parameters.*RFC 4055 §3\.1/],
    ["ECDSA", ECDSA_SHA256, [NULL], [], /has NULL as its parameters.*RFC 5758 §3\.2/],
    ["Ed25519", ED25519, [NULL], [], /has NULL as its parameters.*RFC 8410 §3/],
    ["ECDSA with a curve", ECDSA_SHA256, [der(6, Uint8Array.of(0x2a, 3))], [], /has parameters that it has none of/],
  ] as const)("%s: a warning, while AUTH passes", async (_, oid, wrong, right, says) => {
    const key = { [RSA_SHA256]: rsa, [PSS]: rsa, [ECDSA_SHA256]: ec, [ED25519]: ed }[oid]!
    const hash = oid === ED25519 ? null : oid === PSS ? "sha1" : "sha256"
    const make = (o: Uint8Array) => sign(hash, o, oid === PSS ? { key: key.privateKey, ...pss } : key.privateKey)
    for (const [parameters, expected] of [
      [wrong, true],
      [right, false],
    ] as const) {
      const play = signed(oid, [...parameters], make, key.publicKey)
      const report = await reportOf(play.tape, dh(play))
      const sa = saOf(report, play)
      expect(authOf(sa.checks, "responder").status).toBe("pass")
      expect(statuses(sa, "signature-parameters")).toEqual(expected ? ["fail"] : [])
      const found = report.diagnostics.filter(d => d.code === "signature-parameters")
      expect(found.map(d => d.severity)).toEqual(expected ? ["warning"] : [])
      if (expected) expect(found[0].message).toMatch(says)
      if (expected) expect(found[0].message).toContain("the signature of the responder holds")
    }
  })
})

describe("IKE_SA_INIT_FULL_TRANSCRIPT_AUTH", () => {
  const announce = [w.notifyP(N.FULL_TRANSCRIPT)]
  const over = (play: PlayV2, side: Side) => () => {
    const p = piecesOf(play, side)
    return concat(
      new Uint8Array(8),
      p.peerMessage,
      signedOctets({ message: p.message, nonce: p.nonce, macedId: macedId(play.context, p.skP, p.id) }),
    )
  }

  it("covers both messages where both sides announced it", async () => {
    const play = new PlayV2(new Tape()).saInit(announce)
    play.auth({ initiator: asPsk(play, over(play, "initiator")), responder: asPsk(play, over(play, "responder")) })
    const report = await reportOf(play.tape, dh(play))
    expect(failures(report)).toEqual([])
    const sa = saOf(report, play)
    for (const side of SIDES) expect(authOf(sa.checks, side).status).toBe("pass")
    expect(statuses(sa, "full-transcript")).toEqual(["pass", "pass"])
  })

  it("with the old form is a finding, and AUTH holds all the same", async () => {
    const play = new PlayV2(new Tape()).saInit(announce).auth()
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    for (const side of SIDES) expect(authOf(sa.checks, side).status).toBe("pass")
    expect(statuses(sa, "full-transcript")).toEqual(["fail", "fail"])
  })

  it("is no check where nobody announced it", async () => {
    const play = begun().auth()
    expect(statuses(saOf(await reportOf(play.tape, dh(play)), play), "full-transcript")).toEqual([])
  })
})

describe("IntAuth made otherwise", () => {
  const HYBRID = { ...SUITE, additional: [36] }
  const begin = () => new PlayV2(new Tape(), { suite: HYBRID }).saInit([w.notifyP(N.INTERMEDIATE)]).addKe(36)
  const octets = (play: PlayV2, side: Side, int: Uint8Array) => {
    const p = piecesOf(play, side)
    return signedOctets({
      message: p.message,
      nonce: p.nonce,
      macedId: macedId(play.context, p.skP, p.id),
      intAuth: int,
    })
  }
  const mid = (n: number) => Uint8Array.of(0, 0, 0, n)
  it.each([
    ["left out", /without IntAuth, although/, () => new Uint8Array(0)],
    [
      "its halves exchanged",
      /two halves of IntAuth exchanged/,
      (play: PlayV2) => concat(play.intermediate.responder, play.intermediate.initiator, mid(2)),
    ],
    [
      "no Message ID",
      /without the Message ID/,
      (play: PlayV2) => concat(play.intermediate.initiator, play.intermediate.responder),
    ],
    [
      "Message ID 1",
      /with Message ID 1/,
      (play: PlayV2) => concat(play.intermediate.initiator, play.intermediate.responder, mid(1)),
    ],
  ] as const)("%s", async (_, says, make) => {
    const play = begin()
    play.auth({ responder: asPsk(play, () => octets(play, "responder", make(play))) })
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    expect(authOf(sa.checks, "responder").reason).toMatch(says)
    expect(authOf(sa.checks, "initiator").status).toBe("pass")
    expect(statuses(sa, "int-auth")).toContain("fail")
  })
})

describe("IntAuth of two exchanges made otherwise", () => {
  const TWO = { ...SUITE, additional: [36, 31] }
  const begin = (fragments = 0) =>
    new PlayV2(new Tape(), { suite: TWO })
      .saInit([w.notifyP(N.INTERMEDIATE)])
      .addKe(36, fragments)
      .addKe(31, fragments)
  const plaintext = (play: PlayV2, side: Side, n: number) => {
    const ke = play.exchanged[n]
    return w.chain([w.keP(ke.group, side === "initiator" ? ke.publicI : ke.publicR)])
  }
  const right = (play: PlayV2, side: Side, n: number, firstPayload = 34) => {
    const header = w.header(play.head(side, 43, n, side === "responder"), w.P.SK, 0)
    return intermediateOctets({
      header,
      unencrypted: new Uint8Array(0),
      firstPayload,
      plaintext: plaintext(play, side, n),
    })
  }
  /** The octets with the lengths that the encrypted message has, as it stands on the tape. */
  const onTheWire = (play: PlayV2, side: Side, n: number) => {
    const message = play.tape.packets[2 * n + (side === "initiator" ? 0 : 1)].subarray(28)
    const sk = concat(Uint8Array.of(34, 0), message.subarray(30, 32))
    return concat(message.subarray(0, 28), sk, plaintext(play, side, n))
  }
  type Made = (
    play: PlayV2,
    side: Side,
    n: number,
    before: Uint8Array,
  ) => { readonly octets: Uint8Array; readonly epoch: number; readonly before: Uint8Array }
  it.each<[string, RegExp, number, Made]>([
    [
      "lengths of the encrypted messages",
      /lengths of the encrypted IKE_INTERMEDIATE/,
      0,
      (play, side, n, before) => ({ octets: onTheWire(play, side, n), epoch: n - 1, before }),
    ],
    [
      "the Next Payload of a later fragment",
      /Next Payload of a later fragment/,
      3,
      (play, side, n, before) => ({ octets: right(play, side, n, 0), epoch: n - 1, before }),
    ],
    [
      "the SK_p of the last epoch",
      /SK_p of a later key epoch/,
      0,
      (play, side, n, before) => ({ octets: right(play, side, n), epoch: 2, before }),
    ],
    [
      "the last exchange alone",
      /last IKE_INTERMEDIATE exchange alone/,
      0,
      (play, side, n) => ({ octets: right(play, side, n), epoch: n - 1, before: new Uint8Array(0) }),
    ],
  ])("%s", async (_, says, fragments, made) => {
    const play = begin(fragments)
    const of = (side: Side) => {
      let value: Uint8Array = new Uint8Array(0)
      for (const n of [1, 2]) {
        const { octets, epoch, before } = made(play, side, n, value)
        const keys = play.epochs[epoch]
        value = intermediateAuth(play.context, side === "initiator" ? keys.sk_pi : keys.sk_pr, before, octets)
      }
      return value
    }
    const wrong = () => {
      const p = piecesOf(play, "responder")
      const int = concat(of("initiator"), of("responder"), Uint8Array.of(0, 0, 0, 3))
      return signedOctets({
        message: p.message,
        nonce: p.nonce,
        macedId: macedId(play.context, p.skP, p.id),
        intAuth: int,
      })
    }
    play.auth({ responder: asPsk(play, wrong) })
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    expect(authOf(sa.checks, "initiator").status).toBe("pass")
    expect(authOf(sa.checks, "responder").reason).toMatch(says)
    expect(authOf(sa.checks, "responder").reason).toContain("the responder erred. RFC 9242")
  })
})

describe("a signature of RFC 4754 in DER", () => {
  it("is found", async () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
    const certificates = [w.certP(4, certificateOf(ec.publicKey, "left.lab"))]
    const make = (o: Uint8Array) => new Uint8Array(sign("sha256", o, ec.privateKey))
    const play = begun().auth({ initiator: { method: 9, sign: make, certificates } })
    const sa = saOf(await reportOf(play.tape, dh(play)), play)
    expect(authOf(sa.checks, "initiator").reason).toMatch(/as a DER sequence of r and s.*initiator erred\. RFC 4754 §7/)
  })
})

describe("a PPK mixed on one side alone", () => {
  it("is found where AUTH holds only with it", async () => {
    const play = begun()
    const ppk = utf8("a post-quantum secret")
    const mixed = () => ({ ...play.keys, ...mixPpk(play.context, ppk, play.keys as never).values })
    play.auth({ responder: asPsk(play, () => play.octets("responder", play.id.responder, mixed())) })
    const sa = saOf(await reportOf(play.tape, { ...dh(play), ppks: ["a post-quantum secret"] }), play)
    expect(authOf(sa.checks, "responder").reason).toMatch(/a PPK mixed into the keys/)
  })
})
