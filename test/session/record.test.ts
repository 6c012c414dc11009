/** What a report in HTML holds: each thing once, in pieces, and answers as the session gave them; a flood within bounds. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { keyedAttack } from "../../bench/lib/keyed-attacks.ts"
import { importSecrets } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { memoryFile } from "../../src/session/file.ts"
import { type Recording, recordedLadder, recordedSa, recordingPieces } from "../../src/session/record.ts"
import { openSession, type Session } from "../../src/session/session.ts"
import { fromWire } from "../../src/session/wire.ts"

async function opened(capture: Uint8Array, keys: string): Promise<Session> {
  const { secrets } = importSecrets(keys, { file: "keys.json" })
  const session = await openSession([memoryFile("capture.pcap", capture)], { provider: nodeProvider, secrets })
  await session.finished
  return session
}

async function recorded(session: Session) {
  const all = recordingPieces(session)
  let text = ""
  for (;;) {
    const { done, value } = await all.next()
    if (done) return { text, recording: fromWire<Recording>(text), leftOut: value }
    text += value
  }
}

describe("a recording", () => {
  it("answers as the session does", async () => {
    const [capture, keys] = ["capture.pcap", "keys.json"].map(f => readFileSync(`fixtures/v2-nat/${f}`))
    const session = await opened(capture, keys.toString())
    const { recording, leftOut } = await recorded(session)
    expect(recording.sas).toEqual(session.sas())
    for (const { id, kind } of session.sas()) {
      expect(recordedSa(recording, id), id).toEqual(session.sa(id))
      if (kind !== "ike") continue
      expect(recordedLadder(recording, id), id).toEqual(session.ladder(id))
      expect(recording.tunnel[id]).toEqual(session.tunnel(id))
    }
    expect(recordedSa(recording, "ike/99")).toBeUndefined()
    expect(leftOut).toEqual([])
  })

  it("says each thing of a flood of Child SAs once, and leaves the rest out", async () => {
    const { capture, keys } = keyedAttack("Child SAs", 300_000)
    const session = await opened(capture, keys)
    const { text, recording, leftOut } = await recorded(session)
    const { sas } = session.info()
    expect(sas).toBeGreaterThan(520)
    expect(recording.sas).toHaveLength(500)
    expect(recording.report.ike_sas[0].child_sas).toHaveLength(499)
    expect(leftOut).toContain(`${sas - 500} SAs`)
    // A row, its report, its keys, its band in the ladder, its lane.
    const naming = text.split('"child/400').length - 1
    expect(naming).toBeGreaterThan(0)
    expect(naming).toBeLessThan(6)
  })
})
