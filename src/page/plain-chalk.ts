/** Stands in for chalk in the page, whose text has no terminal colours. */

const plain = (text: string): string => text

/** Every style leaves text as it is. */
const STYLES: object = new Proxy({}, { get: (_styles, name) => (name === "ansi256" ? () => plain : plain) })

export const Chalk = function Chalk() {
  return STYLES
}
