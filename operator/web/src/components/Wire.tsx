import { pieces, plain } from "../format/text";

/** A name that came from outside: isolated from the page's text direction, with what would hide or reorder made visible, cut by the style sheet only. */
export function Wire({ text, class: extra = "" }: { text: string; class?: string }) {
  const parts = pieces(text);
  return (
    <bdi class={`wire ${extra}`} title={plain(text)}>
      {text === "" ? <span class="made">empty</span> : parts.map((part, index) => (part.made ? <span key={index} class="made">{part.text}</span> : part.text))}
    </bdi>
  );
}
