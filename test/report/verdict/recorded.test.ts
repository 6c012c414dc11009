/** Negotiations recorded in network namespaces (`fixtures/verdict`), each with what is right to say of it, with keys and without. */
import { readdirSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { analyzeFiles, loadSecrets } from "../../../src/node/index.ts"
import type { Verdict } from "../../../src/report/verdict/types.ts"
import { NO_SECRETS } from "../../../src/secrets/secrets.ts"

const FOLDER = resolve(import.meta.dirname, "../../../fixtures/verdict")

type Expected = Partial<Omit<Verdict, "why" | "headline">> & {
  readonly says?: RegExp
  readonly never?: RegExp
  readonly code?: string
}

async function reportOf(name: string, keys: boolean) {
  const secrets = keys ? (await loadSecrets([resolve(FOLDER, `${name}.keys.json`)])).secrets : NO_SECRETS
  return (await analyzeFiles([resolve(FOLDER, `${name}.pcap`)], { secrets })).report
}

/** Of a capture: the verdicts of its IKE SAs in order. */
const WITHOUT_KEYS: Readonly<Record<string, readonly Expected[]>> = {
  // 36 ms on a busy machine: what the initiator took for IKE_AUTH says how busy.
  "cert-ca-r": [{ outcome: "failed", certainty: "inferred", says: /36 ms after.*refuses the responder/ }],
  "quick-down": [{ outcome: "up", never: /refuse/ }],
  "big-r-ts": [{ outcome: "up", says: /whether it holds one cannot be measured/, never: /EAP/ }],
  "ppk-alone": [{ outcome: "failed", cause: "ppk-mismatch", says: /USE_PPK/ }],
  psk2: [{ outcome: "failed", certainty: "inferred", cause: "authentication-failed" }],
  // Message 5 once, and its answer was understood: the keys agree.
  "m1-id": [
    {
      outcome: "failed",
      cause: "authentication-failed",
      code: "ikev1-authentication-refused",
      says: /keys agree/,
      never: /differ/,
    },
  ],
  "m1-meth": [
    { outcome: "failed", cause: "authentication-failed", code: "ikev1-authentication-refused", never: /shared/ },
  ],
  "m1-idr": [{ outcome: "failed", cause: "identity-refused", says: /message 5 was read/ }],
  "m1-psk": [
    { outcome: "failed", cause: "psk-mismatch", code: "ikev1-psk-mismatch", says: /two different pre-shared keys/ },
  ],
  "m1-close": [{ outcome: "closed", certainty: "inferred" }],
  "n1-4500b-right": [{ outcome: "no-answer", cause: "answers-lost", never: /pre-shared/ }],
  "q1-lostb-right": [{ outcome: "no-tunnel", cause: "answers-lost", says: /sent 5 times.*although each was answered/ }],
  "frag-lost-right": [
    { outcome: "no-answer", certainty: "seen", cause: "fragments-lost", says: /1 of its 2 fragments/ },
  ],
  "m1-bigdrop-right": [{ outcome: "no-answer", cause: "fragments-lost", says: /5 fragments of the next came/ }],
  "big-ipfrag-drop": [{ outcome: "no-answer", cause: "fragments-lost", says: /IP fragments are lost.*or UDP 4500/ }],
  // Captured on all interfaces: each packet twice.
  "nat-4500-back-any": [{ outcome: "no-answer", cause: "answers-lost", says: /sent 5 times in 9\.3 s/ }],
  "nat-ok-any": [{ outcome: "up", says: /both ways/ }],
  "big-ipfrag-any": [{ outcome: "up" }],
  "m1-big-any": [{ outcome: "up" }],
  "esp-stop": [{ outcome: "degraded", certainty: "inferred", cause: "esp-one-way", says: /ends in frame 12/ }],
  "dead-nodpd": [{ outcome: "lost", certainty: "seen", cause: "icmp-error", says: /port unreachable/ }],
  reauth: [{ outcome: "closed", says: /Superseded by ike\/1/ }, { outcome: "up" }],
  "restart-l": [{ outcome: "closed", says: /its ESP stops there/ }, { outcome: "up" }],
  "restart-r": [{ outcome: "lost", cause: "peer-silent", says: /answers ike\/1 after that/ }, { outcome: "up" }],
  "mid-mid2": [{ outcome: "up", certainty: "inferred", says: /beginning is not in the capture/ }],
}

const WITH_KEYS: Readonly<Record<string, readonly Expected[]>> = {
  // The client refuses the gateway's certificate before EAP begins.
  "eap-gwca": [
    { outcome: "failed", cause: "authentication-failed", says: /refuses right\.lab/, never: /EAP|password/ },
  ],
  "eap-nak": [
    { outcome: "failed", certainty: "proven", cause: "eap-failed", says: /wants EAP-MD5/, never: /password/ },
  ],
  "m1-id": [
    { outcome: "failed", cause: "identity-refused", says: /no connection for someone\.lab/, never: /another key/ },
  ],
  "m1-idr": [{ outcome: "failed", cause: "identity-refused", says: /another identity than hq\.lab/ }],
  "xa-missing-r": [{ outcome: "failed", cause: "identity-refused", says: /with XAUTH/, never: /signature/ }],
  "ppk-id": [{ outcome: "failed", cause: "ppk-mismatch", says: /PPK/, never: /another key/ }],
  psk2: [{ outcome: "failed", cause: "authentication-failed", says: /another key.*or wants a certificate/ }],
  "child2-ref": [
    { outcome: "degraded", cause: "ts-unacceptable", says: /^Rekey or new Child SA refused: traffic selectors / },
  ],
  // IKE_AUTH carries no key exchange group.
  "esp-prop": [{ outcome: "no-tunnel", cause: "no-proposal-chosen", says: /AES-CBC-256/, never: /PFS|group/ }],
}

async function hold(name: string, keys: boolean, expected: readonly Expected[]): Promise<void> {
  const report = await reportOf(name, keys)
  expect(report.ike_sas).toHaveLength(expected.length)
  for (const [i, { says = /./, never = /^$/, code, ...rest }] of expected.entries()) {
    const { id, verdict } = report.ike_sas[i]
    const text = `${verdict.headline} ${verdict.why}`
    expect(verdict, text).toMatchObject(rest)
    expect(text).toMatch(says)
    const findings = report.diagnostics.filter(d => d.sa === id && d.severity !== "info").map(d => d.message)
    for (const said of [text, ...findings]) expect(said).not.toMatch(never)
    if (code) expect(report.diagnostics.filter(d => d.sa === id).map(d => d.code)).toContain(code)
    expect(verdict.why, "it is whole").not.toMatch(/…$/)
    expect(verdict.headline, "it is whole").not.toMatch(/…$/)
  }
  if (expected.every(e => e.outcome === "up" || e.outcome === "closed")) {
    expect(report.diagnostics.filter(d => d.severity !== "info")).toEqual([])
    expect(report.esp_sas.map(e => e.verdict)).toEqual(report.esp_sas.map(() => null))
  }
}

describe("without keys", () => {
  it.each(Object.entries(WITHOUT_KEYS))("%s", (name, expected) => hold(name, false, expected))
})

describe("with keys", () => {
  it.each(Object.entries(WITH_KEYS))("%s", (name, expected) => hold(name, true, expected))
})

it("every recording is held against something", () => {
  const names = new Set([...Object.keys(WITHOUT_KEYS), ...Object.keys(WITH_KEYS)])
  const there = readdirSync(FOLDER).filter(f => f.endsWith(".pcap"))
  expect(there.map(f => f.replace(".pcap", "")).filter(f => !names.has(f))).toEqual([])
})
