/** ikedump's keylog: one secret a line, appendable. Specified in `docs/keylog.md`. */
import { equal } from "../../bytes/bytes.ts"
import { fromHex } from "../../bytes/hex.ts"
import { encrOfLength, isEncrName, isIntegName } from "../algorithm-names.ts"
import { IKE1_LABELS, IKE2_LABELS } from "../keylog-labels.ts"
import type { LineFormat } from "../line-format.ts"
import type { Pool } from "../pool.ts"
import type { IkeSecretName } from "../secrets.ts"
import { address } from "./child-row.ts"

const HEAD =
  /^\s*(?:IKE[12][ \t]+(?:[0-9a-f]{16}|\*)[ \t]+(?:[0-9a-f]{16}|\*)|(?:ESP|AH)[ \t]+(?:[0-9a-f]{8}|\*)[ \t]+\S{1,50}|(?:PSK|PPK)[ \t]+\S{1,300}|DH[ \t]+\w{1,16}(?=[ \t]+\S+\s*$))[ \t]/i

interface Epoch {
  readonly line: number
  values: Partial<Record<IkeSecretName, Uint8Array>>
  names: { encr?: string; integ?: string; prf?: string }
}

export const keylog: LineFormat = {
  name: "ikedump keylog",
  open(pool) {
    const sas = new Map<string, { version: "1.0" | "2.0"; spiI?: string; spiR?: string; epochs: Epoch[] }>()
    const ike = (words: readonly string[], line: number): string | undefined => {
      const [keyword, spiI, spiR, label, value] = words
      if (words.length !== 5) return "a line has five words"
      const version = keyword.toUpperCase() === "IKE1" ? "1.0" : "2.0"
      const key = `${version}/${spiI}/${spiR}`.toLowerCase()
      const known = { version, spiI: spiOf(spiI), spiR: spiOf(spiR) } as const
      const sa = sas.get(key) ?? { ...known, epochs: [] }
      if (!sas.has(key)) sas.set(key, sa)
      pool.hold(value.length / 2)
      return addLabel(pool, sa, label.toUpperCase(), value, line)
    }
    return {
      line(text, number) {
        if (!HEAD.test(text)) return false
        const words = text.trim().split(/[ \t]+/)
        const keyword = words[0].toUpperCase()
        const fault = keyword.startsWith("IKE")
          ? ike(words, number)
          : keyword === "ESP" || keyword === "AH"
            ? child(pool, keyword, words.slice(1), number)
            : pooled(pool, keyword, words.slice(1), number)
        if (fault) pool.note("warning", `keylog: ${fault}; the line is left out`, number)
        return true
      },
      end() {
        for (const { epochs, ...sa } of sas.values())
          for (const { line, values, names } of epochs)
            if (Object.keys(values).length > 0) pool.ikeSa({ ...sa, values, ...names }, line)
      },
    }
  },
}

const spiOf = (text: string): string | undefined => (text === "*" || /^0+$/.test(text) ? undefined : text.toLowerCase())

/** Puts one label of an IKE SA where it belongs; a label that comes again with another value begins the next epoch. */
const NAMES = { ENCR: "encr", INTEG: "integ", PRF: "prf" } as const

function addLabel(
  pool: Pool,
  sa: { version: "1.0" | "2.0"; epochs: Epoch[] },
  label: string,
  text: string,
  line: number,
): string | undefined {
  const epoch = sa.epochs.at(-1)
  if (label === "ENCR" || label === "INTEG" || label === "PRF") {
    const name = NAMES[label]
    if (epoch && !epoch.names[name]) epoch.names[name] = text
    else if (epoch?.names[name] !== text) sa.epochs.push({ line, values: {}, names: { [name]: text } })
    return undefined
  }
  const value = fromHex(text)
  if (!value || value.length === 0) return `the value of ${plainLabel(label)} is not hexadecimal`
  if (label === "PSK") pool.psk(value, line)
  else if (label === "PPK") pool.ppk(value, line)
  else if (/^DH_SECRET\[\d{1,3}\]$/.test(label) || label === "CHILD_DH_SECRET") pool.dhShared(value, line)
  else {
    const name = (sa.version === "1.0" ? IKE1_LABELS : IKE2_LABELS).get(label)
    if (!name) return `${plainLabel(label)} is no label of the keylog`
    if (name === "dh_shared") pool.dhShared(value, line)
    if (name === "skeyseed") pool.skeyseed(value, line)
    const before = epoch?.values[name]
    if (before && equal(before, value)) return undefined
    if (epoch && !before) epoch.values[name] = value
    else sa.epochs.push({ line, values: { [name]: value }, names: {} })
  }
  return undefined
}

/** `ESP SPI DESTINATION ALGORITHM KEY [ALGORITHM KEY] [ESN] [FROM=address]`. */
function child(pool: Pool, protocol: "ESP" | "AH", words: readonly string[], line: number): string | undefined {
  const [spi, destination, ...rest] = words
  const found: {
    encr?: string
    integ?: string
    key?: Uint8Array
    integKey?: Uint8Array
    esn?: boolean
    source?: string
  } = {}
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]
    if (word === "ESN" || word === "NO-ESN") found.esn = word === "ESN"
    else if (word.startsWith("FROM=")) found.source = address(word.slice(5))
    else {
      const name = word.toUpperCase()
      const hex = rest[++at]
      const key = hex === "-" ? new Uint8Array() : fromHex(hex ?? "")
      if (!key || (hex ?? "") === "") return `the key of ${plainLabel(name)} is not hexadecimal`
      const isEncr = protocol === "ESP" && !found.encr && isEncrName(name)
      if (!isEncr && !isIntegName(name)) return `${plainLabel(name)} is no algorithm that ikedump knows`
      if (isEncr) Object.assign(found, { encr: name, key })
      else Object.assign(found, { integ: name, integKey: key })
    }
  }
  const { encr, integ, key = new Uint8Array(), integKey = new Uint8Array(), esn, source } = found
  if (!encr && !integ) return "no algorithm and key are given"
  const named = encr ? encrOfLength(encr, key.length) : undefined
  if (encr && !named) return `a key of ${key.length} bytes does not fit ${encr}`
  pool.childSa(
    {
      protocol,
      spi: spi === "*" ? undefined : Number.parseInt(spi, 16),
      source,
      destination: address(destination),
      encr: named?.name,
      integ,
      key,
      integKey,
      esn,
      saltMissing: named?.saltMissing || undefined,
    },
    line,
  )
  return undefined
}

/** `PSK ID HEX`, `PPK ID HEX`, `DH SECRET|PRIVATE HEX`: what belongs to no SA that is known. */
function pooled(pool: Pool, keyword: string, words: readonly string[], line: number): string | undefined {
  const value = fromHex(words[1] ?? "")
  if (words.length !== 2 || !value || value.length === 0) return `the value of ${keyword} is not hexadecimal`
  const id = words[0] === "*" ? undefined : decodeId(words[0])
  if (keyword === "PSK") pool.psk(value, line, id)
  else if (keyword === "PPK") pool.ppk(value, line, id)
  else if (words[0].toUpperCase() === "PRIVATE") pool.dhPrivate(value, line)
  else if (words[0].toUpperCase() === "SECRET") pool.dhShared(value, line)
  else return "DH is followed by SECRET or PRIVATE"
  return undefined
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const plainLabel = (label: string): string => label.replace(/[^\w[\]-]/g, "").slice(0, 24)
