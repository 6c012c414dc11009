/** One line of a derivation, kept so that a report can show how every key came to be. */

/** Something a step took in: its name in the formula, and the frame it was seen in (none for a secret or an earlier step). */
export interface StepInput {
  readonly name: string
  readonly frame?: number
  /** Of the shared secret of a key exchange: what the formula calls it, `g^ir(new)`. */
  readonly shared?: string
}

/** What a key is for: to make others; to derive those of later SAs; for messages of IKE; to prove who one is; for data. */
export type Use = "seed" | "derive" | "integrity" | "encrypt" | "prove" | "keymat"

export interface Step {
  /** `SKEYSEED`, `SK_ei`, `KEYMAT`. */
  readonly name: string
  /** `prf(Ni | Nr, g^ir)`. */
  readonly formula: string
  readonly rfc: string
  readonly inputs: readonly StepInput[]
  readonly out: Uint8Array
  /** Absent where the key server of a group handed the key out. */
  readonly use?: Use
  /** `i` or `r`, where there is a key for the messages of each side. */
  readonly way?: string | undefined
  /** Where it begins in the output of the prf+ that many keys are taken from. */
  readonly at?: number
  /** Nothing made it here: it was given. */
  readonly given?: boolean
}
