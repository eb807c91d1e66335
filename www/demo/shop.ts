// The demo shop's pages, and what it lets agents and bots do: its functions on `window.pzl.api`.
import { addToBasket, applyVoucher, basket, discountOf, emptyBasket, PRODUCTS, removeFromBasket } from "./basket";

const NOTICE_MS = 4000;

const find = <T extends HTMLElement>(id: string): T | null => document.getElementById(id) as T | null;
const euros = (amount: number): string => `€${amount.toFixed(2).replace(/\.00$/, "")}`;

function write(id: string, text: string): void {
  const element = find(id);
  if (element) element.textContent = text;
}

let noticeTimer = 0;
function notice(text: string): void {
  write("notice", text);
  clearTimeout(noticeTimer);
  noticeTimer = window.setTimeout(() => write("notice", ""), NOTICE_MS);
}

function onSubmit(id: string, act: (form: HTMLFormElement) => void): void {
  find<HTMLFormElement>(id)?.addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.target as HTMLFormElement);
  });
}

function put(id: string, quantity = 1): void {
  addToBasket(id, quantity);
  notice(`${PRODUCTS[id]?.name} is in the basket.`);
}

function line({ id, name, quantity, price }: ReturnType<typeof basket>["lines"][number]): HTMLTableRowElement {
  const row = document.createElement("tr");
  for (const text of [name, String(quantity), euros(price * quantity)]) row.insertCell().textContent = text;
  const remove = document.createElement("button");
  remove.className = "quiet";
  remove.textContent = "Remove";
  remove.setAttribute("aria-label", `Remove ${name}`);
  remove.addEventListener("click", () => removeFromBasket(id));
  row.insertCell().append(remove);
  return row;
}

function showBasket(): void {
  const { lines, voucher, total } = basket();
  write("basket-count", String(lines.reduce((sum, { quantity }) => sum + quantity, 0)));
  write("total", euros(total));
  write("discount-name", voucher ?? "");
  write("discount", `−${discountOf(voucher)} %`);
  find("basket-lines")?.replaceChildren(...lines.map(line));
  find("discount-row")?.toggleAttribute("hidden", !voucher);
  find("basket-empty")?.toggleAttribute("hidden", lines.length > 0);
  find("basket-full")?.toggleAttribute("hidden", lines.length === 0);
}

function showProduct(): void {
  const form = find<HTMLFormElement>("add-form");
  if (!form) return;
  const asked = new URLSearchParams(location.search).get("id") ?? "lamp";
  const id = Object.hasOwn(PRODUCTS, asked) ? asked : "lamp";
  const product = PRODUCTS[id];
  if (!product) return;
  document.title = `${product.name} · Lun`;
  write("product-name", product.name);
  write("product-text", product.text);
  write("product-price", euros(product.price));
  find<HTMLImageElement>("product-image")?.setAttribute("src", `img/${id}.svg`);
  onSubmit("add-form", () => put(id, find<HTMLInputElement>("quantity")?.valueAsNumber || 1));
}

for (const button of document.querySelectorAll<HTMLElement>("[data-add]")) {
  button.addEventListener("click", () => put(button.dataset.add ?? "lamp"));
}
onSubmit("voucher-form", async () => {
  try {
    const { voucher } = await applyVoucher(find<HTMLInputElement>("voucher")?.value ?? "");
    notice(`${voucher} takes ${discountOf(voucher)} % off.`);
  } catch (error) {
    notice((error as Error).message);
  }
});
onSubmit("checkout-form", () => {
  emptyBasket();
  location.assign("thanks.html");
});
addEventListener("basket", showBasket);
addEventListener("storage", showBasket);
showProduct();
showBasket();

const pzl = (((window as { pzl?: { api?: object } }).pzl ??= {}).api ??= {});
Object.assign(pzl, { addToBasket, removeFromBasket, applyVoucher, getBasket: basket });
