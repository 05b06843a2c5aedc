import { Command } from "../components/Command";
import { State } from "../components/states";

const example = `kubectl apply -f - <<EOF
apiVersion: kafkamesh.io/v1alpha1
kind: KafkaMonitor
metadata:
  name: orders
  namespace: default
spec:
  selector:
    matchLabels:
      app: orders
EOF`;

const annotate = `kubectl -n default patch deployment orders -p \\
  '{"spec":{"template":{"metadata":{"annotations":{"kafkamesh.io/inject":"enabled"}}}}}'`;

/** How to make the first monitor. */
export function NoMonitors() {
  return (
    <State title="There is no KafkaMonitor yet">
      <p>A KafkaMonitor selects pods by their labels. Two steps, with <code>orders</code> for your application:</p>
      <ol class="steps">
        <li><p>Make a monitor beside the pods.</p><Command label="Command that makes a KafkaMonitor" text={example} /></li>
        <li><p>Ask for the sidecar. The pods are made anew and carry it.</p><Command label="Command that annotates a Deployment" text={annotate} /></li>
      </ol>
      <p>This page shows it by itself.</p>
    </State>
  );
}
