/* The form before the first message: keeps what is typed, and never loses it to a dead network.
   Without scripts it is a plain form with the same result. */

import { PendingStore } from "../shared/pending-store.js";
import { TextCounter } from "./text-counter.js";

const form = document.querySelector("[data-opening-form]");

function start() {
  const field = form.elements.body;
  const button = form.querySelector("button[type=submit]");
  const trouble = form.querySelector("[data-trouble]");
  const store = new PendingStore(form.dataset.draftKey);
  const counter = new TextCounter(field, form.querySelector("[data-counter]"), Number(field.dataset.limit));

  if (!field.value && store.draft) field.value = store.draft;
  counter.update();
  field.addEventListener("input", () => {
    store.draft = field.value;
    counter.update();
  });

  async function send() {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    trouble.hidden = true;
    const fields = new FormData(form, button);
    let response;
    try {
      response = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (response.ok) {
        const { location } = await response.json();
        store.draft = "";
        globalThis.location.assign(location);
        return;
      }
      await carryVisit(response);
    } catch {
      trouble.hidden = false;
      trouble.scrollIntoView({ block: "nearest" });
      button.removeAttribute("aria-disabled");
      return;
    }
    /* Refused: the plain form shows the page with the text and what to do, in place. */
    button.removeAttribute("aria-disabled");
    HTMLFormElement.prototype.submit.call(withChannel(form, button));
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return; // to another door, with the text
    event.preventDefault();
    send();
  });
}

/* Whoever is turned away is counted once: the plain form that follows carries the visit. */
async function carryVisit(response) {
  const { turned } = await response.json().catch(() => ({}));
  if (turned && form.elements.turned) form.elements.turned.value = turned;
}

/* A form sent by a script leaves its button out; the channel stands on the button. */
function withChannel(target, button) {
  const channel = document.createElement("input");
  channel.type = "hidden";
  channel.name = button.name;
  channel.value = button.value;
  target.append(channel);
  return target;
}

if (form) start();
