/** Data SAs whose packets open under keys that are otherwise than negotiated or given: the length of the ICV, ESN, the direction. */

import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { hex8 } from "../../bytes/hex.ts"
import type { DataSaKeys, KeyMismatch } from "../../keys/data-sa-keys.ts"
import type { DataSa } from "../../track/data-sa.ts"
import { dataFinding, dataText } from "./data-words.ts"

export function mismatches(data: DataSa): Diagnostic[] {
  const sa = data.result?.sa
  return sa?.mismatch?.map(mismatch => explain(data, sa, mismatch)) ?? []
}

function explain(data: DataSa, sa: DataSaKeys, mismatch: KeyMismatch): Diagnostic {
  const what = dataText(data)
  const given = sa.row !== undefined
  const said = given ? "given" : "negotiated"
  switch (mismatch.kind) {
    case "icv-length":
      return dataFinding(
        data,
        "icv-length",
        "warning",
        `the ICV of ${what} is cut to ${mismatch.held} bits, ${said} was ${mismatch.expected} bits: the keys are right, the length is not (RFC 4868 §2.3). A receiver that expects ${mismatch.expected} bits drops every packet`,
      )
    case "esn":
      return dataFinding(
        data,
        "esn-mismatch",
        "warning",
        `the ICV of ${what} holds only ${mismatch.held ? "with" : "without"} extended sequence numbers, ${said} was ${mismatch.expected ? "with" : "without"} them (RFC 4303 §2.2.1). A receiver that does as ${said} drops every packet`,
      )
    default:
      return dataFinding(data, "keys-crossed", given ? "info" : "warning", crossedText(what, given, mismatch))
  }
}

function crossedText(
  what: string,
  given: boolean,
  mismatch: Extract<KeyMismatch, { kind: "sender" | "direction" | "other-sa" }>,
): string {
  if (mismatch.kind === "sender")
    return `the packets of ${what} open with the keys given for another sender, ${mismatch.source}, and not with their own: the keys of the two are swapped, in the file or at the senders; an ICV proves it`
  const { kind, spi } = mismatch
  const of = spi === undefined ? "" : `, of SPI ${hex8(spi)}`
  const whose = kind === "direction" ? `of the other direction${of}` : `of another SA${of}`
  const why =
    kind !== "direction"
      ? "an ICV proves it"
      : given
        ? "the keys are crossed in the file that has them; an ICV proves it"
        : "the sender has crossed its directions (RFC 7296 §2.17); an ICV proves it"
  return `the packets of ${what} open with the keys ${whose}: ${why}`
}
