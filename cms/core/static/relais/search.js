// The search page works without this file. With it, a box ticked beside the results asks at
// once; on a narrow screen, where the filters hide the results, several are ticked, then applied.
const KEPT = "relais-ticked";
const LONG = 15; // values of a facet from which one looks for them
const form = document.getElementById("filtrer") ?? document.getElementById("recherche");
const facets = document.querySelector(".facets");
const boxes = [...document.querySelectorAll(".facets input[type=checkbox]")];
const wide = matchMedia("(min-width: 60rem)");

// A browser may refuse to keep anything: then only the focus is lost.
function keep(box) {
  const { name, value, checked } = box;
  const { top } = box.getBoundingClientRect();
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ name, value, checked, top, scrollY }));
  } catch {}
}

function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
    return found;
  } catch {
    return null;
  }
}

// Where she was before the box was ticked: same box, same place on the screen, with the first
// results beside it.
function takeUp({ name, value, checked, top, scrollY: before }) {
  const box = boxes.find((b) => b.name === name && b.value === value && b.checked === checked);
  if (!box) return;
  const rest = box.closest("details.open");
  if (rest) rest.open = true;
  facets.open = true; // for browsers that cannot show it open without this
  const results = document.querySelector(".results").offsetTop;
  scrollTo({ top: Math.min(before, results), behavior: "instant" });
  const away = () => box.getBoundingClientRect().top - top;
  facets.scrollTop += away();
  scrollBy({ top: away(), behavior: "instant" });
  box.focus({ preventScroll: true });
  announce();
}

// A live region says what is added to it, not what it holds when the page arrives.
function announce() {
  const status = document.querySelector(".bar [role=status]");
  const said = document.createElement("span");
  said.className = "sr";
  said.textContent = status.textContent.trim();
  setTimeout(() => status.append(said), 400);
  setTimeout(() => said.remove(), 4000);
}

// What is typed and what is looked for: without case, accents or kinds of apostrophe.
function bare(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").toLowerCase().trim();
}

// A long facet gets a field that keeps the values with the text typed, and what is ticked.
function findIn(fieldset) {
  const rows = [...fieldset.querySelectorAll("li")];
  if (rows.length <= LONG) return;
  const rest = fieldset.querySelector("details.open");
  const names = rows.map((row) => bare(row.querySelector(".name").textContent));
  const field = document.createElement("input");
  field.type = "search";
  field.autocomplete = "off";
  field.placeholder = facets.dataset.find;
  field.setAttribute("aria-label", `${facets.dataset.find} (${fieldset.querySelector("legend").textContent.trim()})`);
  field.addEventListener("input", () => {
    const asked = bare(field.value);
    rows.forEach((row, place) => {
      row.hidden = !names[place].includes(asked) && !row.querySelector("input").checked;
    });
    if (rest && asked) rest.open = true;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it asks nothing of the server
  });
  fieldset.querySelector("legend").after(field);
}

if (facets) {
  facets.classList.add("live");
  if (wide.matches) facets.open = true; // what is shown open is open: its boxes can be reached
  if (facets.dataset.find) facets.querySelectorAll("fieldset").forEach(findIn);
  for (const box of boxes) {
    box.addEventListener("change", () => {
      if (!wide.matches) return;
      keep(box);
      form.requestSubmit();
    });
  }
  const before = kept();
  if (before) takeUp(before);
}

// What was left empty stays out of the address.
form?.addEventListener("formdata", ({ formData }) => {
  if (!formData.get("pres-de")) formData.delete("rayon");
  for (const name of new Set(formData.keys())) {
    const values = formData.getAll(name).filter(Boolean);
    formData.delete(name);
    for (const value of values) formData.append(name, value);
  }
});

// After Back or Forward a browser may show boxes as they were ticked last, not as the address
// says. The address is right: put the form back to what the server sent.
addEventListener("pageshow", (event) => {
  if (event.persisted) form?.reset();
});
