/** Gathers the secrets of one file while its formats are read: origins, duplicates within the file, notes. */
import { toHex } from "../bytes/hex.ts"
import {
  type ChildSaSecret,
  type IkeSaSecret,
  type Origin,
  type SecretNote,
  type Secrets,
  type SimSecret,
  secretLists,
  type TlsSecret,
} from "./secrets.ts"

/** Members of the keys file, and where the pool keeps them. */
const LIST_OF = {
  psks: "psks",
  dh_private: "dhPrivate",
  dh_shared: "dhShared",
  skeyseed: "skeyseed",
  ppks: "ppks",
  private_keys: "privateKeys",
  certificates: "certificates",
  ike_sas: "ikeSas",
  child_sas: "childSas",
  sim_keys: "simKeys",
  tls_keys: "tlsKeys",
  ticket_keys: "ticketKeys",
} as const satisfies Record<string, keyof Secrets>
export type SecretKind = keyof typeof LIST_OF

type Without<T> = Omit<T, "origin">

/** Bytes of secrets kept of all files together, as they lie in memory. */
export const POOL_LIMITS = { bytes: 64 << 20 }
/** What an entry takes beside its value: its origin, its key in the set of those seen. */
const ENTRY_BYTES = 400
/** How often a value lies in memory: as bytes, and as digits of that key. */
const COPIES = 3

export interface PoolOptions {
  /** Whether a secret that the file has twice is kept twice: a native file's entries keep their places. */
  readonly keepTwins?: boolean
  /** Bytes that may be kept, where other files have taken some. */
  readonly room?: number
}

/** Notes beyond this many different ones are only counted. */
const MAX_NOTES = 200

export class Pool {
  readonly secrets = secretLists()
  private readonly seen = new Set<string>()
  private readonly noted = new Map<string, { severity: SecretNote["severity"]; line?: number; times: number }>()
  private unnoted = 0
  private room: number

  constructor(
    readonly file: string,
    private readonly options: PoolOptions = {},
  ) {
    this.room = options.room ?? POOL_LIMITS.bytes
  }

  /** No more should be read: what is kept has reached its cap. */
  get full(): boolean {
    return this.room <= 0
  }

  /** Bytes that may still be kept. */
  get left(): number {
    return Math.max(0, this.room)
  }

  /** Counts `bytes` of value as kept, with what an entry takes beside them. Readers call it for what they keep until the end. */
  hold(bytes: number): void {
    this.room -= ENTRY_BYTES + COPIES * bytes
  }

  get size(): number {
    return Object.values(this.secrets).reduce((n, list) => n + list.length, 0)
  }

  psk(value: Uint8Array, line?: number, id?: string): void {
    if (this.fresh("psk", toHex(value), id)) this.secrets.psks.push({ value, id, origin: this.origin("psks", line) })
  }

  ppk(value: Uint8Array, line?: number, id?: string): void {
    if (this.fresh("ppk", toHex(value), id)) this.secrets.ppks.push({ value, id, origin: this.origin("ppks", line) })
  }

  dhPrivate(value: Uint8Array, line?: number): void {
    if (this.fresh("dh_private", toHex(value)))
      this.secrets.dhPrivate.push({ value, origin: this.origin("dh_private", line) })
  }

  dhShared(value: Uint8Array, line?: number): void {
    if (this.fresh("dh_shared", toHex(value)))
      this.secrets.dhShared.push({ value, origin: this.origin("dh_shared", line) })
  }

  skeyseed(value: Uint8Array, line?: number): void {
    if (this.fresh("skeyseed", toHex(value)))
      this.secrets.skeyseed.push({ value, origin: this.origin("skeyseed", line) })
  }

  privateKey(pem: string, line?: number): void {
    if (this.fresh("private", pem)) this.secrets.privateKeys.push({ pem, origin: this.origin("private_keys", line) })
  }

  certificate(pem: string, line?: number): void {
    if (this.fresh("cert", pem)) this.secrets.certificates.push({ pem, origin: this.origin("certificates", line) })
  }

