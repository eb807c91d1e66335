import { useEffect, useState } from "preact/hooks";

/** From here on there is room for the chat and the visitor's page side by side. `frame.css` has the same. */
const WIDE = "(min-width: 64rem)";

export function useWide(): boolean {
  const [query] = useState(() => matchMedia(WIDE));
  const [wide, setWide] = useState(query.matches);
  useEffect(() => {
    const change = (): void => setWide(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, [query]);
  return wide;
}
