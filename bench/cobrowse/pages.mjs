// The pages that are mirrored: made here, the same in every run.

const HEAD = (title, css) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${css}</style></head><body>`;

/** Paragraphs, lists, tables, forms, drawings: `nodes` of them, about. */
export function mixed(nodes) {
  const parts = [];
  // One section has 50 nodes.
  for (let n = 0; n < nodes / 50; n++) {
    parts.push(
      `<section id="section-${n}" class="card card-${n % 7}"><h2>Section ${n}</h2>`,
      `<p>Text of the section <b>number ${n}</b>, with <a href="/sections/${n}">a link</a> and <em>stress</em>.</p>`,
      `<ul><li>One ${n}</li><li>Two ${n * 2}</li><li>Three ${n * 3}</li></ul>`,
      `<table><tbody><tr><td>${n}</td><td class="number">${n * 17}</td></tr><tr><td>${n + 1}</td><td>${n * 19}</td></tr></tbody></table>`,
      `<form><label>Name <input name="name-${n}"></label><label>Kind <select><option>a</option><option>b</option></select></label></form>`,
      `<svg viewBox="0 0 24 24" width="24"><path d="M${n % 24} 2v20"/><circle cx="12" cy="12" r="${n % 9}"/></svg>`,
      "</section>\n",
    );
  }
  const css = Array.from({ length: 7 }, (_, n) => `.card-${n} { padding: ${n}px; color: #1${n}2 }`).join("\n");
  return `${HEAD(`mixed, ${nodes}`, css)}${parts.join("")}</body></html>`;
}

/** An application: some 4,000 nodes in a shell of menus and tables, and style sheets of some 500 KB. */
export function application() {
  const states = ["", ":hover", ":focus-visible", ":disabled", "::before", ".is-open"];
  const rules = [];
  for (let n = 0; n < 1200; n++) {
    for (const state of states) {
      rules.push(`.c-${n}${state} { color: rgb(${n % 255} 20 30); margin: ${n % 13}px; background: url("/i/${n}.svg") }`);
    }
    if (n % 10 === 0) rules.push(`@media (min-width: ${400 + n}px) { .c-${n} .c-${n + 1} > li { display: grid } }`);
  }
  const menu = Array.from({ length: 80 }, (_, n) => `<li class="c-${n}"><a href="#m${n}" role="menuitem"><i class="c-${n + 1}"></i>Item ${n}</a></li>`);
  const rows = Array.from({ length: 220 }, (_, n) => {
    const cells = Array.from({ length: 5 }, (_, at) => `<td class="c-${(n * 5 + at) % 1200}">${n}.${at}</td>`).join("");
    return `<tr data-key="${n}"><td><input type="checkbox" aria-label="Choose ${n}"></td>${cells}<td><button class="c-${n} c-9">Edit</button></td></tr>`;
  });
  return `${HEAD("application", rules.join("\n"))}<nav><ul role="menu">${menu.join("")}</ul></nav><main><table>${rows.join("")}</table></main></body></html>`;
}

export const PAGES = {
  "mixed, 1,000 nodes": { html: mixed(1000), goal: 0 },
  "mixed, 10,000 nodes": { html: mixed(10_000), goal: 2 },
  "mixed, 100,000 nodes": { html: mixed(100_000), goal: 2 },
  "application": { html: application(), goal: 5 },
};
