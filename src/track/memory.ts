/** What one analysis remembers to save work: texts, names and shapes that repeat from message to message. Nothing of it changes a result. */
import { Copies } from "../bytes/copies.ts"
import { Shapes } from "../ike/shared/shapes.ts"
import { AddressTexts } from "../net/address.ts"
import { NameLists } from "./exchange.ts"
import { VendorNames } from "./vendors.ts"

export class Memory {
  readonly copies = new Copies()
  readonly addresses = new AddressTexts()
  readonly shapes = new Shapes()
  readonly names = new NameLists()
  readonly vendors = new VendorNames()
}
