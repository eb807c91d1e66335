// What the shop sells and what the visitor wants of it.

export interface Product {
  name: string;
  text: string;
  /** In euros. */
  price: number;
}

export interface Basket {
  lines: { id: string; name: string; quantity: number; price: number }[];
  voucher: string | null;
  total: number;
}

export const PRODUCTS: Record<string, Product> = {
  lamp: { name: "Dusk lamp", text: "A warm circle of light for the end of the day.", price: 129 },
  mug: { name: "Harbour mug", text: "Stoneware, thrown by hand, holds a generous morning.", price: 24 },
  blanket: { name: "Moor blanket", text: "Lambswool, woven in three stripes of evening.", price: 149 },
  clock: { name: "Quiet clock", text: "Sweeps instead of ticking.", price: 89 },
  pot: { name: "Sill pot", text: "Terracotta with a saucer, plant included.", price: 39 },
  stool: { name: "Low stool", text: "Oiled oak on four honest legs.", price: 110 },
};

const VOUCHERS: Record<string, number> = { WELCOME10: 10, DOCENT20: 20 };
const MOST = 9;
const KEY = "lun-basket";

interface Kept {
  quantities: Record<string, number>;
  voucher: string | null;
}

function kept(): Kept {
  try {
    const { quantities = {}, voucher = null } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { quantities, voucher };
  } catch {
    return { quantities: {}, voucher: null };
  }
}

function keep(change: (basket: Kept) => void): Basket {
  const now = kept();
  change(now);
  localStorage.setItem(KEY, JSON.stringify(now));
  dispatchEvent(new Event("basket"));
  return basket();
}

export function discountOf(voucher: string | null): number {
  return (voucher && VOUCHERS[voucher]) || 0;
}

export function basket(): Basket {
  const { quantities, voucher } = kept();
  const lines = Object.entries(PRODUCTS)
    .map(([id, { name, price }]) => ({ id, name, price, quantity: quantities[id] ?? 0 }))
    .filter((line) => line.quantity > 0);
  const sum = lines.reduce((total, line) => total + line.quantity * line.price, 0);
  return { lines, voucher, total: Math.round(sum * (100 - discountOf(voucher))) / 100 };
}

export function addToBasket(id: string, quantity = 1): Basket {
  if (!Object.hasOwn(PRODUCTS, id)) throw new Error(`There is no product “${id}”.`);
  if (!Number.isInteger(quantity) || quantity < 1) throw new Error("The quantity is a whole number from 1.");
  return keep(({ quantities }) => {
    quantities[id] = Math.min(MOST, (quantities[id] ?? 0) + quantity);
  });
}

export function removeFromBasket(id: string): Basket {
  return keep(({ quantities }) => {
    delete quantities[id];
  });
}

export function emptyBasket(): Basket {
  return keep((basket) => {
    basket.quantities = {};
    basket.voucher = null;
  });
}

export async function applyVoucher(code: string): Promise<Basket> {
  const voucher = String(code).trim().toUpperCase();
  if (!Object.hasOwn(VOUCHERS, voucher)) throw new Error(`The voucher “${voucher}” is not known.`);
  return keep((basket) => {
    basket.voucher = voucher;
  });
}
