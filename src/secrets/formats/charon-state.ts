/** What charon's log says of each IKE SA while it is read: key epochs, SPIs, role in the last exchange, the Child SA being installed. */
import { BoundedMap } from "../../bytes/bounded-map.ts"
import { equal, u32At } from "../../bytes/bytes.ts"
import { toHex } from "../../bytes/hex.ts"
import { encrOfLength, isAead } from "../algorithm-names.ts"
import type { Pool } from "../pool.ts"
import type { IkeSecretName } from "../secrets.ts"
import { toolEncr, toolInteg, toolPrf } from "../tool-names.ts"
import { splitSecrets } from "./charon-proposal.ts"

interface Epoch {
  readonly line: number
  readonly values: Partial<Record<IkeSecretName, Uint8Array>>
  version?: "1.0" | "2.0"
  spiI?: string
  spiR?: string
  encr?: string
  integ?: string
  prf?: string
}

interface Child {
  line: number
  protocol: "ESP" | "AH"
  encr?: string
  integ?: string
  keys: Partial<Record<"encr_i" | "encr_r" | "integ_i" | "integ_r", Uint8Array>>
}

/** One `<name|id>`, or one thread of a log without names. */
interface Context {
  readonly named: boolean
  spiI?: string
  spiR?: string
  proposal?: string
  childProposal?: string
  /** Whether charon sent the request of the exchange whose message it last read. */
  initiator?: boolean
  eapMsk: boolean
  ppkMixing: boolean
  epoch?: Epoch
  /** Epochs that wait for the SPIs. */
  waiting: Epoch[]
  child?: Child
  /** Direction that the next `SPI 0x…` line belongs to. */
  adding?: "inbound" | "outbound"
}

const IKE_VALUES = new Map<string, IkeSecretName>(
  Object.entries({
    SKEYSEED: "skeyseed",
    "Sk_d secret": "sk_d",
    "Sk_ai secret": "sk_ai",
    "Sk_ar secret": "sk_ar",
    "Sk_ei secret": "sk_ei",
    "Sk_er secret": "sk_er",
    "Sk_pi secret": "sk_pi",
    "Sk_pr secret": "sk_pr",
    SKEYID: "skeyid",
    SKEYID_d: "skeyid_d",
    SKEYID_a: "skeyid_a",
    SKEYID_e: "skeyid_e",
    "encryption key Ka": "encryption_key",
  }),
)
const KE_SECRET: ReadonlySet<string> = new Set(["key exchange secret", "shared Diffie Hellman secret", "DH secret"])
const ADDITIONAL = "additional key exchange secret"
const CHILD_KEYS = new Map<string, keyof Child["keys"]>(
  Object.entries({
    "encryption initiator key": "encr_i",
    "encryption responder key": "encr_r",
    "integrity initiator key": "integ_i",
    "integrity responder key": "integ_r",
  }),
)
/** Dumps that begin with both SPIs. */
const SPI_DUMPS: ReadonlySet<string> = new Set(["natd_chunk", "generated data of this generator"])
const IKE_HEADER_BYTES = 28
/** EAP methods that make a key make one of at least 64 bytes. RFC 3748 §7.10. */
const MSK_BYTES = 64

/** IKE SAs whose log is followed at once: a gateway that is scanned logs many that never come up. */
const MAX_CONTEXTS = 20_000

/** Who dumps what: the log group, the connection, the thread, the name of the value. */
interface DumpHead {
  readonly group: string
  readonly name: string | undefined
  readonly thread: string
  readonly label: string
}

export class CharonState {
  private contexts = new BoundedMap<string, Context>(MAX_CONTEXTS)
  private readonly epochs: Epoch[] = []
  /** Last selected IKE proposal of each thread: a rekeyed IKE SA is made under the old one's name. */
  private readonly threadProposal = new Map<string, string>()

  constructor(private readonly pool: Pool) {}

  /** Whether the dump under `label` is worth gathering. */
  wants(group: string, label: string, length: number): boolean {
    if (group === "IKE")
      return (
        IKE_VALUES.has(label) ||
        KE_SECRET.has(label) ||
        ["nonces", ADDITIONAL, "secret", "PPK", "derive keys using PPK"].includes(label) ||
        (label === "natd_chunk" && length >= 16)
      )
    if (group === "CHD") return CHILD_KEYS.has(label) || KE_SECRET.has(label) || label === ADDITIONAL
    return group === "ENC" && SPI_DUMPS.has(label) && length >= IKE_HEADER_BYTES
  }

