// Says aloud what htmx could not do, and asks before what cannot be undone by a click.
"use strict";
document.addEventListener("submit", (event) => {
  const question = event.target.dataset && event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
// A form that is on its way is not sent a second time by an impatient click; one that the reader comes back to may be.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (row && !event.target.closest("a, button, input, label, select")) window.location = row.dataset.href;
});
document.addEventListener("click", (event) => {
  const adder = event.target.closest("[data-add-form]");
  if (!adder) return;
  const prefix = adder.dataset.addForm;
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
  const blank = document.getElementById(`${prefix}-empty`);
  const holder = document.getElementById(`${prefix}-forms`);
  const row = document.createElement("div");
  row.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
  holder.append(...row.childNodes);
  total.value = Number(total.value) + 1;
});
// A suggestion takes the place of what is being typed on the last line of a field.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-last-line]");
  if (!button) return;
  const field = document.getElementById(button.dataset.lastLine);
  const lines = field.value.split("\n");
  lines[lines.length - 1] = button.textContent;
  field.value = `${lines.join("\n")}\n`;
  button.parentElement.remove();
  field.focus();
});
