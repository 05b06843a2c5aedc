import { figureText } from "../components/figures";
import { PodName } from "../components/PodName";
import { plain, plural } from "../format/text";
import { kindOf, nameOf } from "./node";
import { stepOf } from "./FlowLine";
import { type Box, boxHeight, type Wire } from "./layout";

interface Props {
  box: Box;
  boxWidth: number;
  wires: readonly Wire[];
  dim: boolean;
  selected: boolean;
  onHover: (id: string | null) => void;
  onFocused: (id: string | null) => void;
  onSelect: (id: string | null) => void;
  /** To the first or last of its lines. */
  onStep: (by: 1 | -1) => void;
}

/** A workload, pod, topic or broker, as a button. */
export function NodeBox({ box, boxWidth, wires, dim, selected, onHover, onFocused, onSelect, onStep }: Props) {
  const { node } = box;
  const press = (): void => onSelect(selected ? null : node.id);
  const own = wires.filter((wire) => wire.from === box || wire.to === box);
  const role = box.side === "consume" ? ", consumes " : box.side === "produce" && own.some((wire) => wire.edge.kind === "produce") ? ", produces " : " ";
  return (
    <g
      class={`node ${node.kind}${dim ? " dim" : ""}${selected ? " selected" : ""}`}
      transform={`translate(${box.x} ${box.y})`}
      role="button"
      tabIndex={0}
      aria-pressed={selected}
      data-box={box.key}
      onPointerEnter={() => onHover(node.id)}
      onPointerLeave={() => onHover(null)}
      onFocus={() => onFocused(node.id)}
      onBlur={() => onFocused(null)}
      onClick={press}
      onKeyDown={(event) => {
        const step = stepOf(event.key);
        if (event.key !== "Enter" && event.key !== " " && step === null) return;
        event.preventDefault();
        if (step === null) press();
        else onStep(step);
      }}
    >
      <rect width={boxWidth} height={boxHeight} rx={7} />
      <rect class="mark" width={3} height={boxHeight - 14} x={7} y={7} rx={1.5} />
      <foreignObject x={16} y={0} width={boxWidth - 22} height={boxHeight}>
        <div class="node-text" title={plain(nameOf(node))}>
          <span class="sr-only">{kindOf(node)} </span>
          {node.kind === "pod" ? <PodName name={node.name} /> : <bdi class="node-name">{plain(nameOf(node))}</bdi>}
          <span class="sr-only">{role}</span>
          <span class="node-note num">{noteOf(box, own)}</span>
        </div>
      </foreignObject>
    </g>
  );
}

function noteOf(box: Box, wires: readonly Wire[]): string {
  if (box.node.kind === "workload" && wires.length === 0) return plural(box.node.pods ?? 0, "pod");
  const edges = wires.map((wire) => wire.edge);
  if (edges.some((edge) => edge.kind === "connect")) {
    const failed = edges.reduce((sum, edge) => sum + (edge.connectErrors ?? 0), 0);
    return plural(edges.reduce((sum, edge) => sum + (edge.connections ?? 0), 0), "connection") + (failed > 0 ? `, ${failed.toLocaleString("en")} failed` : "");
  }
  const known = edges.map((edge) => edge.bytesPerSecond).filter((value): value is number => typeof value === "number");
  return known.length === 0 ? "" : figureText(known.reduce((sum, value) => sum + value, 0), "bytesRate");
}
