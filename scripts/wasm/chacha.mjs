/** ChaCha20 with the four rows of a block in four vectors, and Poly1305 in limbs of 26 bits. RFC 8439. */

const get = name => `(local.get $${name})`
const set = (name, value) => `(local.set $${name} ${value})`

/** Each word of a vector turned left: by whole bytes with a shuffle. */
function turned(x, bits) {
  if (bits % 8 !== 0)
    return `(v128.or (i32x4.shl ${x} (i32.const ${bits})) (i32x4.shr_u ${x} (i32.const ${32 - bits})))`
  const lanes = Array.from({ length: 16 }, (_, i) => (i & 12) | ((i - bits / 8) & 3))
  return `(i8x16.shuffle ${lanes.join(" ")} ${x} ${x})`
}

/** A vector with its words moved `n` places to the front. */
const moved = (x, n) => `(i8x16.shuffle ${Array.from({ length: 16 }, (_, i) => (i + 4 * n) % 16).join(" ")} ${x} ${x})`

/** Quarter rounds on all columns of the blocks whose rows have these suffixes, side by side. */
function quarter(blocks) {
  const step = (to, other, from, bits) =>
    blocks
      .flatMap(n => [
        set(to + n, `(i32x4.add ${get(to + n)} ${get(other + n)})`),
        set(from + n, `(v128.xor ${get(from + n)} ${get(to + n)})`),
        set(from + n, turned(get(from + n), bits)),
      ])
      .join("\n        ")
  const steps = [step("a", "b", "d", 16), step("c", "d", "b", 12), step("a", "b", "d", 8), step("c", "d", "b", 7)]
  return steps.join("\n        ")
}

/** Rows of a diagonal into columns, `n` = 1, and back, `n` = 3. */
const diagonal = (blocks, n) =>
  blocks
    .flatMap(k => [
      set(`b${k}`, moved(get(`b${k}`), n)),
      set(`c${k}`, moved(get(`c${k}`), 2)),
      set(`d${k}`, moved(get(`d${k}`), 4 - n)),
    ])
    .join("\n        ")

const rows = ["a", "b", "c", "d"]

function blocksOf(suffixes) {
  const begin = suffixes.flatMap((k, n) => [
    ...rows.slice(0, 3).map((r, i) => set(r + k, `(v128.load offset=${16 * i} ${get("state")})`)),
    set(`d${k}`, counted(n)),
  ])
  const end = suffixes.flatMap((k, n) =>
    rows.map((r, i) => {
      const sum = `(i32x4.add ${get(r + k)} ${i === 3 ? counted(n) : `(v128.load offset=${16 * i} ${get("state")})`})`
      const offset = 64 * n + 16 * i
      return `(v128.store offset=${offset} ${get("at")} (v128.xor (v128.load offset=${offset} ${get("at")}) ${sum}))`
    }),
  )
  return `
      ${begin.join("\n      ")}
      ${set("round", "(i32.const 10)")}
      (loop $double
        ${quarter(suffixes)}
        ${diagonal(suffixes, 1)}
        ${quarter(suffixes)}
        ${diagonal(suffixes, 3)}
        (br_if $double (local.tee $round (i32.sub ${get("round")} (i32.const 1)))))
      ${end.join("\n      ")}`
}

/** The last row of the block `n` places further on. */
const counted = n => `(i32x4.add (v128.load offset=48 ${get("state")}) (v128.const i32x4 ${n} 0 0 0))`

const PAIR = ["0", "1"]

const chacha = `
  ;; Key stream of $pairs times two blocks, XORed onto what stands at $at. The counter in the state of 64 bytes goes on.
  (func (export "chacha") (param $state i32) (param $at i32) (param $pairs i32)
    (local $round i32) ${PAIR.flatMap(k => rows.map(r => `(local $${r}${k} v128)`)).join(" ")}
    (block $done
      (loop $next
        (br_if $done (i32.eqz ${get("pairs")}))
        ${blocksOf(PAIR)}
        (i32.store offset=48 ${get("state")} (i32.add (i32.load offset=48 ${get("state")}) (i32.const 2)))
        (local.set $at (i32.add ${get("at")} (i32.const 128)))
        (local.set $pairs (i32.sub ${get("pairs")} (i32.const 1)))
        (br $next))))`

// Poly1305: five limbs of r, then five of h, as i64 at $state; then r0 and r1 as they came, and s.

const MASK = "(i64.const 0x3ffffff)"
const limb = (x, shift) => `(i64.and (i64.shr_u ${x} (i64.const ${shift})) ${MASK})`
/** Limb `i` of 128 bits in two words. */
const limbOf = (low, high, i) =>
  [
    `(i64.and ${low} ${MASK})`,
    limb(low, 26),
    `(i64.and (i64.or (i64.shr_u ${low} (i64.const 52)) (i64.shl ${high} (i64.const 12))) ${MASK})`,
    limb(high, 14),
    `(i64.shr_u ${high} (i64.const 40))`,
  ][i]
const five = [0, 1, 2, 3, 4]
const add = (...terms) => terms.reduce((a, b) => `(i64.add ${a} ${b})`)
const mul = (a, b) => `(i64.mul ${a} ${b})`

