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
  // The Child SA was refused, beside certificates: the IKE SA is up, and no tunnel is claimed.
  "big-r-ts": [
    {
      outcome: "up",
      certainty: "inferred",
      says: /whether it has a tunnel does not show.*whether it holds one cannot be measured/,
      never: /EAP/,
    },
  ],
  // strongSwan wants no Child SA and asks for certificates, libreswan can do without.
  "swan-libre-childless": [{ outcome: "up", certainty: "inferred", says: /without a Child SA.*none was asked for/ }],
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
  // A second Informational comes a second later, behind the initiator's own: it answers something else.
  "swan-libre-v1-pfs": [
    { outcome: "no-tunnel", cause: "child-refused", says: /answered by an Informational message \(frame 8\) instead/ },
  ],
  "m1-meth": [
    { outcome: "failed", cause: "authentication-failed", code: "ikev1-authentication-refused", never: /shared/ },
  ],
  "m1-idr": [{ outcome: "failed", cause: "identity-refused", says: /message 5 was read/ }],
  "m1-psk": [
    { outcome: "failed", cause: "psk-mismatch", code: "ikev1-psk-mismatch", says: /two different pre-shared keys/ },
  ],
  // Message 3 of Aggressive Mode and Quick Mode went out together, and the gateway refuses the former; the second time before it has the latter.
  "v1-aggr-chain": [
    {
      outcome: "no-tunnel",
      certainty: "inferred",
      cause: "negotiation-refused",
      says: /phase 1 or Quick Mode.*went out together.*certificate or key, or Quick Mode/,
    },
    {
      outcome: "no-tunnel",
      certainty: "inferred",
      cause: "negotiation-refused",
      says: /before Quick Mode, most likely/,
    },
    { outcome: "partial" },
  ],
  // Both ends rekey the IKE SA at once; of the two new ones only the loser has messages, the exchange that deletes it.
  "rekey-collision": [
    { outcome: "closed", certainty: "inferred", says: /Replaced by a rekey.*ike\/1 is the one that lost/ },
    { outcome: "closed", certainty: "inferred", says: /loser of two rekeys.*frame 11/ },
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
  // IKEv1, captured on both sides of the responder's NAT: one SA, and an answer to port 500 is one.
  "responder-nat-v1-up-any": [{ outcome: "up", says: /8 packets both ways/ }],
  "responder-nat-v1-any": [
    {
      outcome: "failed",
      cause: "psk-mismatch",
      code: "ikev1-psk-mismatch",
      says: /answered by 5 Info/,
      never: /10 Info|agree/,
    },
  ],
  "nat-ok-any": [{ outcome: "up", says: /both ways/ }],
  "big-ipfrag-any": [{ outcome: "up" }],
  "m1-big-any": [{ outcome: "up" }],
  "esp-stop": [{ outcome: "degraded", certainty: "inferred", cause: "esp-one-way", says: /ends in frame 12/ }],
  "dead-nodpd": [{ outcome: "lost", certainty: "seen", cause: "icmp-error", says: /port unreachable/ }],
  reauth: [{ outcome: "closed", says: /Superseded by ike\/1/ }, { outcome: "up" }],
  "restart-l": [{ outcome: "closed", says: /its ESP stops there/ }, { outcome: "up" }],
  "restart-r": [{ outcome: "lost", cause: "peer-silent", says: /answers ike\/1 after that/ }, { outcome: "up" }],
  "mid-mid2": [{ outcome: "up", certainty: "inferred", says: /beginning is not in the capture/ }],
  // libreswan answers what it read and refuses, and waits on; its initiator sends message 5 again, whatever the answer.
  "libre-v1-id": [
    {
      outcome: "failed",
      cause: "authentication-failed",
      says: /waits on \(message 4 again\): it refuses the identity/,
    },
    {
      outcome: "failed",
      cause: "authentication-failed",
      says: /waits on \(message 4 again\): it refuses the identity/,
    },
  ],
  // An initiator's refusal of message 2 comes under its own cookie alone.
  "libre-v1-aggr-id": [
    { outcome: "failed", cause: "identity-refused", says: /INVALID-ID-INFORMATION/, never: /keys differ|key: the two/ },
    { outcome: "failed", cause: "identity-refused", says: /INVALID-ID-INFORMATION/, never: /keys differ|key: the two/ },
  ],
  // strongSwan follows to port 4500 only what it read.
  "libre-swan-v1-id": [
    {
      outcome: "failed",
      cause: "authentication-failed",
      says: /keys agree/,
      never: /keys differ|different pre-shared/,
    },
    {
      outcome: "failed",
      cause: "authentication-failed",
      says: /keys agree/,
      never: /keys differ|different pre-shared/,
    },
  ],
  "libre-swan-name": [{ outcome: "failed", certainty: "inferred", says: /refuses the responder/ }],
  // The responder does not know, and ends it later: no sign of life of the one who refused.
  "iked-libre-id": [
    { outcome: "failed", certainty: "inferred", says: /takes the IKE SA back at once/, never: /goes on/ },
  ],
  "libre-swan-v1-ts": [
    { outcome: "no-tunnel", cause: "child-refused", says: /Quick Mode was refused/, never: /never answers/ },
  ],
  "swan-libre-cookie": [{ outcome: "up" }],
  "libre-redirect": [
    { outcome: "closed", certainty: "seen", says: /redirects the client to 10\.2\.0\.12/ },
    { outcome: "closed", certainty: "seen" },
  ],
  "libre-v1-dead": [{ outcome: "lost", certainty: "inferred", cause: "peer-silent", never: /Closed/ }],
  "libre-restart": [{ outcome: "closed", says: /its ESP stops there/ }, { outcome: "up" }],
  // Three connections of two gateways: traffic on one after the other, and a rekey of the first at the end.
  "three-connections": [
    { outcome: "up", says: /12 packets both ways/ },
    { outcome: "up", says: /6 packets/, never: /uperseded/ },
    { outcome: "up", says: /6 packets/ },
  ],
  // Four clients behind one NAT, each on its port; the third has an unknown name, the second goes in order at the end.
  "nat-clients-right": [
    { outcome: "up", never: /uperseded/ },
    { outcome: "up", never: /uperseded/ },
    { outcome: "failed", cause: "authentication-failed" },
    { outcome: "up", says: /16 packets/ },
  ],
  // The path was dead for both, both gave up, and the responder of the first began anew.
  "dpd-both": [
    { outcome: "lost", certainty: "inferred", cause: "peer-silent", says: /began anew.*gave this SA up/ },
    { outcome: "up" },
    { outcome: "up" },
  ],
  "mobike-probes": [{ outcome: "up", says: /16 packets both ways/ }],
  // No Child SA in IKE_AUTH; other networks in the first one after it.
  "childless-ts": [{ outcome: "no-tunnel", cause: "child-refused", never: /rekey/ }],
  // The gateway answers from its other address.
  "other-address": [{ outcome: "up", code: "address-change" }],
  // Two peers of a mediation server: the server, seven ways that are tried, two of them in vain, and the IKE SA that comes of it.
  mediation: [
    { outcome: "up", says: /without a Child SA/ },
    ...Array.from({ length: 6 }, () => ({ outcome: "partial" as const, says: /path for mediation: answered/ })),
    { outcome: "partial", says: /path for mediation: not answered/, never: /never answers/ },
    { outcome: "partial", says: /path for mediation: not answered/, never: /never answers/ },
    { outcome: "partial", says: /path for mediation/ },
    { outcome: "up", says: /8 packets both ways/ },
  ],
  // The responder's Delete, much later, says nothing of the initiator.
  // Nobody knows without keys.
  "auth-damaged-right": [{ outcome: "no-answer", cause: "no-answer-on-4500" }],
  "answers-damaged": [
    { outcome: "no-answer", cause: "answers-lost", says: /sent 5 times.*although each was answered/ },
  ],
  "rekey-answers-lost-right": [{ outcome: "degraded", cause: "answers-lost", says: /ESP goes on both ways/ }],
  // Nobody has the address that is pinged.
  "silent-host": [{ outcome: "degraded", cause: "esp-one-way", says: /or the host behind it is silent/ }],
  // A filter drops UDP datagrams above 1,200 bytes, without ICMP; TCP inside, whose handshake and pings pass.
  "mtu-hole-right": [{ outcome: "degraded", certainty: "inferred", cause: "esp-blocked", says: /1384 bytes.*5 times/ }],
  "vpnc-xauth-silent": [{ outcome: "no-tunnel", cause: "no-answer", says: /XAUTH is not answered/ }],
}

