/**
 * OpenIKED's debugging (`iked -dvvv`): `ikev2_sa_keys: SK_d with 64 bytes` and words of eight digits below it. The prf+ seed `S` ends with the
 * SPIs. A Child SA's KEYMAT is the last prf+ output (`Tn`) behind `key material length`; `loaded SPIs` names its SPIs and suite.
 */

import { toHex } from "../../bytes/hex.ts"
import { isOneOf } from "../../bytes/typed.ts"
import { encrByName } from "../../crypto/encr.ts"
import { integByName } from "../../crypto/integ.ts"
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import type { IkeSecretName } from "../secrets.ts"
import { IKE_SECRET_NAMES } from "../secrets.ts"
import { toolEncr, toolInteg } from "../tool-names.ts"
import { addChildRow } from "./child-row.ts"

const LABEL = /\bikev2_(sa_keys|prfplus): (DHSECRET|SKEYSEED|SK_d|SK_[aep][ir]|S|Tn) with (\d{1,5}) bytes\s*$/
const ROW = /^\s*((?:[0-9a-f]{8} ){0,7}(?:[0-9a-f]{2}){1,4})\s*$/
const LENGTH = /\bikev2_childsa_negotiate: key material length (\d{1,4})\b/
const RECEIVED = /\brecv (?:IKE_AUTH|CREATE_CHILD_SA) (req|res) /
const LOADED = /\bloaded SPIs: 0x([0-9a-f]{1,8}), 0x([0-9a-f]{1,8}) \(enc (\S{1,40})(?: auth (\S{1,40}))?/
/** An SPI that the daemon took from its kernel is its own, so inbound; it is updated. The peer's is added. */
const INSTALLED = /\bpfkey_sa_add: (add|update) spi 0x([0-9a-f]{1,8})\b/
const MAX_BYTES = 16384
const SPIS_BYTES = 16

interface Epoch {
  readonly line: number
  spiI?: string
  spiR?: string
  values: Partial<Record<IkeSecretName, Uint8Array>>
}

export const openiked: LineFormat = {
  name: "OpenIKED log",
  open(pool) {
    const epochs: Epoch[] = []
    let dump: { use: (bytes: Uint8Array) => void; length: number; rows: string[]; have: number } | undefined
    /** Whether the daemon answers the exchange under way. */
    let responder: boolean | undefined
    let keymatBytes: number | undefined
    let keymat: { line: number; bytes: Uint8Array; responder?: boolean } | undefined
    let own: string | undefined
    const epochFor = (name: IkeSecretName, line: number): Epoch => {
      const last = epochs.at(-1)
      if (last && !last.values[name]) return last
      const next: Epoch = { line, values: {} }
      epochs.push(next)
      return next
    }
    const use = (label: string, line: number) => (bytes: Uint8Array) => {
      if (label === "DHSECRET") {
        pool.dhShared(bytes, line)
        epochs.push({ line, values: { dh_shared: bytes } })
        pool.hold(bytes.length)
      } else if (label === "S") seed(epochFor("nonce_i", line), bytes)
      else if (label === "Tn") {
        if (keymatBytes !== undefined && keymatBytes <= bytes.length)
          keymat = { line, bytes: bytes.slice(0, keymatBytes), responder }
        keymatBytes = undefined
      } else {
        const name = label.toLowerCase()
        if (!isOneOf(IKE_SECRET_NAMES, name)) return
        epochFor(name, line).values[name] = bytes
        pool.hold(bytes.length)
        if (name === "skeyseed") pool.skeyseed(bytes, line)
      }
    }
    return {
      line(text, number) {
        if (text.length > MAX_LINE) return false
        const row = dump ? ROW.exec(text) : null
        if (dump && row) {
          const digits = row[1].replaceAll(" ", "")
          dump.rows.push(digits)
          dump.have += digits.length / 2
          if (dump.have >= dump.length) {
            if (dump.have === dump.length) dump.use(bytesOf(dump.rows.join("")))
            dump = undefined
          }
          return true
        }
        dump = undefined
        const label = text.includes("ikev2_") ? LABEL.exec(text) : null
        if (label) {
          const length = Number(label[3])
          if (length > 0 && length <= MAX_BYTES) dump = { use: use(label[2], number), length, rows: [], have: 0 }
          return true
        }
        const received = text.includes("recv ") ? RECEIVED.exec(text) : null
        if (received) responder = received[1] === "req"
        const length = text.includes("key material") ? LENGTH.exec(text) : null
        if (length) keymatBytes = Number(length[1])
        const installed = text.includes("pfkey_sa_add") ? INSTALLED.exec(text) : null
        if (installed?.[1] === "update") own = installed[2]
        const loaded = text.includes("loaded SPIs") ? LOADED.exec(text) : null
        if (loaded && keymat) {
          addKeymat(pool, keymat, own, loaded)
          keymat = undefined
        }
        return loaded !== null || length !== null
      },
      end() {
        for (const { line, ...secret } of epochs) pool.ikeSa({ version: "2.0", ...secret }, line)
      },
    }
  },
}

/** Ni | Nr | SPIi | SPIr; where the nonces part is known when they have one length. */
function seed(epoch: Epoch, bytes: Uint8Array): void {
  if (bytes.length < SPIS_BYTES + 32) return
  const end = bytes.length - SPIS_BYTES
  epoch.spiI = toHex(bytes, end, end + 8)
  epoch.spiR = toHex(bytes, end + 8, end + 16)
  if (bytes.length !== SPIS_BYTES + 64) return
  epoch.values.nonce_i = bytes.slice(0, 32)
  epoch.values.nonce_r = bytes.slice(32, 64)
}

/** KEYMAT: the keys of the exchange's initiator, then those of its responder; encryption before integrity. RFC 7296 §2.17. */
function addKeymat(
  pool: Pool,
  { line, bytes, responder }: { line: number; bytes: Uint8Array; responder?: boolean },
  own: string | undefined,
  [, one, other, encrText, integText]: RegExpExecArray,
): void {
  const bits = /-(128|192|256)(?:-|$)/.exec(encrText)?.[1]
  const encr = encrByName(toolEncr(encrText) ?? "", bits ? Number(bits) : undefined)
  const half = bytes.length / 2
  if (!encr) return
  const keyBytes = encr.keyBytes + encr.saltBytes
  const integ = integText === undefined ? undefined : toolInteg(integText)
  if (keyBytes + (integ ? (integByName(integ)?.keyBytes ?? 0) : 0) !== half) return
  for (const spi of [one, other])
    for (const first of waysOf(spi, own, responder)) {
      const part = bytes.subarray(first ? 0 : half, first ? half : undefined)
      addChildRow(
        pool,
        "OpenIKED log",
        {
          spi: Number.parseInt(spi, 16),
          encrName: encr.name,
          integName: integ,
          key: toHex(part, 0, keyBytes),
          integKey: toHex(part, keyBytes),
        },
        line,
      )
    }
}

/** Whether the first half of KEYMAT, the exchange starter's, protects what is sent to this SPI; both where the log does not say. */
const waysOf = (spi: string, own: string | undefined, responder: boolean | undefined): readonly boolean[] =>
  own === undefined || responder === undefined ? [true, false] : [(spi === own) === responder]

const bytesOf = (digits: string): Uint8Array =>
  Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16))

const MAX_LINE = 16384
