/** Pieces of sentences that reports, audits and commands use. */

/** `1 packet`, `2 packets`, `2 SAs`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
