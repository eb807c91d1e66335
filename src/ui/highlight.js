// Where a highlight stands: measured in the page, written to the overlay, both only where something changed.

/** Between what is highlighted and the square's inner edge, and between the label and the viewport's. */
const GAP = 4;
const scrolls = /auto|scroll|hidden|clip/;

function make(part) {
  const element = document.createElement("div");
  element.className = "highlight-" + part;
  element.setAttribute("part", "highlight-" + part);
  return element;
}

/** The elements outside which nothing of `element` is seen. */
function clippers(element) {
  const found = [];
  for (let at = element.parentElement; at && at !== document.body && at !== document.documentElement; at = at.parentElement) {
    const { overflowX, overflowY, position } = getComputedStyle(at);
    if (scrolls.test(overflowX + overflowY)) found.push(at);
    if (position === "fixed") break;
  }
  return found;
}

export class Overlay {
  constructor(root) {
    this.root = root;
    this.layer = make("layer");
    this.square = this.layer.appendChild(make("square"));
    this.label = this.layer.appendChild(make("label"));
    this.label.dir = "auto";
    this.layer.setAttribute("popover", "manual");
    this.spoken = make("spoken");
    this.spoken.setAttribute("role", "status");
    root.appendChild(this.spoken);
  }

  /** Shows the label's text in these colours, above everything. */
  dress(text, square, background, color) {
    const { layer, label } = this;
    this.square.style.setProperty("border-color", square);
    label.style.setProperty("background-color", background);
    label.style.setProperty("color", color);
    label.textContent = this.spoken.textContent = text;
    label.hidden = !text;
    // Shown anew, it is above whatever has come to the top layer since.
    layer.remove();
    this.root.appendChild(layer);
    try {
      layer.showPopover();
    } catch {
      // Without a top layer there is still z-index.
    }
    this.view = this.drawn = "";
  }

  /** Stands round a node. `false` where it has no place in the page. */
  aim(node) {
    try {
      return this.take(node);
    } catch {
      return false; // The page has replaced what is asked here.
    }
  }

  take(node) {
    const element = node.ownerElement || (node.nodeType === 9 ? node.documentElement : node);
    const host = element.nodeType === 1 ? element : element.parentElement;
    if (!host || !host.isConnected) return false;
    this.measured = host;
    this.host = host;
    if (element.nodeType === 3 || element.nodeType === 4) {
      this.measured = document.createRange();
      this.measured.selectNodeContents(element);
    }
    this.clips = undefined;
    const { style } = this.square;
    for (const side of ["top", "left"]) style.setProperty(side, "0");
    this.scroll();
    return true;
  }

  scroll() {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    const box = this.measured === this.host ? undefined : this.host.getBoundingClientRect();
    if (box && box.height > innerHeight) {
      const { top, height } = this.measured.getBoundingClientRect();
      scrollBy({ top: top + height / 2 - innerHeight / 2, behavior });
    } else {
      this.host.scrollIntoView({ block: "center", inline: "nearest", behavior });
    }
  }

  /** Stands at a place of the viewport, given in CSS. */
  place(top, left, width, height) {
    const { style } = this.square;
    this.host = this.measured = undefined;
    style.setProperty("transform", "none");
    style.setProperty("visibility", "visible");
    style.setProperty("top", top);
    style.setProperty("left", left);
    style.setProperty("width", width);
    style.setProperty("height", height);
  }

  /** Goes where its target has gone. `false` where the target is no more. */
  follow() {
    try {
      return this.step();
    } catch {
      return false;
    }
  }

  step() {
    if (this.host && !this.host.isConnected) return false;
    const box = this.host ? this.outline() : this.square.getBoundingClientRect();
    const view = this.layer.getBoundingClientRect();
    const seen = view.width + "," + view.height + box.left + "," + box.top + "," + box.width + "," + box.height;
    if (seen === this.drawn) return true;
    this.drawn = seen;
    if (this.host) this.draw(box);
    this.beside(box, view);
    return true;
  }

  /** The target's box, as far as it is seen, with room round it. */
  outline() {
    let { left, top, right, bottom } = this.measured.getBoundingClientRect();
    const visible = right > left || bottom > top;
    this.clips ||= clippers(this.host);
    for (const clip of this.clips) {
      const box = clip.getBoundingClientRect();
      left = Math.max(left, box.left);
      top = Math.max(top, box.top);
      right = Math.min(right, box.right);
      bottom = Math.min(bottom, box.bottom);
    }
    if (!visible || right < left || bottom < top) return { left: 0, top: 0, width: 0, height: 0 };
    return { left: left - GAP, top: top - GAP, width: right - left + 2 * GAP, height: bottom - top + 2 * GAP };
  }

  draw({ left, top, width, height }) {
    const { style } = this.square;
    style.setProperty("transform", `translate(${left}px, ${top}px)`);
    style.setProperty("width", width + "px");
    style.setProperty("height", height + "px");
    style.setProperty("visibility", width ? "visible" : "hidden");
  }

  /** The label stands above the square, else below, and always inside the viewport. */
  beside(box, view) {
    const { style, offsetWidth, offsetHeight } = this.label;
    const above = box.top - offsetHeight - GAP;
    const below = box.top + box.height + GAP;
    const top = above >= GAP || below + offsetHeight > view.height ? above : below;
    const within = (at, size, whole) => Math.max(GAP, Math.min(at, whole - size - GAP));
    const x = within(box.left, offsetWidth, view.width);
    style.setProperty("transform", `translate(${x}px, ${within(top, offsetHeight, view.height)}px)`);
    style.setProperty("visibility", box.width ? "visible" : "hidden");
  }

  /** Whether an event happened at the target or inside it. */
  hit(event) {
    return !!this.host && event.composedPath().includes(this.host);
  }

  hide() {
    this.layer.remove();
    this.spoken.textContent = "";
    this.host = this.measured = this.clips = undefined;
  }
}
