import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { type Draft, type Fault, NO, YES, at, isMeantEmpty, lengthOf, meantEmpty, withLength, withoutItem } from "../core/form";
import { type Field as Shape, placed } from "../core/schema";
import { t } from "../core/text";
import { Doc } from "./doc";
import { Icon } from "./icon";

interface Props {
  field: Shape;
  draft: Draft;
  faults: Readonly<Record<string, Fault>>;
  change(draft: Draft): void;
  /** In place of the field's name. */
  caption?: string;
}

/** A field of a command's form. */
export function Field(props: Props): JSX.Element {
  switch (props.field.kind) {
    case "object":
      return <ObjectField {...props} fields={props.field.fields} />;
    case "list":
      return <ListField {...props} item={props.field.item} />;
    default:
      return <Leaf {...props} />;
  }
}

function Caption({ field, caption }: Pick<Props, "field" | "caption">): JSX.Element {
  return (
    <>
      {caption ?? <code>{field.name}</code>}
      {!field.required && <span class="soft"> {t("optional")}</span>}
    </>
  );
}

function ObjectField({ fields, ...props }: Props & { fields: readonly Shape[] }): JSX.Element {
  return (
    <fieldset class="group">
      <legend>
        <Caption {...props} />
      </legend>
      {props.field.doc && (
        <p class="hint">
          <Doc content={props.field.doc} />
        </p>
      )}
      <div class="fields compact">
        {fields.map((field) => (
          <Field key={field.path} {...props} field={field} caption={undefined} />
        ))}
      </div>
    </fieldset>
  );
}

function ListField({ item, ...props }: Props & { item: Shape }): JSX.Element {
  const { field, draft, change } = props;
  const length = lengthOf(field.path, draft);
  const add = (): void => change(withLength(draft, field.path, length + 1));
  return (
    <fieldset class="group">
      <legend>
        <Caption {...props} />
      </legend>
      {field.doc && (
        <p class="hint">
          <Doc content={field.doc} />
        </p>
      )}
      {Array.from({ length }, (_, index) => (
        <div class="row" key={index}>
          <Field {...props} field={placed(item, `${field.path}.${index}`, `${index}`)} caption={t("value", { n: index + 1 })} />
          <button
            type="button"
            class="plain square"
            aria-label={t("removeValue", { n: index + 1 })}
            onClick={() => change(withoutItem(draft, field.path, index))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button type="button" class="small" onClick={add}>
        <Icon name="plus" />
        {t("addValue")}
      </button>
    </fieldset>
  );
}

function Leaf(props: Props): JSX.Element {
  const { field, draft, faults, change } = props;
  const id = useId();
  const fault = at(faults, field.path);
  const hint = field.doc ?? (field.kind === "json" ? t("jsonHint") : undefined);
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;
  const emptiable = field.kind === "text" && field.required && (fault === "required" || isMeantEmpty(draft, field.path));
  const common = { id, name: field.path, "aria-describedby": described, "aria-invalid": fault ? true : undefined } as const;
  const set = (value: string): void => change({ ...draft, [field.path]: value });
  return (
    <div class="field">
      <label for={id}>
        <Caption {...props} />
      </label>
      <Control field={field} value={at(draft, field.path) ?? ""} set={set} common={common} />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          <Doc content={hint} />
        </p>
      )}
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {t(`fault_${fault}`)}
        </p>
      )}
      {emptiable && (
        <label class="check">
          <input
            type="checkbox"
            checked={isMeantEmpty(draft, field.path)}
            onChange={(event) => change(meantEmpty(draft, field.path, event.currentTarget.checked))}
          />
          {t("sendEmpty")}
        </label>
      )}
    </div>
  );
}

interface ControlProps {
  field: Shape;
  value: string;
  set(value: string): void;
  common: { id: string; name: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };
}

function Control({ field, value, set, common }: ControlProps): JSX.Element {
  if (field.kind === "choice" || field.kind === "boolean") {
    const options = field.kind === "choice" ? field.options.map((option) => [option, option]) : [[YES, t("yes")], [NO, t("no")]];
    const none = field.required ? t("choose") : t("leaveOut");
    return (
      <select {...common} value={value} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">{none}</option>
        {options.map(([option, shown]) => (
          <option key={option} value={option}>
            {shown}
          </option>
        ))}
      </select>
    );
  }
  const numeric = field.kind === "number" || field.kind === "integer";
  return (
    <input
      {...common}
      type="text"
      inputMode={numeric ? "decimal" : "text"}
      autocomplete="off"
      spellcheck={false}
      autocapitalize="off"
      value={value}
      onInput={(event) => set(event.currentTarget.value)}
    />
  );
}
