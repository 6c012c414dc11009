/** The provider of Node: its ciphers and hashes, key exchanges and signatures. */
import type { CryptoProvider } from "../crypto/provider.ts"
import { followTls } from "../open/eap-tls/conversation.ts"
import { nodeKe } from "./crypto-ke.ts"
import { nodeRsaDecrypt, nodeVerify } from "./crypto-verify.ts"
import { nodeSymmetric } from "./symmetric.ts"

export const nodeProvider: CryptoProvider = {
  ...nodeSymmetric,
  ke: nodeKe,
  tls: followTls(nodeSymmetric),
  verify: nodeVerify,
  rsaDecrypt: nodeRsaDecrypt,
}
