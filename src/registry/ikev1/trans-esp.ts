/** Transforms of an ESP proposal in IKEv1; the alias is the report's name, which takes the key bits behind it. */
import { registry } from "../registry.ts"

/** IPSEC ESP Transform Identifiers. RFC 2407 §4.4.4. */
export const TRANS_ESP = registry(
  "IPSEC ESP Transform Identifiers",
  {
    RESERVED: [0, "RFC 2407", { name: "Reserved", status: "reserved" }],
    ESP_DES_IV64: [1, "RFC 2407", { alias: "DES-IV64" }],
    ESP_DES: [2, "RFC 2405", { alias: "DES-CBC" }],
    ESP_3DES: [3, "RFC 2451", { alias: "3DES-CBC" }],
    ESP_RC5: [4, "RFC 2451", { alias: "RC5-CBC" }],
    ESP_IDEA: [5, "RFC 2451", { alias: "IDEA-CBC" }],
    ESP_CAST: [6, "RFC 2451", { alias: "CAST-CBC" }],
    ESP_BLOWFISH: [7, "RFC 2451", { alias: "BLOWFISH-CBC" }],
    ESP_3IDEA: [8, "RFC 2407", { alias: "3IDEA-CBC" }],
    ESP_DES_IV32: [9, "RFC 2407", { alias: "DES-IV32" }],
    ESP_RC4: [10, "RFC 2407", { alias: "RC4" }],
    ESP_NULL: [11, "RFC 2410", { alias: "NULL" }],
    ESP_AES_CBC: [12, "RFC 3602", { name: "ESP_AES-CBC", alias: "AES-CBC" }],
    ESP_AES_CTR: [13, "RFC 3686", { name: "ESP_AES-CTR", alias: "AES-CTR" }],
    ESP_AES_CCM_8: [14, "RFC 4309", { name: "ESP_AES-CCM_8", alias: "AES-CCM-8" }],
    ESP_AES_CCM_12: [15, "RFC 4309", { name: "ESP_AES-CCM_12", alias: "AES-CCM-12" }],
    ESP_AES_CCM_16: [16, "RFC 4309", { name: "ESP_AES-CCM_16", alias: "AES-CCM-16" }],
    ESP_AES_GCM_8: [18, "RFC 4106", { name: "ESP_AES-GCM_8", alias: "AES-GCM-8" }],
    ESP_AES_GCM_12: [19, "RFC 4106", { name: "ESP_AES-GCM_12", alias: "AES-GCM-12" }],
    ESP_AES_GCM_16: [20, "RFC 4106", { name: "ESP_AES-GCM_16", alias: "AES-GCM-16" }],
    ESP_SEED_CBC: [21, "RFC 4196", { alias: "SEED-CBC" }],
    ESP_CAMELLIA: [22, "RFC 4312", { alias: "CAMELLIA-CBC" }],
    ESP_NULL_AUTH_AES_GMAC: [23, "RFC 4543", { name: "ESP_NULL_AUTH_AES-GMAC", alias: "NULL-AES-GMAC" }],
    ESP_MARS: [249, "libreswan", { alias: "MARS-CBC", status: "private" }],
    ESP_RC6: [250, "libreswan", { alias: "RC6-CBC", status: "private" }],
    ESP_KAME_NULL: [251, "KAME", { alias: "KAME-NULL", status: "private" }],
    ESP_SERPENT: [252, "libreswan", { alias: "SERPENT-CBC", status: "private" }],
    ESP_TWOFISH: [253, "libreswan", { alias: "TWOFISH-CBC", status: "private" }],
  },
  [[249, 255, "Private Use"]],
)
