/* Parts of the page ([data-live]) that the server renders again: after an act, or when the contact has changed. */

export async function freshPage() {
  try {
    const { pathname, search } = globalThis.location;
    const response = await fetch(pathname + search, { headers: { "X-Panels": "1" }, credentials: "same-origin" });
    return { status: response.status, moved: response.redirected, page: parsed(await response.text()) };
  } catch {
    return null;
  }
}

export function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/* Put the fresh page's parts in place. A part in which somebody is writing, or whose sheet is open, waits unless
   `force`d. Texts being written stay, and so does the room they are written in; a field that the server gives back
   with a text keeps that. `only`: the one part that is known to have changed. */
export function putPanels(fresh, { force = false, only = null } = {}) {
  for (const panel of document.querySelectorAll(only ? `[data-live="${only}"]` : "[data-live]")) {
    const next = fresh.querySelector(`[data-live="${panel.dataset.live}"]`);
    if (!next || (!force && panel.querySelector("dialog[open]"))) continue;
    const written = keep(panel);
    panel.replaceChildren(...document.importNode(next, true).childNodes);
    giveBack(panel, written);
  }
  showScriptOnly();
}

/* One-line fields that hold something else than the server gave them. */
function typedInto(panel) {
  const fields = [...panel.querySelectorAll("input.input[id]")];
  return fields.filter((field) => field.value !== field.defaultValue && !field.closest("dialog"));
}

function keep(panel) {
  const active = panel.contains(document.activeElement) ? document.activeElement : null;
  return {
    texts: [...panel.querySelectorAll("textarea[id]"), ...typedInto(panel)].map((field) => [field.id, field.value]),
    attached: panel.querySelector("[data-attached] > *"),
    room: panel.querySelector('[name="room"]:checked')?.value,
    focus: active?.id ? { id: active.id, start: active.selectionStart, end: active.selectionEnd } : null,
  };
}

function giveBack(panel, { texts, attached, room, focus }) {
  const place = panel.querySelector("[data-attached]");
  if (attached && place && !place.childElementCount) place.append(attached);
  for (const [id, text] of texts) {
    const field = panel.querySelector(`#${id}`);
    // What is being typed is newer than the draft that the server gives back; a text that it refused is not.
    if (field && (!field.value || (field.dataset.draft !== undefined && !field.matches("[aria-invalid]")))) field.value = text;
  }
  const faulty = panel.querySelector("[aria-invalid]");
  const chosen = room && !faulty && panel.querySelector(`[name="room"][value="${room}"]`);
  if (chosen) chosen.checked = true;
  const field = focus && panel.querySelector(`#${focus.id}`);
  if (!field) return;
  field.focus({ preventScroll: true });
  if (field.setSelectionRange && typeof focus.start === "number") field.setSelectionRange(focus.start, focus.end);
}

export function showScriptOnly(root = document) {
  for (const part of root.querySelectorAll("[data-script-only]")) part.hidden = false;
}
