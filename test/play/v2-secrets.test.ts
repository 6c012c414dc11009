/** One secret of any kind opens a played negotiation of IKEv2: every group by private value of either side, every suite. */
import { describe, expect, it } from "vitest"
import { KE_METHODS } from "../../src/crypto/ke-table.ts"
import { noble } from "../../src/crypto/noble.ts"
import { failures, type Keys, reportOf, saOf, shown, shownChild, statuses } from "./analyzed.ts"
import { PlayV2, PSK, SUITE, type SuiteSpec } from "./play-v2.ts"
import { hex, Tape } from "./tape.ts"

/** IKE_SA_INIT, IKE_AUTH and a Child SA under a suite. */
function played(suite: SuiteSpec, provider?: typeof noble): PlayV2 {
  return new PlayV2(new Tape(), { suite, provider }).saInit().auth()
}

async function expectOpened(play: PlayV2, keys: Keys, from: string, provider?: typeof noble): Promise<void> {
  const report = await reportOf(play.tape, { psks: [{ secret: "swordfish" }], ...keys }, provider ? { provider } : {})
  const [sa] = report.ike_sas
  expect(failures(report)).toEqual([])
  expect(report.ike_sas).toHaveLength(1)
  expect(sa).toMatchObject({
    ...play.spis,
    state: "established",
    auth: { initiator: "pre-shared key", responder: "pre-shared key" },
    ids: { initiator: { type: "ID_FQDN", value: "left.lab" }, responder: { type: "ID_FQDN", value: "right.lab" } },
    keys: { status: from === "given" ? "given" : "derived", from: from === "given" ? "ike_sas" : from },
  })
  const suite = { encr: play.suite.encr, integ: play.suite.integ ?? null, prf: play.suite.prf }
  expect(sa.suite).toMatchObject(suite)
  expect(sa.keys.epochs[0].values).toMatchObject(from === "given" ? {} : shown(play.keys))
  expect(sa.child_sas.map(c => c.keys.values)).toEqual(play.children.map(shownChild))
  const integrity = play.encr.aead || play.integ ? ["pass", "pass"] : ["skipped", "skipped"]
  expect(statuses(sa, "sk-integrity")).toEqual(integrity)
  for (const id of ["auth-initiator", "auth-responder", "child-keys"]) expect(statuses(sa, id)).toEqual(["pass"])
  expect(report.esp_sas.map(e => e.icv_ok)).toEqual([1, 1])
}

describe("a private value of either side", () => {
  for (const { id, name } of KE_METHODS) {
    it(name, async () => {
      const play = played({ ...SUITE, ke: id })
      const [ke] = play.exchanged
      await expectOpened(play, { dh_private: ["00ff", hex(ke.privateI)] }, "dh_private")
      if (ke.privateR) await expectOpened(play, { dh_private: [hex(ke.privateR)] }, "dh_private")
    })
  }
  it("X25519 with the default provider", async () => {
    const play = played(SUITE, noble)
    await expectOpened(play, { dh_private: [hex(play.exchanged[0].privateI)] }, "dh_private", noble)
  })
})

describe("every kind of secret", () => {
  const play = played(SUITE)
  const { sk_d, sk_ai, sk_ar, sk_ei, sk_er, sk_pi, sk_pr, skeyseed } = shown(play.keys)
  const sk = { ...play.spis, sk_d, sk_ai, sk_ar, sk_ei, sk_er, sk_pi, sk_pr }
  const shared = hex(play.exchanged[0].shared)
  const cases: [string, Keys, string][] = [
    ["dh_shared", { dh_shared: ["aa".repeat(32), shared] }, "dh_shared"],
    ["dh_shared without its leading zeros", { dh_shared: [shared.replace(/^(00)+/, "")] }, "dh_shared"],
    ["skeyseed", { skeyseed: ["bb".repeat(32), skeyseed] }, "skeyseed"],
    ["SK_*", { ike_sas: [sk] }, "given"],
    ["SK_* by the initiator's SPI alone", { ike_sas: [{ ...sk, spi_r: undefined }] }, "given"],
    ["skeyseed of the SA", { ike_sas: [{ ...play.spis, skeyseed }] }, "ike_sas"],
    ["dh_shared of the SA", { ike_sas: [{ ...play.spis, dh_shared: shared }] }, "ike_sas"],
  ]
  it.each(cases)("%s", (_, keys, from) => expectOpened(play, keys, from))

  it("SK_e and SK_a alone open IKE and nothing else", async () => {
    const report = await reportOf(play.tape, { ike_sas: [{ ...play.spis, sk_ei, sk_er, sk_ai, sk_ar }] })
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(statuses(sa, "sk-integrity")).toEqual(["pass", "pass"])
    expect(sa.child_sas[0].keys.status).toBe("none")
    expect(sa.ids.initiator?.value).toBe("left.lab")
  })

  it("one direction's keys open that direction", async () => {
    const report = await reportOf(play.tape, { ike_sas: [{ ...play.spis, sk_er, sk_ar }] })
    const sa = saOf(report, play)
    expect(sa.keys.status).toBe("partial")
    expect(statuses(sa, "sk-integrity").sort()).toEqual(["pass", "skipped"])
    expect(sa.ids).toEqual({ initiator: null, responder: { type: "ID_FQDN", value: "right.lab" } })
  })
})

