/* A ready reason chosen in a sheet comes into its text, where it is edited before it is sent. What the worker has
   written by hand stays. */

document.addEventListener("change", (event) => {
  const field = event.target.dataset.fills && document.getElementById(event.target.dataset.fills);
  if (!field) return;
  const ready = [...document.querySelectorAll(`[data-fills="${field.id}"]`)].map((choice) => choice.value);
  if (!field.value.trim() || ready.includes(field.value)) field.value = event.target.value;
});
