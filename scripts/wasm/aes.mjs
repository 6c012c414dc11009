/** AES by tables of 32 bits: blocks encrypted in place, CBC decrypted in place. FIPS 197, NIST SP 800-38A. */

/** Bytes of the tables: four for encryption, four for decryption, the S-box and its inverse. `src/crypto/wasm/aes.ts` fills them. */
export const AES_TABLE_BYTES = 8 * 1024 + 2 * 256

const get = name => `(local.get $${name})`
const xor = (...terms) => terms.reduce((a, b) => `(i32.xor ${a} ${b})`)

/** Entry of a table of words for byte `n` of a word: the byte times 4 is cut out by one shift. */
function word(table, x, n) {
  const shifted = n === 0 ? `(i32.shl ${x} (i32.const 2))` : `(i32.shr_u ${x} (i32.const ${8 * n - 2}))`
  return `(i32.load offset=${table + 1024 * n} (i32.and ${shifted} (i32.const 1020)))`
}

/** Entry of a table of bytes for byte `n` of a word, back in its place. */
function byte(table, x, n) {
  const entry = `(i32.load8_u offset=${table} (i32.and (i32.shr_u ${x} (i32.const ${8 * n})) (i32.const 255)))`
  return n === 0 ? entry : `(i32.shl ${entry} (i32.const ${8 * n}))`
}

/** One block in place. Byte `n` of column `i` comes from column `i + way * n`: ShiftRows, or its inverse. */
function block(name, table, box, way) {
  const from = (i, n) => `s${(i + way * n + 8) % 4}`
  const columns = [0, 1, 2, 3]
  const round = i => xor(`(i32.load offset=${4 * i} ${get("k")})`, ...columns.map(n => word(table, get(from(i, n)), n)))
  const last = i => xor(`(i32.load offset=${4 * i} ${get("k")})`, ...columns.map(n => byte(box, get(from(i, n)), n)))
  const load = i => xor(`(i32.load offset=${4 * i} ${get("at")})`, `(i32.load offset=${4 * i} ${get("k")})`)
  return `
  (func $${name} (param $k i32) (param $rounds i32) (param $at i32)
    ${columns.map(i => `(local $s${i} i32) (local $t${i} i32)`).join(" ")}
    ${columns.map(i => `(local.set $s${i} ${load(i)})`).join("\n    ")}
    (loop $next
      (local.set $k (i32.add ${get("k")} (i32.const 16)))
      ${columns.map(i => `(local.set $t${i} ${round(i)})`).join("\n      ")}
      ${columns.map(i => `(local.set $s${i} ${get(`t${i}`)})`).join("\n      ")}
      (local.set $rounds (i32.sub ${get("rounds")} (i32.const 1)))
      (br_if $next (i32.gt_u ${get("rounds")} (i32.const 1))))
    (local.set $k (i32.add ${get("k")} (i32.const 16)))
    ${columns.map(i => `(i32.store offset=${4 * i} ${get("at")} ${last(i)})`).join("\n    ")})`
}

/** Functions whose tables stand at `at`. `$keys` are round keys as words, least byte first; those for decryption as FIPS 197 §5.3.5 has them. */
export const aes = at => `
${block("encrypt", at, at + 8192, 1)}
${block("decrypt", at + 4096, at + 8448, -1)}
  ;; Encrypts $blocks blocks at $at, each by itself.
  (func (export "aesEncrypt") (param $keys i32) (param $rounds i32) (param $at i32) (param $blocks i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz ${get("blocks")}))
        (call $encrypt ${get("keys")} ${get("rounds")} ${get("at")})
        (local.set $at (i32.add ${get("at")} (i32.const 16)))
        (local.set $blocks (i32.sub ${get("blocks")} (i32.const 1)))
        (br $next))))
  ;; Decrypts CBC from the last block to the first, so that each finds the ciphertext before it. The IV stands in front of $at.
  (func (export "aesCbcDecrypt") (param $keys i32) (param $rounds i32) (param $at i32) (param $blocks i32)
    (local.set $at (i32.add ${get("at")} (i32.shl ${get("blocks")} (i32.const 4))))
    (block $done
      (loop $next
        (br_if $done (i32.eqz ${get("blocks")}))
        (local.set $at (i32.sub ${get("at")} (i32.const 16)))
        (call $decrypt ${get("keys")} ${get("rounds")} ${get("at")})
        (v128.store ${get("at")} (v128.xor (v128.load ${get("at")}) (v128.load (i32.sub ${get("at")} (i32.const 16)))))
        (local.set $blocks (i32.sub ${get("blocks")} (i32.const 1)))
        (br $next))))`
