/** Keylogs that captures carry in pcapng blocks (`docs/keylog.md`): collected while a capture is read. */

import { SecretsError } from "../secrets/errors.ts"
import { isKeylog } from "../secrets/export/keylog.ts"
import { importSecrets } from "../secrets/import.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import type { SecretNote, Secrets } from "../secrets/secrets.ts"
import { isReadOnce } from "./capture-paths.ts"
import { readCaptures } from "./read-captures.ts"
import type { ReadOptions } from "./read-options.ts"

/** Blocks kept at most; a capture has one or a few. */
const MAX_BLOCKS = 1000

export class EmbeddedKeys {
  readonly notes: SecretNote[] = []
  readonly #list: Secrets[] = []
  readonly #seen = new Set<string>()

  /** For `ReadOptions.blocks`. */
  readonly blocks: NonNullable<ReadOptions["blocks"]> = {
    customBlock: (_pen, bytes) => this.#take(bytes),
    secretsBlock: (_type, bytes) => this.#take(bytes),
  }

  /** How many different keylogs came by. */
  get count(): number {
    return this.#list.length
  }

  /** The given secrets, and those of the blocks behind them. */
  with(secrets: Secrets): Secrets {
    return this.count === 0 ? secrets : mergeSecrets([secrets, ...this.#list])
  }

  #take(bytes: Uint8Array): void {
    if (!isKeylog(bytes) || this.#seen.size >= MAX_BLOCKS) return
    const text = new TextDecoder().decode(bytes).replace(/\0+$/, "")
    if (this.#seen.has(text)) return
    this.#seen.add(text)
    try {
      const { secrets, notes } = importSecrets(text, { file: "keys in the capture" })
      this.#list.push(secrets)
      this.notes.push(...notes)
    } catch (e) {
      if (!(e instanceof SecretsError)) throw e
      this.notes.push({ severity: "warning", file: "keys in the capture", message: "no secret is in the keylog" })
    }
  }
}

/** The keylogs in front of the first packets of captures (not of those that can be read once). Faults are left to the reading proper. */
export async function embeddedKeys(paths: readonly string[]): Promise<EmbeddedKeys> {
  const keys = new EmbeddedKeys()
  const files = paths.filter(path => !isReadOnce(path))
  const stop = { stopped: false }
  const handler = {
    packet() {
      stop.stopped = true
    },
    diagnostic() {},
  }
  try {
    if (files.length > 0) await readCaptures(files, handler, { all: true, stop, blocks: keys.blocks })
  } catch {
    // The reading proper says what cannot be opened.
  }
  return keys
}
