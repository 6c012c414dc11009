/** Secrets in copies: each way in which people and programs hand text on gives the same secrets, or none, and never others. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { NO_SECRETS, type Secrets } from "../../src/secrets/secrets.ts"

const SK = "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f"
const bytes = Buffer.from(SK, "hex")
const grouped = (text: string, by: string, n = 2) => (text.match(new RegExp(`.{1,${n}}`, "g")) ?? []).join(by)
const array = [...bytes].map(b => `0x${b.toString(16).padStart(2, "0")}`)
const escaped = [...bytes].map(b => `\\x${b.toString(16).padStart(2, "0")}`).join("")
/** As Python prints it: what is printable as it is. */
const python = [...bytes]
  .map(b =>
    b > 0x20 && b < 0x7f && b !== 0x5c && b !== 0x27 ? String.fromCharCode(b) : `\\x${b.toString(16).padStart(2, "0")}`,
  )
  .join("")

/** One value of 32 bytes behind its name. */
const NAMED: Readonly<Record<string, string>> = {
  "colon-separated": `SK_d: ${grouped(SK, ":")}`,
  "wpa_supplicant's hexdump": `IKEV2: SK_d - hexdump(len=32): ${grouped(SK, " ")}`,
  "Python's bytes": `SK_d = b'${python}'`,
  "an escaped string": `sk_d: "${escaped}"`,
  "a C array": `unsigned char SK_d[32] = {${array.join(", ")}};`,
  "a C array over lines": `static const uint8_t SK_d[] = {\n  ${array.slice(0, 16).join(", ")},\n  ${array.slice(16).join(", ")}\n};`,
  "Go's bytes": `SK_d: []byte{${array.join(", ")}}`,
  "Go's %v": `SK_d=[${[...bytes].join(" ")}]`,
  "Java's signed bytes": `SK_d=[${[...new Int8Array(bytes)].join(", ")}]`,
  "an Erlang binary": `SK_d: <<${[...bytes].join(",")}>>`,
  "marked Base64": `SK_d (base64): ${bytes.toString("base64")}`,
  "strongSwan's Base64": `SK_d = 0s${bytes.toString("base64")}`,
  "YAML's binary": `sk_d: !!binary ${bytes.toString("base64")}`,
  "groups with 0x": `SK_d: ${grouped(SK, " 0x", 8).replace(/^/, "0x")}`,
  "a Markdown table": `| SK_d | ${SK} |`,
  "Markdown bold": `**SK_d**: ${SK}`,
  "Markdown code": `\`SK_d\`: \`${SK}\``,
  "an HTML table": `<tr><td>SK_d</td><td>${SK}</td></tr>`,
  "an XML element": `<sk_d>${SK}</sk_d>`,
  "a dotted leader": `SK_d........: ${SK}`,
  "hexdump -C": `SK_d\n00000000  ${grouped(SK.slice(0, 16), " ")}  ${grouped(SK.slice(16, 32), " ")}  |................|\n00000010  ${grouped(SK.slice(32, 48), " ")}  ${grouped(SK.slice(48), " ")}  |................|\n00000020`,
  "od -tx1": `SK_d:\n0000000 ${grouped(SK.slice(0, 32), " ")}\n0000020 ${grouped(SK.slice(32), " ")}\n0000040`,
  "gdb's x/32xb": `SK_d = {\n${[0, 8, 16, 24].map(at => `0x7fff00${at.toString(16).padStart(2, "0")}:\t${array.slice(at, at + 8).join("\t")}`).join("\n")}`,
  "a value that goes on in the next line": `SK_d: ${SK.slice(0, 40)}\n${SK.slice(40)}`,
  "a mail's soft line break": `the key of the SA as it was printed by the daemon: SK_d: ${SK.slice(0, 18)}=\n${SK.slice(18)}`,
  "a Docker log": JSON.stringify({ log: `SK_d: ${SK}\n`, stream: "stderr" }),
  "journald's JSON": JSON.stringify({ __REALTIME_TIMESTAMP: "1", MESSAGE: `SK_d: ${SK}`, _PID: "1" }),
  "journald's JSON of bytes": JSON.stringify({ MESSAGE: [...Buffer.from(`\x1b[0mSK_d: ${SK}`)] }),
  "a JSON logger": JSON.stringify({ level: "debug", msg: "keys", SK_d: SK }),
}

