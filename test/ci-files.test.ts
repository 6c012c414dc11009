/** What CI systems and package readers are given: files in their own form, and the script of action.yml as a job runs it. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Ajv } from "ajv"
import { afterAll, describe, expect, it } from "vitest"
import { parse } from "yaml"
import { junitFaults } from "./check/junit-schema.ts"

const root = join(import.meta.dirname, "..")
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const folder = mkdtempSync(join(tmpdir(), "ikedump-ci-"))
afterAll(() => rmSync(folder, { recursive: true }))
const built = spawnSync(process.execPath, [join(root, "bin/ikedump.js"), "--version"]).status === 0
if (!built) console.log("skipped: not built (npm run build)")

// biome-ignore lint/suspicious/noExplicitAny: files of other programs
const yaml = (path: string): any => parse(read(path))
const manifest = JSON.parse(read("package.json"))

describe("workflows", () => {
  const files = [
    ...readdirSync(join(root, ".github/workflows")).map(f => `.github/workflows/${f}`),
    "examples/github-workflow.yml",
  ]

  it.each(files)("%s has jobs with steps that run or use something", path => {
    const { jobs, permissions } = yaml(path)
    expect(permissions.contents).toMatch(/read|write/)
    for (const job of Object.values<{ steps: object[] }>(jobs))
      for (const step of job.steps) expect("run" in step !== "uses" in step, JSON.stringify(step)).toBe(true)
  })

  it("read only, except for the release", () => {
    expect(yaml(".github/workflows/ci.yml").permissions).toEqual({ contents: "read" })
    expect(yaml(".github/workflows/release.yml").permissions["id-token"]).toBe("write")
    expect(read(".github/workflows/release.yml")).toContain("npm publish --provenance")
  })

  it.each(files)("%s names npm scripts and files that there are", path => {
    const text = read(path)
    for (const [, script] of text.matchAll(/npm run (\w+)/g)) expect(manifest.scripts).toHaveProperty(script)
    for (const [, rules] of text.matchAll(/node_modules\/ikedump\/(\S+\.yaml)/g)) expect(read(rules)).not.toBe("")
  })
})

describe("examples for GitLab and Jenkins", () => {
  it("a GitLab job has a script, a JUnit report and artifacts", () => {
    const { vpn } = yaml("examples/gitlab-ci.yml")
    for (const line of [...vpn.before_script, ...vpn.script]) expect(typeof line).toBe("string")
    expect(vpn.artifacts.reports.junit).toBe("vpn.junit.xml")
    const check = vpn.script.find((l: string) => l.includes("ikedump check"))
    expect(check).toContain("-o junit=vpn.junit.xml")
    expect(check).not.toContain("\n ")
  })

  it("a GitLab job is in GitLab's own schema", () => {
    const valid = new Ajv({ strict: false }).compile(JSON.parse(read("fixtures/ci/gitlab-ci-schema.json")))
    const file = yaml("examples/gitlab-ci.yml")
    expect(valid(file), JSON.stringify(valid.errors)).toBe(true)
    expect(valid({ vpn: { ...file.vpn, artifacts: { ...file.vpn.artifacts, reprots: {} } } })).toBe(false)
    expect(valid({ vpn: { ...file.vpn, scripts: [] } })).toBe(false)
  })

  it("a Jenkinsfile closes what it opens and publishes what it writes", () => {
    const text = read("examples/Jenkinsfile")
    expect(text.match(/\{/g)?.length).toBe(text.match(/\}/g)?.length)
    for (const file of ["vpn.junit.xml", "vpn.md"]) expect(text.split(file).length).toBeGreaterThan(2)
  })
})

/** The commands of a pipeline, in a job's folder: a capture, its secrets, and ikedump where npm would have put it. */
describe.skipIf(!built)("the commands of the examples", () => {
  const job = (name: string) => {
    const place = join(folder, name)
    for (const path of ["test/vpn", "node_modules/ikedump", "bin"]) mkdirSync(join(place, path), { recursive: true })
    const fixture = join(root, "fixtures/v2-psk-modp2048")
    cpSync(join(fixture, "capture.pcap"), join(place, "vpn.pcap"))
    cpSync(join(fixture, "keys.json"), join(place, "test/vpn/charon.log"))
    cpSync(join(root, "examples"), join(place, "node_modules/ikedump/examples"), { recursive: true })
    const npx = `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(root, "bin/ikedump.js")}' "$@"\n`
    writeFileSync(join(place, "bin/npx"), npx, { mode: 0o755 })
    const env = { ...process.env, PATH: `${join(place, "bin")}:${process.env.PATH}` }
    return {
      place,
      run: (line: string, more: Record<string, string> = {}) =>
        spawnSync("sh", ["-ec", line], { cwd: place, encoding: "utf8", env: { ...env, ...more } }).status,
    }
  }

  it("of GitLab pass, and write what the job keeps", () => {
    const { vpn } = yaml("examples/gitlab-ci.yml")
    const { place, run } = job("gitlab")
    const lines: string[] = vpn.script.filter((line: string) => line.includes("npx ikedump"))
    expect(lines).toHaveLength(3)
    for (const line of lines) expect([line, run(line, vpn.variables)]).toEqual([line, 0])
    for (const path of vpn.artifacts.paths) expect(readFileSync(join(place, path)).length).toBeGreaterThan(0)
    expect(junitFaults(readFileSync(join(place, vpn.artifacts.reports.junit), "utf8"))).toEqual([])
  })

  it("of GitLab fail where a rule is broken", () => {
    const { vpn } = yaml("examples/gitlab-ci.yml")
    const { place, run } = job("broken")
    cpSync(join(root, "fixtures/v2-no-proposal/capture.pcap"), join(place, "vpn.pcap"))
    expect(
      run(
        vpn.script.find((line: string) => line.includes("ikedump check")),
        vpn.variables,
      ),
    ).toBe(1)
  })

  it("of Jenkins pass, and write what it publishes", () => {
    const { place, run } = job("jenkins")
    // A backslash at the end of a line goes on in the next, in Groovy as in the shell.
    const blocks = [...read("examples/Jenkinsfile").matchAll(/sh '''([\s\S]*?)'''|sh '([^'\n]+)'/g)]
    const lines = blocks.map(([, long, short]) => long ?? short).filter(line => line.includes("npx ikedump"))
    expect(lines).toHaveLength(2)
    for (const line of lines) expect([line, run(line)]).toEqual([line, 0])
    expect(junitFaults(readFileSync(join(place, "vpn.junit.xml"), "utf8"))).toEqual([])
    for (const name of ["vpn-rules.sarif", "vpn-audit.sarif"])
      expect(JSON.parse(readFileSync(join(place, name), "utf8")).version).toBe("2.1.0")
    expect(readFileSync(join(place, "vpn.md"), "utf8")).toContain("#")
  })
})

