/* Everything by keyboard. Single keys work only outside text fields, and one can switch them off (WCAG 2.1.4). */

import { toggleEtiquette } from "./etiquette.js";
import { isSheetOpen, openSheet } from "./sheets.js";

const SETTING = "perhekeskus-desk-keys";

function setting(value) {
  try {
    if (value !== undefined) globalThis.localStorage.setItem(SETTING, value);
    return globalThis.localStorage.getItem(SETTING) ?? "on";
  } catch {
    return value ?? "on";
  }
}

let singleKeys = setting() === "on";
const box = document.querySelector("[data-single-keys]");
if (box) {
  box.checked = singleKeys;
  box.addEventListener("change", () => {
    singleKeys = box.checked;
    setting(singleKeys ? "on" : "off");
  });
}

const row = (step) => () => {
  const rows = [...document.querySelectorAll("[data-row] a")];
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement);
  const open = rows.findIndex((link) => link.getAttribute("aria-current"));
  const from = here >= 0 ? here : open;
  const next = from < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, from + step));
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
};

const list = (index) => () => document.querySelectorAll("[data-list]")[index]?.click();

const room = (name, field) => () => {
  const choice = document.querySelector(`[name="room"][value="${name}"]`);
  if (choice) choice.checked = true;
  const place = document.getElementById(field);
  place?.focus();
  place?.scrollIntoView({ block: "nearest" });
};

const ACTS = {
  j: row(1),
  k: row(-1),
  1: list(0),
  2: list(1),
  3: list(2),
  4: list(3),
  5: list(4),
  n: () => document.querySelector("[data-take-next]")?.requestSubmit(),
  t: () => document.querySelector('[data-act="take"]')?.requestSubmit(),
  r: room("family", "reply"),
  m: room("staff", "note"),
  "/": () => openSheet("ready", "input"),
  d: () => openSheet("services", "input"),
  o: toggleEtiquette,
  s: () => openSheet("transfer"),
  g: () => openSheet("transfer", "[data-release]"),
  p: () => openSheet("closing"),
  h: () => openSheet("ask"),
  l: () => openSheet("child"),
  u: () => (document.querySelector("[data-log-beside]") ?? document.querySelector("[data-log]"))?.click(),
  v: () => {
    const menu = document.getElementById("presence");
    menu?.showPopover();
    menu?.querySelector("input:checked")?.focus();
  },
  "?": () => openSheet("keys"),
};

function isWriting(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const { target } = event;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches("textarea")) {
    event.preventDefault();
    target.form?.requestSubmit();
    return;
  }
  if (event.key === "Escape" && target.matches("#reply, #note")) {
    document.querySelector("[data-roll]")?.focus({ preventScroll: true });
    return;
  }
  if (!singleKeys || event.ctrlKey || event.metaKey || event.altKey || isWriting(target) || isSheetOpen()) return;
  if (document.querySelector("[popover]:popover-open")) return;
  const act = ACTS[event.key] ?? ACTS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
