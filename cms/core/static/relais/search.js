// The search page works without this file. With it, a box ticked beside the results asks at
// once; on a narrow screen, where the filters hide the results, several are ticked, then applied.
const KEPT = "relais-ticked";
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

if (facets) {
  facets.classList.add("live");
  if (wide.matches) facets.open = true; // what is shown open is open: its boxes can be reached
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

// After Back or Forward a browser may show boxes as they were ticked last, not as the address
// says. The address is right: put the form back to what the server sent.
addEventListener("pageshow", (event) => {
  if (event.persisted) form?.reset();
});
