/** Elements of the page that have the focus or were hit. */

/** The element that has the focus and can give it up. */
export function focused(): HTMLElement | SVGElement | null {
  const element = document.activeElement
  return element instanceof HTMLElement || element instanceof SVGElement ? element : null
}
