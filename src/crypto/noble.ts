/** The default provider: runs wherever JavaScript does. `symmetric.ts`, `ke.ts` and `verify.ts` can be had by themselves. */
import { ke } from "./ke.ts"
import type { CryptoProvider } from "./provider.ts"
import { rsaDecrypt } from "./rsa-decrypt.ts"
import { symmetric } from "./symmetric.ts"
import { verify } from "./verify.ts"

export const noble: CryptoProvider = { name: "noble", ...symmetric, ke, verify, rsaDecrypt }
