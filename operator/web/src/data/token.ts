/** The bearer token that the user gave. Kept for this browser tab only; forgotten with it. */
const key = "kafkamesh.token";
const listeners = new Set<() => void>();
let current: string | null = read();

function read(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

export function token(): string | null {
  return current;
}

/** Sets or, with null, forgets the token. Whoever listens asks the server again. */
export function setToken(value: string | null): void {
  current = value;
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // Storage is switched off: the token lives as long as the page.
  }
  for (const listener of listeners) listener();
}

export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Why a text cannot be a token, or null. A header value takes printable ASCII only. */
export function tokenFault(text: string): string | null {
  if (text === "") return "Paste the token that the command printed.";
  if (/\s/.test(text)) return "A token has no spaces or line breaks: paste only what the command printed.";
  if (!/^[\x21-\x7e]+$/.test(text)) return "A token has plain ASCII characters only.";
  return null;
}

/** Headers of a request. The API server's service proxy keeps `Authorization` for itself, so the token has a header of its own. */
export function authHeaders(): Record<string, string> {
  return current === null ? {} : { "X-KafkaMesh-Token": current };
}
