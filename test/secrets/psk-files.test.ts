/** Pre-shared keys out of the configuration files of daemons and clients. */
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { importSecrets, SecretsError } from "../../src/secrets/import.ts"

const read = (text: string) => importSecrets(text, { file: "t" })
const psks = (text: string) => read(text).secrets.psks.map(p => [new TextDecoder().decode(p.value), p.id])

describe("ipsec.secrets", () => {
  it("takes each selector as an identity, %any as none", () => {
    expect(
      psks(
        '# comment\nleft.lab right.lab : PSK "geheim"\n@gw 192.0.2.1 : PSK "b" # more\n%any : PSK c\n: PSK "d"\n: RSA key.pem\nx : EAP "no"\n',
      ),
    ).toEqual([
      ["geheim", "left.lab"],
      ["geheim", "right.lab"],
      ["b", "gw"],
      ["b", "192.0.2.1"],
      ["c", undefined],
      ["d", undefined],
    ])
  })

  it("reads hexadecimal and Base64", () => {
    expect(read(": PSK 0x0102ff\n: PSK 0sAQL/\n").secrets.psks.map(p => toHex(p.value))).toEqual(["0102ff"])
  })
})

it("swanctl.conf: secrets of IKE and PPKs, not passwords of EAP", () => {
  const text = `connections {\n lab {\n  version = 2\n }\n}\nsecrets {\n ike-1 {\n  id-1 = left.lab\n  secret = "one"\n }\n eap-bob {\n  id = bob\n  secret = "no"\n }\n ppk-a {\n  id = "ppk@lab"\n  secret = 0xaabb\n }\n ike {\n  secret = two\n }\n}\n`
  expect(psks(text)).toEqual([
    ["one", "left.lab"],
    ["two", undefined],
  ])
  expect(read(text).secrets.ppks.map(p => [toHex(p.value), p.id])).toEqual([["aabb", "ppk@lab"]])
})

it("swanctl.conf with sections in one line", () => {
  const text = `secrets { ike-1 { id = "a}b"\n secret = "o{ne" } # }\n eap-x { id = bob\n secret = no } ike-2 { secret = two }\n ike-3 { secret = "three" } }\n`
  expect(psks(text)).toEqual([
    ["o{ne", "a}b"],
    ["two", undefined],
    ["three", undefined],
  ])
})

it("iked.conf", () => {
  expect(
    psks('ikev2 "lab" active esp from 10.0.0.0/8 to any peer 192.0.2.1 \\\n  srcid a dstid b psk "geheim"\n'),
  ).toEqual([["geheim", undefined]])
})

it("iked's log echoes its policies, which are no configuration", () => {
  expect(() =>
    read('ikev2 "lab" passive tunnel esp inet from 10.0.0.0/8 to any lifetime 10800 bytes 4294967296 psk 0x6162\n'),
  ).toThrow(SecretsError)
})

describe("racoon psk.txt", () => {
  it("is a file of nothing else", () => {
    expect(psks("# racoon\n192.0.2.1 geheim\nbob@example.org  zwei Worte\n* drei\n")).toEqual([
      ["geheim", "192.0.2.1"],
      ["zwei Worte", "bob@example.org"],
      ["drei", undefined],
    ])
    expect(() => read("192.0.2.1 geheim\nand other text of a log\n")).toThrow(SecretsError)
  })
})

describe("Cisco group passwords", () => {
  // A published example of the obfuscation.
  const hidden = "9196FE0075E359E6A2486905A1EFAE9A11D652B2C588EF3FBA15574237302B74C194EC7D0DD16645CB534D94CE85FEC4"
  it.each([
    ["vpnc", `IPSec gateway vpn.example.org\nIPSec ID group\nIPSec obfuscated secret ${hidden}\n`],
    ["pcf", `[main]\nGroupName=group\nGroupPwd=\nenc_GroupPwd=${hidden}\n`],
  ])("%s", (_, text) => {
    expect(psks(text)).toEqual([["letmein", undefined]])
  })

  it("in the clear, and damaged", () => {
    expect(psks("IPSec secret geheim\n")).toEqual([["geheim", undefined]])
    const { secrets, notes } = read(`IPSec obfuscated secret ${hidden.replace(/.$/, "0")}\n`)
    expect([secrets.psks, notes.map(n => n.severity)]).toEqual([[], ["warning", "hint"]])
    expect(JSON.stringify(notes)).not.toContain(hidden.slice(0, 16))
  })
})
