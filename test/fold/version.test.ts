/** Messages of versions that IKE never had. */
import { expect, it } from "vitest"
import { analyzeCapture } from "../../src/index.ts"
import { ike, ipv4, rawIp, udp } from "../helpers/packets.ts"

it("a message of a version that IKE never had makes no SA, and is said", async () => {
  const message = ike(1)
  message[17] = 0x32
  const { report } = await analyzeCapture(rawIp(ipv4(17, udp(500, 500, message)), ipv4(17, udp(500, 500, ike(2)))))
  expect(report.ike_sas).toHaveLength(1)
  expect(report.diagnostics.filter(d => d.code === "ike-version").map(d => [d.frame, d.message])).toEqual([
    [1, expect.stringContaining("3.2")],
  ])
})