const ENCRS = [
  "3DES-CBC",
  "DES-CBC",
  "BLOWFISH-CBC-128",
  "BLOWFISH-CBC-448",
  "CAST-CBC-128",
  "CAST-CBC-80",
  "NULL",
  ...[128, 192, 256].flatMap(b =>
    ["AES-CBC", "AES-CTR", "CAMELLIA-CBC", "CAMELLIA-CTR"].map(family => `${family}-${b}`),
  ),
]
const AEADS = [
  "CHACHA20-POLY1305",
  ...[8, 12, 16].flatMap(icv =>
    [128, 192, 256].flatMap(b => ["AES-GCM", "AES-CCM", "CAMELLIA-CCM"].map(family => `${family}-${icv}-${b}`)),
  ),
]
const INTEGS = [
  "HMAC-MD5-96",
  "HMAC-SHA1-96",
  "HMAC-MD5-128",
  "HMAC-SHA1-160",
  "AES-XCBC-96",
  "AES-CMAC-96",
  "HMAC-SHA2-256-128",
  "HMAC-SHA2-384-192",
  "HMAC-SHA2-512-256",
]
const PRFS = ["HMAC-MD5", "HMAC-SHA1", "AES128-XCBC", "HMAC-SHA2-256", "HMAC-SHA2-384", "HMAC-SHA2-512", "AES128-CMAC"]

describe("every algorithm of the suite", () => {
  const open = async (suite: SuiteSpec, provider?: typeof noble) => {
    const play = played(suite)
    await expectOpened(play, { dh_shared: [hex(play.exchanged[0].shared)] }, "dh_shared", provider)
  }
  it.each(ENCRS)("%s", encr => open({ ...SUITE, encr }))
  it.each(AEADS)("%s", encr => open({ ...SUITE, encr, integ: undefined }))
  it.each(INTEGS)("%s", integ => open({ ...SUITE, integ }))
  it.each(PRFS)("%s", prf => open({ ...SUITE, prf }))
  it.each(["AES-CBC-256", "CAMELLIA-CTR-192", "3DES-CBC", "CAST-CBC-128"])("%s with noble", encr =>
    open({ ...SUITE, encr, prf: "AES128-XCBC", integ: "AES-XCBC-96" }, noble),
  )
  it.each(["AES-GCM-8-128", "AES-GCM-12-256", "AES-CCM-12-192", "CHACHA20-POLY1305"])("%s with noble", encr =>
    open({ ...SUITE, encr, prf: "AES128-CMAC", integ: undefined }, noble),
  )
})

describe("keys one bit off", () => {
  const play = played({ ...SUITE, ke: 19 })
  const off = (bytes: Uint8Array) => {
    const out = bytes.slice()
    out[out.length - 1] ^= 1
    return hex(out)
  }
  const [ke] = play.exchanged
  const { sk_ai, sk_ar, sk_ei, sk_er, skeyseed } = play.keys
  const wrong: [string, Keys][] = [
    ["dh_private", { dh_private: [off(ke.privateI)] }],
    ["dh_shared", { dh_shared: [off(ke.shared)] }],
    ["skeyseed", { skeyseed: [off(skeyseed)] }],
    [
      "SK_a",
      { ike_sas: [{ ...play.spis, sk_ei: hex(sk_ei), sk_er: hex(sk_er), sk_ai: off(sk_ai), sk_ar: off(sk_ar) }] },
    ],
  ]
  it.each(wrong)("%s", async (kind, keys) => {
    const report = await reportOf(play.tape, { psks: [{ secret: "swordfish" }], ...keys })
    const [sa] = report.ike_sas
    expect(sa.keys.status).toBe("none")
    expect(sa.ids).toEqual({ initiator: null, responder: null })
    expect(sa.exchanges[1].messages[0].payloads).toEqual(["SK"])
    const checks = sa.checks.filter(c => c.id === "sk-integrity")
    expect(checks).toHaveLength(2)
    for (const check of checks) expect(check.status).toBe(kind === "SK_a" ? "fail" : "skipped")
    if (kind !== "SK_a") expect(checks[0].reason).toContain("no secret fits")
    expect(report.secrets.flatMap(s => s.used_by)).toEqual([])
    expect(sa.diagnostics).toContain(kind === "SK_a" ? "decryption-failed" : "no-key-fits")
  })

  it("a PSK one bit off fails AUTH of both sides", async () => {
    const report = await reportOf(play.tape, { dh_shared: [hex(ke.shared)], psks: [{ secret: { hex: off(PSK) } }] })
    const sa = saOf(report, play)
    for (const id of ["auth-initiator", "auth-responder"]) expect(statuses(sa, id)).toEqual(["fail"])
  })
})
