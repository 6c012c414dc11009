/** What other sensors' tools read: Suricata's EVE, Zeek's ipsec.log, Elastic's ECS, OpenMetrics. */
import { isOneOf } from "../../bytes/typed.ts"
import { metricsOf, openMetrics } from "../openmetrics.ts"
import { ecs } from "./ecs.ts"
import { eve } from "./eve.ts"
import type { SensorInput } from "./messages.ts"
import { zeek } from "./zeek.ts"

export const SENSOR_FORMATS = ["eve", "zeek", "ecs", "openmetrics"] as const
export type SensorFormat = (typeof SENSOR_FORMATS)[number]

export const isSensorFormat = (format: string): format is SensorFormat => isOneOf(SENSOR_FORMATS, format)

/** The report in one of `SENSOR_FORMATS`, piece by piece. */
export function renderSensor(input: SensorInput, format: SensorFormat): Iterable<string> {
  switch (format) {
    case "eve":
      return eve(input)
    case "zeek":
      return zeek(input)
    case "ecs":
      return ecs(input)
    case "openmetrics":
      return openMetrics(metricsOf(input.report))
  }
}
