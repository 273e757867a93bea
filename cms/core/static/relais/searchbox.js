// A search box says from the start that it suggests; how it does is fetched when she comes to it.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.elements[form.dataset.field || "q"];
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${input.id}-suggestions`,
  })) {
    input.setAttribute(name, value);
  }
  const come = () => import(form.dataset.module).then(({ attach }) => attach(form), () => {});
  if (document.activeElement === input) come();
  else input.addEventListener("focus", come, { once: true });
}
