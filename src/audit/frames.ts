/** Frames that stand for an IKE SA. */
import type { IkeSa } from "../track/ike-sa.ts"

/** Where an SA's suite was chosen, else its first message. */
export const choiceFrame = (sa: IkeSa): number | null => sa.choice?.frame ?? firstFrame(sa)
export const firstFrame = (sa: IkeSa): number | null => sa.exchanges[0]?.messages[0]?.frame ?? null
