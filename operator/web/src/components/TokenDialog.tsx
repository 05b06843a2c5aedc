import { useEffect, useRef, useState } from "preact/hooks";
import { token, tokenFault } from "../data/token";
import { Command } from "./Command";

/** The token's audience is the dashboard: nothing else takes it. */
const command = "kubectl create token kafkamesh-tap -n kafkamesh-system --audience kafkamesh --duration 1h";

interface Props {
  purpose: "look" | "tap";
  onToken: (token: string) => void;
  onClose: () => void;
}

/** Asks for a bearer token, with the commands that make one. The token stays in this tab. */
export function TokenDialog({ purpose, onToken, onClose }: Props) {
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
            ? "A tap shows what single requests were about, so Kubernetes decides who may: whoever may get kafkamonitors/tap in the namespace. The account kafkamesh-tap, which the installation made, may in all of them."
            : "Kubernetes checks who asks: whoever may get kafkamonitors."}
        </p>
        <h3>A token for an hour</h3>
        <Command label="Command that prints a token" text={command} />
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
