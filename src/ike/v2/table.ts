/** The IKEv2 payload decoders by type. RFC 7296 §3 and its extensions. */
import { type DecoderTable, decoderTable } from "../shared/payload.ts"
import { auth } from "./authentication.ts"
import { cert, certreq } from "./certificate.ts"
import { cp } from "./configuration.ts"
import { del } from "./delete.ts"
import { eap } from "./eap.ts"
import { sk } from "./encrypted.ts"
import { skf } from "./encrypted-fragment.ts"
import { gsa } from "./group-policy.ts"
import { idg, idi, idr } from "./identification.ts"
import { kd } from "./key-download.ts"
import { ke } from "./key-exchange.ts"
import { nonce } from "./nonce.ts"
import { notify } from "./notify.ts"
import { ps } from "./puzzle-solution.ts"
import { gspm } from "./secure-password.ts"
import { sa } from "./security-association.ts"
import { tsi, tsr } from "./traffic-selector.ts"
import { vendorId } from "./vendor-id.ts"

export const IKEV2: DecoderTable = decoderTable(
  sa,
  ke,
  idi,
  idr,
  cert,
  certreq,
  auth,
  nonce,
  notify,
  del,
  vendorId,
  tsi,
  tsr,
  sk,
  cp,
  eap,
  gspm,
  idg,
  gsa,
  kd,
  skf,
  ps,
)
