/** The functions of display filters, as Wireshark 4.0 has them. */
export const FUNCTION_NAMES: readonly string[] = ["abs", "count", "len", "lower", "max", "min", "string", "upper"]