  /** A dump that is complete. */
  dump({ group, name, thread, label }: DumpHead, bytes: Uint8Array, line: number): void {
    const context = this.context(name, thread)
    const childKey = group === "CHD" ? CHILD_KEYS.get(label) : undefined
    const value = IKE_VALUES.get(label)
    if (SPI_DUMPS.has(label)) this.spis(context, bytes, label === "natd_chunk")
    else if (childKey) this.childKey(context, childKey, bytes, line)
    else if (value) this.value(context, thread, value, bytes, line)
    else if (KE_SECRET.has(label)) this.keSecret(context, group, thread, bytes, line)
    else if (label === ADDITIONAL) {
      const proposal = group === "CHD" ? context.childProposal : (context.proposal ?? this.threadProposal.get(thread))
      for (const secret of splitSecrets(bytes, proposal)) this.pool.dhShared(secret, line)
    } else if (label === "nonces") this.nonces(context, thread, bytes, line)
    else if (label === "secret") this.authSecret(context, bytes, line)
    else {
      this.pool.ppk(bytes, line)
      context.ppkMixing = label === "derive keys using PPK"
    }
  }

  /** A line that is no dump. */
  text(group: string, name: string | undefined, thread: string, body: string): void {
    if (group === "DMN" && body.startsWith("Starting IKE")) this.restart()
    if (group === "CFG") this.proposal(name, thread, body)
    if (group === "CHD") this.childText(this.context(name, thread), body)
    if (group === "IKE" && body.includes(" succeeded, MSK established")) this.context(name, thread).eapMsk = true
    const parsed = group === "ENC" ? /^parsed \S{1,40} (request|response) /.exec(body) : null
    if (parsed) this.context(name, thread).initiator = parsed[1] === "response"
  }

  end(): void {
    this.restart()
    for (const { line, ...secret } of this.epochs) this.pool.ikeSa(secret, line)
  }

  /** A daemon that starts numbers its SAs from 1 again. */
  private restart(): void {
    this.contexts.clear()
    this.threadProposal.clear()
  }

  private context(name: string | undefined, thread: string): Context {
    const key = name === undefined ? `#${thread}` : uniqueId(name)
    let context = this.contexts.use(key)
    if (!context) {
      context = { named: name !== undefined, eapMsk: false, ppkMixing: false, waiting: [] }
      this.contexts.set(key, context)
    }
    return context
  }

  private keSecret(context: Context, group: string, thread: string, bytes: Uint8Array, line: number): void {
    this.pool.dhShared(bytes, line)
    if (group === "IKE") this.newEpoch(context, thread, line).values.dh_shared = bytes
  }

  private newEpoch(context: Context, thread: string, line: number): Epoch {
    const suite = suiteOf(context.proposal ?? this.threadProposal.get(thread))
    const epoch: Epoch = { line, values: {}, spiI: context.spiI, spiR: context.spiR, ...suite }
    if (!context.spiR) context.waiting.push(epoch)
    context.epoch = epoch
    context.ppkMixing = false
    this.epochs.push(epoch)
    this.pool.hold(0)
    return epoch
  }

  private value(context: Context, thread: string, name: IkeSecretName, bytes: Uint8Array, line: number): void {
    const mixed = context.ppkMixing && (name === "sk_d" || name === "sk_pi" || name === "sk_pr")
    let epoch = context.epoch
    if (!epoch || (epoch.values[name] && !mixed)) epoch = this.newEpoch(context, thread, line)
    if (mixed && epoch.values[name]) epoch.values[`${name}_prime`] = epoch.values[name]
    epoch.values[name] = bytes
    this.pool.hold(bytes.length)
    epoch.version = name.startsWith("skeyid") || name === "encryption_key" ? "1.0" : "2.0"
    if (name === "skeyseed") this.pool.skeyseed(bytes, line)
  }

  /** Ni | Nr: charon's own has 32 bytes, so both are known when the other's has too. */
  private nonces(context: Context, thread: string, bytes: Uint8Array, line: number): void {
    if (bytes.length !== 64) return
    const epoch = context.epoch ?? this.newEpoch(context, thread, line)
    epoch.values.nonce_i = bytes.slice(0, 32)
    epoch.values.nonce_r = bytes.slice(32)
  }

  /** The key of an AUTH payload: a PSK, an EAP method's MSK, or SK_p where a method makes none. RFC 7296 §2.15, §2.16. */
  private authSecret(context: Context, bytes: Uint8Array, line: number): void {
    const values = context.epoch?.values
    if ([values?.sk_pi, values?.sk_pr].some(v => v && equal(v, bytes))) return
    const looksLikeMsk = bytes.length === MSK_BYTES && bytes.some(b => b < 0x20 || b > 0x7e)
    if (context.eapMsk || (!context.named && looksLikeMsk)) {
      if (values) values.msk = bytes
      return
    }
    this.pool.psk(bytes, line)
  }

  private spis(context: Context, bytes: Uint8Array, natd: boolean): void {
    if (!natd) {
      const version = bytes[17] >>> 4
      const length = u32At(bytes, 24)
      if ((version !== 1 && version !== 2) || length !== bytes.length) return
    }
    const spiI = spiAt(bytes, 0)
    const spiR = spiAt(bytes, 8)
    if (!spiI) return
    if (context.spiI !== spiI) context.spiR = undefined
    context.spiI = spiI
    if (!spiR) return
    context.spiR = spiR
    for (const epoch of context.waiting) Object.assign(epoch, { spiI, spiR })
    context.waiting = []
  }

