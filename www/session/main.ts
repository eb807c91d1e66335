// What a visitor sees of the chat's session: forms, the FAQ's question, the place in the queue, who is there. Fetched
// where the site has a channel; it stands in the widget's panel.
import { ask, type Where } from "./ask";
import { button, make } from "./element";
import { form, type Field } from "./form";
import en from "./locale/en.json";
import nb from "./locale/nb.json";
import style from "./style.css";

export type Texts = Record<string, string>;

/** The site's channel, as the gateway's first frame has it. */
export interface Channel {
  preChat: Field[];
  offline: Field[];
  postChat: Field[];
}

/** Where the session stands. */
export interface Standing {
  status: number;
  user?: string;
  queuePosition?: number;
}

export interface Screens {
  /** The gateway greets: now, and after every lost connection. */
  greet(where: Where, channel: Channel, standing: Standing): void;
  /** The session changed: a `session` event's data. */
  change(data: Record<string, unknown>): void;
  /** The FAQ has answered. */
  answered(): void;
  remove(): void;
}

const [PRE_CHAT, FAQ, OFFLINE, QUEUE, CUSTOMER, USER, FINISHED, CLOSED, POSTED, FROM_QUEUE] = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11];

/** Puts the screens into the widget's panel. */
export function mount(root: ShadowRoot, lang: string): Screens {
  return new Panel(root, lang);
}

class Panel implements Screens {
  private readonly texts: Texts;
  private readonly card = make("section", { class: "session" });
  private readonly voice = make("div", { role: "status" });
  private where: Where = ["", ""];
  private channel: Channel = { preChat: [], offline: [], postChat: [] };
  private standing: Standing = { status: 0 };
  private hasAnswer = false;
  /** What is shown: a form is not built anew while it is filled in. */
  private shown = "";

  constructor(
    private readonly root: ShadowRoot,
    private readonly lang: string,
  ) {
    this.texts = lang === "nb" ? nb : en;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    root.querySelector(".foot")?.before(this.card);
  }

  greet(where: Where, channel: Channel, standing: Standing): void {
    [this.where, this.channel] = [where, channel];
    this.show(standing);
  }

  change({ new: status, user, queuePosition }: Record<string, unknown>): void {
    const next: Standing = { ...this.standing };
    if (typeof status === "object" && status && "status" in status) next.status = Number(status.status);
    if (user !== undefined) next.user = typeof user === "string" ? user : undefined;
    if (typeof queuePosition === "number") next.queuePosition = queuePosition;
    else if (next.status !== this.standing.status) delete next.queuePosition;
    this.show(next);
  }

  answered(): void {
    this.hasAnswer = true;
    this.show(this.standing);
  }

  remove(): void {
    this.card.remove();
    this.closeInput(false);
  }

  private show(standing: Standing): void {
    this.standing = standing;
    const { status, user, queuePosition } = standing;
    this.closeInput(status === PRE_CHAT || status === OFFLINE);
    const shown = JSON.stringify([status, user, queuePosition, status === FAQ && this.hasAnswer]);
    if (shown === this.shown) return;
    this.shown = shown;
    const had = this.card.contains(this.root.activeElement);
    this.card.replaceChildren(...this.screen());
    if (had) (this.card.querySelector<HTMLElement>("input, textarea, select, button") ?? this.root.querySelector<HTMLElement>("textarea"))?.focus();
  }

  private screen(): Node[] {
    const { texts, channel } = this;
    const { status, user, queuePosition } = this.standing;
    switch (status) {
      case PRE_CHAT:
        return this.form("preChat", "start", channel.preChat);
      case OFFLINE:
        return this.form("offline", "leave", channel.offline, texts.offlineWhy);
      case FINISHED:
        return [...this.form("postChat", "rate", channel.postChat, texts.postChatWhy), this.transcript()];
      case FAQ:
        return this.line(
          texts[this.hasAnswer ? "helped" : "faq"]!,
          ...(this.hasAnswer ? [button(texts.yes!, () => this.judge(true), "main"), button(texts.no!, () => this.judge(false))] : [button(texts.person!, () => this.judge(false))]),
        );
      case QUEUE:
        return this.line(queuePosition ? texts.place!.replace("#", String(queuePosition)) : texts.queue!);
      case CUSTOMER:
      case USER:
        return this.line(user ? texts.talking!.replace("#", user) : "", this.transcript(), button(texts.end!, () => this.tell("/session/leave", {}), "plain"));
      case POSTED:
        return this.line(texts.posted!);
      case CLOSED:
      case FROM_QUEUE:
        return this.line(texts.over!, this.transcript());
      default:
        return [];
    }
  }

  /** A sentence, which is read out, and what can be done. */
  private line(text: string, ...buttons: Node[]): Node[] {
    this.voice.textContent = "";
    const words = make("p", {}, this.voice);
    // A live region speaks of what changes in it once it is there.
    setTimeout(() => (this.voice.textContent = text), 50);
    return [make("div", { class: "row-of" }, words, ...buttons)];
  }

  private form(name: "preChat" | "offline" | "postChat", submit: string, fields: Field[], why?: string): Node[] {
    if (!fields.length) return this.line(this.texts.over!);
    const { texts, lang } = this;
    const send = async (values: object) => {
      const { status, text } = await ask(this.where, "POST", "/session/form", { form: name, fields: values });
      if (status === 200) return void this.show({ ...this.standing, ...(JSON.parse(text) as Standing) });
      const field: unknown = status === 400 ? (JSON.parse(text) as { field?: unknown }).field : "";
      return String(field ?? "").replace("fields.", "");
    };
    const head = [make("h2", {}, texts[name]!), why ? make("p", { class: "soft" }, why) : undefined].filter((node) => node !== undefined);
    return [...head, form(texts, lang, name, submit, fields, send)];
  }

  private judge(helped: boolean): Promise<void> {
    return this.tell("/session/faq", { helped });
  }

  private async tell(path: string, body: object): Promise<void> {
    const { status, text } = await ask(this.where, "POST", path, body);
    if (status === 200) this.show(JSON.parse(text) as Standing);
    // A 409 comes with an event that tells why.
    else if (status !== 409) this.voice.textContent = this.texts.failed!;
  }

  private transcript(): HTMLElement {
    return button(
      this.texts.transcript!,
      async () => {
        const { status, text } = await ask(this.where, "GET", "/transcript");
        if (status !== 200) return void (this.voice.textContent = this.texts.failed!);
        const href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
        make("a", { href, download: "transcript.txt" }).click();
        setTimeout(() => URL.revokeObjectURL(href), 10_000);
      },
      "plain",
    );
  }

  private closeInput(closed: boolean): void {
    this.root.querySelector(".composer")?.toggleAttribute("hidden", closed);
  }
}
