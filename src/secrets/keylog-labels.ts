/** Labels of the keylog (`docs/keylog.md`) and the members of the keys file that they stand for. */
import type { IkeSecretName } from "./secrets.ts"

/** First line of a keylog that ikedump writes, and the marker of one inside a capture. */
export const KEYLOG_MARKER = "# ikedump keylog 1"

export const IKE2_LABELS: ReadonlyMap<string, IkeSecretName> = new Map([
  ["DH_SECRET", "dh_shared"],
  ["SKEYSEED", "skeyseed"],
  ["SK_D", "sk_d"],
  ["SK_AI", "sk_ai"],
  ["SK_AR", "sk_ar"],
  ["SK_EI", "sk_ei"],
  ["SK_ER", "sk_er"],
  ["SK_PI", "sk_pi"],
  ["SK_PR", "sk_pr"],
  ["SK_D_PRIME", "sk_d_prime"],
  ["SK_PI_PRIME", "sk_pi_prime"],
  ["SK_PR_PRIME", "sk_pr_prime"],
  ["MSK", "msk"],
  ["NONCE_I", "nonce_i"],
  ["NONCE_R", "nonce_r"],
])

export const IKE1_LABELS: ReadonlyMap<string, IkeSecretName> = new Map([
  ["DH_SECRET", "dh_shared"],
  ["SKEYID", "skeyid"],
  ["SKEYID_D", "skeyid_d"],
  ["SKEYID_A", "skeyid_a"],
  ["SKEYID_E", "skeyid_e"],
  ["ENCRYPTION_KEY", "encryption_key"],
  ["NONCE_I", "nonce_i"],
  ["NONCE_R", "nonce_r"],
])