describe("action.yml", () => {
  const action = yaml("action.yml")
  const [, main] = action.runs.steps

  it("uses the inputs it declares, all of them, and never inside a script", () => {
    const used = [...read("action.yml").matchAll(/inputs\.([\w-]+)/g)].map(m => m[1])
    expect(new Set(used)).toEqual(new Set(Object.keys(action.inputs)))
    for (const step of action.runs.steps) expect(step.run ?? "").not.toContain("${{")
    const script = read("scripts/ci-action.sh")
    for (const name of Object.keys(main.env)) expect(script).toContain(`\${${name}:-`)
  })

  const run = (name: string, env: Record<string, string>) => {
    const summary = join(folder, `${name}.md`)
    const out = join(folder, name)
    const done = spawnSync("bash", [join(root, "scripts/ci-action.sh")], {
      cwd: root,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        NO_COLOR: "1",
        IKEDUMP: `${process.execPath} bin/ikedump.js`,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: join(folder, `${name}.out`),
        OUT: out,
        ...env,
      },
    })
    return { code: done.status, stdout: done.stdout, out, summary: () => readFileSync(summary, "utf8") }
  }

  it.skipIf(!built)("writes report, rules and audit, and passes", () => {
    const { code, out, summary } = run("good", {
      CAPTURE: "fixtures/v2-psk-modp2048/capture.pcap\n",
      KEYS: "  fixtures/v2-psk-modp2048/keys.json\n\n",
      RULES: "examples/rules/interop-smoke.yaml",
      PROFILE: "rfc\nnist\n",
    })
    expect(code).toBe(0)
    for (const part of ["1 IKE SA", "```mermaid", "All rules hold", "## Audit of", "Coverage of"])
      expect(summary()).toContain(part)
    for (const f of ["check.sarif", "audit.sarif"])
      expect(JSON.parse(readFileSync(join(out, f), "utf8")).version).toBe("2.1.0")
    expect(readFileSync(join(folder, "good.out"), "utf8")).toBe(`results=${out}\n`)
  })

  it.skipIf(!built)("fails with a broken rule, which it annotates", () => {
    const capture = "fixtures/v2-no-proposal/capture.pcap"
    const { code, stdout } = run("bad", { CAPTURE: capture, RULES: "examples/rules/interop-smoke.yaml" })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^::error file=examples\/rules\/interop-smoke.yaml,line=\d+/m)
  })

  it.skipIf(!built)("fails with a finding that is urgent enough, and not without", () => {
    const of = { CAPTURE: "fixtures/v1-aggr-psk/capture.pcap", PROFILE: "rfc" }
    expect(run("calm", of).code).toBe(0)
    expect(run("urgent", { ...of, FAIL_ON: "high" }).code).toBe(1)
  })

  it.skipIf(!built)("says when there is no capture", () => {
    expect(run("none", { CAPTURE: " \n" }).code).toBe(2)
    expect(run("missing", { CAPTURE: "nowhere.pcap" }).code).toBe(2)
  })
})

