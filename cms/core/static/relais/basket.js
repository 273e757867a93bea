// The basket is an address: /panier/?id=…,…. This file remembers it in the browser, so that links
// add to what is there. Where it does not run, a link opens a basket with what it names.
const KEY = "panier", MOST = 100;
const { remove, see } = document.querySelector("script[data-see]").dataset;
const link = document.querySelector("[data-basket-link]");
const page = document.querySelector("[data-basket-page]");
const split = (text) => text.split(",").filter(Boolean);

function read() {
  try {
    return split(localStorage.getItem(KEY) || "");
  } catch {
    return []; // a browser that keeps nothing
  }
}

function write(uids) {
  try {
    localStorage.setItem(KEY, [...new Set(uids)].slice(-MOST).join(","));
  } catch { /* the address still holds it */ }
  show();
}

const empty = link?.getAttribute("href");
const name = link?.textContent;
const address = (uids) => (uids.length ? `${empty}?id=${uids.join(",")}` : empty);

function show() {
  const uids = read();
  if (link) {
    link.href = address(uids);
    link.textContent = uids.length ? `${name} (${uids.length})` : name;
  }
  for (const button of document.querySelectorAll("[data-basket-toggle]")) {
    const inside = uids.includes(button.dataset.basketToggle);
    button.dataset.add ??= button.textContent;
    button.textContent = inside ? remove : button.dataset.add;
    let way = button.nextElementSibling;
    if (inside && !way?.matches("[data-see-basket]")) {
      way = document.createElement("a");
      way.className = "choice";
      way.dataset.seeBasket = "";
      button.after(way);
    } else if (!inside && way?.matches("[data-see-basket]")) {
      way.remove();
    }
    if (inside) {
      way.href = address(uids);
      way.textContent = `${see} (${uids.length})`;
    }
  }
}

document.addEventListener("click", (event) => {
  const at = event.target.closest("[data-basket-toggle], [data-basket-add], [data-basket-remove], [data-basket-empty]");
  if (!at || event.button || event.metaKey || event.ctrlKey) return;
  const { basketToggle, basketAdd, basketRemove } = at.dataset;
  const uids = read();
  if (basketToggle) {
    event.preventDefault();
    write(uids.includes(basketToggle) ? uids.filter((uid) => uid !== basketToggle) : [...uids, basketToggle]);
  } else if (basketAdd) {
    write([...uids, ...split(basketAdd)]);
    event.preventDefault();
    location.assign(address(page ? [...new Set([...split(page.dataset.basketPage), ...split(basketAdd)])] : read()));
  } else if (basketRemove) {
    write(uids.filter((uid) => uid !== basketRemove));
  } else {
    write([]);
  }
});

// The basket without an address is the one that this browser remembers; lists, which do without
// this file, send what is to be added to it.
if (page && location.hash === "#ajouter") {
  write([...read(), ...split(page.dataset.basketPage)]);
  location.replace(address(read()));
} else if (page && !location.search && read().length) location.replace(address(read()));
window.addEventListener("storage", show);
window.addEventListener("pageshow", show);
