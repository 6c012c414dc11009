/** The derivations of an analysis in the order of its SAs: what was given, the steps, what proves them. */

import type { AnalysisResult } from "../analyze-options.ts"
import { concat } from "../bytes/bytes.ts"
import type { Step } from "../keys/step.ts"
import { KE_METHOD } from "../registry/ikev2/ke-methods.ts"
import { type BySpi, bySpi } from "../report/by-spi.ts"
import { IKE_SECRET_NAMES, type IkeSaSecret, type Origin, type Secrets } from "../secrets/secrets.ts"
import { isProof } from "../track/check-ids.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { DataResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { Epoch, IkeSa } from "../track/ike-sa.ts"
import type { EarlierKeys, KeySource } from "../track/key-source.ts"
import type { Derivation, GivenSecret } from "./keys-text.ts"

type Known = Pick<AnalysisResult, "sas" | "dataSas">

/**
 * One for each key epoch of each IKE SA, and for each Child SA whose keys are known; of those with the ids `only`, if given. `secrets` are those the
 * analysis had.
 */
export function derivationsOf({ sas, dataSas }: Known, secrets: Secrets, only?: ReadonlySet<string>): Derivation[] {
  const wanted = ({ id }: { readonly id: string }) => only?.has(id) ?? true
  const seen = bySpi(dataSas)
  const byId = new Map(sas.map(sa => [sa.id, sa]))
  return sas.flatMap(sa => [
    ...(wanted(sa) ? sa.epochs : []).map((epoch, n) => ({
      sa: sa.id,
      child: false,
      epoch: sa.epochs.length > 1 ? n : null,
      proof: epochProof(sa, epoch),
      given: givenSecrets(epoch.source, epoch.steps, secrets, byId, epoch.values),
      steps: epoch.steps.filter(step => !step.given),
    })),
    ...sa.children
      .filter(child => child.keyStatus !== "none" && wanted(child))
      .map(child => ({
        sa: child.id,
        child: true,
        epoch: null,
        proof: childProof(child, seen),
        given:
          child.steps.length > 0
            ? givenSecrets(child.keySource, child.steps, secrets, byId, child.keys)
            : givenKeys(child),
        steps: [...child.steps, ...childKeySteps(child)],
      })),
  ])
}

/** IKEv1's own proof is that a body decrypts; a HASH or SIG that holds says more. */
function epochProof(sa: IkeSa, epoch: Epoch): string {
  const hash = sa.checks.find(c => c.status === "pass" && isProof(c))
  const { first, last } = epoch.proof
  if (sa.version === 1)
    return `proven by ${hash ? `${hash.id}, frame ${hash.frame}` : `the body of frame ${first} decrypts`}`
  return `proven by sk-integrity, ${first === last ? `frame ${first}` : `frames ${first}-${last}`}`
}

function childProof(child: ChildSa, dataSas: BySpi<DataSa>): string | null {
  const spis = [child.spiI, child.spiR].filter(spi => spi !== null)
  const own = (keys: DataResult["sa"]) => keys && (keys.row !== undefined || keys.id === child.id)
  const mine = spis
    .flatMap(spi => dataSas(child.protocol, spi))
    .flatMap(d => d.result ?? [])
    .filter(r => own(r.sa))
  const sum = (of: (r: DataResult) => number) => mine.reduce((n, r) => n + of(r), 0)
  const held = sum(r => r.icvOk)
  const check = child.protocol === "AH" ? "ah-icv" : "esp-icv"
  if (held > 0) return `proven by ${check}, ${held} of ${sum(r => r.packets)}`
  return child.provenBy === null ? null : `proven by child-keys, frame ${child.provenBy}`
}

/** Inputs that are keys of an earlier SA or epoch, and the member that holds them. */
const EARLIER: ReadonlyMap<string, string> = new Map([
  ["SK_d", "sk_d"],
  ["SK_d(old)", "sk_d"],
  ["SK_d(n-1)", "sk_d"],
  ["SKEYID_d", "skeyid_d"],
])
const NAME_OF_KIND: Readonly<Record<string, string>> = { psks: "pre-shared-key", ppks: "PPK", skeyseed: "SKEYSEED" }

