/** One line of a derivation, kept so that a report can show how every key came to be. */

/** Something a step took in: its name in the formula, and the frame it was seen in (none for a secret or an earlier step). */
export interface StepInput {
  readonly name: string
  readonly frame?: number
}

export interface Step {
  /** `SKEYSEED`, `SK_ei`, `KEYMAT`. */
  readonly name: string
  /** `prf(Ni | Nr, g^ir)`. */
  readonly formula: string
  readonly rfc: string
  readonly inputs: readonly StepInput[]
  readonly out: Uint8Array
}
