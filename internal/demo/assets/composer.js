// The line at the bottom: START, the input, its buttons, editing, files.
import { el, icon, iconButton } from "./dom.js";
import { size, t } from "./texts.js";
import { Commands } from "./commands.js";
import { ReplyKeys } from "./replykeys.js";
import { ask, askFile } from "./overlay.js";

const maxFile = 20 * 1024 * 1024; // bytes; the most a bot can fetch

export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.editing = 0;
    this.draftKey = `draft-${chat.user}`;
    this.commands = new Commands(chat.user, (command) => this.sendText(command));
    this.keys = new ReplyKeys((key) => this.pressKey(key));
    this.build();
    this.wire();
    this.input.value = sessionStorage.getItem(this.draftKey) ?? "";
    this.changed();
  }

  build() {
    this.input = el("textarea", {
      rows: 1, maxlength: 4096, enterkeyhint: "send", "aria-label": t("composer.label", { name: this.chat.name }),
      "aria-controls": this.commands.node.id, "aria-autocomplete": "list",
    });
    this.menuButton = el("button", { type: "button", class: "menu", "aria-label": t("composer.menu"), "aria-expanded": "false" }, icon("menu"), el("span", {}, t("composer.menu_short")));
    this.picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: -1, "aria-hidden": "true" });
    this.sendButton = el("button", { type: "submit", class: "round send", "aria-label": t("action.send"), title: t("action.send") }, icon("send"));
    this.editBar = el("div", { class: "edit-bar", hidden: true }, icon("edit"), el("span", { class: "fileinfo" }, el("b", {}, t("composer.editing")), el("small", {})),
      iconButton("close", t("action.cancel"), () => this.stopEditing()));
    this.form = el("form", { class: "composer" },
      el("div", { class: "field" }, this.editBar, el("div", { class: "line" }, this.menuButton, this.input, this.keys.toggle,
        iconButton("attach", t("composer.attach"), () => this.picker.click()), this.picker)),
      this.sendButton);
    this.startButton = el("button", { type: "button", class: "start", hidden: true }, t("composer.start"));
    this.node = el("footer", {}, this.commands.node, this.startButton, this.form, this.keys.node);
  }

  wire() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.startButton.addEventListener("click", () => this.chat.actions.start("").then(() => this.focus()));
    this.menuButton.addEventListener("click", () => {
      if (this.commands.open) this.commands.hide();
      else this.commands.show();
      this.input.focus();
      this.sync();
    });
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.left(), 120));
    this.input.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (files.length === 0) return;
      event.preventDefault();
      this.sendFiles(files);
    });
    this.picker.addEventListener("change", () => {
      const files = [...this.picker.files];
      this.picker.value = "";
      this.sendFiles(files);
    });
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is choosing characters
    const complete = (command) => {
      this.input.value = `${command} `;
      this.changed();
    };
    if (this.commands.key(event, complete)) {
      this.sync();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.editing) {
      this.stopEditing();
    } else if (event.key === "ArrowUp" && this.input.value === "") {
      const own = this.chat.list.last((message) => message.from.id === this.chat.user && message.text && !message.document);
      if (!own) return;
      event.preventDefault();
      this.edit(own);
    }
  }

  // left closes the command list, unless the input has the focus all the same:
  // it came back, or only the window went to the back.
  left() {
    if (document.activeElement === this.input) return;
    this.commands.hide();
    this.sync();
  }

  changed() {
    const { value } = this.input;
    sessionStorage.setItem(this.draftKey, this.editing ? "" : value);
    this.form.classList.toggle("filled", value.trim() !== "");
    if (/^\/\w*$/.test(value)) this.commands.show(value);
    else this.commands.hide();
    this.sync();
  }

  // grow fits the input to its text; before it is on the page it has no height.
  grow() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight}px`;
  }

  sync() {
    this.grow();
    this.menuButton.setAttribute("aria-expanded", String(this.commands.open));
    this.menuButton.classList.toggle("on", this.commands.open);
    if (this.commands.selected) this.input.setAttribute("aria-activedescendant", this.commands.selected);
    else this.input.removeAttribute("aria-activedescendant");
    this.input.placeholder = this.keys.placeholder || t("composer.placeholder");
  }

  // refresh shows START while nothing was said, and the menu if there are commands.
  refresh() {
    const empty = this.chat.list.size === 0;
    this.startButton.hidden = !empty;
    this.form.hidden = empty;
    if (empty) this.keys.reset();
    this.menuButton.hidden = this.commands.all.length === 0;
    if (this.commands.open) this.commands.show(this.input.value || "/");
    this.sync();
  }

  focus() {
    (this.form.hidden ? this.startButton : this.input).focus({ preventScroll: true });
  }

  submit() {
    const text = this.input.value.trim();
    if (text === "") return;
    if (this.editing) this.saveEdit(text);
    else this.sendText(text, true);
  }

  async sendText(text, restore = false) {
    this.setValue("");
    const shown = this.keys.source;
    const sent = await this.chat.actions.send(text);
    if (sent) this.keys.used(shown);
    else if (restore && this.input.value === "") this.setValue(text);
  }

  setValue(text) {
    this.input.value = text;
    this.changed();
  }

  edit(message) {
    this.editing = message.id;
    this.editBar.hidden = false;
    this.editBar.querySelector("small").textContent = message.text;
    this.setValue(message.text);
    this.input.focus();
  }

  stopEditing() {
    this.editing = 0;
    this.editBar.hidden = true;
    this.setValue("");
  }

  async saveEdit(text) {
    const id = this.editing;
    const before = this.chat.list.find(id)?.text;
    this.stopEditing();
    if (text !== before) await this.chat.actions.edit(id, text);
  }

  async pressKey(key) {
    if (!key.requestContact) {
      this.sendText(key.text);
      this.focus();
      return;
    }
    const shown = this.keys.source;
    const yes = await ask(this.chat.node, t("contact.title"), t("contact.text", { name: this.chat.name }), t("contact.yes"));
    if (yes && (await this.chat.actions.contact())) this.keys.used(shown);
  }

  async sendFiles(files) {
    for (const file of files) {
      if (file.size > maxFile) {
        this.chat.toast(t("file.too_big"));
        continue;
      }
      const caption = await askFile(this.chat.node, file, size(file.size));
      if (caption !== null) await this.chat.actions.file(file, caption);
    }
    this.focus();
  }
}