function givenSecrets(
  source: KeySource | undefined,
  steps: readonly Step[],
  secrets: Secrets,
  sas: ReadonlyMap<string, IkeSa>,
  values: Epoch["values"],
): GivenSecret[] {
  const { origins = [], pairs = [], from } = source ?? {}
  const inputs = new Map(steps.flatMap(s => s.inputs.map(i => [i.name, i.shared])))
  const sharedNames = [...inputs.values()].filter(shared => shared !== undefined)
  const made = new Set(steps.map(s => s.name))
  const given: GivenSecret[] = []
  for (const name of inputs.keys()) {
    const member = made.has(name) ? undefined : EARLIER.get(name)
    const value = member && from !== undefined ? keyOf(from, member, sas) : undefined
    if (value && from) given.push({ name, source: earlierText(from), value, fits: "", kind: null })
  }
  let exchange = 0
  for (const origin of origins) {
    const found = secretOf(origin, secrets)
    if (found instanceof Uint8Array) {
      const shared = origin.kind === "dh_shared" || origin.kind === "dh_private"
      const pair = shared ? pairs[exchange] : undefined
      const name = shared ? (sharedNames[exchange++] ?? "g^ir") : (NAME_OF_KIND[origin.kind] ?? origin.kind)
      const fits = pair ? keText(pair, origin.kind === "dh_private") : ""
      given.push({
        name: origin.kind === "dh_private" ? `of ${name}` : name,
        source: sourceText(origin),
        value: found,
        fits,
        kind: origin.kind,
      })
    } else if (found) given.push(...entrySecrets(found, origin, steps, values))
  }
  return given
}

/** Keys of a Child SA out of rows of the keys files. */
function givenKeys({ keys, keySource }: ChildSa): GivenSecret[] {
  const source = (keySource?.origins ?? []).map(sourceText).join(", ")
  return Object.entries(keys).flatMap(([name, value]) =>
    value.length > 0 ? [{ name, source, value, fits: "given for its SPI", kind: "child_sas" }] : [],
  )
}

const sourceText = (o: Origin): string => `${o.kind}[${o.index}]`

const keText = (pair: KeySource["pairs"][number], proven: boolean): string =>
  `${proven ? "matches" : "for"} KE of frames ${pair.frameI}, ${pair.frameR} (${KE_METHOD.alias(pair.group)})`

/** What an entry of `ike_sas` gave: the secrets that the steps begin with, or, without steps, the keys themselves. */
function entrySecrets(
  entry: IkeSaSecret,
  origin: Origin,
  steps: readonly Step[],
  values: Epoch["values"],
): GivenSecret[] {
  const seeds = ["dh_shared", "skeyseed", "skeyid"] as const
  const names = steps.length > 0 ? seeds : IKE_SECRET_NAMES
  return names.flatMap(name => {
    const value = entry.values[name]
    const used = steps.length > 0 || values[name] !== undefined
    return value && value.length > 0 && used
      ? [{ name: keyName(name), source: sourceText(origin), value, fits: "given for these SPIs", kind: origin.kind }]
      : []
  })
}

/** `sk_ei` as the RFCs write it. */
const keyName = (name: string): string =>
  name === "dh_shared"
    ? "g^ir"
    : name
        .replace(/^(sk|skeyid)_(\w+)$/, (_, head: string, tail: string) => `${head.toUpperCase()}_${tail}`)
        .replace(/_prime$/, "'")
        .replace(/^(skeyseed|skeyid|encryption_key)$/, n => (n === "encryption_key" ? "Ka" : n.toUpperCase()))

function secretOf({ kind, index }: Origin, secrets: Secrets): Uint8Array | IkeSaSecret | undefined {
  switch (kind) {
    case "dh_shared":
      return secrets.dhShared[index]?.value
    case "dh_private":
      return secrets.dhPrivate[index]?.value
    case "skeyseed":
      return secrets.skeyseed[index]?.value
    case "psks":
      return secrets.psks[index]?.value
    case "ppks":
      return secrets.ppks[index]?.value
    case "ike_sas":
      return secrets.ikeSas[index]
  }
  return undefined
}

/** A key of `ike/0` or `ike/0 epoch 1`. */
function keyOf(from: EarlierKeys, member: string, sas: ReadonlyMap<string, IkeSa>): Uint8Array | undefined {
  return sas.get(from.sa)?.epochs.at(from.epoch ?? -1)?.values[member]
}

const earlierText = ({ sa, epoch }: EarlierKeys): string => (epoch === undefined ? sa : `${sa} epoch ${epoch}`)

/** How KEYMAT falls into keys: `encr_i` is `KEYMAT[0, 16)`. */
function childKeySteps({ steps, keys }: ChildSa): Step[] {
  const rfc = steps[0]?.rfc
  if (!rfc) return []
  const material = concat(...steps.filter(s => s.use === "keymat").map(s => s.out))
  let at = 0
  return ["encr_i", "integ_i", "encr_r", "integ_r"].flatMap(name => {
    const out = keys[name]
    if (!out || out.length === 0) return []
    const start = at
    at += out.length
    const [of, from] =
      at <= steps[0].out.length || steps.length === 1 ? [steps[0], start] : [steps[1], start - steps[0].out.length]
    return material.length < at
      ? []
      : [{ name, formula: `${of.name}[${from}, ${from + out.length})`, rfc, inputs: [{ name: of.name }], out }]
  })
}
