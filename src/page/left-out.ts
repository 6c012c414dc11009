/**
 * What the page leaves to the command for want of room: it knows rekey SAs of groups, and opens none. It does not try how a peer may have mistaken
 * keys or AUTH, or cut an ICV, nor how a keys file may have crossed keys. It does not read TLS inside EAP, what SIP agrees on, what vendors put into TCP, or ROHC_SUPPORTED. It has no CAST-128, ML-DSA or
 * SLH-DSA. Its sessions open no segments, nothing before the control plane is done, let no packet wait for its keys, and conclude of no SA before the
 * end. The build puts this file in place of crypto/ciphers/rare, crypto/verify-pqc, fold/group-v1, fold/group-v2, fold/sip, fold/tls-inside,
 * ike/v2/notify/rohc, net/headers/sip, net/headers/vendor-tcp, keys/mistaken-keymat, open/early-plane, open/waiting-packets, report/verdict/live-world,
 * segment/open-segments, unlock/crossed-entry, unlock/cut-icv, unlock/mistaken-candidates, verify/mistakes/auth, verify/mistakes/auth-proof, verify/mistakes/int-auth and
 * verify/tls-inside.
 */
import type { rareCiphers as rare } from "../crypto/ciphers/rare.ts"
import type { pqcVerify as verify } from "../crypto/verify-pqc.ts"
import type { GroupsV1 as V1 } from "../fold/group-v1.ts"
import type { GroupsV2 as V2 } from "../fold/group-v2.ts"
import type { SipFold as Sip } from "../fold/sip.ts"
import type { listen as hear } from "../fold/tls-inside.ts"
import type { rohcSupported as rohc } from "../ike/v2/notify/rohc.ts"
import type { mistakenKeymat as mistaken } from "../keys/mistaken-keymat.ts"
import type { sip as readSip } from "../net/headers/sip.ts"
import type { vendorTcp as readVendorTcp } from "../net/headers/vendor-tcp.ts"
import type { EarlyPlane as Early } from "../open/early-plane.ts"
import type { WaitingPackets as Waiting } from "../open/waiting-packets.ts"
import type { openContent as content, openSegments as segments } from "../segment/open-segments.ts"
import { isPush, isRekey, newGroup } from "../track/group.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { crossedEntries as crossed } from "../unlock/crossed-entry.ts"
import type { openCut as cut, asCut as cutKeys } from "../unlock/cut-icv.ts"
import type { mistakenCandidates as candidates } from "../unlock/mistaken-candidates.ts"
import type { arbitrateAuth as arbitrate } from "../verify/mistakes/auth.ts"
import type { mistakenMac as mac, mistakenSignature as signature } from "../verify/mistakes/auth-proof.ts"
import type { mistakenIntAuths as intAuths } from "../verify/mistakes/int-auth.ts"
import type { tlsMsks as msks } from "../verify/tls-inside.ts"

const CLOSED = "the page opens no group keys: the command does"

export class GroupsV1 implements Pick<V1, "recognize" | "closedReason" | "open" | "handed" | "verify"> {
  readonly recognize: V1["recognize"] = (sa, message) => {
    if (isPush(sa, message)) sa.group = newGroup("rekey")
  }
  readonly closedReason = (sa: IkeSa): string | undefined => (sa.group?.role === "rekey" ? CLOSED : undefined)
  readonly open = (): undefined => undefined
  readonly handed = (): IkeSa[] => []
  readonly verify = (): void => {}
}

export class GroupsV2 implements Pick<V2, "recognize" | "handed" | "verify"> {
  readonly recognize: V2["recognize"] = (sa, message) => {
    if (isRekey(sa, message)) sa.group ??= newGroup("rekey")
  }
  readonly handed = (): IkeSa[] => []
  readonly verify = (): void => {}
}

export const rohcSupported: typeof rohc = {
  type: -1,
  rfc: "",
  decode: () => ({ profiles: [], integ: [], attributes: [] }),
}

export const mistakenKeymat: (...of: Parameters<typeof mistaken>) => Iterable<never> = () => []

export const mistakenCandidates: (...of: Parameters<typeof candidates>) => Iterable<never> = () => []

export const crossedEntries: (...of: Parameters<typeof crossed>) => Iterable<never> = () => []

export const openSegments: typeof segments = async () => {}

export const openContent: typeof content = async () => {}

export const arbitrateAuth: (...of: Parameters<typeof arbitrate>) => undefined = () => undefined

export const mistakenIntAuths: (...of: Parameters<typeof intAuths>) => Iterable<never> = () => []

export const mistakenMac: (...of: Parameters<typeof mac>) => undefined = () => undefined

export const mistakenSignature: (...of: Parameters<typeof signature>) => undefined = () => undefined

export const openCut: (...of: Parameters<typeof cut>) => undefined = () => undefined

export const asCut: typeof cutKeys = keys => keys

export const vendorTcp: typeof readVendorTcp = () => {}

export const sip: typeof readSip = () => {}

export class SipFold implements Pick<Sip, "add" | "learn" | "find"> {
  readonly add: Sip["add"] = () => false
  readonly learn: Sip["learn"] = () => {}
  readonly find: Sip["find"] = () => undefined
}

export class EarlyPlane implements Pick<Early, "packet" | "finish"> {
  readonly packet = (): void => {}
  readonly finish = (): boolean => false
}

/** Only of streams packets wait. */
export class WaitingPackets implements Pick<Waiting, "dropped" | "keep" | "release" | "forget"> {
  readonly dropped = 0
  readonly keep = (): void => {}
  readonly release = (): void => {}
  readonly forget = (): void => {}
}

/** Only streams conclude of SAs before the end. */
export class LiveWorld {}

/** No provider of the page follows TLS. */
export const listen: (...of: Parameters<typeof hear>) => undefined = () => undefined

export const tlsMsks: (...of: Parameters<typeof msks>) => never[] = () => []

export const pqcVerify: typeof verify = () => undefined

export const rareCiphers: Partial<typeof rare> = {}
