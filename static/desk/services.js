/* Looking for a service beside the conversation, and the one that goes along with the reply. The server finds and
   words; without this file the same is a page of its own. */

import { parsed } from "./panels.js";

const PAUSE = 250;

/* {service, name} of what goes along with this reply; null when nothing does. */
export function attached(form) {
  const chip = form.querySelector("[data-attached] > *");
  const slug = chip?.querySelector('[name="service"]')?.value;
  return slug ? { service: slug, name: chip.querySelector("[data-name]").textContent } : null;
}

export function detach(form) {
  form.querySelector("[data-attached]")?.replaceChildren();
}

function attach(slug, name) {
  const form = document.querySelector("[data-reply]");
  const chip = document.querySelector("template[data-chip]")?.content.firstElementChild.cloneNode(true);
  if (!form || !chip) return;
  chip.querySelector('[name="service"]').value = slug;
  chip.querySelector("[data-name]").textContent = name;
  const button = chip.querySelector("[data-detach]");
  button.setAttribute("aria-label", `${button.getAttribute("aria-label")}: ${name}`);
  form.querySelector("[data-attached]").replaceChildren(chip);
  document.getElementById("services")?.close();
  document.querySelector('[name="room"][value="family"]').checked = true;
  document.getElementById("reply").focus();
}

let asked = "";
let shown = "";
let timer = 0;

async function search(form) {
  clearTimeout(timer);
  const query = form.elements.q.value.trim();
  const place = form.parentElement.querySelector("[data-found]");
  asked = query;
  if (query === shown) return;
  let found = null;
  try {
    const response = await fetch(`${form.getAttribute("action")}?q=${encodeURIComponent(query)}`, { headers: { "X-Panels": "1" }, credentials: "same-origin" });
    if (response.ok && !response.redirected) found = parsed(await response.text()).body;
  } catch {
    // said below
  }
  if (asked !== query) return; // a later search is on its way
  shown = found ? query : "";
  if (found) place.replaceChildren(...document.importNode(found, true).childNodes);
  else place.textContent = place.dataset.failedText;
}

document.addEventListener("input", ({ target }) => {
  if (target.id !== "service-search" || !target.form.matches("[data-service-search]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => search(target.form), PAUSE);
});

/* Enter finds; on what has been found it takes the first. */
document.addEventListener("submit", (event) => {
  const { target: form } = event;
  if (!form.matches("[data-service-search]")) return;
  event.preventDefault();
  const query = form.elements.q.value.trim();
  const first = query && query === shown && form.parentElement.querySelector("[data-found] [data-attach]");
  if (first) first.click();
  else search(form);
}, true);

document.addEventListener("click", (event) => {
  const choice = event.target.closest("dialog [data-attach]");
  if (choice) {
    event.preventDefault();
    const hit = choice.closest("[data-slug]");
    attach(hit.dataset.slug, hit.querySelector("[data-name]").textContent.trim());
  }
  const button = event.target.closest("[data-detach]");
  if (button) {
    event.preventDefault();
    detach(button.form);
    document.getElementById("reply")?.focus();
  }
});
