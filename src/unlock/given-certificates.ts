/** The certificates of the keys files. Each text is parsed once. */
import { type CertificateInfo, describeCertificate } from "../pki/certificate.ts"
import { pemToDer } from "../pki/pem.ts"
import type { Secrets, TextSecret } from "../secrets/secrets.ts"

export class GivenCertificates {
  readonly #parsed = new Map<TextSecret, readonly CertificateInfo[]>()

  constructor(private readonly secrets: Pick<Secrets, "certificates">) {}

  all(): readonly CertificateInfo[] {
    return this.secrets.certificates.flatMap(secret => this.of(secret))
  }

  of(secret: TextSecret): readonly CertificateInfo[] {
    let list = this.#parsed.get(secret)
    if (!list) {
      list = pemToDer(secret.pem, /CERTIFICATE/).flatMap(der => describeCertificate(der) ?? [])
      this.#parsed.set(secret, list)
    }
    return list
  }
}
