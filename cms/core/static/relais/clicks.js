// Which results of a text are opened, without saying by whom: no cookie, no identifier. Links stay
// links; where this file does not run, nothing is counted.
const { clicks, token } = document.querySelector("script[data-clicks]").dataset;
const told = new Set();

function tell(event) {
  const link = event.target.closest("h2 a, h3 a");
  const hit = link?.closest("[data-uid]");
  if (!hit || event.button > 1 || told.has(hit)) return;
  told.add(hit);
  const list = hit.parentElement;
  const place = list.matches("ol") ? list.start + [...list.children].indexOf(hit) : 0;
  const { uid } = hit.dataset;
  navigator.sendBeacon?.(clicks, new URLSearchParams({ token, uid, position: place }));
}

// "auxclick" is the middle button, which opens another tab.
for (const kind of ["click", "auxclick"]) document.addEventListener(kind, tell);
