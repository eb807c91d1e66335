// Large pages that others wrote: the toolchain's own documentation, and an application's page from a package.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

function below(folder, extensions) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Each page, how much smaller it should be than rrweb's, and the files it needs by their address. */
export function real(root) {
  const docs = join(execFileSync("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim(), "share/doc/rust/html");
  const pages = [
    { name: "prose", path: "/book/print.html", smaller: 1.8, styles: ["book", "static.files"] },
    { name: "index of an API", path: "/core/arch/x86_64/index.html", smaller: 2.5, styles: ["static.files"] },
    { name: "documentation of an API", path: "/std/vec/struct.Vec.html", smaller: 2.5, styles: ["static.files"] },
  ];
  const found = [];
  for (const { styles, ...page } of pages) {
    const file = join(docs, page.path);
    if (!existsSync(file)) {
      console.log(`${file} is missing: \`rustup component add rust-docs\` brings it`);
      continue;
    }
    const sheets = styles.filter((style) => existsSync(join(docs, style))).flatMap((style) => below(join(docs, style), /\.css$/));
    found.push({ ...page, contents: [file, ...sheets].map((one) => [one.slice(docs.length), one]) });
  }
  const admin = join(root, "node_modules/startbootstrap-sb-admin-2");
  const sheets = ["css", "vendor"].flatMap((folder) => below(join(admin, folder), /\.css$/));
  const contents = [join(admin, "tables.html"), ...sheets].map((one) => [one.slice(admin.length), one]);
  found.push({ name: "application, heavy in CSS", path: "/tables.html", smaller: 6, contents });
  return found;
}
