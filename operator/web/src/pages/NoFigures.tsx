import { icons } from "../components/icons";
import { State } from "../components/states";
import type { ApiProblem } from "../data/problem";

/** In place of figures that never came: why, and what brings them. */
export function NoFigures({ problem }: { problem: ApiProblem | null }) {
  const when = problem?.status === 401 ? "when a token is given" : problem?.status === 403 ? "with a token that may see them" : "as soon as the operator answers";
  return <State icon={icons.alert} title="No figures yet"><p>{problem !== null && `${problem.title}. `}They appear {when}.</p></State>;
}
