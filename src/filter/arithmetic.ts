/** Calculating with values. What has no result (a division by zero, bytes of two lengths) has no value. */
import type { ArithmeticOp } from "./syntax.ts"
import type { Value } from "./value.ts"

export function arithmetic(op: ArithmeticOp, a: Value, b: Value): readonly Value[] {
  if (a.v instanceof Uint8Array && b.v instanceof Uint8Array) return op === "&" ? maskedBytes(a, a.v, b.v) : []
  if (!isNumber(a.v) || !isNumber(b.v)) return []
  const v = calculate(op, a.v, b.v)
  return v === undefined ? [] : [{ kind: "number", v }]
}

/** The number with the other sign. */
export const negated = ({ v }: Value): readonly Value[] => (isNumber(v) ? [{ kind: "number", v: -v }] : [])

const isNumber = (v: Value["v"]): v is number | bigint => typeof v === "number" || typeof v === "bigint"

function calculate(op: ArithmeticOp, a: number | bigint, b: number | bigint): number | bigint | undefined {
  // Fractions of seconds; all other numbers are whole.
  if ((typeof a === "number" && !Number.isInteger(a)) || (typeof b === "number" && !Number.isInteger(b)))
    return fractional(op, Number(a), Number(b))
  const v = whole(op, BigInt(a), BigInt(b))
  if (v === undefined) return undefined
  return v >= -MAX_SAFE && v <= MAX_SAFE ? Number(v) : v
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

function whole(op: ArithmeticOp, a: bigint, b: bigint): bigint | undefined {
  switch (op) {
    case "&":
      return a & b
    case "+":
      return a + b
    case "-":
      return a - b
    case "*":
      return a * b
    case "/":
      return b === 0n ? undefined : a / b
    default:
      return b === 0n ? undefined : a % b
  }
}

function fractional(op: ArithmeticOp, a: number, b: number): number | undefined {
  switch (op) {
    case "+":
      return a + b
    case "-":
      return a - b
    case "*":
      return a * b
    case "/":
      return b === 0 ? undefined : a / b
    default:
      return undefined
  }
}

function maskedBytes({ kind }: Value, a: Uint8Array, b: Uint8Array): readonly Value[] {
  return a.length === b.length ? [{ kind, v: a.map((byte, i) => byte & b[i]) }] : []
}
