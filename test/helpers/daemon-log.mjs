// Writes a charon log of so many MiB to standard output: `node daemon-log.mjs MIB [SAS_PER_MIB]`. Each SA has its own SPIs and secrets, as a busy
// gateway at level 4 logs them, and the lines without secrets between them.
import { createHash } from "node:crypto"
import { readFileSync, writeSync } from "node:fs"
import { fileURLToPath } from "node:url"

const [mib, perMib = 5] = process.argv.slice(2).map(Number)
const sample = readFileSync(
  fileURLToPath(new URL("../../fixtures/keys/strongswan/charon.log", import.meta.url)),
  "latin1",
)
const lines = sample.trimEnd().split("\n")
const ROW = /^(.*? {2,}\d{1,3}: )((?:[0-9A-F]{2} )+)( .*)$/
const hex = (seed, bytes) =>
  createHash("shake256", { outputLength: bytes }).update(seed).digest("hex").toUpperCase().match(/../g).join(" ")

function sa(n) {
  const spis = [hex(`i${n}`, 8), hex(`r${n}`, 8)]
  return lines
    .map((line, i) => {
      const row = ROW.exec(line)
      if (!row) return line.replaceAll("lab|1", `lab|${n}`)
      const digits = row[2].trim().split(" ").length
      const bytes = row[2].includes("23 F2 AC DB")
        ? row[2].replace("23 F2 AC DB 7D 9B 92 74", spis[0]).replace("EA 30 D8 77 D0 FD FA 23", spis[1])
        : `${hex(`${n} ${i}`, digits)} `
      return `${row[1].replaceAll("lab|1", `lab|${n}`)}${bytes}${row[3]}`
    })
    .join("\n")
}

const filler = "00:00:04 14[ENC] <lab|1>   parsing rule 7 U_INT_32\n00:00:04 14[ENC] <lab|1>    => 42\n".repeat(
  Math.ceil((1 << 20) / perMib / 90),
)
const write = text => {
  const bytes = Buffer.from(text, "latin1")
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (e) {
      if (e.code === "EPIPE") process.exit(0)
      if (e.code !== "EAGAIN") throw e
    }
  }
}
for (let written = 0, n = 1; written < mib * (1 << 20); n++) {
  const text = `${sa(n)}\n${filler}`
  write(text)
  written += text.length
}