  /** Adds the keys of one IKE SA or epoch. */
  ikeSa(secret: Without<IkeSaSecret>, line?: number): void {
    if (this.fresh(ikeSaKey(secret))) this.secrets.ikeSas.push({ ...secret, origin: this.origin("ike_sas", line) })
  }

  /** Adds the keys of one direction of a Child SA. */
  childSa(secret: Without<ChildSaSecret>, line?: number): void {
    if (this.fresh(childSaKey(secret)))
      this.secrets.childSas.push({ ...secret, origin: this.origin("child_sas", line) })
  }

  simKey(secret: Without<SimSecret>, line?: number): void {
    if (this.fresh(simKey(secret))) this.secrets.simKeys.push({ ...secret, origin: this.origin("sim_keys", line) })
  }

  tlsKey(secret: Without<TlsSecret>, line?: number): void {
    if (this.fresh(tlsKey(secret))) this.secrets.tlsKeys.push({ ...secret, origin: this.origin("tls_keys", line) })
  }

  /** Adds the key of a ticket with its salt. */
  ticketKey(value: Uint8Array, line?: number): void {
    if (this.fresh("ticket", toHex(value)))
      this.secrets.ticketKeys.push({ value, origin: this.origin("ticket_keys", line) })
  }

  /** Says `message`, once for each different text, with the first line it concerns. It must hold no secret. */
  note(severity: SecretNote["severity"], message: string, line?: number): void {
    const at = this.noted.get(message)
    if (at) at.times++
    else if (this.noted.size < MAX_NOTES) this.noted.set(message, { severity, line, times: 1 })
    else this.unnoted++
  }

  repairs(repairs: readonly string[], what: string, line?: number): void {
    for (const repair of new Set(repairs)) this.note("hint", `${what}: ${repair}`, line)
  }

  notes(): SecretNote[] {
    const notes: SecretNote[] = [...this.noted].map(([message, { severity, line, times }]) => ({
      severity,
      file: this.file,
      line,
      message: times > 1 ? `${message} (${times} times)` : message,
    }))
    if (this.unnoted > 0)
      notes.push({ severity: "hint", file: this.file, message: `${this.unnoted} more notes left out` })
    return notes
  }

  private origin(kind: SecretKind, line?: number): Origin {
    return { file: this.file, line, kind, index: this.secrets[LIST_OF[kind]].length }
  }

  private fresh(...key: readonly (string | undefined)[]): boolean {
    const text = key.join("|")
    if (!this.options.keepTwins) {
      if (this.seen.has(text)) return false
      this.seen.add(text)
    }
    this.hold(text.length / 2)
    return true
  }
}

/** Text that is the same for two secrets that say the same of an IKE SA. */
export function ikeSaKey(s: Without<IkeSaSecret>): string {
  const values = Object.entries(s.values)
    .map(([name, value]) => `${name}=${toHex(value)}`)
    .sort()
  return ["ike", s.spiI, s.spiR, s.version, s.encr, s.integ, s.prf, ...values].join("|")
}

/** Text that is the same for two secrets that say the same of a direction of a Child SA. */
export function childSaKey(s: Without<ChildSaSecret>): string {
  return [
    "child",
    s.protocol,
    s.spi ?? s.spiPattern,
    s.source,
    s.destination,
    s.encr,
    s.integ,
    toHex(s.key),
    toHex(s.integKey),
    s.esn,
    s.seqHi,
    s.keymat,
  ].join("|")
}

/** Text that is the same for two secrets that say the same of a SIM. */
export const simKey = ({ k, op, opc, ck, ik, kc = [] }: Without<SimSecret>): string =>
  ["sim", ...[k, op, opc, ck, ik, ...kc].map(v => (v ? toHex(v) : ""))].join("|")

/** Text that is the same for two lines of TLS key logs that say the same. */
export const tlsKey = ({ label, clientRandom, value }: Without<TlsSecret>): string =>
  ["tls", label, toHex(clientRandom), toHex(value)].join("|")
