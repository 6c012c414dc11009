/** What NIST SP 800-77 Revision 1 says of lifetimes, which the audit measures without any profile, too. */
import type { Profile } from "../profile.ts"

export const TABLE = "Table 1 (p. vii)"
export const ESP_TABLE = "Table 1 (p. viii)"

export const sp80077r1Lifetimes: Profile = {
  id: "sp800-77r1",
  document: "NIST SP 800-77r1",
  title: "Guide to IPsec VPNs",
  edition: "2020-06",
  date: "2020-06",
  url: "https://doi.org/10.6028/NIST.SP.800-77r1",
  verified: "secondary",
  note: "2030 and 2035 are those of NIST IR 8547, a draft; ML-KEM and EdDSA are newer than the guide",
  ikeLifetime: { seconds: 86_400, level: "SHOULD", section: TABLE },
  childLifetime: { seconds: 28_800, level: "SHOULD", section: ESP_TABLE },
  lines: [],
}
