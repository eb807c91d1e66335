import { Store } from "./store";

export type Permission = "granted" | "denied" | "default" | "none";

/** The most of a message that a notification shows. */
const EXCERPT = 140;

/** Tells the agent of what happens while they look elsewhere. They are asked by a button, never unasked. */
export class Notifier {
  readonly permission = new Store<Permission>(typeof Notification === "undefined" ? "none" : Notification.permission);

  async ask(): Promise<void> {
    this.permission.set(await Notification.requestPermission());
  }

  /** `tag`: a newer one of the same takes its place. */
  tell(title: string, content: string, tag: string, chosen: () => void): void {
    if (this.permission.get() !== "granted") return;
    const body = content.length > EXCERPT ? `${content.slice(0, EXCERPT)}…` : content;
    try {
      const notification = new Notification(title, { body, tag });
      notification.onclick = () => {
        focus();
        chosen();
        notification.close();
      };
    } catch {
      // Some mobile browsers have notifications for service workers alone; the title still tells.
      this.permission.set("none");
    }
  }
}
