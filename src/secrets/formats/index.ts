/** The line-oriented formats, in the order in which they may claim a line. */
import type { LineFormat } from "../line-format.ts"
import { fortigate } from "./fortigate.ts"
import { ikev2Line } from "./ikev2-line.ts"
import { ipsecSecrets } from "./ipsec-secrets.ts"
import { ipsecctl } from "./ipsecctl.ts"
import { keylog } from "./keylog.ts"
import { libreswan } from "./libreswan.ts"
import { mikrotik } from "./mikrotik.ts"
import { named } from "./named.ts"
import { openiked } from "./openiked.ts"
import { pem } from "./pem.ts"
import { pskTxt } from "./psk-txt.ts"
import { racoon } from "./racoon.ts"
import { setkey } from "./setkey.ts"
import { sslkeylog } from "./sslkeylog.ts"
import { strongswanLog } from "./strongswan-log.ts"
import { swanctl } from "./swanctl.ts"
import { tcpdumpE } from "./tcpdump-e.ts"
import { vpnc } from "./vpnc.ts"
import { vpncConf } from "./vpnc-conf.ts"
import { vpp } from "./vpp.ts"
import { wiresharkEsp } from "./wireshark-esp.ts"
import { wiresharkIkev1 } from "./wireshark-ikev1.ts"
import { wiresharkIkev2 } from "./wireshark-ikev2.ts"
import { xfrm } from "./xfrm.ts"

export const FORMATS: readonly LineFormat[] = [
  strongswanLog,
  pem,
  keylog,
  sslkeylog,
  ikev2Line,
  libreswan,
  openiked,
  tcpdumpE,
  xfrm,
  fortigate,
  mikrotik,
  vpp,
  racoon,
  vpnc,
  setkey,
  ipsecctl,
  wiresharkEsp,
  wiresharkIkev2,
  wiresharkIkev1,
  ipsecSecrets,
  swanctl,
  vpncConf,
  // Sees lines that nobody else takes.
  pskTxt,
  // Takes any line that bears a name, so it is asked last.
  named,
]
