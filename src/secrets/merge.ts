/** Several files' secrets as one pool. */
import { toHex } from "../bytes/hex.ts"
import { childSaKey, ikeSaKey, simKey, tlsKey } from "./pool.ts"
import type { Origin, Secrets } from "./secrets.ts"

/**
 * One pool of all, in order. `Origin.index` is counted over all files; a secret that a later file repeats is kept once, with the
 * origin of the first.
 */
export function mergeSecrets(list: readonly Secrets[]): Secrets {
  const all = <K extends keyof Secrets>(name: K, key: (secret: Secrets[K][number]) => string): Secrets[K] =>
    mergeKind(
      list.map(secrets => secrets[name] as readonly Secrets[K][number][]),
      key,
    ) as unknown as Secrets[K]
  return {
    psks: all("psks", s => `${s.id ?? ""}|${toHex(s.value)}`),
    dhPrivate: all("dhPrivate", s => toHex(s.value)),
    dhShared: all("dhShared", s => toHex(s.value)),
    skeyseed: all("skeyseed", s => toHex(s.value)),
    ppks: all("ppks", s => `${s.id ?? ""}|${toHex(s.value)}`),
    privateKeys: all("privateKeys", s => s.pem),
    certificates: all("certificates", s => s.pem),
    ikeSas: all("ikeSas", ikeSaKey),
    childSas: all("childSas", childSaKey),
    simKeys: all("simKeys", simKey),
    tlsKeys: all("tlsKeys", tlsKey),
    ticketKeys: all("ticketKeys", s => toHex(s.value)),
  }
}

function mergeKind<T extends { readonly origin: Origin }>(
  lists: readonly (readonly T[])[],
  key: (s: T) => string,
): T[] {
  const before = new Set<string>()
  const out: T[] = []
  for (const list of lists) {
    const keys = list.map(key)
    list.forEach((secret, i) => {
      if (!before.has(keys[i])) out.push({ ...secret, origin: { ...secret.origin, index: out.length } })
    })
    for (const k of keys) before.add(k)
  }
  return out
}
