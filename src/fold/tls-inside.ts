/** What TLS says inside the EAP packet of a message, where its keys are given, and whether its records open. RFC 5216, RFC 5281, RFC 9190. */
import type { TlsHeard } from "../crypto/tls-inside.ts"
import type { DecodedPayload } from "../ike/shared/payload.ts"
import { find } from "../ike/shared/payload.ts"
import { eap } from "../ike/v2/eap.ts"
import { EAP_CODE } from "../registry/eap-types.ts"
import type { Datagram } from "../track/datagram.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { v2StateOf } from "../track/v2-state.ts"
import { tlsChecks } from "../verify/tls-inside.ts"
import { addCheck, type FoldContext } from "./context.ts"

export function listen(
  context: FoldContext,
  sa: IkeSa,
  payloads: readonly DecodedPayload[],
  at: Datagram,
): TlsHeard | undefined {
  const { provider, pool } = context
  const packet = pool.secrets.tlsKeys.length > 0 ? find(payloads, eap) : undefined
  if (!provider.tls || !packet || packet.method?.kind !== "tls") return undefined
  const state = v2StateOf(sa)
  state.tls ??= provider.tls(pool.secrets.tlsKeys)
  const { start, data } = packet.method.tls
  const before = { opened: state.tls.opened, closed: state.tls.closed }
  const heard = state.tls.add({
    frame: at.frame,
    fromServer: packet.code === EAP_CODE.REQUEST,
    type: packet.type ?? 0,
    identifier: packet.identifier,
    start,
    data,
  })
  if (before.opened === 0)
    pool.used(
      state.tls.used().map(k => k.origin),
      sa.id,
    )
  for (const check of tlsChecks(state.tls, before, at)) addCheck(context, sa, check)
  return heard
}
