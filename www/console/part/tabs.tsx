import type { JSX } from "preact";

interface Props {
  label: string;
  /** Id and text. */
  names: readonly (readonly [string, string])[];
  shown: string;
  show(id: string): void;
}

/** Tabs; the arrow keys go from one to the next. Each has a panel `panel-ID`. */
export function Tabs({ label, names, shown, show }: Props): JSX.Element {
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = names.findIndex(([id]) => id === shown) + step;
    const [next] = names.at(at % names.length) ?? [shown];
    event.preventDefault();
    show(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {names.map(([id, text]) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-selected={id === shown}
          aria-controls={id === shown ? `panel-${id}` : undefined}
          tabIndex={id === shown ? 0 : -1}
          onClick={() => show(id)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
