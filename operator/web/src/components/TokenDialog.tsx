import { useEffect, useRef, useState } from "preact/hooks";
import { token, tokenFault } from "../data/token";
import { Command } from "./Command";

interface Props {
  purpose: "look" | "tap";
  namespace?: string;
  onToken: (token: string) => void;
  onClose: () => void;
}

/** Asks for a bearer token, with the commands that make one. The token stays in this tab. */
export function TokenDialog({ purpose, namespace = "default", onToken, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => dialog.current?.showModal(), []);

  const submit = (event: Event): void => {
    event.preventDefault();
    const trimmed = text.trim();
    const wrong = tokenFault(trimmed);
    setFault(wrong);
    if (wrong !== null) return;
    onToken(trimmed);
    onClose();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="token-title" onClose={onClose}>
      <form method="dialog" onSubmit={submit}>
        <h2 id="token-title">{purpose === "tap" ? "A tap needs a token" : "This dashboard needs a token"}</h2>
        <p>
          {purpose === "tap"
            ? "A tap shows what single requests were about, so Kubernetes decides who may: whoever may get kafkamonitors/tap in the namespace."
            : "Kubernetes checks who asks. Give a token for the audience kafkamesh."}
        </p>
        {purpose === "tap" && (
          <>
            <h3>Once, for a service account that may tap</h3>
            <Command label="Commands that allow a service account to tap" text={permission(namespace)} />
          </>
        )}
        <h3>A token for an hour</h3>
        <Command label="Command that prints a token" text={purpose === "tap" ? `kubectl -n ${namespace} create token kafkamesh-tap --audience=kafkamesh --duration=1h` : `kubectl -n ${namespace} create token default --audience=kafkamesh --duration=1h`} />
        <label class="field">
          <span>Token</span>
          <textarea
            rows={3}
            autoComplete="off"
            spellcheck={false}
            value={text}
            aria-invalid={fault !== null}
            aria-describedby="token-fault token-note"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <p id="token-fault" class="fault" role="alert">{fault}</p>
        <p id="token-note" class="note">It is kept for this browser tab only, and sent to the operator alone.{token() !== null && " One is given already; this replaces it."}</p>
        <div class="dialog-actions">
          <button type="button" onClick={() => dialog.current?.close()}>Cancel</button>
          <button type="submit" class="primary">Use token</button>
        </div>
      </form>
    </dialog>
  );
}

function permission(namespace: string): string {
  return [
    `kubectl -n ${namespace} create serviceaccount kafkamesh-tap`,
    `kubectl -n ${namespace} create role kafkamesh-tap --verb=get --resource=kafkamonitors.kafkamesh.io/tap`,
    `kubectl -n ${namespace} create rolebinding kafkamesh-tap --role=kafkamesh-tap --serviceaccount=${namespace}:kafkamesh-tap`,
  ].join("\n");
}
