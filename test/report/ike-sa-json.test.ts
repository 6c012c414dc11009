/** The JSON text written straight from an SA is what JSON.stringify makes of the report's object. */
import { existsSync, readdirSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { TextBuffer } from "../../src/bytes/text-buffer.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { analyze } from "../../src/pipeline.ts"
import { ikeSaReport } from "../../src/report/build.ts"
import type { Conclusion } from "../../src/report/conclusion.ts"
import { IkeSaWriter } from "../../src/report/ike-sa-json.ts"
import type { Secrets } from "../../src/secrets/secrets.ts"
import { fixtureSecrets } from "../helpers/capture-edit.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")

function capturesUnder(folder: string): string[] {
  return readdirSync(resolve(FIXTURES, folder), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => (folder ? `${folder}/${entry.name}` : entry.name))
    .filter(name => existsSync(resolve(FIXTURES, name, "capture.pcap")))
}

async function sasOf(name: string, secrets: Secrets | undefined): Promise<readonly Conclusion[]> {
  const path = resolve(FIXTURES, name, "capture.pcap")
  const source = {
    rereadable: true,
    read: (handler: Parameters<typeof readCaptures>[1]) => readCaptures([path], handler),
  }
  return (await analyze(source, { provider: nodeProvider, secrets })).conclusions
}

function members(sa: Conclusion, showKeys: boolean): string {
  const to = new TextBuffer()
  new IkeSaWriter(to).members(sa, showKeys)
  return new TextDecoder().decode(to.bytes)
}

describe("IKE SA as JSON text", () => {
  const names = [...capturesUnder(""), ...capturesUnder("strongswan")]
  it.each(names)("%s", async name => {
    for (const secrets of [undefined, fixtureSecrets(name)]) {
      for (const sa of await sasOf(name, secrets))
        for (const showKeys of [false, true])
          expect(`{${members(sa, showKeys)}`).toBe(JSON.stringify(ikeSaReport(sa, showKeys)))
    }
  })
})
