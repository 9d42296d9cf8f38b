// Work that takes a while: its button waits, its progress shows, it can be cancelled.
import { button, make, write } from "./elements.js";

export class Work {
  // `element` has the button that begins it, its progress and the button that cancels it.
  constructor(playground, text, begin) {
    this.playground = playground;
    this.go = button(text, begin, { class: "strong" });
    this.bar = make("progress", { "aria-label": text });
    this.word = make("span", { class: "told" });
    this.stop = button("Cancel", () => this.cancel?.());
    this.busy = make("span", { class: "busy", hidden: true }, this.bar, this.word, this.stop);
    this.element = make("div", { class: "row" }, this.go, this.busy);
  }

  progress(share, word = "") {
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    write(this.word, word);
  }

  // The answer, or nothing if it was refused or cancelled, which is told.
  async run(what, fields) {
    const { answer, cancel } = this.playground.begin(what, fields);
    this.cancel = cancel;
    this.show(true);
    try {
      return this.playground.take(await answer);
    } catch (error) {
      this.playground.tell("refused", error);
      return null;
    } finally {
      this.show(false);
    }
  }

  show(busy) {
    const focused = this.element.contains(document.activeElement);
    this.progress(null);
    this.go.disabled = busy;
    this.busy.hidden = !busy;
    this.element.setAttribute("aria-busy", busy);
    // The focus stays where the hands are.
    if (focused) (busy ? this.stop : this.go).focus();
  }
}
