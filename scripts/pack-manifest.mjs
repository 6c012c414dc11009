// `npm pack` and `npm publish`: the package has no script that could run where it is installed, which npm warns of.
// `prepack` takes the scripts out of package.json, `postpack` puts it back as it was.
import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs"

const manifest = new URL("../package.json", import.meta.url)
const kept = new URL("../package.json.kept", import.meta.url)

if (process.argv[2] === "restore") renameSync(kept, manifest)
else {
  copyFileSync(manifest, kept)
  const { scripts: _, ...rest } = JSON.parse(readFileSync(manifest, "utf8"))
  writeFileSync(manifest, `${JSON.stringify(rest, null, 2)}\n`)
}
