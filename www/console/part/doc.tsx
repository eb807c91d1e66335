import type { JSX } from "preact";

/** An explanation; what stands between backticks is code. */
export function Doc({ content }: { content: string | undefined }): JSX.Element {
  return <>{(content ?? "").split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}
