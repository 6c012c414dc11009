/** IKE with the Non-ESP Marker missing on port 4500, or there on port 500: that is why nobody answers, and no firewall. */
import { expect, it } from "vitest"
import { concat } from "../../../src/bytes/bytes.ts"
import { analyzeCapture, type Capture, fixtureCapture, fixtureSecrets } from "../../helpers/capture-edit.ts"

type Frame = Capture["frames"][number]
const NAME = "v2-nat"
const { header, frames } = fixtureCapture(NAME)
const [IP, UDP, BEHIND_UDP] = [14, 34, 42]

const later = (frame: Frame, seconds: number): Frame => ({ ...frame, seconds: frame.seconds + seconds })

/** The frame with other octets between the UDP header and the message. */
function reframed(frame: Frame, marker: Uint8Array, skip: number): Frame {
  const bytes = concat(frame.bytes.subarray(0, BEHIND_UDP), marker, frame.bytes.subarray(BEHIND_UDP + skip))
  const view = new DataView(bytes.buffer)
  const more = marker.length - skip
  view.setUint16(IP + 2, view.getUint16(IP + 2) + more)
  view.setUint16(UDP + 4, view.getUint16(UDP + 4) + more)
  return { ...frame, bytes }
}
const bare = (frame: Frame): Frame => reframed(frame, new Uint8Array(0), 4)
const marked = (frame: Frame): Frame => reframed(frame, new Uint8Array(4), 0)

/** Verdict and findings of the first SA. */
async function judged(of: readonly Frame[], secrets = fixtureSecrets(NAME)) {
  const { report } = await analyzeCapture({ header, frames: of }, secrets)
  const [{ verdict, diagnostics }] = report.ike_sas
  const texts = report.diagnostics.filter(d => d.severity !== "info").map(d => d.message)
  return {
    outcome: verdict.outcome,
    cause: verdict.cause,
    headline: verdict.headline,
    diagnostics,
    texts: [verdict.why, ...texts].join("\n"),
  }
}

it("an IKE_AUTH without the marker", async () => {
  const [request, answer, auth] = frames
  const sent = [request, answer, auth, later(auth, 2), later(auth, 6)]
  const { texts, ...verdict } = await judged(sent.map((f, i) => (i < 2 ? f : bare(f))))
  expect(verdict).toMatchObject({
    outcome: "no-answer",
    cause: "no-esp-marker",
    headline: "IKE_AUTH lacks the Non-ESP Marker",
  })
  expect(verdict.diagnostics).toContain("no-answer")
  expect(texts).not.toMatch(/firewall|blocked/)
  // With it, and where one sending has it, a firewall may be the reason.
  for (const right of [[2, 3, 4], [4]]) {
    const { cause } = await judged(sent.map((f, i) => (i < 2 || right.includes(i) ? f : bare(f))))
    expect(cause).toBe("no-answer-on-4500")
  }
})

it("a request without the marker, as another that has its answer", async () => {
  const [request, answer, auth, authAnswer] = frames
  const on4500 = (frame: Frame): Frame => {
    const copy = { ...frame, bytes: frame.bytes.slice() }
    const view = new DataView(copy.bytes.buffer)
    view.setUint16(UDP, 4500)
    view.setUint16(UDP + 2, 4500)
    return copy
  }
  const begun = [on4500(request), on4500(answer)]
  const unanswered = [0, 2, 6].map(s => later(bare(auth), s))
  const one = await judged([...begun, ...unanswered], undefined)
  expect(one).toMatchObject({ outcome: "no-answer", cause: "no-answer" })
  expect(one.texts).not.toMatch(/sent 3 times.*Non-ESP Marker/)
  // Where that one went out with the marker too, the answer shows nothing.
  const twice = [on4500(request), later(marked(on4500(request)), 0.01), on4500(answer)]
  expect((await judged([...twice, ...unanswered], undefined)).cause).toBe("no-esp-marker")
  // The other side's requests show nothing of it either.
  const both = [...begun.slice(1), ...[0, 2, 6].flatMap(s => [later(auth, s), later(bare(authAnswer), s)])]
  expect((await judged([request, ...both], undefined)).cause).toBe("no-esp-marker")
})

it("an IKE_AUTH answer without the marker", async () => {
  const [request, answer, auth, authAnswer] = frames
  const sent = [request, answer, ...[0, 2, 6].flatMap(s => [later(auth, s), later(bare(authAnswer), s)])]
  expect(await judged(sent, undefined)).toMatchObject({ outcome: "no-answer", cause: "no-esp-marker" })
})

it("an IKE_SA_INIT behind a marker on port 500", async () => {
  const [request] = frames
  const { texts, ...verdict } = await judged([0, 2, 6].map(s => later(marked(request), s)))
  expect(verdict).toMatchObject({
    outcome: "no-answer",
    cause: "esp-marker-on-500",
    headline: "IKE_SA_INIT on port 500 has a Non-ESP Marker",
  })
  expect(texts).not.toMatch(/filter/)
})
