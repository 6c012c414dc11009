/** The IKEv1 payload decoders by type. RFC 2408 §3, RFC 3947, RFC 6407, and vendors' types. */
import { type DecoderTable, decoderTable } from "../shared/payload.ts"
import { hash, signature } from "./authenticators.ts"
import { cert, certReq } from "./certificate.ts"
import { configuration } from "./configuration.ts"
import { del } from "./delete.ts"
import { fragment } from "./fragment.ts"
import { gap } from "./group-associated-policy.ts"
import { proofOfPossession, sequenceNumber, symmetricKeyPayload } from "./group-exchange.ts"
import { id } from "./identification.ts"
import { keyDownload } from "./key-download.ts"
import { ke } from "./key-exchange.ts"
import { natD, natDDraft, natOa, natOaDraft } from "./nat-traversal.ts"
import { nonce } from "./nonce.ts"
import { notification } from "./notification.ts"
import { saKek } from "./sa-kek.ts"
import { saTek } from "./sa-tek.ts"
import { sa } from "./security-association.ts"
import { vid } from "./vendor-id.ts"

export const IKEV1: DecoderTable = decoderTable(
  sa,
  ke,
  id,
  cert,
  certReq,
  hash,
  signature,
  nonce,
  notification,
  del,
  vid,
  configuration,
  saKek,
  saTek,
  keyDownload,
  sequenceNumber,
  proofOfPossession,
  natD,
  natOa,
  gap,
  symmetricKeyPayload,
  natDDraft,
  natOaDraft,
  fragment,
)
