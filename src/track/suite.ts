/** Proposals as the report names them, and the algorithms that a chosen proposal stands for. RFC 7296 §3.3. */
import type { Encr, Integ, Prf } from "../crypto/algorithms.ts"
import { encrOfEspV1, encrOfIkev1, encrOfIkev2 } from "../crypto/encr.ts"
import { integOfIkev2 } from "../crypto/integ.ts"
import { prfOfIkev2 } from "../crypto/prf.ts"
import type { Proposal } from "../ike/v2/security-association.ts"
import type { Transform } from "../ike/v2/transform.ts"
import { IKE_ENCR } from "../registry/ikev1/ike-encr.ts"
import { TRANS_ESP } from "../registry/ikev1/trans-esp.ts"
import { ENCR } from "../registry/ikev2/encr.ts"
import { INTEG } from "../registry/ikev2/integ.ts"
import { KE_METHOD } from "../registry/ikev2/ke-methods.ts"
import { PRF } from "../registry/ikev2/prf.ts"
import { TRANSFORM_TYPE } from "../registry/ikev2/transform-types.ts"
import type { ChildSuite, IkeSuite, Offer } from "./vocabulary.ts"

/** Transform ID that stands for "none" of integrity and key exchange. */
const NONE = 0

/** What the two ends of an IKE SA agreed. The algorithms are undefined where ikedump does not know the number. */
export interface IkeChoice {
  readonly names: IkeSuite
  readonly encr?: Encr
  readonly integ?: Integ
  readonly prf?: Prf
  /** Key exchange method of the first key exchange, 0 for none (a rekey without). */
  readonly ke: number
  /** Additional key exchanges to come (RFC 9370), by their transform type in ascending order, NONE left out. */
  readonly additional: readonly number[]
  /** Frame of the message that chose it. */
  readonly frame: number
}

/** `AES-CBC-256`: the report's name of an encryption transform. */
function encrName(id: number, keyBits?: number): string {
  return encrOfIkev2(id, keyBits)?.name ?? withBits(ENCR.alias(id), keyBits)
}

/** The same of IKEv1's phase 1, and of an ESP transform in phase 2. */
export const ikeEncrNameV1 = (id: number, keyBits?: number): string =>
  encrOfIkev1(id, keyBits)?.name ?? withBits(IKE_ENCR.alias(id), keyBits)
export const espEncrNameV1 = (id: number, keyBits?: number): string =>
  encrOfEspV1(id, keyBits)?.name ?? withBits(TRANS_ESP.alias(id), keyBits)

const withBits = (name: string, keyBits: number | undefined): string => (keyBits ? `${name}-${keyBits}` : name)

const transformsOf = (p: Proposal, type: number): readonly Transform[] => p.transforms.filter(t => t.type === type)
const first = (p: Proposal, type: number): Transform | undefined => transformsOf(p, type)[0]

const isAdditional = (t: Transform): boolean => t.type >= TRANSFORM_TYPE.ADDKE1 && t.type <= TRANSFORM_TYPE.ADDKE7

/** Key exchange methods of a proposal, the first exchange's before the additional ones. */
function keNames(p: Proposal): string[] {
  return [...transformsOf(p, TRANSFORM_TYPE.KE), ...p.transforms.filter(isAdditional).sort((a, b) => a.type - b.type)]
    .filter(t => t.id !== NONE)
    .map(t => KE_METHOD.alias(t.id))
}

/** Objects kept for proposals that came before: clients repeat theirs. All are forgotten when there are more. */
const MAX_KNOWN = 4096
const LATEST = 8

/** `make`, with one object for all proposals of the same number and transforms. Nobody changes the objects. */
function oncePerContent<T>(make: (p: Proposal) => T): (p: Proposal) => T {
  const known = new Map<number, { readonly p: Proposal; readonly made: T }>()
  // Messages of one shape share their proposals.
  const latest: { readonly p: Proposal; readonly made: T }[] = []
  let next = 0
  const keep = (p: Proposal, made: T): T => {
    latest[next] = { p, made }
    next = (next + 1) % LATEST
    return made
  }
  return p => {
    for (const { p: same, made } of latest) if (same === p) return made
    let key = p.number
    for (const t of p.transforms) key = Math.imul(key ^ (t.type << 24) ^ (t.id << 12) ^ (t.keyBits ?? 1), 0x01000193)
    const before = known.get(key)
    if (before && sameContent(before.p, p)) return keep(p, before.made)
    if (known.size >= MAX_KNOWN) known.clear()
    const made = make(p)
    known.set(key, { p, made })
    return keep(p, made)
  }
}

