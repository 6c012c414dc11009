// Writes docs/diagnostics.md from the declared codes (src/diagnostics). Run `npm run build` first.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { diagnosticsDocument } from "../dist/diagnostics/document.js"

writeFileSync(join(import.meta.dirname, "../docs/diagnostics.md"), diagnosticsDocument())
