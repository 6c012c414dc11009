/** Suites out of the keys file, where the capture missed the negotiation. */
import type { Encr, Integ } from "../crypto/algorithms.ts"
import { encrByName, encrFromKeyLength } from "../crypto/encr.ts"
import { integByName } from "../crypto/integ.ts"
import { prfByName } from "../crypto/prf.ts"
import type { IkeSaSecret } from "../secrets/secrets.ts"
import type { IkeChoice } from "../track/suite.ts"

/** The algorithm of a name and a key, whose salt may be missing. */
function encrOfEntry(name: string | undefined, key: Uint8Array | undefined): Encr | undefined {
  const byName = name === undefined ? undefined : encrByName(name)
  if (name === undefined || !byName || !key) return byName
  return encrFromKeyLength(name, key.length) ?? encrFromKeyLength(name, key.length + byName.saltBytes)
}

/** The suite that an entry names; null when it names no cipher. */
export function choiceOfEntry(entry: IkeSaSecret, frame: number): IkeChoice | null {
  const encr = encrOfEntry(entry.encr, entry.values.sk_ei ?? entry.values.sk_er)
  if (!encr) return null
  const integ = entry.integ === undefined ? undefined : integByName(entry.integ)
  const prf = entry.prf === undefined ? undefined : prfByName(entry.prf)
  return {
    names: { encr: encr.name, integ: integ?.name ?? null, prf: prf?.name ?? null, ke: [], hash: null },
    encr,
    integ,
    prf,
    ke: 0,
    additional: [],
    frame,
  }
}

/** `ANY-128`: an ICV of that many bits which nobody can check. */
export function anyInteg(name: string): Integ | undefined {
  const bits = /^ANY-(\d+)$/.exec(name)?.[1]
  return bits === undefined ? undefined : { name, keyBytes: 0, icvBytes: Number(bits) / 8 }
}
