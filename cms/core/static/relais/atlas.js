// The map works without this file: a mark leads to its entry in the list below. With it, a mark
// opens its entries beside it; Escape closes, and the focus comes back.
const figure = document.querySelector(".atlas");

function close(back) {
  const open = figure.querySelector(".bubble");
  if (!open) return;
  open.remove();
  if (back) open.mark.focus();
}

function bubble(mark) {
  close(false);
  const box = document.createElement("div");
  box.className = "bubble";
  box.mark = mark;
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", mark.getAttribute("aria-label"));
  const list = document.createElement("ul");
  for (const anchor of mark.dataset.entries.split(" ")) {
    const link = document.querySelector(`#${CSS.escape(anchor)} h3 a`);
    if (!link) continue;
    const item = document.createElement("li");
    item.append(link.cloneNode(true));
    list.append(item);
  }
  const shut = document.createElement("button");
  shut.type = "button";
  shut.textContent = "×";
  shut.setAttribute("aria-label", figure.dataset.close || "Fermer");
  shut.addEventListener("click", () => close(true));
  box.append(list, shut);
  figure.append(box);
  const around = figure.getBoundingClientRect();
  const at = mark.getBoundingClientRect();
  const left = Math.max(0, Math.min(at.left - around.left, around.width - box.offsetWidth));
  box.style.left = `${left}px`;
  box.style.top = `${at.bottom - around.top + 4}px`;
  box.querySelector("a")?.focus();
}

if (figure) {
  figure.addEventListener("click", (event) => {
    const mark = event.target.closest("a[data-entries]");
    if (!mark) return;
    event.preventDefault();
    bubble(mark);
  });
  figure.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
  });
  document.addEventListener("click", (event) => {
    if (!figure.contains(event.target)) close(false);
  });
}
