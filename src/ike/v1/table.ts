/** The IKEv1 payload decoders by type. RFC 2408 §3, RFC 3947, RFC 6407, and vendors' types. */
import { isGdoiExchange, PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { type DecoderTable, decoderTable, type PayloadDecoder } from "../shared/payload.ts"
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
import { isNatOriginalAddress, natD, natDDraft, natOa, natOaDraft } from "./nat-traversal.ts"
import { nonce } from "./nonce.ts"
import { notification } from "./notification.ts"
import { saKek } from "./sa-kek.ts"
import { saTek } from "./sa-tek.ts"
import { sa } from "./security-association.ts"
import { vid } from "./vendor-id.ts"

/** In GDOI's exchanges, which share their numbers with Quick Mode and New Group Mode; a NAT-OA of the drafts shows by its shape. */
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
  { ...saTek, other: (b, start, end) => (isNatOriginalAddress(b, start, end) ? natOaDraft : undefined) },
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

const GDOI_ONLY: readonly PayloadDecoder[] = [saKek, saTek, keyDownload, sequenceNumber, proofOfPossession, gap]

/** In phase 1, Informational and Transaction exchanges. */
const NO_GDOI: DecoderTable = new Map([
  ...[...IKEV1].filter(([type]) => !GDOI_ONLY.some(d => d.type === type)),
  [PAYLOAD_TYPE.SAK, natDDraft],
  [PAYLOAD_TYPE.SAT, natOaDraft],
])

/** The decoders of an exchange's payloads. */
export const ikev1Table = (exchangeType: number): DecoderTable => (isGdoiExchange(exchangeType) ? IKEV1 : NO_GDOI)
