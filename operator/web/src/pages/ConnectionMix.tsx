import type { Connections } from "../data/contract";
import { plural } from "../format/text";

const kinds = [
  { name: "kafka", label: "Kafka", help: "decoded" },
  { name: "tls", label: "TLS", help: "relayed untouched, not decoded" },
  { name: "opaque", label: "other", help: "not Kafka, or no longer decodable" },
] as const;

/** Open connections by what could be seen of them: what is not decoded is never left out. */
export function ConnectionMix({ connections }: { connections: Connections }) {
  const total = kinds.reduce((sum, kind) => sum + (connections[kind.name] ?? 0), 0);
  if (total === 0) return <span class="mix"><span class="mix-words muted">none open</span></span>;
  return (
    <span class="mix" title={kinds.map((kind) => `${kind.label}: ${plural(connections[kind.name] ?? 0, "connection")}, ${kind.help}`).join("\n")}>
      <span class="mix-bar" aria-hidden="true">
        {kinds.map((kind) => {
          const share = (connections[kind.name] ?? 0) / total;
          return share === 0 ? null : <span key={kind.name} class={`mix-${kind.name}`} style={{ flexGrow: share }} />;
        })}
      </span>
      <span class="mix-words num">
        {kinds.filter((kind) => (connections[kind.name] ?? 0) > 0).map((kind) => (
          <span key={kind.name} class={kind.name === "kafka" ? "" : "mix-unseen"}><data value={connections[kind.name]}>{connections[kind.name]}</data> {kind.label}</span>
        ))}
      </span>
    </span>
  );
}
