/** Transforms of an ESP proposal in IKEv1; the alias is the report's name, which takes the key bits behind it. */
import { registry } from "../registry.ts"

/** IPSEC ESP Transform Identifiers. RFC 2407 §4.4.4. */
export const TRANS_ESP = registry(
  "IPSEC ESP Transform Identifiers",
  {
    0: ["Reserved", "RFC 2407", "reserved"],
    1: ["ESP_DES_IV64", "RFC 2407", "", "DES-IV64"],
    2: ["ESP_DES", "RFC 2405", "", "DES-CBC"],
    3: ["ESP_3DES", "RFC 2451", "", "3DES-CBC"],
    4: ["ESP_RC5", "RFC 2451", "", "RC5-CBC"],
    5: ["ESP_IDEA", "RFC 2451", "", "IDEA-CBC"],
    6: ["ESP_CAST", "RFC 2451", "", "CAST-CBC"],
    7: ["ESP_BLOWFISH", "RFC 2451", "", "BLOWFISH-CBC"],
    8: ["ESP_3IDEA", "RFC 2407", "", "3IDEA-CBC"],
    9: ["ESP_DES_IV32", "RFC 2407", "", "DES-IV32"],
    10: ["ESP_RC4", "RFC 2407", "", "RC4"],
    11: ["ESP_NULL", "RFC 2410", "", "NULL"],
    12: ["ESP_AES-CBC", "RFC 3602", "", "AES-CBC"],
    13: ["ESP_AES-CTR", "RFC 3686", "", "AES-CTR"],
    14: ["ESP_AES-CCM_8", "RFC 4309", "", "AES-CCM-8"],
    15: ["ESP_AES-CCM_12", "RFC 4309", "", "AES-CCM-12"],
    16: ["ESP_AES-CCM_16", "RFC 4309", "", "AES-CCM-16"],
    18: ["ESP_AES-GCM_8", "RFC 4106", "", "AES-GCM-8"],
    19: ["ESP_AES-GCM_12", "RFC 4106", "", "AES-GCM-12"],
    20: ["ESP_AES-GCM_16", "RFC 4106", "", "AES-GCM-16"],
    21: ["ESP_SEED_CBC", "RFC 4196", "", "SEED-CBC"],
    22: ["ESP_CAMELLIA", "RFC 4312", "", "CAMELLIA-CBC"],
    23: ["ESP_NULL_AUTH_AES-GMAC", "RFC 4543", "", "NULL-AES-GMAC"],
    249: ["ESP_MARS", "libreswan", "private", "MARS-CBC"],
    250: ["ESP_RC6", "libreswan", "private", "RC6-CBC"],
    251: ["ESP_KAME_NULL", "KAME", "private", "KAME-NULL"],
    252: ["ESP_SERPENT", "libreswan", "private", "SERPENT-CBC"],
    253: ["ESP_TWOFISH", "libreswan", "private", "TWOFISH-CBC"],
  },
  [[249, 255, "Private Use"]],
)
