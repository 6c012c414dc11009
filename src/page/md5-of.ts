/** The MD5 of a text in hex. The build puts it in place of the Vendor IDs that are the MD5 of their names. */
import { md5 } from "@noble/hashes/legacy.js"
import { toHex } from "../bytes/hex.ts"

export const md5Of = (text: string): string => toHex(md5(new TextEncoder().encode(text)))
