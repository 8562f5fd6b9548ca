/* Ready texts: found by their words, put into the reply, and sent only after the worker has read them there. */

/* Lower case without marks, so that "nayta" finds "Näytä". */
export function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{Diacritic}/gu, "");
}

export function matches(text, query) {
  const hay = plain(text);
  return plain(query).split(/\s+/).every((word) => hay.includes(word));
}

/* `text` where the caret is, on a line of its own when something stands there already. */
export function inserted(value, start, end, text) {
  const before = value.slice(0, start).replace(/\s+$/, "");
  const after = value.slice(end).replace(/^\s+/, "");
  const head = before ? `${before}\n\n${text}` : text;
  return { value: after ? `${head}\n\n${after}` : head, caret: head.length };
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "ready-search") return;
  const place = event.target.closest("[data-ready-texts]");
  let found = 0;
  for (const item of place.querySelectorAll("[data-text]")) {
    item.hidden = !matches(item.textContent, event.target.value);
    if (!item.hidden) found += 1;
  }
  place.querySelector("[data-none]").textContent = found ? "" : place.dataset.noneText;
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "ready-search" || event.key !== "Enter") return;
  event.preventDefault();
  event.target.closest("[data-ready-texts]").querySelector("[data-text]:not([hidden]) [data-insert]")?.click();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = document.getElementById("reply");
  if (!button || !field) return;
  event.preventDefault();
  const text = button.closest("[data-text]").querySelector("[data-body]").textContent;
  const next = inserted(field.value, field.selectionStart, field.selectionEnd, text);
  button.closest("dialog")?.close();
  document.querySelector('[name="room"][value="family"]').checked = true;
  field.value = next.value;
  field.focus();
  field.setSelectionRange(next.caret, next.caret);
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
