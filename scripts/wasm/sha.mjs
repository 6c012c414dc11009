/** SHA-1, SHA-256 and SHA-512: whole blocks into a state of words. FIPS 180-4. */

const get = name => `(local.get $${name})`
const isPrime = n => n > 1 && Array.from({ length: n }, (_, d) => d).every(d => d < 2 || n % d !== 0)
const PRIMES = Array.from({ length: 410 }, (_, n) => n).filter(isPrime)

/** The constants of SHA-512: 64 bits of the fraction of the cube roots of the first 80 primes. Those of SHA-256 are their upper halves. */
function cubeRoots() {
  const bytes = Buffer.alloc(640)
  for (const [i, prime] of PRIMES.slice(0, 80).entries()) {
    const cube = BigInt(prime) << 192n
    let root = 0n
    for (let bit = 1n << 66n; bit > 0n; bit >>= 1n) if ((root + bit) ** 3n <= cube) root += bit
    bytes.writeBigUInt64LE(root & 0xffff_ffff_ffff_ffffn, 8 * i)
  }
  return bytes
}

/** Bytes of constants and of the message schedule behind them. */
export const SHA_BYTES = 640 + 640
export const shaConstants = at =>
  `(data (i32.const ${at}) "${[...cubeRoots()].map(b => `\\${b.toString(16).padStart(2, "0")}`).join("")}")`

/** Arithmetic on words of 32 or 64 bits. */
const words = type => ({
  type,
  bytes: type === "i32" ? 4 : 8,
  add: (...terms) => terms.reduce((a, b) => `(${type}.add ${a} ${b})`),
  xor: (...terms) => terms.reduce((a, b) => `(${type}.xor ${a} ${b})`),
  and: (a, b) => `(${type}.and ${a} ${b})`,
  or: (a, b) => `(${type}.or ${a} ${b})`,
  rotr: (a, n) => `(${type}.rotr ${a} (${type}.const ${n}))`,
  rotl: (a, n) => `(${type}.rotl ${a} (${type}.const ${n}))`,
  shr: (a, n) => `(${type}.shr_u ${a} (${type}.const ${n}))`,
  load: (at, offset) => `(${type}.load offset=${offset} ${at})`,
})

/** The 16 words of a block, each with its bytes turned around, at the beginning of the schedule. */
const REVERSED = { 4: "3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12", 8: "7 6 5 4 3 2 1 0 15 14 13 12 11 10 9 8" }
const begun = (w, schedule) =>
  Array.from({ length: w.bytes }, (_, i) => {
    const block = `(v128.load offset=${16 * i} ${get("at")})`
    return `(v128.store offset=${schedule + 16 * i} (i32.const 0) (i8x16.shuffle ${REVERSED[w.bytes]} ${block} ${block}))`
  }).join("\n        ")

/** A loop over $t, in bytes of the schedule, from `from` words to `until` words. */
const loop = (name, w, from, until, step, body) => `
        (local.set $t (i32.const ${from * w.bytes}))
        (loop $${name}
          ${body}
          (local.set $t (i32.add ${get("t")} (i32.const ${step * w.bytes})))
          (br_if $${name} (i32.lt_u ${get("t")} (i32.const ${until * w.bytes}))))`

/** A function that takes blocks into `count` words of state. */
const hash = (name, w, count, blockBytes, body) => {
  const names = Array.from("abcdefgh".slice(0, count))
  return `
  (func (export "${name}") (param $state i32) (param $at i32) (param $blocks i32)
    (local $t i32) (local $x ${w.type})
    ${names.map(n => `(local $${n} ${w.type})`).join(" ")}
    (block $done
      (loop $next
        (br_if $done (i32.eqz ${get("blocks")}))
        ${names.map((n, i) => `(local.set $${n} ${w.load(get("state"), i * w.bytes)})`).join("\n        ")}
        ${body}
        ${names.map((n, i) => `(${w.type}.store offset=${i * w.bytes} ${get("state")} ${w.add(get(n), w.load(get("state"), i * w.bytes))})`).join("\n        ")}
        (local.set $at (i32.add ${get("at")} (i32.const ${blockBytes})))
        (local.set $blocks (i32.sub ${get("blocks")} (i32.const 1)))
        (br $next))))`
}

