/** The name of a finding as a title: `no-esp-ikev1` is "No ESP IKEv1". */

const ACRONYMS: ReadonlyMap<string, string> = new Map(
  "AH CA CP CRL EAP ESN ESP ICMP ICV IKE IKEv1 IKEv2 IV KE MOBIKE NAT PFS PPK PSK SA SAs SPI SPIs TCP TS XAUTH"
    .split(" ")
    .map(word => [word.toLowerCase(), word]),
)

/** A code or a rule's name in words, the field's abbreviations as the field writes them. */
export const codeTitle = (code: string): string =>
  sentence(
    code
      .split("-")
      .map(word => ACRONYMS.get(word) ?? word)
      .join(" "),
  )

/** Text with its first letter raised, unless it begins with a name (`left.lab`, `ike/0`) or an abbreviation. */
export const sentence = (text: string): string =>
  /^[a-z]+(?=[ ,]|$)/.test(text) ? text[0].toUpperCase() + text.slice(1) : text
