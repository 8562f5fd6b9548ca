/* How many characters are left, shown only near the end. Counts as the server does: by code points. */

const NEAR = 500;

export class TextCounter {
  constructor(field, shown, limit) {
    Object.assign(this, { field, shown, limit });
  }

  get left() {
    return this.limit - [...this.field.value].length;
  }

  get isOver() {
    return this.left < 0;
  }

  update() {
    const left = this.left;
    this.shown.hidden = left > NEAR;
    if (this.shown.hidden) return;
    const text = left < 0 ? this.shown.dataset.overText : this.shown.dataset.text;
    this.shown.textContent = text.replace("{n}", String(Math.abs(left)));
    this.shown.toggleAttribute("data-over", left < 0);
    this.field.toggleAttribute("aria-invalid", left < 0);
    if (left < 0) this.field.setAttribute("aria-invalid", "true");
  }
}