/** What is over 26 bits goes to the next limb, from the last to the first five times: 2^130 is 5. */
const carry = (from, to) => `
        (local.set $c (i64.shr_u ${get(from)} (i64.const 26)))
        ${set(from, `(i64.and ${get(from)} ${MASK})`)}
        ${set(to, add(get(to), from === "d4" || from === "h4" ? mul(get("c"), "(i64.const 5)") : get("c")))}`

const poly = `
  ;; Limbs of r, clamped, out of the 16 bytes at $key; h is 0.
  (func (export "polyKey") (param $state i32) (param $key i32)
    (local $low i64) (local $high i64)
    ${set("low", "(i64.and (i64.load (local.get $key)) (i64.const 0x0ffffffc0fffffff))")}
    ${set("high", "(i64.and (i64.load offset=8 (local.get $key)) (i64.const 0x0ffffffc0ffffffc))")}
    ${five.map(i => `(i64.store offset=${8 * i} ${get("state")} ${limbOf(get("low"), get("high"), i)})`).join("\n    ")}
    ${five.map(i => `(i64.store offset=${40 + 8 * i} ${get("state")} (i64.const 0))`).join("\n    ")})
  ;; $blocks whole blocks at $at.
  (func (export "poly") (param $state i32) (param $at i32) (param $blocks i32)
    (local $low i64) (local $high i64) (local $c i64)
    ${five.map(i => `(local $r${i} i64) (local $h${i} i64) (local $d${i} i64) (local $s${i} i64)`).join(" ")}
    ${five.map(i => set(`r${i}`, `(i64.load offset=${8 * i} ${get("state")})`)).join("\n    ")}
    ${five.map(i => set(`s${i}`, mul(get(`r${i}`), "(i64.const 5)"))).join("\n    ")}
    ${five.map(i => set(`h${i}`, `(i64.load offset=${40 + 8 * i} ${get("state")})`)).join("\n    ")}
    (block $done
      (loop $next
        (br_if $done (i32.eqz ${get("blocks")}))
        ${set("low", "(i64.load (local.get $at))")}
        ${set("high", "(i64.load offset=8 (local.get $at))")}
        ${five.map(i => set(`h${i}`, add(get(`h${i}`), i === 4 ? `(i64.or ${limbOf(get("low"), get("high"), i)} (i64.const 0x1000000))` : limbOf(get("low"), get("high"), i)))).join("\n        ")}
        ${five.map(i => set(`d${i}`, add(...five.map(j => mul(get(`h${j}`), get(j <= i ? `r${i - j}` : `s${5 + i - j}`)))))).join("\n        ")}
        ${five.map(i => carry(`d${i}`, `d${(i + 1) % 5}`)).join("")}
        ${carry("d0", "d1")}
        ${five.map(i => set(`h${i}`, get(`d${i}`))).join(" ")}
        (local.set $at (i32.add ${get("at")} (i32.const 16)))
        (local.set $blocks (i32.sub ${get("blocks")} (i32.const 1)))
        (br $next)))
    ${five.map(i => `(i64.store offset=${40 + 8 * i} ${get("state")} ${get(`h${i}`)})`).join("\n    ")})
  ;; The tag at $out: h modulo 2^130 - 5, plus the 16 bytes at $s.
  (func (export "polyTag") (param $state i32) (param $s i32) (param $out i32)
    (local $low i64) (local $high i64) (local $c i64) (local $more i64)
    ${five.map(i => `(local $h${i} i64) (local $g${i} i64)`).join(" ")}
    ${five.map(i => set(`h${i}`, `(i64.load offset=${40 + 8 * i} ${get("state")})`)).join("\n    ")}
    ${[0, 1].map(() => five.map(i => carry(`h${i}`, `h${(i + 1) % 5}`)).join("")).join("")}
    ;; g = h + 5 - 2^130: where that is not negative, h was too large by p.
    ${set("c", "(i64.const 5)")}
    ${five.map(i => `${set(`g${i}`, add(get(`h${i}`), get("c")))} ${set("c", `(i64.shr_u ${get(`g${i}`)} (i64.const 26))`)} ${set(`g${i}`, `(i64.and ${get(`g${i}`)} ${MASK})`)}`).join("\n    ")}
    ${five.map(i => set(`h${i}`, `(select ${get(`g${i}`)} ${get(`h${i}`)} (i64.ne ${get("c")} (i64.const 0)))`)).join("\n    ")}
    ${set("low", `(i64.or (i64.or ${get("h0")} (i64.shl ${get("h1")} (i64.const 26))) (i64.shl ${get("h2")} (i64.const 52)))`)}
    ${set("high", `(i64.or (i64.or (i64.shr_u ${get("h2")} (i64.const 12)) (i64.shl ${get("h3")} (i64.const 14))) (i64.shl ${get("h4")} (i64.const 40)))`)}
    ${set("more", "(i64.load (local.get $s))")}
    ${set("low", add(get("low"), get("more")))}
    ${set("c", `(i64.extend_i32_u (i64.lt_u ${get("low")} ${get("more")}))`)}
    (i64.store ${get("out")} ${get("low")})
    (i64.store offset=8 ${get("out")} ${add(get("high"), "(i64.load offset=8 (local.get $s))", get("c"))}))`

export const chachaPoly = chacha + poly
