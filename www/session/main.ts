// What a visitor sees of the chat's session: forms, the FAQ's question, the place in the queue, who is there. Fetched
// where the site has a channel; it stands in the widget's panel.
import { ask, type Where } from "./ask";
import { button, make } from "./element";
import { form, type Field } from "./form";
import en from "./locale/en.json";
import nb from "./locale/nb.json";

/** `style.css`, as the build has minified it. */
declare const __STYLE__: string;

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

/** One status' screen: what is said, and what stands below. */
type Screen = [text: string, ...parts: Node[]];

const PRE_CHAT = 1;
const FAQ = 2;
const OFFLINE = 3;
const QUEUE = 4;
const CUSTOMER = 5;
const USER = 6;
const FINISHED = 7;
const CLOSED = 9;
const POSTED = 10;
const FROM_QUEUE = 11;

/** Puts the screens into the widget's panel. */
export function mount(root: ShadowRoot, lang: string): Screens {
  return new Panel(root, lang);
}

class Panel implements Screens {
  private readonly texts: Texts;
  /** What is read out when it changes; it stays in its place, because live regions that move are not heard. */
  private readonly voice = make("p", { role: "status" });
  private readonly body = make("div", { class: "body" });
  private readonly card = make("section", { class: "session" }, this.voice, this.body);
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
    sheet.replaceSync(__STYLE__);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    this.card.hidden = true;
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
    const { status, user } = standing;
    const had = this.closeInput(status === PRE_CHAT || status === OFFLINE) || this.card.contains(this.root.activeElement);
    const [text, ...parts] = this.screen();
    this.card.hidden = !text && !parts.length;
    if (this.voice.textContent !== text) this.voice.textContent = text;
    const shown = [status, user, status === FAQ && this.hasAnswer].join();
    if (shown === this.shown) return;
    this.shown = shown;
    this.body.replaceChildren(...parts);
    // A form's heading is seen where it stands.
    this.voice.className = this.body.querySelector("h2") ? "voice" : "";
    if (had) this.focus();
  }

  /** To the form's first field, else to where one writes, else to what can be done. */
  private focus(): void {
    const composer = this.root.querySelector<HTMLElement>(".composer:not([hidden]) textarea");
    (this.body.querySelector<HTMLElement>("input, textarea, select") ?? composer ?? this.body.querySelector("button"))?.focus();
  }

  private screen(): Screen {
    const { texts, channel } = this;
    const { status, user, queuePosition } = this.standing;
    switch (status) {
      case PRE_CHAT:
        return this.form("preChat", "start", channel.preChat);
      case OFFLINE:
        return this.form("offline", "leave", channel.offline, texts.offlineWhy);
      case FINISHED:
        return this.form("postChat", "rate", channel.postChat, texts.postChatWhy, this.transcript());
      case FAQ:
        return this.hasAnswer
          ? [texts.helped!, button(texts.yes!, () => this.judge(true), "main"), button(texts.no!, () => this.judge(false))]
          : [texts.faq!, button(texts.person!, () => this.judge(false))];
      case QUEUE:
        return [queuePosition ? texts.place!.replace("#", String(queuePosition)) : texts.queue!, this.leave("quit")];
      case CUSTOMER:
      case USER:
        return [user ? texts.talking!.replace("#", user) : "", this.transcript(), this.leave("end")];
      case POSTED:
        return [texts.posted!];
      case CLOSED:
        return [texts.over!, this.transcript()];
      case FROM_QUEUE:
        return [texts.left!];
      default:
        return [""];
    }
  }

  private form(name: "preChat" | "offline" | "postChat", submit: string, fields: Field[], why?: string, ...more: Node[]): Screen {
    if (!fields.length) return [why ?? this.texts.over!, ...more];
    const { texts, lang } = this;
    const send = async (values: object) => {
      const { status, text } = await ask(this.where, "POST", "/session/form", { form: name, fields: values });
      if (status === 200) return void this.show({ ...this.standing, ...(JSON.parse(text) as Standing) });
      const field: unknown = status === 400 ? (JSON.parse(text) as { field?: unknown }).field : "";
      return String(field ?? "").replace("fields.", "");
    };
    const head = make("div", {}, make("h2", {}, texts[name]!), why ? make("p", { class: "soft" }, why) : undefined);
    return [texts[name]!, head, form(texts, lang, name, submit, fields, send), ...more];
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

  private leave(label: string): HTMLElement {
    return button(this.texts[label]!, () => this.tell("/session/leave", {}), "plain");
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

  /** Whether the focus was in it and has to go elsewhere. */
  private closeInput(closed: boolean): boolean {
    const composer = this.root.querySelector<HTMLElement>(".composer");
    const had = closed && !!composer?.contains(this.root.activeElement);
    composer?.toggleAttribute("hidden", closed);
    return had;
  }
}