const WITH_KEYS: Readonly<Record<string, readonly Expected[]>> = {
  // The sender lacks an intermediate certificate: known by the authorities given, or in IKEv1 by the names asked for.
  "chain-left": [
    {
      outcome: "failed",
      certainty: "inferred",
      cause: "certificate-issuer-unknown",
      says: /intermediate certificate is missing.*No certificate of CN=Inter 2/,
    },
  ],
  "chain-v1-right": [
    {
      outcome: "failed",
      certainty: "inferred",
      cause: "certificate-issuer-unknown",
      says: /intermediate certificate is missing.*No certificate of CN=Inter 2/,
    },
  ],
  // Refused for another reason: the issuer is one of those asked for.
  "revoked-right": [{ outcome: "failed", cause: "authentication-failed", never: /intermediate|its issuer/ }],
  "v1-aggr-chain": [
    { outcome: "failed", cause: "certificate-issuer-unknown", says: /a Delete 6 ms after message 3.*CN=Inter 2/ },
    { outcome: "failed", cause: "certificate-issuer-unknown", says: /a Delete 2 ms after message 3.*CN=Inter 2/ },
    { outcome: "partial" },
  ],
  // RFC 5685 §6: the client ends the IKE SA because it was sent on.
  "libre-redirect-auth": [
    {
      outcome: "closed",
      certainty: "proven",
      cause: null,
      says: /redirects the client to 10\.2\.0\.12/,
      never: /refuse/,
    },
  ],
  // Who gives a silent peer up deletes its SAs.
  "libre-v1-dead": [{ outcome: "lost", certainty: "proven", cause: "peer-silent", says: /4 R-U-THERE/ }],
  "libre-v1-drop": [{ outcome: "lost", certainty: "proven", cause: "peer-silent", says: /4 R-U-THERE/ }],
  "libre-restart": [
    { outcome: "lost", certainty: "inferred", cause: "peer-restarted", says: /ike\/1.*without INITIAL_CONTACT/ },
    { outcome: "closed" },
  ],
  // libreswan drops a responder that it refuses, and tells nobody.
  "libre-swan-expired": [
    {
      outcome: "failed",
      certainty: "inferred",
      cause: "certificate-expired",
      says: /says nothing after.*expired on 2025-01-01/,
    },
  ],
  "libre-v1-id": [
    {
      outcome: "failed",
      cause: "identity-refused",
      says: /same pre-shared key.*no connection for someone\.lab/,
      never: /differ/,
    },
    {
      outcome: "failed",
      cause: "identity-refused",
      says: /same pre-shared key.*no connection for someone\.lab/,
      never: /differ/,
    },
  ],
  "swan-libre-v1-aggr-psk": [
    { outcome: "failed", cause: "psk-mismatch", says: /the two differ/, never: /same pre-shared/ },
  ],
  // A Delete behind the answer instead of a reason.
  "libre-swan-name": [
    {
      outcome: "failed",
      cause: "certificate-identity",
      says: /deletes the IKE SA 11 ms after.*nobody\.lab/,
      never: /taken back/,
    },
  ],
  // The initiator misses an AUTH in an answer that is an error alone.
  "swan-iked-esp": [
    {
      outcome: "failed",
      certainty: "proven",
      cause: "no-proposal-chosen",
      says: /ESP proposals \(1: AES-CBC-256/,
      never: /pre-shared/,
    },
  ],
  "iked-ts": [
    { outcome: "degraded", certainty: "proven", cause: "ts-not-subset", says: /10\.10\.2\.0\/24.*10\.99\.0\.0/ },
  ],
  "swan-iked-ts": [
    {
      outcome: "no-tunnel",
      cause: "child-refused",
      says: /10\.1\.0\.1 deletes .* of frame 4 after 14 ms \(frame 5\).*asked for were/,
    },
  ],
  "vpnc-xauth-wrong": [
    { outcome: "failed", certainty: "proven", cause: "xauth-failed", says: /XAUTH of carol failed/ },
  ],
  "iked-libre-id": [{ outcome: "failed", cause: "identity-refused", says: /asked for right\.lab.*it is hq\.lab/ }],
  "swan-libre-method": [{ outcome: "failed", cause: "auth-method-refused", says: /no CERTREQ/ }],
  "libre-swan-v1-ts": [
    {
      outcome: "no-tunnel",
      certainty: "proven",
      cause: "ts-unacceptable",
      says: /10\.99\.0\.0/,
      never: /never answers/,
    },
  ],
  "vpnc-nopool": [{ outcome: "no-tunnel", certainty: "proven", cause: "address-refused", says: /without an address/ }],
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
  // The client closes the tunnel with an alert that nobody reads from outside.
  "peap-password": [{ outcome: "failed", cause: "eap-failed", says: /password inside/, never: /server's credentials/ }],
  // User name and password are right; the gateway demands a group.
  "eap-group": [{ outcome: "failed", cause: "authentication-failed", says: /EAP succeeded.*group/ }],
  // The same error again and again is said once.
  "responder-nat-v1-any": [
    { outcome: "failed", cause: "psk-mismatch", code: "payload-malformed", never: /PAYLOAD-MALFORMED in frame \d+:/ },
  ],
  // Damaged on the way: with keys the ICV tells, of answers and of requests.
  "answers-damaged": [
    {
      outcome: "no-answer",
      certainty: "inferred",
      cause: "icv-failed",
      says: /its ICV fails under the keys that open other/,
    },
  ],
  "auth-damaged-right": [
    {
      outcome: "no-answer",
      certainty: "inferred",
      cause: "icv-failed",
      says: /its ICV fails under the keys/,
      never: /4500/,
    },
  ],
  // Each says INITIAL_CONTACT before it knows of the other's SA: both stay.
  "dpd-both": [
    { outcome: "lost", cause: "peer-silent", says: /liveness check/ },
    { outcome: "up", never: /uperseded/ },
    { outcome: "up" },
  ],
  "esp-damaged-right": [{ outcome: "degraded", cause: "icv-failed", says: /none of 6 packets/, never: /no route/ }],
  "psk-changed": [
    { outcome: "closed", certainty: "proven" },
    { outcome: "failed", cause: "authentication-failed", says: /accepted before.*changed since/ },
  ],
  // Of nine: 3 and 4 ask for other networks and another ESP suite, 5 for another IKE suite; 7 has an unknown name, 9 asks for another peer.
  "nine-connections": [
    { outcome: "up" },
    { outcome: "closed" },
    { outcome: "no-tunnel", cause: "ts-unacceptable" },
    { outcome: "no-tunnel", cause: "no-proposal-chosen" },
    { outcome: "failed", cause: "no-proposal-chosen" },
    { outcome: "up" },
    { outcome: "failed", cause: "identity-refused", says: /nobody\.lab/, never: /two pre-shared/ },
    { outcome: "up" },
    { outcome: "failed", cause: "identity-refused", says: /c9\.lab → branch\.lab/, never: /two pre-shared/ },
  ],
  "nat-clients-right": [
    { outcome: "up", certainty: "proven" },
    { outcome: "closed", certainty: "proven" },
    { outcome: "failed", cause: "identity-refused", says: /who\.lab/ },
    { outcome: "closed", certainty: "proven" },
  ],
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

it.each(["nat-clients-right", "nine-connections", "three-connections"])(
  "%s: ESP goes with the IKE SA that made it",
  async name => {
    const owners = async (keys: boolean) => (await reportOf(name, keys)).esp_sas.map(e => [e.spi, e.owner])
    expect(await owners(false)).toEqual(await owners(true))
  },
)

it("names no missing certificate where one that is asked for may be the issuer: only its hash is known", async () => {
  const { secrets } = await loadSecrets([resolve(FOLDER, "chain-left.keys.json")])
  const alone = { ...secrets, certificates: [] }
  const { report } = await analyzeFiles([resolve(FOLDER, "chain-left.pcap")], { secrets: alone })
  expect(report.ike_sas[0].verdict).toMatchObject({ outcome: "failed", cause: "authentication-failed" })
  expect(report.ike_sas[0].verdict.why).toMatch(/its issuer \(CN=Inter 2\)/)
})

it("every recording is held against something", () => {
  const names = new Set([...Object.keys(WITHOUT_KEYS), ...Object.keys(WITH_KEYS)])
  const there = readdirSync(FOLDER).filter(f => f.endsWith(".pcap"))
  expect(there.map(f => f.replace(".pcap", "")).filter(f => !names.has(f))).toEqual([])
})