function sameContent(a: Proposal, b: Proposal): boolean {
  if (a === b) return true
  if (a.number !== b.number || a.transforms.length !== b.transforms.length) return false
  for (let i = 0; i < a.transforms.length; i++) {
    const [t, u] = [a.transforms[i], b.transforms[i]]
    if (t.type !== u.type || t.id !== u.id || t.keyBits !== u.keyBits) return false
  }
  return true
}

/** A proposal as the report lists it. */
export const offerOf = oncePerContent(listed)

function listed(p: Proposal): Offer {
  return {
    number: p.number,
    encr: transformsOf(p, TRANSFORM_TYPE.ENCR).map(t => encrName(t.id, t.keyBits)),
    integ: transformsOf(p, TRANSFORM_TYPE.INTEG)
      .filter(t => t.id !== NONE)
      .map(t => INTEG.alias(t.id)),
    prf: transformsOf(p, TRANSFORM_TYPE.PRF).map(t => PRF.alias(t.id)),
    ke: keNames(p),
  }
}

/** The suite of a proposal that the responder chose: one transform of each type. */
export function choiceOf(p: Proposal, frame: number): IkeChoice {
  const { names, encr, integ, prf, ke, additional } = chosenSuite(p)
  return { names, encr, integ, prf, ke, additional, frame }
}

const chosenSuite = oncePerContent((p: Proposal): Omit<IkeChoice, "frame"> => {
  const encr = first(p, TRANSFORM_TYPE.ENCR)
  const integ = first(p, TRANSFORM_TYPE.INTEG)
  const prf = first(p, TRANSFORM_TYPE.PRF)
  return {
    names: {
      encr: encr ? encrName(encr.id, encr.keyBits) : null,
      integ: integ && integ.id !== NONE ? INTEG.alias(integ.id) : null,
      prf: prf ? PRF.alias(prf.id) : null,
      ke: keNames(p),
      hash: null,
    },
    encr: encr && encrOfIkev2(encr.id, encr.keyBits),
    integ: integ && integ.id !== NONE ? integOfIkev2(integ.id) : undefined,
    prf: prf && prfOfIkev2(prf.id),
    ke: first(p, TRANSFORM_TYPE.KE)?.id ?? NONE,
    additional: additionalOf(p),
  }
})

const TYPE_WORDS: Readonly<Record<number, string>> = {
  1: "encryption",
  2: "PRF",
  3: "integrity",
  4: "key exchange",
  5: "sequence numbers",
}

/** The first transform of a chosen proposal that the offered one of its number does not have, in words; null when all were offered. RFC 7296 §2.7. */
export function notOffered(chosen: Proposal, offered: readonly Proposal[]): string | null {
  const mine = offered.find(p => p.number === chosen.number && p.protocol === chosen.protocol)
  if (!mine) return `a proposal number ${chosen.number}`
  if (mine.fault || chosen.fault) return null
  const missing = chosen.transforms.find(
    t =>
      t.id !== NONE &&
      !mine.transforms.some(o => o.type === t.type && o.id === t.id && (o.keyBits ?? 0) === (t.keyBits ?? 0)),
  )
  return missing ? `${transformName(missing)} (${TYPE_WORDS[missing.type] ?? `transform type ${missing.type}`})` : null
}

function transformName(t: Transform): string {
  if (t.type === TRANSFORM_TYPE.ENCR) return encrName(t.id, t.keyBits)
  if (t.type === TRANSFORM_TYPE.PRF) return PRF.alias(t.id)
  if (t.type === TRANSFORM_TYPE.INTEG) return INTEG.alias(t.id)
  return t.type === TRANSFORM_TYPE.KE || isAdditional(t) ? KE_METHOD.alias(t.id) : String(t.id)
}

/** Methods of the additional key exchanges that were agreed, in the order in which they are done. RFC 9370 §2.2.1. */
const additionalOf = (p: Proposal): number[] =>
  p.transforms
    .filter(t => isAdditional(t) && t.id !== NONE)
    .sort((a, b) => a.type - b.type)
    .map(t => t.id)

/** The suite of a Child SA's chosen proposal. */
export const childSuiteOf = oncePerContent((p: Proposal): { suite: ChildSuite; encr?: Encr; integ?: Integ } => {
  const encr = first(p, TRANSFORM_TYPE.ENCR)
  const integ = first(p, TRANSFORM_TYPE.INTEG)
  return {
    suite: {
      encr: encr ? encrName(encr.id, encr.keyBits) : null,
      integ: integ && integ.id !== NONE ? INTEG.alias(integ.id) : null,
      ke: keNames(p),
      esn: first(p, TRANSFORM_TYPE.SN)?.id === 1,
    },
    encr: encr && encrOfIkev2(encr.id, encr.keyBits),
    integ: integ && integ.id !== NONE ? integOfIkev2(integ.id) : undefined,
  }
})
