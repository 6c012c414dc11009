/** Messages in the notation of the RFCs: HDR, SK {…}, KEi. */
import { describe, expect, it } from "vitest"
import { type Detail, messageNotation, notationText } from "../../src/render/notation.ts"
import type { ExchangeReport, MessageReport } from "../../src/report/types.ts"

const message = (
  from: MessageReport["from"],
  payloads: string[],
  notifies: string[] = [],
  frame = 1,
): MessageReport => ({
  frame,
  time: "2026-01-02T03:04:05.000000000Z",
  from,
  payloads,
  notifies,
  fragment: null,
  retransmission_of: null,
  encrypted: payloads.length === 0 || payloads[0] === "SK",
})
const exchange = (type: string, started_by: MessageReport["from"], ...messages: MessageReport[]): ExchangeReport => ({
  type,
  message_id: 1,
  started_by,
  request_frames: [],
  response_frames: [],
  retransmissions: 0,
  complete: true,
  notifies: [],
  messages,
})
const said = (
  version: string,
  x: ExchangeReport,
  m: MessageReport,
  detail: Detail = 0,
  opened?: boolean,
  before: ExchangeReport[] = [],
) => notationText(messageNotation({ version, exchanges: [...before, x] }, x, m, opened), detail)

describe("IKEv2 notation", () => {
  it.each([
    ["IKE_SA_INIT", "initiator", ["SA", "KE", "Nonce"], "HDR, SAi1, KEi, Ni"],
    ["IKE_SA_INIT", "responder", ["SA", "KE", "Nonce", "CERTREQ"], "HDR, SAr1, KEr, Nr, CERTREQ"],
    [
      "IKE_AUTH",
      "initiator",
      ["SK", "IDi", "CERT", "CERT", "AUTH", "SA", "TSi", "TSr"],
      "HDR, SK{IDi, CERT×2, AUTH, SAi2, TSi, TSr}",
    ],
    ["IKE_AUTH", "responder", ["SK"], "HDR, SK{…}"],
    ["CREATE_CHILD_SA", "responder", ["SK", "SA", "Nonce", "KE", "TSi", "TSr"], "HDR, SK{SA, Nr, KEr, TSi, TSr}"],
    ["IKE_INTERMEDIATE", "initiator", ["SK", "KE"], "HDR, SK{KEi(1)}"],
    ["IKE_SA_INIT", "initiator", ["SA", "payload 200"], "HDR, SAi1, payload 200"],
  ] as const)("%s of the %s: %o", (type, from, payloads, expected) => {
    const m = message(from, [...payloads])
    expect(said("2.0", exchange(type, "initiator", m), m)).toBe(expected)
  })

  it("takes i and r from who started the exchange, not from who started the SA", () => {
    const m = message("responder", ["SK", "SA", "Nonce"])
    expect(said("2.0", exchange("CREATE_CHILD_SA", "responder", m), m)).toBe("HDR, SK{SA, Ni}")
  })

  it("numbers additional key exchanges (RFC 9370)", () => {
    const m = message("responder", ["SK", "KE"])
    const first = exchange("IKE_INTERMEDIATE", "initiator", m)
    expect(said("2.0", exchange("IKE_INTERMEDIATE", "initiator", m), m, 0, true, [first])).toBe("HDR, SK{KEr(2)}")
  })

  it("tells an empty message from one that was not opened", () => {
    const m = message("initiator", ["SK"])
    const x = exchange("INFORMATIONAL", "initiator", m)
    expect(said("2.0", x, m, 0, true)).toBe("HDR, SK{}")
    expect(said("2.0", x, m, 0, false)).toBe("HDR, SK{…}")
  })

  it("abbreviates notifications but never hides an error", () => {
    const notifies = [
      "COOKIE",
      "NAT_DETECTION_SOURCE_IP",
      "NAT_DETECTION_DESTINATION_IP",
      "MOBIKE_SUPPORTED",
      "INVALID_SYNTAX",
    ]
    const m = message("initiator", ["N", "SA", "N", "N", "N", "N"], notifies)
    const x = exchange("IKE_SA_INIT", "initiator", m)
    expect([0, 1, 2, 3].map(d => said("2.0", x, m, d as Detail))).toEqual([
      "HDR, N(COOKIE), SAi1, N(NAT_DETECTION_SOURCE_IP, NAT_DETECTION_DESTINATION_IP, MOBIKE_SUPPORTED, INVALID_SYNTAX)",
      "HDR, N(COOKIE), SAi1, N(NAT_DETECTION_*, MOBIKE_SUPPORTED, INVALID_SYNTAX)",
      "HDR, N(COOKIE), SAi1, N(NAT_DETECTION_*, INVALID_SYNTAX, +1)",
      "HDR, N(COOKIE, INVALID_SYNTAX, +3), SAi1",
    ])
  })

  it("stays short for hostile chains", () => {
    const m = message(
      "initiator",
      Array.from({ length: 1000 }, (_, i) => ["SA", "KE", "N", "V"][i % 4]),
      new Array(250).fill("X"),
    )
    expect(said("2.0", exchange("IKE_SA_INIT", "initiator", m), m).length).toBeLessThan(200)
  })
})

describe("IKEv1 notation", () => {
  const turn = (type: string, ...payloads: string[][]) => {
    const messages = payloads.map((p, i) => ({
      ...message(i % 2 ? "responder" : "initiator", p, [], i + 1),
      encrypted: type === "Quick Mode",
    }))
    const x = exchange(type, "initiator", ...messages)
    return messages.map(m => said("1.0", x, m))
  }
  it("writes Aggressive and Quick Mode as RFC 2409 does", () => {
    expect(turn("Aggressive", ["SA", "KE", "Nonce", "ID"], ["SA", "KE", "Nonce", "ID", "HASH"], ["HASH"])).toEqual([
      "HDR, SA, KE, Ni, IDii",
      "HDR, SA, KE, Nr, IDir, HASH_R",
      "HDR, HASH_I",
    ])
    expect(
      turn("Quick Mode", ["HASH", "SA", "Nonce", "ID", "ID"], ["HASH", "SA", "Nonce", "ID", "ID"], ["HASH"], []),
    ).toEqual(["HDR*, HASH(1), SA, Ni, IDci, IDcr", "HDR*, HASH(2), SA, Nr, IDci, IDcr", "HDR*, HASH(3)", "HDR*"])
  })

  it("counts Cisco's fragments", () => {
    const m = message("initiator", ["FRAG"])
    const x = exchange("Identity Protection (Main Mode)", "initiator", m)
    expect(notationText(messageNotation({ version: "1.0", exchanges: [x] }, x, m), 0, 3)).toBe("HDR, FRAG×3")
  })
})
