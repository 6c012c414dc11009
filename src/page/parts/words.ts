/** Numbers and sizes in words. */

export { sizeText as size } from "../../render/units.ts"

export const seconds = (t: number): string => t.toFixed(t < 1000 ? 3 : 1)
