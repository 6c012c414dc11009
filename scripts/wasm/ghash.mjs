/** GHASH by tables of 8 bits, and what CTR needs: counter blocks, XOR. NIST SP 800-38D. */

/** XOR of the table entries of all 16 bytes of the block `x`: table i holds every byte value at byte position i, times H. */
const product = x =>
  Array.from({ length: 16 }, (_, i) => {
    const entry = `(v128.load offset=${4096 * i} (i32.shl (i8x16.extract_lane_u ${i} (local.get ${x})) (i32.const 4)))`
    return i === 0 ? entry : `${entry} (v128.xor)`
  }).join("\n        ")

/** The two halves of a block, each with its bytes reversed: big-endian to integers and back. */
const reversed = block => `(i8x16.shuffle 7 6 5 4 3 2 1 0 15 14 13 12 11 10 9 8 ${block} ${block})`

// First the powers: byte i of a block is the coefficients x^8i (0x80) to x^(8i+7) (0x01), so entry 0x80 of table 0 is H, and each next one
// that times x, a shift to the right reduced by 0xe1. Then every other entry is the XOR of the entries of its bits: the sums
// before each power again with it added.
const fillTables = `
  (func (export "tables") (param $h i32)
    (local $table i32)
    (local $bit i32)
    (local $from i32)
    (local $to i32)
    (local $power v128)
    (local $high i64)
    (local $low i64)
    (local $odd i64)
    (local.set $power ${reversed("(v128.load (local.get $h))")})
    (local.set $high (i64x2.extract_lane 0 (local.get $power)))
    (local.set $low (i64x2.extract_lane 1 (local.get $power)))
    (loop $tables
      (local.set $bit (i32.const 2048))
      (loop $powers
        (local.set $power (i64x2.replace_lane 1 (i64x2.splat (local.get $high)) (local.get $low)))
        (v128.store (i32.add (local.get $table) (local.get $bit)) ${reversed("(local.get $power)")})
        (local.set $odd (i64.and (local.get $low) (i64.const 1)))
        (local.set $low (i64.or (i64.shr_u (local.get $low) (i64.const 1)) (i64.shl (local.get $high) (i64.const 63))))
        (local.set $high
          (i64.xor
            (i64.shr_u (local.get $high) (i64.const 1))
            (i64.and (i64.sub (i64.const 0) (local.get $odd)) (i64.const 0xe100000000000000))))
        (local.set $bit (i32.shr_u (local.get $bit) (i32.const 1)))
        (br_if $powers (i32.ge_u (local.get $bit) (i32.const 16))))
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

/** The tables stand at 0 and take 64 KiB. */
export const GHASH_TABLE_BYTES = 65_536

export const ghash = `
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
  ;; Fills the tables for the hash key H at $h.
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
  ;; $blocks counter blocks at $to: the 12 bytes at $nonce, then a big-endian number from 1.
  (func (export "count") (param $to i32) (param $nonce i32) (param $blocks i32)
    (local $block v128)
    (local $number i32)
    (local.set $block (v128.load (local.get $nonce)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $number) (local.get $blocks)))
        (local.set $number (i32.add (local.get $number) (i32.const 1)))
        (v128.store
          (local.get $to)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 19 18 17 16 (local.get $block) (i32x4.splat (local.get $number))))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br $next))))`
