/** `node scripts/build-wasm.mjs`: assembles the GHASH kernel into src/node/ghash-wasm.ts. Run it after a change here; the result is committed. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import wabt from "wabt"

/** XOR of the table entries of all 16 bytes of the block `x`: table i holds every byte value at byte position i, times H. */
const product = x =>
  Array.from({ length: 16 }, (_, i) => {
    const entry = `(v128.load offset=${4096 * i} (i32.shl (i8x16.extract_lane_u ${i} (local.get ${x})) (i32.const 4)))`
    return i === 0 ? entry : `${entry} (v128.xor)`
  }).join("\n        ")

// Every entry is the XOR of the entries of its bits: each power of two, then the same sums as before it with it added.
const fillTables = `
  (func (export "tables")
    (local $table i32)
    (local $bit i32)
    (local $from i32)
    (local $to i32)
    (local $power v128)
    (loop $tables
      (v128.store (local.get $table) (v128.const i64x2 0 0))
      (local.set $bit (i32.const 16))
      (loop $bits
        (local.set $to (i32.add (local.get $table) (local.get $bit)))
        (local.set $power (v128.load (local.get $to)))
        (local.set $from (local.get $table))
        (loop $sums
          (v128.store (local.get $to) (v128.xor (local.get $power) (v128.load (local.get $from))))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $to (i32.add (local.get $to) (i32.const 16)))
          (br_if $sums (i32.lt_u (local.get $from) (i32.add (local.get $table) (local.get $bit)))))
        (local.set $bit (i32.shl (local.get $bit) (i32.const 1)))
        (br_if $bits (i32.lt_u (local.get $bit) (i32.const 4096))))
      (local.set $table (i32.add (local.get $table) (i32.const 4096)))
      (br_if $tables (i32.lt_u (local.get $table) (i32.const 65536)))))`.trim()

// Memory: the 64 KiB of tables from 0; what is hashed and XORed stands behind.
const source = `(module
  (memory (export "memory") 16)
  ;; GHASH (NIST SP 800-38D §6.4) of $blocks blocks at $a and as many at $b, side by side to hide the latency of the loads, into the
  ;; two blocks at $acc.
  (func (export "ghash") (param $acc i32) (param $a i32) (param $b i32) (param $blocks i32)
    (local $x v128)
    (local $y v128)
    (local.set $x (v128.load (local.get $acc)))
    (local.set $y (v128.load offset=16 (local.get $acc)))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $blocks)))
        (local.set $x (v128.xor (local.get $x) (v128.load (local.get $a))))
        (local.set $y (v128.xor (local.get $y) (v128.load (local.get $b))))
        ${product("$x")}
        (local.set $x)
        ${product("$y")}
        (local.set $y)
        (local.set $a (i32.add (local.get $a) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
        (br $next)))
    (v128.store (local.get $acc) (local.get $x))
    (v128.store offset=16 (local.get $acc) (local.get $y)))
  ;; Fills the tables, of which the entries at powers of two stand.
  ${fillTables}
  ;; $blocks blocks at $from are XORed onto those at $to.
  (func (export "xor") (param $to i32) (param $from i32) (param $blocks i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $blocks)))
        (v128.store (local.get $to) (v128.xor (v128.load (local.get $to)) (v128.load (local.get $from))))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
        (br $next))))
)`

const module = (await wabt()).parseWat("ghash.wat", source, { simd: true })
const base64 = Buffer.from(module.toBinary({}).buffer).toString("base64")
const lines = base64.match(/.{1,110}/g).map(line => `  "${line}"`)
writeFileSync(
  join(import.meta.dirname, "../src/node/ghash-wasm.ts"),
  `/** Made by scripts/build-wasm.mjs: SIMD WebAssembly with \`ghash(acc, a, b, blocks)\`, \`tables()\` and \`xor(to, from, blocks)\`. */\nexport const GHASH_WASM =\n${lines.join(" +\n")}\n`,
)
