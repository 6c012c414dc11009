/** SHA-256 of four messages side by side, one in each lane of a vector. FIPS 180-4; `sha.mjs` has the plain form. */

const get = name => `(local.get $${name})`
const add = (...terms) => terms.reduce((a, b) => `(i32x4.add ${a} ${b})`)
const xor = (...terms) => terms.reduce((a, b) => `(v128.xor ${a} ${b})`)
const and = (a, b) => `(v128.and ${a} ${b})`
const or = (a, b) => `(v128.or ${a} ${b})`
const shr = (x, n) => `(i32x4.shr_u ${x} (i32.const ${n}))`
const rotr = (x, n) => or(shr(x, n), `(i32x4.shl ${x} (i32.const ${32 - n}))`)

/** Bytes of the message schedule: 64 vectors. */
export const FOUR_BYTES = 1024

/** Words of two vectors in turn, each with its bytes turned around: those of the first half, or of the second. */
const mixed = (a, b, half) => {
  const word = n => [3, 2, 1, 0].map(byte => 4 * n + byte)
  const first = 2 * half
  const lanes = [...word(first), ...word(first + 4), ...word(first + 1), ...word(first + 5)]
  return `(i8x16.shuffle ${lanes.join(" ")} ${get(a)} ${get(b)})`
}
const halves = (a, b, half) =>
  `(i8x16.shuffle ${Array.from({ length: 16 }, (_, i) => (i < 8 ? i : i + 8) + 8 * half).join(" ")} ${get(a)} ${get(b)})`

/** Four words of each message become four vectors of the schedule. */
const turned = (part, schedule) => `
        ${["p", "q", "r", "s"].map((at, i) => `(local.set $${"abcd"[i]} (v128.load offset=${16 * part} ${get(at)}))`).join(" ")}
        (local.set $e ${mixed("a", "b", 0)}) (local.set $f ${mixed("a", "b", 1)})
        (local.set $g ${mixed("c", "d", 0)}) (local.set $h ${mixed("c", "d", 1)})
        ${[
          ["e", "g"],
          ["f", "h"],
        ]
          .flatMap(([x, y], pair) =>
            [0, 1].map(
              half =>
                `(v128.store offset=${schedule + 64 * part + 32 * pair + 16 * half} (i32.const 0) ${halves(x, y, half)})`,
            ),
          )
          .join("\n        ")}`

/** `constants` is where those of SHA-512 stand, whose upper halves are those of SHA-256; the schedule is at `schedule`. */
export function sha256Four(constants, schedule) {
  const W = n => `(v128.load offset=${schedule + 16 * n} ${get("t")})`
  const small = (x, [m, n, k]) => xor(rotr(x, m), rotr(x, n), shr(x, k))
  const big = (x, [m, n, k]) => xor(rotr(x, m), rotr(x, n), rotr(x, k))
  // Eight rounds at once: instead of moving a to b and so on, the names move.
  const round = i => {
    const name = n => "abcdefgh"[(n - i + 8) % 8]
    const [a, b, c, d, e, f, g, h] = Array.from("abcdefgh", (_, n) => get(name(n)))
    const constant = `(v128.load32_splat offset=${constants + 8 * i + 4} (i32.shr_u ${get("t")} (i32.const 1)))`
    return `
          (local.set $x ${add(h, big(e, [6, 11, 25]), xor(g, and(e, xor(f, g))), constant, W(i))})
          (local.set $${name(3)} ${add(d, get("x"))})
          (local.set $${name(7)} ${add(get("x"), big(a, [2, 13, 22]), or(and(a, b), and(c, or(a, b))))})`
  }
  const scheduled = `
          (local.set $x ${W(14)}) (local.set $y ${W(1)})
          (v128.store offset=${schedule + 256} ${get("t")} ${add(small(get("x"), [17, 19, 10]), W(9), small(get("y"), [7, 18, 3]), W(0))})`
  const loop = (name, until, step, body) => `
        (local.set $t (i32.const 0))
        (loop $${name}
          ${body}
          (local.set $t (i32.add ${get("t")} (i32.const ${16 * step})))
          (br_if $${name} (i32.lt_u ${get("t")} (i32.const ${16 * until}))))`
  const names = Array.from("abcdefgh")
  return `
  ;; $blocks blocks of the four messages at $p, $q, $r and $s into the state of eight vectors at $state.
  (func (export "sha256Four") (param $state i32) (param $p i32) (param $q i32) (param $r i32) (param $s i32) (param $blocks i32)
    (local $t i32) (local $x v128) (local $y v128)
    ${names.map(n => `(local $${n} v128)`).join(" ")}
    (block $done
      (loop $next
        (br_if $done (i32.eqz ${get("blocks")}))
        ${[0, 1, 2, 3].map(part => turned(part, schedule)).join("")}
        ${loop("schedule", 48, 1, scheduled)}
        ${names.map((n, i) => `(local.set $${n} (v128.load offset=${16 * i} ${get("state")}))`).join("\n        ")}
        ${loop("rounds", 64, 8, Array.from({ length: 8 }, (_, i) => round(i)).join(""))}
        ${names.map((n, i) => `(v128.store offset=${16 * i} ${get("state")} ${add(get(n), `(v128.load offset=${16 * i} ${get("state")})`)})`).join("\n        ")}
        ${["p", "q", "r", "s"].map(at => `(local.set $${at} (i32.add ${get(at)} (i32.const 64)))`).join(" ")}
        (local.set $blocks (i32.sub ${get("blocks")} (i32.const 1)))
        (br $next))))`
}
