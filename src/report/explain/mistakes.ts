/** Checks and keys that hold only with a known mistake of implementations: the arbiter's word. */
import { mistakeText } from "../../keys/mistake.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Say } from "./say.ts"

export function explainMistakes(sa: IkeSa, say: Say): void {
  for (const { id, status, frame, time, reason } of sa.checks)
    if (id === "signature-parameters" && status === "fail" && frame !== null && reason !== null)
      say("signature-parameters", "warning", { frame, time }, reason)
  for (const check of sa.checks)
    if (check.mistake !== undefined && check.reason !== null)
      say(
        "implementation-mistake",
        "error",
        check.frame === null ? null : { frame: check.frame, time: check.time },
        check.reason,
      )
  for (const child of sa.children)
    for (const mistake of child.mistakes ?? [])
      say(
        "implementation-mistake",
        "error",
        { frame: mistake.frame, time: null },
        mistakeText(`the ICV of the ${child.protocol} packet in frame ${mistake.frame}`, mistake.by, mistake),
      )
  for (const { crossed, proof } of sa.epochs)
    if (crossed)
      say(
        "keys-crossed",
        "info",
        { frame: proof.first, time: null },
        `frame ${proof.first} opens with the keys of the other side: ${crossed} are crossed in the file that has them`,
      )
  for (const { mistakes = [] } of sa.epochs)
    for (const mistake of mistakes)
      say(
        "implementation-mistake",
        "error",
        { frame: mistake.frame, time: null },
        mistakeText(`the ICV of frame ${mistake.frame}`, mistake.by, mistake),
      )
}
