/** Words that the tables and the report share: what the contract fixes about suites, states and identities. */

export type IkeSaState = "half-open" | "established" | "rekeyed" | "deleted" | "failed" | "unknown"

export interface IkeSuite {
  encr: string | null
  integ: string | null
  prf: string | null
  ke: string[]
  /** IKEv1 only. */
  hash: string | null
}

export interface Offer {
  number: number
  encr: string[]
  integ: string[]
  prf: string[]
  ke: string[]
}

export interface Identity {
  type: string
  value: string
}

export interface ChildSuite {
  encr: string | null
  integ: string | null
  ke: string[]
  esn: boolean
}

export type KeyStatus = "derived" | "given" | "partial" | "none"
