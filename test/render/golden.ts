/** Golden files: what a renderer printed when somebody last looked at it. UPDATE_GOLDEN=1 rewrites them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { expect } from "vitest"
import type { Report } from "../../src/report/types.ts"
import { NO_SECRETS } from "../../src/secrets/secrets.ts"
import { analyzeCapture, fixtureCapture, fixtureSecrets, messageSizes } from "../helpers/capture-edit.ts"

const folder = resolve(import.meta.dirname, "../golden")

/** Compares with `test/golden/<name>`; a difference shows as a diff of lines. */
export function expectGolden(name: string, text: string): void {
  const path = resolve(folder, name)
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return
  }
  const hint = `${name} differs; UPDATE_GOLDEN=1 rewrites it after a look`
  expect(existsSync(path), `${name} is missing; UPDATE_GOLDEN=1 writes it`).toBe(true)
  expect(text.split("\n"), hint).toEqual(readFileSync(path, "utf8").split("\n"))
}

/** Reports of real captures in fixtures: `-nokeys` without their secrets. */
const SAMPLES = [
  "v2-dpd",
  "v2-dpd-nokeys",
  "v2-psk-modp2048",
  "v2-cookie",
  "v2-frag",
  "v2-retrans",
  "v2-auth-failed",
  "v2-no-proposal",
  "v1-main-psk",
  "v1-xauth-psk-cfg",
]

const reports = new Map(await Promise.all(SAMPLES.map(async name => [name, await analyzed(name)] as const)))

async function analyzed(name: string): Promise<Report> {
  const fixture = name.replace(/-nokeys$/, "")
  const { report } = await analyzeCapture(
    fixtureCapture(fixture),
    name === fixture ? fixtureSecrets(fixture) : NO_SECRETS,
  )
  report.captures[0].path = `${fixture}.pcap`
  return report
}

/** The report of a real negotiation; a copy that may be changed. */
export const sample = (name: string): Report => structuredClone(reports.get(name)) as Report

/** Bytes of its IKE messages by frame. */
export const sampleSizes = (name: string): Map<number, number> =>
  messageSizes(fixtureCapture(name.replace(/-nokeys$/, "")))

export const sampleNames = (): readonly string[] => SAMPLES
