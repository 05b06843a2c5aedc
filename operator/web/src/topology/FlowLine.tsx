import { plain } from "../format/text";
import { curve, type Wire } from "./layout";
import { sentenceOf } from "./Pointed";

interface Props {
  wire: Wire;
  boxWidth: number;
  lit: boolean;
  onHover: (key: string | null) => void;
  onFocused: (key: string | null) => void;
  /** To the next or the one before of the box that the arrow keys came from, or back to that box. */
  onStep: (by: 1 | -1 | "back") => void;
}

/** What flows between two boxes. Thin lines are hard to hit: a wide one that is not seen lies over each. */
export function FlowLine({ wire, boxWidth, lit, onHover, onFocused, onStep }: Props) {
  const path = curve(wire, boxWidth);
  return (
    <g
      class={`line${lit ? " lit" : ""}`}
      role="img"
      aria-label={plain(sentenceOf(wire))}
      tabIndex={-1}
      data-line={wire.key}
      onPointerEnter={() => onHover(wire.key)}
      onPointerLeave={() => onHover(null)}
      onFocus={() => onFocused(wire.key)}
      onBlur={() => onFocused(null)}
      onKeyDown={(event) => {
        const step = event.key === "Escape" ? "back" : stepOf(event.key);
        if (step === null) return;
        event.preventDefault();
        onStep(step);
      }}
    >
      <path class={`flow ${wire.edge.kind}`} d={path} stroke-width={(1 + wire.weight * 5).toFixed(1)} />
      <path class="reach" d={path} />
    </g>
  );
}

/** Which way an arrow key goes; null for every other key. */
export function stepOf(key: string): 1 | -1 | null {
  return key === "ArrowDown" || key === "ArrowRight" ? 1 : key === "ArrowUp" || key === "ArrowLeft" ? -1 : null;
}
