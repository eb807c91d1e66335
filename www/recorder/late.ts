// A snapshot for one who comes late: what others have been told, told again while the page goes on. All that changes
// meanwhile is told to all afterwards, so at the end nothing may be known that the late one lacks.
import type { Rules } from "../../src/mask.js";
import type { Changes } from "./changes";
import type { Covers } from "./covers";
import * as dom from "./dom";
import { isTold, type Nodes } from "./nodes";
import type { Again, Parts } from "./walk";

export class Late implements Parts, Again {
  readonly told = new Set<Node>();
  private readonly rescans = new Set<Node>();
  private readonly others = new Set<Node>();

  constructor(
    readonly nodes: Nodes,
    readonly rules: Rules,
    private readonly covers: Covers,
    private readonly changes: Changes,
  ) {}

  get marked(): Set<Node> | undefined {
    return this.covers.marked;
  }

  /** What stands in it is known already. */
  root(): void {}
  special(): void {}
  empty(): void {}

  rescan(node: Node): void {
    this.rescans.add(node);
  }

  recovered(node: Node): void {
    this.others.add(node);
  }

  /** After the walk: what it did not come upon, or found covered otherwise, is told anew to all. */
  mend(): void {
    const { changes, nodes, told } = this;
    const lacks = (node: Node): boolean => nodes.id(node) > 0 && !told.has(node);
    const missed = [...changes.touched].filter(lacks);
    for (const holder of this.rescans) {
      if (!nodes.id(holder)) continue;
      for (let child = dom.first(holder); child; child = dom.next(child)) if (lacks(child)) missed.push(child);
    }
    for (const node of [...missed, ...this.others]) if (nodes.id(node) && isTold(node)) changes.anew(node);
    changes.blur();
  }
}
