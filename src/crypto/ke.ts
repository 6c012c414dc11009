/** Every key exchange method of the default provider. Its own file, for it imports the curves. */
import { ecpMethods } from "./ke-ecp.ts"
import { mlKemMethods } from "./ke-ml-kem.ts"
import { modpMethods } from "./ke-modp.ts"
import { montgomeryMethods } from "./ke-montgomery.ts"
import type { CryptoProvider } from "./provider.ts"

export const ke: CryptoProvider["ke"] = { ...modpMethods, ...ecpMethods, ...montgomeryMethods, ...mlKemMethods }
