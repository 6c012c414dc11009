/** The line-oriented formats, in the order in which they may claim a line. */
import type { LineFormat } from "../line-format.ts"
import { pem } from "./pem.ts"
import { wiresharkEsp } from "./wireshark-esp.ts"
import { wiresharkIkev1 } from "./wireshark-ikev1.ts"
import { wiresharkIkev2 } from "./wireshark-ikev2.ts"

export const FORMATS: readonly LineFormat[] = [pem, wiresharkEsp, wiresharkIkev2, wiresharkIkev1]
