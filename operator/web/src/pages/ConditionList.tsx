import { Age } from "../components/figures";
import { icons } from "../components/icons";
import type { Condition } from "../data/contract";
import { isGood, meaningOf } from "./conditions";

/** Every condition in words: what its state means, what the operator says, and since when. */
export function ConditionList({ conditions }: { conditions: readonly Condition[] }) {
  if (conditions.length === 0) return null;
  return (
    <section class="panel padded" aria-labelledby="conditions-title">
      <h2 id="conditions-title">Conditions</h2>
      <ul class="conditions">
        {conditions.map((condition) => (
          <li key={condition.type} class={isGood(condition) ? "good" : "warn"}>
            <span class="condition-icon">{isGood(condition) ? icons.check : icons.alert}</span>
            <div>
              <p><strong>{condition.type}: {condition.status === "True" ? "yes" : condition.status === "False" ? "no" : "unknown"}.</strong> {meaningOf(condition)}</p>
              <p class="muted">{condition.message} <span class="condition-since"><code>{condition.reason}</code>{condition.since !== null && <>, since <Age of={condition.since} ago={false} /></>}</span></p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
