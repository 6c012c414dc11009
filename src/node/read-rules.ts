/** Reads rules files from disk; an include is relative to the file that names it. */

import { readFile } from "node:fs/promises"
import { dirname, isAbsolute, join, normalize } from "node:path"
import { codeOf } from "../bytes/errors.ts"
import type { RulesText } from "../check/load.ts"

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  EACCES: "not allowed",
}

/** The text of a rules file. Throws Error with the reason, in few words. */
export async function readRules(path: string, from: string | null): Promise<RulesText> {
  const file = normalize(from === null || isAbsolute(path) ? path : join(dirname(from), path))
  try {
    const bytes = await readFile(file)
    return { file, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) }
  } catch (e) {
    const code = codeOf(e)
    throw new Error(
      REASONS[code ?? ""] ??
        (code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "not UTF-8" : String(code ?? "unreadable")),
    )
  }
}