/** SHA-256 and SHA-512 differ in their words, rotations and number of rounds. */
function sha2(name, w, { rounds, big0, big1, small0, small1, constant }, schedule) {
  const W = n => w.load(get("t"), schedule + n * w.bytes)
  const sigma = (x, [a, b, c]) => w.xor(w.rotr(x, a), w.rotr(x, b), w.shr(x, c))
  const sum = (x, [a, b, c]) => w.xor(w.rotr(x, a), w.rotr(x, b), w.rotr(x, c))
  // Eight rounds at once: instead of moving a to b and so on, the names move.
  const round = i => {
    const [a, b, c, d, e, f, g, h] = Array.from("abcdefgh", (_, n) => get("abcdefgh"[(n - i + 8) % 8]))
    const name = n => "abcdefgh"[(n - i + 8) % 8]
    const choose = w.xor(g, w.and(e, w.xor(f, g)))
    const majority = w.or(w.and(a, b), w.and(c, w.or(a, b)))
    return `
          (local.set $x ${w.add(h, sum(e, big1), choose, constant(i), W(i))})
          (local.set $${name(3)} ${w.add(d, get("x"))})
          (local.set $${name(7)} ${w.add(get("x"), sum(a, big0), majority)})`
  }
  const body = `
        ${begun(w, schedule)}
        ${loop("schedule", w, 0, rounds - 16, 1, `(${w.type}.store offset=${schedule + 16 * w.bytes} ${get("t")} ${w.add(sigma(W(14), small1), W(9), sigma(W(1), small0), W(0))})`)}
        ${loop("rounds", w, 0, rounds, 8, Array.from({ length: 8 }, (_, i) => round(i)).join(""))}`
  return hash(name, w, 8, 16 * w.bytes, body)
}

function sha1(schedule) {
  const w = words("i32")
  const W = n => w.load(get("t"), schedule + n * 4)
  const round = (mix, k) => i => {
    const at = n => "abcde"[(n - i + 10) % 5]
    const [a, b, c, d, e] = Array.from("abcde", (_, n) => get(at(n)))
    return `
          (local.set $${at(4)} ${w.add(w.rotl(a, 5), mix(b, c, d), e, `(i32.const ${k})`, W(i))})
          (local.set $${at(1)} ${w.rotl(b, 30)})`
  }
  const choose = (b, c, d) => w.xor(d, w.and(b, w.xor(c, d)))
  const parity = (b, c, d) => w.xor(b, c, d)
  const majority = (b, c, d) => w.or(w.and(b, c), w.and(d, w.or(b, c)))
  const parts = [
    [choose, "0x5a827999"],
    [parity, "0x6ed9eba1"],
    [majority, "0x8f1bbcdc"],
    [parity, "0xca62c1d6"],
  ]
  const rounds = parts.map(([mix, k], n) =>
    loop(`part${n}`, w, 20 * n, 20 * n + 20, 5, [0, 1, 2, 3, 4].map(round(mix, k)).join("")),
  )
  const body = `
        ${begun(w, schedule)}
        ${loop("schedule", w, 0, 64, 1, `(i32.store offset=${schedule + 64} ${get("t")} ${w.rotl(w.xor(W(13), W(8), W(2), W(0)), 1)})`)}
        ${rounds.join("")}`
  return hash("sha1", w, 5, 64, body)
}

/** Functions whose constants stand at `at`, and the message schedule behind. */
export function sha(at) {
  const [narrow, wide] = [words("i32"), words("i64")]
  const schedule = at + 640
  return `
${sha1(schedule)}
${sha2(
  "sha256",
  narrow,
  {
    rounds: 64,
    big0: [2, 13, 22],
    big1: [6, 11, 25],
    small0: [7, 18, 3],
    small1: [17, 19, 10],
    constant: i => `(i32.load offset=${at + 8 * i + 4} (i32.shl ${get("t")} (i32.const 1)))`,
  },
  schedule,
)}
${sha2(
  "sha512",
  wide,
  {
    rounds: 80,
    big0: [28, 34, 39],
    big1: [14, 18, 41],
    small0: [1, 8, 7],
    small1: [19, 61, 6],
    constant: i => `(i64.load offset=${at + 8 * i} ${get("t")})`,
  },
  schedule,
)}`
}
