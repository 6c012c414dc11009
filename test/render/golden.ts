/** Golden files: what a renderer printed when somebody last looked at it. UPDATE_GOLDEN=1 rewrites them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import { expect } from "vitest"
import type { Report } from "../../src/report/types.ts"

const folder = resolve(import.meta.dirname, "../golden")
const samples = resolve(import.meta.dirname, "samples")

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

/** A report made after a real negotiation. */
export const sample = (name: string): Report => JSON.parse(readFileSync(resolve(samples, `${name}.json`), "utf8"))

export const sampleNames = (): string[] =>
  readdirSync(samples)
    .filter(f => f.endsWith(".json"))
    .map(f => basename(f, ".json"))