describe("a value of 32 bytes", () => {
  it.each(Object.entries(NAMED))("%s", (_, text) => {
    const { secrets } = importSecrets(text, { file: "copy" })
    expect(secrets.ikeSas.map(sa => sa.values.sk_d && toHex(sa.values.sk_d))).toEqual([SK])
  })

  it("whose dump lacks rows is none, and said", () => {
    const row = (at: string) =>
      `${at}  ${grouped(SK.slice(0, 16), " ")}  ${grouped(SK.slice(16, 32), " ")}  |................|`
    const { secrets, notes } = importSecrets(`SK_d:\n${row("00000000")}\n${row("00000040")}\nSK_ai: ${SK}`, {
      file: "copy",
    })
    expect(secrets.ikeSas.map(sa => Object.keys(sa.values))).toEqual([["sk_ai"]])
    expect(notes).toMatchObject([{ severity: "warning", line: 1 }])
  })

  it("in text without a byte in it is none", () => {
    expect(() => importSecrets("SK_d: \"not a secret\"\nSK_d = b'also none here'", { file: "copy" })).toThrow(
      "no secrets",
    )
  })
})

const lines = (text: string, of: (line: string, i: number) => string) => text.split("\n").map(of).join("\n")

const html = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** What stands around each line of a log. */
const WRAPPINGS: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  "quoted mail": t => lines(t, l => `> ${l}`),
  syslog: t => lines(t, l => `Nov 27 10:00:00 gw charon: ${l}`),
  "syslog, RFC 5424": t => lines(t, l => `<30>1 2026-11-27T10:00:00.123456+00:00 gw charon 123 - - ${l}`),
  "journald JSON": t => lines(t, l => JSON.stringify({ MESSAGE: l, _PID: "4" })),
  "Docker JSON": t => lines(t, l => JSON.stringify({ log: `${l}\n`, stream: "stdout" })),
  "containerd, CRI": t => lines(t, l => `2026-11-27T10:00:00.123456789Z stdout F ${l}`),
  "kubectl logs --prefix": t => lines(t, l => `[pod/gw-0/vpn] ${l}`),
  "Docker Compose": t => lines(t, l => `gw-1  | ${l}`),
  "grep -n": t => lines(t, (l, i) => `charon.log:${i + 1}:${l}`),
  "time stamps": t => lines(t, l => `[2026-11-27 10:00:00.123] ${l}`),
  "cat -n": t => lines(t, (l, i) => `${String(i + 1).padStart(6)}\t${l}`),
  "Windows line ends": t => t.replaceAll("\n", "\r\n"),
  "UTF-16": t => Buffer.from(`\ufeff${t}`, "utf16le"),
  "UTF-16 without a mark": t => Buffer.from(t, "utf16le"),
  "a Markdown fence": t => `\`\`\`\n${t}\n\`\`\``,
  HTML: t => `<pre>${html(t)}</pre>`,
  "a web page's lines": t =>
    lines(t, l => `<div class="line">${l.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</div>`),
  colours: t => lines(t, l => `\x1b[32m${l}\x1b[0m`),
  "line numbers before blanks": t => lines(t, (l, i) => `${String(i + 1).padStart(5)}  ${l}`),
  "a viewer's line numbers": t => lines(t, (l, i) => `${i + 1} | ${l}`),
  "indented text": t => lines(t, l => `    ${l}`),
  "blank lines between": t => t.replaceAll("\n", "\n\n"),
  "one JSON string": t => JSON.stringify(t),
  "an automation's JSON": t => JSON.stringify({ rc: 0, stdout: t }),
  "one line of HTML": t => `<div>${html(t).replaceAll("\n", "<br/>")}</div>`,
  "a table of HTML": t =>
    `<table>${t
      .split("\n")
      .map(l => `<tr><td>${html(l)}</td></tr>`)
      .join("")}</table>`,
  "quoted-printable mail": t => `Content-Transfer-Encoding: quoted-printable\n\n${lines(t, printable)}`,
}

