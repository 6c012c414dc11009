/** Which IKE a reported SA speaks. */
import type { IkeSaReport } from "./types.ts"

export const isV1 = ({ version }: Pick<IkeSaReport, "version">): boolean => version.startsWith("1")

/** `IKEv1` or `IKEv2`. */
export const ikeName = (sa: Pick<IkeSaReport, "version">): string => (isV1(sa) ? "IKEv1" : "IKEv2")
