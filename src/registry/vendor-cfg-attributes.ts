/** Configuration attributes of vendors, which IKEv1 and IKEv2 number alike. */
export const VENDOR_CFG_ATTRIBUTES = {
  INTERNAL_IP4_SERVER: [23456, "Microsoft", { status: "private" }],
  INTERNAL_IP6_SERVER: [23457, "Microsoft", { status: "private" }],
  UNITY_BANNER: [28672, "Cisco Unity", { status: "private" }],
  UNITY_SAVE_PASSWD: [28673, "Cisco Unity", { status: "private" }],
  UNITY_DEF_DOMAIN: [28674, "Cisco Unity", { status: "private" }],
  UNITY_SPLIT_DOMAIN: [28675, "Cisco Unity", { status: "private" }],
  UNITY_SPLIT_INCLUDE: [28676, "Cisco Unity", { status: "private" }],
  UNITY_NATT_PORT: [28677, "Cisco Unity", { status: "private" }],
  UNITY_SPLIT_EXCLUDE: [28678, "Cisco Unity", { status: "private" }],
  UNITY_PFS: [28679, "Cisco Unity", { status: "private" }],
  UNITY_FW_TYPE: [28680, "Cisco Unity", { status: "private" }],
  UNITY_BACKUP_SERVERS: [28681, "Cisco Unity", { status: "private" }],
  UNITY_DDNS_HOSTNAME: [28682, "Cisco Unity", { status: "private" }],
} as const
