/** `keys`: derivations as text, with and without values. */
import { describe, expect, it } from "vitest"
import type { Step } from "../../src/keys/step.ts"
import { type Derivation, renderKeys } from "../../src/render/keys-text.ts"
import { penFor } from "../../src/render/pen.ts"
import { expectGolden } from "./golden.ts"

const step = (name: string, formula: string, rfc: string, bytes: number, ...inputs: Step["inputs"]): Step => ({
  name,
  formula,
  rfc,
  inputs,
  out: new Uint8Array(bytes).fill(0xa5),
})
const SK = ["SK_d", "SK_ai", "SK_ar", "SK_ei", "SK_er", "SK_pi", "SK_pr"]

const DERIVATIONS: Derivation[] = [
  {
    sa: "ike/0",
    child: false,
    epoch: 0,
    proof: "proven by sk-integrity, frames 3-18",
    given: [
      {
        name: "g^ir",
        source: "dh_shared[0]",
        value: new Uint8Array(256).fill(1),
        fits: "matches KE of frames 1, 2 (MODP-2048)",
        kind: "dh_shared",
      },
    ],
    steps: [
      step(
        "SKEYSEED",
        "prf(Ni | Nr, g^ir)",
        "RFC 7296 §2.14",
        32,
        { name: "Ni", frame: 1 },
        { name: "Nr", frame: 2 },
        { name: "g^ir" },
      ),
      ...SK.map(name =>
        step(name, "prf+(SKEYSEED, Ni | Nr | SPIi | SPIr)", "RFC 7296 §2.13-2.14", 32, { name: "SKEYSEED" }),
      ),
    ],
  },
  {
    sa: "child/0",
    child: true,
    epoch: null,
    proof: null,
    given: [],
    steps: [step("KEYMAT", "prf+(SK_d, Ni | Nr)", "RFC 7296 §2.17", 96, { name: "SK_d" })],
  },
]

describe("keys", () => {
  for (const width of [80, 120])
    it(`at ${width} columns, no value shown`, () => {
      const text = renderKeys(DERIVATIONS, penFor({ width }))
      expect(text).not.toMatch(/a5a5|0101/)
      expectGolden(`keys/steps-${width}.txt`, text)
    })
  it("shows values when asked", () => {
    expectGolden("keys/steps-100-values.txt", renderKeys(DERIVATIONS, penFor({ width: 100 }), { showKeys: true }))
  })
})
