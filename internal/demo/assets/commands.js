// The command list above the input: all of it by the menu button, filtered by "/".
import { el } from "./dom.js";
import { t } from "./texts.js";

export class Commands {
  constructor(id, pick) {
    this.all = [];
    this.pick = pick;
    this.node = el("ul", { class: "commands", role: "listbox", id: `commands-${id}`, "aria-label": t("composer.menu"), hidden: true });
    this.index = 0;
  }

  get open() {
    return !this.node.hidden;
  }

  show(prefix = "/") {
    const wanted = prefix.slice(1).toLowerCase();
    this.shown = this.all.filter((one) => one.command.startsWith(wanted));
    this.node.replaceChildren(...this.shown.map((one, i) => this.row(one, i)));
    this.node.hidden = this.shown.length === 0;
    this.select(0);
  }

  hide() {
    this.node.hidden = true;
  }

  row(one, i) {
    const take = (event) => {
      event.preventDefault(); // the input keeps the focus
      this.take(i);
    };
    return el("li", { role: "option", id: `${this.node.id}-${i}`, on: { mousedown: (event) => event.preventDefault(), click: take } },
      el("b", {}, `/${one.command}`), el("span", {}, one.description));
  }

  select(index) {
    const count = this.shown?.length ?? 0;
    if (count === 0) return;
    this.index = (index + count) % count;
    [...this.node.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === this.index)));
    this.node.children[this.index].scrollIntoView({ block: "nearest" });
  }

  get selected() {
    return this.open ? `${this.node.id}-${this.index}` : null;
  }

  take(i = this.index) {
    const command = `/${this.shown[i].command}`;
    this.hide();
    this.pick(command);
  }

  // key handles a key pressed in the input and reports whether it did.
  key(event, complete) {
    if (!this.open) return false;
    const run = {
      ArrowDown: () => this.select(this.index + 1),
      ArrowUp: () => this.select(this.index - 1),
      Enter: () => this.take(),
      Tab: () => complete(`/${this.shown[this.index].command}`),
      Escape: () => this.hide(),
    }[event.key];
    if (!run || event.shiftKey) return false;
    event.preventDefault();
    run();
    return true;
  }
}
