/**
 * What the published schema of JUnit reports (junit-10.xsd of the Jenkins xUnit plugin, after Surefire's) says of the elements that
 * matter, as a table: attributes, which of them must be there, and children.
 */

interface ElementRule {
  readonly required?: readonly string[]
  readonly optional?: readonly string[]
  readonly children?: readonly string[]
  readonly text?: boolean
}

const TEXT: ElementRule = { text: true }
const PROBLEM: ElementRule = { optional: ["type", "message"], text: true }

const ELEMENTS: Readonly<Record<string, ElementRule>> = {
  testsuites: { optional: ["name", "time", "tests", "failures", "errors"], children: ["testsuite"] },
  testsuite: {
    required: ["name", "tests", "failures", "errors"],
    optional: ["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
    children: ["testsuite", "properties", "testcase", "system-out", "system-err"],
  },
  testcase: {
    required: ["name"],
    optional: ["time", "classname", "group"],
    children: ["skipped", "error", "failure", "system-out", "system-err"],
  },
  properties: { children: ["property"] },
  property: { required: ["name", "value"] },
  failure: PROBLEM,
  error: PROBLEM,
  skipped: PROBLEM,
  "system-out": TEXT,
  "system-err": TEXT,
}

/** Where an XML text breaks the schema, or XML itself; empty when it does not. */
export function junitFaults(xml: string): string[] {
  const faults: string[] = []
  const open: string[] = []
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "")
  for (const [, close, name, attributes, empty, text] of body.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<>]+)/g,
  )) {
    if (text !== undefined) faults.push(...textFaults(text, open.at(-1)))
    else if (close) {
      if (open.pop() !== name) faults.push(`</${name}> closes nothing`)
    } else {
      faults.push(...elementFaults(name, attributes, open.at(-1)))
      if (!empty) open.push(name)
    }
  }
  const rest = body.replace(/<\/?[\w-]+(?:\s+[\w-]+="[^"<]*")*\s*\/?>|[^<>]+/g, "")
  return [
    ...faults,
    ...open.map(name => `${name} is not closed`),
    ...(rest === "" ? [] : [`not XML: ${rest.slice(0, 40)}`]),
  ]
}

function textFaults(text: string, parent: string | undefined): string[] {
  if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/i.test(text)) return [`a bare & in ${parent}`]
  return text.trim() === "" || (parent && ELEMENTS[parent]?.text) ? [] : [`${parent} may hold no text`]
}

function elementFaults(name: string, attributes: string, parent: string | undefined): string[] {
  const rule = ELEMENTS[name]
  if (!rule) return [`unknown element ${name}`]
  const given = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)]
  const allowed = [...(rule.required ?? []), ...(rule.optional ?? [])]
  const expected = parent === undefined ? ["testsuites", "testsuite"] : (ELEMENTS[parent]?.children ?? [])
  return [
    ...(expected.includes(name) ? [] : [`${name} may not stand in ${parent}`]),
    ...(rule.required ?? []).filter(r => !given.some(([, a]) => a === r)).map(r => `${name} has no attribute "${r}"`),
    ...given.filter(([, a]) => !allowed.includes(a)).map(([, a]) => `${name} may not have the attribute "${a}"`),
    ...given.flatMap(([, a, value]) => textFaults(value, "failure").map(f => `${a}: ${f}`)),
  ]
}
