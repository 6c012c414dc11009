/** Key exchange methods: one number space for IKEv2's Transform Type 4 and IKEv1's groups. */
import type { Ke } from "./algorithms.ts"
import type { KeId } from "./provider.ts"

/** The contract's name is the provider's identifier in upper case. */
const COMPUTED: Readonly<Record<number, KeId>> = {
  1: "modp-768",
  2: "modp-1024",
  5: "modp-1536",
  14: "modp-2048",
  15: "modp-3072",
  16: "modp-4096",
  17: "modp-6144",
  18: "modp-8192",
  19: "ecp-256",
  20: "ecp-384",
  21: "ecp-521",
  22: "modp-1024-160",
  23: "modp-2048-224",
  24: "modp-2048-256",
  25: "ecp-192",
  26: "ecp-224",
  27: "brainpool-p224r1",
  28: "brainpool-p256r1",
  29: "brainpool-p384r1",
  30: "brainpool-p512r1",
  31: "x25519",
  32: "x448",
  35: "ml-kem-512",
  36: "ml-kem-768",
  37: "ml-kem-1024",
}
/** Known by name alone. 6 to 13 stood in draft-ietf-ipsec-ike-ecc-groups. */
const NAMED: Readonly<Record<number, string>> = {
  0: "NONE",
  3: "EC2N-155",
  4: "EC2N-185",
  6: "EC2N-163-6",
  7: "EC2N-163-7",
  8: "EC2N-283-8",
  9: "EC2N-283-9",
  10: "EC2N-409-10",
  11: "EC2N-409-11",
  12: "EC2N-571-12",
  13: "EC2N-571-13",
  33: "GOST3410-2012-256",
  34: "GOST3410-2012-512",
  // draft-ietf-ipsecme-hybrid-kem-ikev2-frodo; no library that this project keeps computes them.
  38: "FRODOKEM-640-AES",
  39: "FRODOKEM-976-AES",
  40: "FRODOKEM-1344-AES",
  // OpenIKED's number of private use.
  1035: "SNTRUP761-X25519",
}

const BY_ID = new Map<number, Ke>([
  ...Object.entries(COMPUTED).map(([id, ke]): [number, Ke] => [
    Number(id),
    { id: Number(id), name: ke.toUpperCase(), ke },
  ]),
  ...Object.entries(NAMED).map(([id, name]): [number, Ke] => [Number(id), { id: Number(id), name }]),
])
const BY_NAME = new Map([...BY_ID.values()].map(ke => [ke.name, ke]))

/** IKEv2 Transform Type 4, IKEv1 Group Description. Without `ke` it is named only; undefined when the number has no name. */
export const keOf = (id: number): Ke | undefined => BY_ID.get(id)

/** By contract name: `MODP-2048`, `BRAINPOOL-P256R1`. */
export const keByName = (name: string): Ke | undefined => BY_NAME.get(name)

/** Every method that can be computed, in the order of their numbers. */
export const KE_METHODS: readonly Ke[] = [...BY_ID.values()].filter(ke => ke.ke).sort((a, b) => a.id - b.id)
