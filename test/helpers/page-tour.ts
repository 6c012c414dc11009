/** The tour of the page by the keyboard alone, for any browser: v2-nat and its keys are open. */
/** A browser's keyboard, and what its page shows. */
export interface Tourist {
  press(key: string): Promise<unknown>
  type(text: string): Promise<unknown>
  /** Waits until the text of an element fits; an empty text stands for an element that is not there. */
  sees(selector: string, text: RegExp): Promise<unknown>
  /** Waits until the part of the address behind `#` fits. */
  links(text: RegExp): Promise<unknown>
  /** Waits until an element has the keyboard. */
  focused(selector: string): Promise<unknown>
}

/** In the page: whether the text of an element fits, or there is none and none is wanted. */
export const isSeen = ([selector, text]: readonly string[]): boolean =>
  new RegExp(text).test(document.querySelector(selector)?.textContent ?? "")

/** `findings`: frames of findings, the next one first. */
export async function tour({ press, type, sees, links, focused }: Tourist, findings: readonly number[]): Promise<void> {
  const goTo = async (frame: number) => {
    await press("g")
    await focused("[role=dialog] input")
    await type(String(frame))
    await press("Enter")
    await links(new RegExp(`f=${frame}(&|$)`))
  }
  await sees(".verdict h1", /./)
  await press("j")
  await links(/f=1(&|$)/)
  await press("j")
  await press("Enter")
  await sees("aside.right header b", /^Frame 2 /)
  await press("]")
  await links(/f=1(&|$)/)
  await press("J")
  await links(/x=/)
  await press("y")
  await sees("[role=dialog]", /ikedump show capture\.pcap 1 --keys keys\.json/)
  await press("Escape")
  await press("Escape")
  await sees("aside.right", /^$/)
  await press("n")
  await links(new RegExp(`f=${findings[0]}(&|$)`))
  await goTo(92)
  await press("Escape")
  await press("2")
  await sees(".pk .r.on", /CREATE_CHILD_SA/)
  await press("p")
  await press("/")
  await focused("input")
  await type("isakmp.exchangetype == IKE_AUTH")
  await press("Enter")
  await sees(".count", /^2 of 128/)
  await press("3")
  await sees(".kg [data-node]", /./)
  await press("v")
  await sees(".det", /Hide/)
  await press("v")
  await sees(".det", /Show/)
  await press("4")
  await sees(".card", /./)
  await press("5")
  await sees(".page h1, .page h2", /Compare/)
  await press("1")
  await goTo(91)
  await press("?")
  await sees("[role=dialog]", /next finding/)
  await press("Escape")
  await press("+")
  await links(/z=/)
  await press("0")
  await links(/^(?!.*z=)/)
  await press("s")
  await links(/s=child/)
  await press("S")
  await links(/s=ike|^(?!.*s=)/)
}
