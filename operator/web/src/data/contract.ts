/** The shapes of the dashboard API, from the types that are generated out of docs/api/dashboard.openapi.yaml. */
import type { components } from "../../obj/api";

type Schemas = components["schemas"];

export type Info = Schemas["Info"];
export type Condition = Schemas["Condition"];
export type Traffic = Schemas["Traffic"];
export type Pods = Schemas["Pods"];
export type Connections = Schemas["Connections"];
export type MonitorSummary = Schemas["MonitorSummary"];
export type Health = MonitorSummary["health"];
export type MonitorList = Schemas["MonitorList"];
export type Monitor = Schemas["Monitor"];
export type Api = Schemas["Api"];
export type KafkaError = Schemas["Error"];
export type Topic = Schemas["Topic"];
export type TopicPage = Schemas["TopicPage"];
export type Client = Schemas["Client"];
export type Group = Schemas["Group"];
export type Pod = Schemas["Pod"];
export type History = Schemas["History"];
export type Topology = Schemas["Topology"];
export type TopologyNode = NonNullable<Topology["nodes"]>[number];
export type TopologyEdge = NonNullable<Topology["edges"]>[number];
export type Problem = Schemas["Problem"];

/** A figure that may be unknown; unknown is never shown as zero. */
export type Figure = number | null | undefined;

/** What one event of a tap says. Fields are the sidecar's; `pod` is added by the operator. */
export interface TapFrame {
  time: string;
  pod?: string;
  direction: string;
  connection: number;
  api: string;
  apiKey: number;
  version: number;
  correlationId: number;
  clientId?: string;
  size: number;
  latencyMilliseconds?: number;
  errors?: string[];
  topics: string[];
  moreTopics?: number;
}
