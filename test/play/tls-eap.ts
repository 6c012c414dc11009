/** EAP over TLS played in IKE_AUTH: OpenSSL, as node:tls has it, is both ends of the TLS connection, and says which secrets it has. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { Duplex } from "node:stream"
import { connect, type SecureContextOptions, TLSSocket } from "node:tls"
import { concat, u32be } from "../../src/bytes/bytes.ts"
import { sharedSecretAuth } from "../../src/keys/auth-v2.ts"
import { PlayV2, type Proof, X } from "./play-v2.ts"
import { certificateOf, der, pemOf } from "./signers.ts"
import { Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

export interface TlsSpec extends SecureContextOptions {
  readonly type: 13 | 21 | 25
  /** What each end says once the handshake is done, in turn. */
  readonly talk?: readonly { readonly fromServer: boolean; readonly bytes: Uint8Array }[]
  /** How OpenSSL exports the key material. */
  readonly exporter: readonly [label: string, context?: Uint8Array]
}

interface Flight {
  readonly fromServer: boolean
  readonly bytes: Uint8Array
}

export interface TlsTalk {
  readonly flights: readonly Flight[]
  /** Lines of `SSLKEYLOGFILE`. */
  readonly log: readonly string[]
  readonly msk: Uint8Array
}

/** Two ends of a wire that notes what passes. */
function wire(flights: { fromServer: boolean; bytes: Uint8Array }[]): [client: Duplex, server: Duplex] {
  const end = (fromServer: boolean, other: () => Duplex) =>
    new Duplex({
      read() {},
      write(chunk: Uint8Array, _encoding, done) {
        const last = flights.at(-1)
        if (last?.fromServer === fromServer) last.bytes = concat(last.bytes, chunk)
        else flights.push({ fromServer, bytes: new Uint8Array(chunk) })
        other().push(chunk)
        done()
      },
    })
  const client: Duplex = end(false, () => server)
  const server: Duplex = end(true, () => client)
  return [client, server]
}

const keyPair = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" })

/** A connection that OpenSSL made, of which everything is known. */
export async function tlsTalk(spec: TlsSpec): Promise<TlsTalk> {
  const { type: _type, talk = [], exporter, ...options } = spec
  const flights: Flight[] = []
  const log: string[] = []
  const [clientWire, serverWire] = wire(flights as { fromServer: boolean; bytes: Uint8Array }[])
  const credentials = (name: string) => ({
    ...options,
    key: pem(keyPair.privateKey),
    cert: pemOf(certificateOf(keyPair.publicKey, name)),
  })
  const server = new TLSSocket(serverWire, {
    isServer: true,
    requestCert: true,
    rejectUnauthorized: false,
    ...credentials("radius.lab"),
  })
  const client = connect({ socket: clientWire, rejectUnauthorized: false, ...credentials("laptop.lab") })
  client.on("keylog", line => log.push(line.toString().trim()))
  await Promise.all([
    new Promise(done => client.once("secureConnect", done)),
    new Promise(done => server.once("secure", done)),
  ])
  for (const { fromServer, bytes } of talk) {
    const [from, to] = fromServer ? [server, client] : [client, server]
    const heard = new Promise(done => to.once("data", done))
    from.write(bytes)
    await heard
  }
  const [label, context] = exporter
  // The typings ask for a context, which TLS 1.2 tells from none.
  const material: Buffer = Reflect.apply(client.exportKeyingMaterial, client, [
    128,
    label,
    ...(context ? [Buffer.from(context)] : []),
  ])
  await new Promise(done => setImmediate(done))
  return { flights: flights.map(f => ({ ...f })), log, msk: new Uint8Array(material.subarray(0, 64)) }
}

const FRAGMENT = 700

/** EAP packets of flights: Start, fragments and their acknowledgements, in turn. */
function packetsOf(type: number, flights: readonly Flight[]): { fromServer: boolean; data: Uint8Array }[] {
  const out: { fromServer: boolean; data: Uint8Array }[] = []
  const add = (fromServer: boolean, flags: number, ...rest: Uint8Array[]) => {
    // Each side speaks in its turn.
    if (out.at(-1)?.fromServer === fromServer) out.push({ fromServer: !fromServer, data: Uint8Array.of(type, 0) })
    out.push({ fromServer, data: concat(Uint8Array.of(type, flags), ...rest) })
  }
  add(true, 0x20)
  for (const { fromServer, bytes } of flights)
    for (let at = 0; at < bytes.length; at += FRAGMENT) {
      const more = at + FRAGMENT < bytes.length ? 0x40 : 0
      const length = at === 0 && more ? [u32be(bytes.length)] : []
      add(fromServer, more | (length.length > 0 ? 0x80 : 0), ...length, bytes.subarray(at, at + FRAGMENT))
    }
  if (out.at(-1)?.fromServer) out.push({ fromServer: false, data: Uint8Array.of(type, 0) })
  return out
}

const gateway = generateKeyPairSync("ed25519")
const ED25519 = der(0x30, der(6, Uint8Array.of(0x2b, 0x65, 0x70)))
const SERVER: Proof = {
  method: 14,
  sign: octets =>
    concat(Uint8Array.of(ED25519.length), ED25519, new Uint8Array(sign(null, octets, gateway.privateKey))),
  certificates: [w.certP(4, certificateOf(gateway.publicKey, "right.lab"))],
}

/** IKE_AUTH with EAP that carries the talk; it ends with EAP Success and AUTH by the MSK, or with EAP Failure. */
export function playTls(type: number, { flights, msk }: TlsTalk, end: "success" | "failure" = "success"): PlayV2 {
  const play = new PlayV2(new Tape()).saInit()
  const offer = play.childOffer("initiator", { encr: "AES-CBC-128", integ: "HMAC-SHA2-256-128" })
  const { initiator: idi, responder: idr } = play.id
  const packets = packetsOf(type, flights)
  let id = 1
  const [start, ...rest] = packets
  play.exchange(
    "initiator",
    X.AUTH,
    [idi, ...offer.request],
    [idr, ...play.prove("responder", idr, SERVER), w.eapP(1, id, start.data)],
  )
  for (let n = 0; n < rest.length; n += 2) {
    const answer = rest[n + 1]
    const response = answer ? w.eapP(1, id + 1, answer.data) : w.eapP(end === "success" ? 3 : 4, id)
    play.exchange("initiator", X.AUTH, [w.eapP(2, id, rest[n].data)], [response])
    id++
  }
  if (end === "failure") return play
  const auth = (side: "initiator" | "responder") =>
    w.authP(2, sharedSecretAuth(play.context, msk, play.octets(side, play.id[side])))
  play.exchange("initiator", X.AUTH, [auth("initiator")], [auth("responder"), ...offer.response])
  play.install("initiator", offer, play.nonces, [])
  return play
}