/** A line in quoted-printable, with soft breaks. RFC 2045 §6.7. */
function printable(line: string): string {
  const characters = [...line].map(c => (c === "=" ? "=3D" : c))
  const rows = [""]
  for (const c of characters) {
    if (rows[rows.length - 1].length + c.length > 75) rows.push("")
    rows[rows.length - 1] += c
  }
  return rows.join("=\n")
}
/** Cuts that may cost a secret and must not make another one. */
const CUTS: typeof WRAPPINGS = {
  "a terminal of 80 columns": t => lines(t, l => (l.match(/.{1,80}/g) ?? [""]).join("\n")),
  "a pretty JSON array": t =>
    JSON.stringify(
      t.split("\n").map(message => ({ message })),
      null,
      1,
    ),
  "a diff": t => lines(t, l => `+${l}`),
}

const keys = resolve(import.meta.dirname, "../../fixtures/keys")
/** All files of text. */
const SOURCES = readdirSync(keys, { recursive: true, encoding: "utf8" }).filter(name => isText(resolve(keys, name)))

function isText(path: string): boolean {
  return statSync(path).isFile() && !path.endsWith(".json") && !/[\x00-\x08]/.test(readFileSync(path, "latin1"))
}

/** The values of all secrets, without where they stand. */
function valuesOf(secrets: Secrets): string[] {
  const all = Object.entries(secrets).flatMap(([kind, list]) =>
    (list as readonly object[]).map(({ ...secret }) => {
      const plain: Record<string, unknown> = { ...secret, origin: kind }
      return JSON.stringify(plain, (_, v) => (v instanceof Uint8Array ? toHex(v) : v))
    }),
  )
  return all.sort()
}

function read(text: string | Uint8Array): Secrets {
  try {
    return importSecrets(text, { file: "copy" }).secrets
  } catch {
    return NO_SECRETS
  }
}

describe.each(SOURCES)("%s", source => {
  const text = readFileSync(resolve(keys, source), "utf8")
  const whole = valuesOf(read(text))

  it.each(Object.entries(WRAPPINGS))("in %s", (_, wrap) => {
    expect(whole.length).toBeGreaterThan(0)
    expect(valuesOf(read(wrap(text)))).toEqual(whole)
  })

  it.each(Object.entries(CUTS))("in %s gives no other secret", (_, cut) => {
    const got = read(cut(text))
    const known = whole.join("\n")
    for (const { key, integKey } of got.childSas)
      for (const value of [key, integKey]) expect(known).toContain(toHex(value))
    for (const { value } of got.dhShared) expect(known).toContain(toHex(value))
  })
})

describe("ip xfrm state in one line, or behind ticks", () => {
  const text = readFileSync(resolve(keys, "xfrm/ip-xfrm-state"), "utf8")
  it.each([
    ["a line a state, as -o prints it", text.replaceAll("\n\t", "\\\t")],
    ["all in one line", text.replaceAll(/\s+/g, " ")],
    ["each line as code", text.replaceAll(/^\s*(.+)$/gm, "`$1`")],
  ])("%s", (_, copy) => {
    expect(valuesOf(read(copy))).toEqual(valuesOf(read(text)))
  })
})

describe("charon's log that a mail or a terminal wrapped", () => {
  const text = readFileSync(resolve(keys, "strongswan/charon.log"), "utf8")
  const whole = valuesOf(read(text))

  it.each([76, 80, 100])("at %s columns is the same, suites too", columns => {
    const anywhere = text.replaceAll(new RegExp(`.{${columns}}(?=.)`, "g"), "$&\n")
    const atBlanks = text.replaceAll(new RegExp(`(.{1,${columns}})(?: +|$)`, "gm"), "$1\n")
    expect(whole.some(secret => secret.includes("HMAC-SHA2-256"))).toBe(true)
    expect(valuesOf(read(anywhere))).toEqual(whole)
    expect(valuesOf(read(atBlanks.replaceAll("\n\n", "\n")))).toEqual(whole)
  })
})
