/** Logs of racoon2's iked: IKEv1 as racoon logs it behind another prefix, and dumps of IKEv2 SAs. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { expect, it } from "vitest"
import { importSecrets } from "../../src/secrets/import.ts"
import type { Secrets } from "../../src/secrets/secrets.ts"
import { analyzeCapture, fixtureCapture } from "../helpers/capture-edit.ts"

const keys = (path: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures/keys", path), "utf8")
const read = (text: string): Secrets => importSecrets(text, { file: "iked.log" }).secrets
const prefix = "2026-11-21 00:00:01 [DEBUG]: ike_sa.c:164:ike_sa_dump(): "
/** A dump as racoon2's plogdump writes it: rows of eight words, below a line that is all prefix. */
const dump = (title: string, hex: string) =>
  `${prefix}${title}\n${prefix}\n${(hex.match(/.{1,64}/g) ?? []).map(row => row.match(/.{1,8}/g)?.join(" ")).join("\n")}\n`

it("reads racoon2's IKEv1 as racoon's", () => {
  const log = keys("racoon/racoon.log")
  const theirs = log
    .replace(/^([\d-]+ [\d:]+): DEBUG: /gm, "$1 [DEBUG]: oakley.c:2345:oakley_compute_enckey(): ")
    .replace(/(?<=\(\): )(?=[0-9a-f]{8} )/g, "\n")
  const values = (s: Secrets) => s.ikeSas.map(({ origin: _, ...sa }) => sa)
  expect(values(read(log))).toHaveLength(1)
  expect(values(read(theirs))).toEqual(values(read(log)))
})

it("opens an IKEv2 SA with racoon2's dump of it, and none with another SPI or key", async () => {
  const [sa] = JSON.parse(keys("strongswan/expected.json")).ike_sas
  const names = ["sk_d", "sk_ai", "sk_ar", "sk_ei", "sk_er", "sk_pi", "sk_pr"] as const
  const log = [
    `${prefix}index:${sa.spi_i} ${sa.spi_r} serial_number:1 version:2 is_initiator:1\n`,
    ...names
      .filter(n => sa[n])
      .map(n => dump(`${n.replace(/([aep])([ir])$/, "$1_$2")}${n === "sk_ai" ? "" : ":"}`, sa[n])),
    `${prefix}verified_info: packet 0x0 result 0\n`,
  ].join("")
  const opened = async (text: string) =>
    (await analyzeCapture(fixtureCapture("v2-psk-modp2048"), read(text))).report.esp_sas.reduce(
      (n, d) => n + d.icv_ok,
      0,
    )
  expect(read(log).ikeSas).toMatchObject([{ version: "2.0", spiI: sa.spi_i, spiR: sa.spi_r }])
  expect(await opened(log)).toBe(86)
  expect(
    await opened(log.replaceAll(sa.sk_d.slice(0, 8), "00000000").replaceAll(sa.sk_ei.slice(0, 8), "00000000")),
  ).toBe(0)
})
