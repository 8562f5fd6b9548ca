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

/* What a ready text leaves to be filled in for this family: [the day], [the place]. */
export function blanks(text) {
  return text.match(/\[[^[\]\n]{2,120}\]/g) ?? [];
}

function find(place) {
  const query = place.querySelector("#ready-search").value;
  const topics = place.querySelector("#ready-topic").value.split(" ").filter(Boolean);
  let found = 0;
  for (const item of place.querySelectorAll("[data-text]")) {
    const fits = !topics.length || topics.includes(item.dataset.topic);
    item.hidden = !fits || !matches(item.textContent, query);
    if (!item.hidden) found += 1;
  }
  place.querySelector("[data-none]").textContent = found ? "" : place.dataset.noneText;
}

for (const kind of ["input", "toggle"]) {
  document.addEventListener(kind, ({ target }) => {
    if (!target.matches?.("#ready-search, #ready-topic, #ready")) return;
    const place = document.querySelector("[data-ready-texts]");
    if (place.querySelector("[data-text]")) find(place);
  }, true);
}

/* A blank of a ready text never goes to a family: the send stops at it, with the blank chosen to be written over. */
document.addEventListener("submit", (event) => {
  const { target: form } = event;
  if (!form.matches("[data-reply]")) return;
  const field = form.elements.body;
  const known = [...document.querySelectorAll("[data-text] [data-body]")].flatMap((body) => blanks(body.textContent));
  const left = known.find((blank) => field.value.includes(blank));
  const word = form.querySelector("[data-blank]");
  if (word) word.hidden = !left;
  if (!left || !word) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  word.querySelector("b").textContent = left;
  choose(field, left);
}, true);

function choose(field, part) {
  const start = field.value.indexOf(part);
  field.focus();
  field.setSelectionRange(start, start + part.length);
}

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
  const [blank] = blanks(text);
  if (blank) choose(field, blank);
  else field.setSelectionRange(next.caret, next.caret);
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