describe("the package", () => {
  it("has one version", () => {
    const citation = yaml("CITATION.cff")
    expect(citation).toMatchObject({ "cff-version": "1.2.0", type: "software", version: manifest.version })
    expect(citation.authors.length).toBeGreaterThan(0)
  })

  it("asks for a report with flags that there are", () => {
    const form = yaml(".github/ISSUE_TEMPLATE/fault.yml")
    const report = form.body.find((b: { id?: string }) => b.id === "report")
    expect(report.attributes.description).toContain("ikedump report CAPTURE --format json --scrub")
    for (const b of form.body) if (b.type !== "markdown") expect(b.attributes.label).not.toBe("")
  })

  it.skipIf(!built)("has an SBOM that CycloneDX' schema takes, with every dependency in it", () => {
    const bom = JSON.parse(read("sbom.cdx.json"))
    const names = bom.components.map((c: { name: string }) => c.name)
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)))
    for (const dev of ["vitest", "typescript", "@biomejs/biome"]) expect(names).not.toContain(dev)
    expect(manifest.files).toContain("sbom.cdx.json")

    const library = createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json")
    const schema = (name: string) => JSON.parse(readFileSync(join(dirname(library), "res/schema", name), "utf8"))
    const ajv = new Ajv({ strict: false })
    for (const f of ["date-time", "email", "idn-email", "uri", "iri-reference"]) ajv.addFormat(f, true)
    for (const s of ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"])
      ajv.addSchema(schema(s), `http://cyclonedx.org/schema/${s}`)
    const validate = ajv.compile(schema(`bom-${bom.specVersion}.SNAPSHOT.schema.json`))
    expect(validate(bom) ? [] : validate.errors).toEqual([])
  })
})