  private proposal(name: string | undefined, thread: string, body: string): void {
    const m = /^selected proposal: (IKE|ESP|AH):(\S{1,400})/.exec(body)
    if (!m) return
    const context = this.context(name, thread)
    if (m[1] !== "IKE") context.childProposal = m[2]
    else {
      // A rekeyed IKE SA's proposal is logged under the old SA's name, on the thread that then derives its keys.
      this.threadProposal.set(thread, m[2])
      context.proposal = m[2]
    }
  }

  private childText(context: Context, body: string): void {
    const using = /^\s*using (\S{1,40}) for (encryption|integrity)/.exec(body)
    if (using) {
      if (using[2] === "encryption" || !context.child || Object.keys(context.child.keys).length > 0)
        context.child = { line: 0, protocol: "ESP", keys: {} }
      context.child[using[2] === "encryption" ? "encr" : "integ"] = using[1]
      return
    }
    const adding = /^(?:adding|registering) (inbound|outbound) (ESP|AH) SA/.exec(body)
    if (adding) {
      context.adding = adding[1] === "inbound" ? "inbound" : "outbound"
      if (context.child) context.child.protocol = adding[2] === "AH" ? "AH" : "ESP"
      return
    }
    const spi = /^\s*SPI 0x([0-9a-fA-F]{1,8}), src (\S{1,50}) dst (\S{1,50})/.exec(body)
    if (spi && context.adding && context.child)
      this.addChild(context, context.child, Number.parseInt(spi[1], 16), spi[2], spi[3])
  }

  private childKey(context: Context, name: keyof Child["keys"], bytes: Uint8Array, line: number): void {
    if (!context.child || context.child.keys[name])
      context.child = { ...(context.child ?? { protocol: "ESP" }), line, keys: {} }
    context.child.line ||= line
    context.child.keys[name] = bytes
  }

  /** Keys of the exchange's initiator protect what it sends; without a known role both ways are given, and proof decides. */
  private addChild(context: Context, child: Child, spi: number, source: string, destination: string): void {
    const { keys, protocol, line } = child
    if (Object.keys(keys).length === 0) return
    const outbound = context.adding === "outbound"
    const sides =
      context.initiator === undefined ? (["i", "r"] as const) : ([context.initiator === outbound ? "i" : "r"] as const)
    for (const side of sides) {
      const key = keys[`encr_${side}`] ?? new Uint8Array()
      const integKey = keys[`integ_${side}`] ?? new Uint8Array()
      const encr = protocol === "AH" ? undefined : toolEncr(child.encr ?? "null")
      const named = encr ? encrOfLength(encr, key.length) : undefined
      const integ = child.integ && toolInteg(child.integ)
      this.pool.childSa(
        {
          protocol,
          spi,
          source,
          destination,
          encr: named?.name ?? encr,
          integ: integ === "NONE" || (encr && isAead(encr)) ? undefined : integ,
          key,
          integKey,
          esn: context.childProposal ? /(?:^|\/)EXT_SEQ/.test(context.childProposal) : undefined,
        },
        line,
      )
    }
    if (sides.length > 1)
      this.pool.note(
        "hint",
        `strongSwan log: who began an exchange is not logged; both directions of SPI ${toHex(Uint8Array.of(spi >>> 24, spi >>> 16, spi >>> 8, spi))} are tried`,
        line,
      )
  }
}

/** The number of an IKE SA: a responder logs `<1>` until it has found the connection, then `<name|1>`. */
const uniqueId = (name: string): string => name.slice(name.lastIndexOf("|") + 1)

/** `AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048` in the contract's names. */
function suiteOf(proposal: string | undefined): { encr?: string; integ?: string; prf?: string } {
  const suite: { encr?: string; integ?: string; prf?: string } = {}
  for (const part of proposal?.split("/") ?? []) {
    const bits = /_(128|192|256)$/.exec(part)
    const encr = part.startsWith("PRF_") ? undefined : toolEncr(part)
    if (part.startsWith("PRF_")) suite.prf ??= toolPrf(part)
    else if (encr && !suite.encr)
      suite.encr = bits && !encr.endsWith(bits[1]) && hasBits(encr) ? `${encr}-${bits[1]}` : encr
    else if (!encr) suite.integ ??= toolInteg(part)
  }
  return suite
}

/** Whether the family has several key lengths, which its contract name then tells. */
const hasBits = (encr: string): boolean => encrOfLength(encr, 0)?.name !== encr && !/^(?:3DES|DES|CHACHA)/.test(encr)

/** 16 hex digits of the SPI at `at`; undefined for zero. */
function spiAt(bytes: Uint8Array, at: number): string | undefined {
  const spi = toHex(bytes, at, at + 8)
  return spi === "0000000000000000" ? undefined : spi
}
