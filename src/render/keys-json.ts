/** Derivations for programs. */
import { toHex } from "../bytes/hex.ts"
import { safeJson } from "../bytes/safe-json.ts"
import type { Step } from "../keys/step.ts"
import type { Derivation, GivenSecret } from "./keys-text.ts"

const valueJson = (bytes: Uint8Array, shown: boolean) => ({ bytes: bytes.length, value: shown ? toHex(bytes) : null })

export const givenJson = (g: GivenSecret, showKeys: boolean) => ({
  name: g.name,
  source: g.source,
  fits: g.fits || null,
  ...valueJson(g.value, showKeys),
})

export const stepJson = ({ name, formula, rfc, inputs, out }: Step, showKeys: boolean) => ({
  name,
  formula,
  rfc,
  inputs: inputs.map(i => ({ name: i.name, frame: i.frame ?? null })),
  ...valueJson(out, showKeys),
})

/** `ikedump/keys/1` as JSON with a newline at its end. Values are null unless `showKeys`. */
export function keysJson(derivations: readonly Derivation[], showKeys: boolean): string {
  const file = {
    schema: "ikedump/keys/1",
    derivations: derivations.map(({ sa, epoch, proof, given, steps }) => ({
      sa,
      epoch,
      proof,
      given: given.map(g => givenJson(g, showKeys)),
      steps: steps.map(s => stepJson(s, showKeys)),
    })),
  }
  return `${safeJson(file, 2)}\n`
}
