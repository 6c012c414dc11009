/** PEM armour (RFC 7468) to DER. */

/** The DER of each block whose label matches, in order; blocks that are not base64 are left out. */
export function pemToDer(pem: string, label = /./): Uint8Array[] {
  return pemBlocks(pem)
    .filter(b => label.test(b.label))
    .map(b => b.der)
}

export interface PemBlock {
  /** `CERTIFICATE`, `RSA PRIVATE KEY`, `X509 CRL` … */
  readonly label: string
  readonly der: Uint8Array
}

/** All blocks of a text. */
export function pemBlocks(pem: string): PemBlock[] {
  const out: PemBlock[] = []
  for (const [, label, body] of pem.matchAll(/-----BEGIN ([^-\r\n]+)-----([^-]*)-----END \1-----/g)) {
    const der = fromBase64(body.replace(/\s+/g, ""))
    if (der) out.push({ label, der })
  }
  return out
}

function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  try {
    return Uint8Array.from(atob(text), c => c.charCodeAt(0))
  } catch {
    return undefined
  }
}
