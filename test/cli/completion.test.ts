/** Completion scripts: that shells read them, that bash completes, that no list is kept twice. */
import { spawnSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { bashScript } from "../../src/cli/completion/bash.ts"
import { fishScript } from "../../src/cli/completion/fish.ts"
import { completionModel } from "../../src/cli/completion/model.ts"
import { zshScript } from "../../src/cli/completion/zsh.ts"
import { COMMANDS, DEFAULT_COMMAND } from "../../src/cli/main.ts"
import { havePrograms } from "../helpers/programs.ts"

const model = await completionModel({ commands: COMMANDS, defaultCommand: DEFAULT_COMMAND })

const check = (shell: string, script: string) => spawnSync(shell, ["-n"], { input: script, encoding: "utf8" }).stderr

describe("the scripts parse", () => {
  it.skipIf(!havePrograms("bash"))("bash", () => expect(check("bash", bashScript(model))).toBe(""))
  it.skipIf(!havePrograms("zsh"))("zsh", () => expect(check("zsh", zshScript(model))).toBe(""))
  it.skipIf(!havePrograms("fish"))("fish", () => expect(check("fish", fishScript(model))).toBe(""))
})

it("knows every command and its flags", () => {
  expect(model.commands.map(c => c.name)).toEqual(COMMANDS.map(c => c.name))
  for (const script of [bashScript(model), zshScript(model), fishScript(model)])
    for (const { name, flags } of model.commands) {
      expect(script).toContain(name)
      for (const { long } of flags) expect(script).toContain(long?.slice(2))
    }
})

/** What bash would offer for the last of these words. */
function complete(...words: string[]): string[] {
  const quoted = words.map(w => `'${w.replaceAll("'", "'\\''")}'`).join(" ")
  const script = `${bashScript(model)}
cd /nonexistent 2>/dev/null || cd /
COMP_WORDS=(ikedump ${quoted}); COMP_CWORD=${words.length}
_ikedump
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync("bash", ["--norc"], { input: script, encoding: "utf8" })
  expect(stderr).toBe("")
  return stdout.split("\n").filter(Boolean)
}

describe.skipIf(!havePrograms("bash"))("bash offers", () => {
  it.each([
    [["rep"], ["report"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["packets", "--form"], ["--format"]],
    [
      ["packets", "--format", ""],
      ["text", "json", "ndjson"],
    ],
    [["packets", "--format", "=", "nd"], ["ndjson"]],
    [
      ["packets", "--format", "="],
      ["text", "json", "ndjson"],
    ],
    [
      ["report", "--color", "a"],
      ["auto", "always"],
    ],
    [["capture.pcap", "--color", "n"], ["never"]],
    [["fields", "x.pcap", "-e", "isakmp.exchanget"], ["isakmp.exchangetype"]],
    [["packets", "-Y", "isakmp.exchanget"], ["isakmp.exchangetype"]],
    [["packets", "-Y", "'udp and (isakmp.exchanget"], ["udp and (isakmp.exchangetype"]],
    [["packets", "-Y", '"!isakmp.exchanget'], ["!isakmp.exchangetype"]],
    [["registry", "ikev2-enc"], ["ikev2-encr"]],
  ])("%j: %j", (words, expected) => expect(complete(...words)).toEqual(expected))

  it("files for captures and keys", () => {
    expect(complete("report", "et")).toEqual(["etc"])
    expect(complete("report", "--keys", "et")).toEqual(["etc"])
  })
})
