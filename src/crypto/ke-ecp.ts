/** Elliptic curve groups over noble's points, also for signatures. RFC 5903, RFC 6954. */

import { type WeierstrassPointCons, weierstrass } from "@noble/curves/abstract/weierstrass.js"
import { keysOf, recordOf } from "../bytes/typed.ts"
import { CURVES, type CurveId } from "./curves.ts"
import { ecpFault } from "./ke-faults.ts"
import { privateNumber, toBytes, toNumber } from "./numbers.ts"
import type { KeyExchangeMethod } from "./provider.ts"

const made = new Map<CurveId, WeierstrassPointCons<bigint>>()

/** The group of points of a curve, made at first use. */
export function pointsOf(id: CurveId): WeierstrassPointCons<bigint> {
  let points = made.get(id)
  if (!points) {
    const { p, a, b, gx, gy, n } = CURVES[id]
    made.set(id, (points = weierstrass({ p, n, h: 1n, a, b, Gx: gx, Gy: gy })))
  }
  return points
}

/**
 * The private value as a number. Throws RangeError unless it lies between 1 and n-1 and is no longer than a coordinate, but for leading zero
 * bytes, which ASN.1 integers and big-number libraries write.
 */
export function ecpSecret(id: CurveId, secret: Uint8Array): bigint {
  const { bytes, n } = CURVES[id]
  const d = privateNumber(secret, bytes)
  if (d === undefined || d < 1n || d >= n) throw new RangeError(`no private value of ${id}`)
  return d
}

function ecp(id: CurveId): KeyExchangeMethod {
  const { bytes } = CURVES[id]
  return {
    publicValue(secret) {
      const { x, y } = pointsOf(id).BASE.multiply(ecpSecret(id, secret)).toAffine()
      return toBytes((x << BigInt(8 * bytes)) | y, 2 * bytes)
    },
    shared(secret, peer) {
      if (ecpFault(id, peer) !== undefined) return undefined
      const [x, y] = [toNumber(peer.subarray(0, bytes)), toNumber(peer.subarray(bytes))]
      return toBytes(pointsOf(id).fromAffine({ x, y }).multiply(ecpSecret(id, secret)).toAffine().x, bytes)
    },
    fault: publicValue => ecpFault(id, publicValue),
  }
}

/** All ECP and brainpool groups. */
export const ecpMethods: Readonly<Record<CurveId, KeyExchangeMethod>> = recordOf(keysOf(CURVES), id => ecp(id))
