/** Secrets out of a tar in memory: a support bundle, of which most files hold none. */
import { concat } from "../bytes/bytes.ts"
import { SecretsError } from "./errors.ts"
import { type Imported, importSecrets } from "./import.ts"
import { tarEntries } from "./tar.ts"

/** Files that are looked into. */
const MOST_FILES = 1000

/** What the files of a tar hold, those that hold secrets; a file is named by the archive and its place in it. */
export async function importBundle(bytes: Uint8Array, archive: string): Promise<Imported[]> {
  const found: Imported[] = []
  let files = 0
  let whole: Uint8Array | undefined = bytes
  const once = () => {
    const piece = whole
    whole = undefined
    return piece
  }
  for await (const { name, next } of tarEntries(once)) {
    if (++files > MOST_FILES) break
    const parts: Uint8Array[] = []
    for (let part = await next(); part; part = await next()) parts.push(part)
    try {
      const imported = importSecrets(concat(...parts), { file: `${archive}/${name}` })
      if (imported.formats.length > 0) found.push(imported)
    } catch (error) {
      // A log, a picture, a configuration without keys.
      if (!(error instanceof SecretsError)) throw error
    }
  }
  return found
}
