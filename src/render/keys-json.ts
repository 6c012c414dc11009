/** Derivations for programs. */
import { toHex } from "../bytes/hex.ts"
import { safeJson } from "../bytes/safe-json.ts"
import type { Derivation } from "./keys-text.ts"

/** `ikedump/keys/1` as JSON with a newline at its end. Values are null unless `showKeys`. */
export function keysJson(derivations: readonly Derivation[], showKeys: boolean): string {
  const value = (bytes: Uint8Array) => ({ bytes: bytes.length, value: showKeys ? toHex(bytes) : null })
  const file = {
    schema: "ikedump/keys/1",
    derivations: derivations.map(({ sa, epoch, proof, given, steps }) => ({
      sa,
      epoch,
      proof,
      given: given.map(g => ({ name: g.name, source: g.source, fits: g.fits || null, ...value(g.value) })),
      steps: steps.map(({ name, formula, rfc, inputs, out }) => ({
        name,
        formula,
        rfc,
        inputs: inputs.map(i => ({ name: i.name, frame: i.frame ?? null })),
        ...value(out),
      })),
    })),
  }
  return `${safeJson(file, 2)}\n`
}
