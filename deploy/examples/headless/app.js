// Which site, and which region (its INSEE code after "region-").
const SITE = new URLSearchParams(location.search).get("site") || "https://ressources.example.org";
const REGION = new URLSearchParams(location.search).get("region") || "region-24";
const CHOICE = { type: "project", territory: REGION };

const [form, state, map, list, more] = ["choix", "etat", "carte", "liste", "suite"].map((id) =>
  document.getElementById(id),
);

// An answer as JSON; a problem document says in a sentence what is wrong.
async function get(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  const found = await response.json();
  if (!response.ok) throw new Error(found.detail || response.statusText);
  return found;
}

function query(more = {}) {
  const chosen = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  return new URLSearchParams({ ...CHOICE, ...chosen, ...more });
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, attributes);
}

function show({ title, summary, url }) {
  const item = document.createElement("li");
  const name = document.createElement("h2");
  name.append(element("a", title, { href: url }));
  item.append(name, element("p", summary));
  list.append(item);
}

async function page(address) {
  const found = await get(address);
  found.items.forEach(show);
  state.textContent = `${found.total} ${found.total > 1 ? "projets" : "projet"}`;
  more.hidden = !found.next;
  more.onclick = () => attempt(() => page(found.next));
}

// The points alone, without the background of a third party: as wide as they lie apart.
function draw({ features }) {
  const points = features.flatMap(({ geometry, properties }) =>
    (geometry?.type === "Point" ? [geometry.coordinates] : (geometry?.coordinates ?? [])).map(
      ([x, y]) => ({ x: x * Math.cos((y * Math.PI) / 180), y: -y, ...properties }),
    ),
  );
  map.hidden = !points.length;
  map.replaceChildren();
  if (!points.length) return;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const scale = 560 / Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 0.1);
  map.setAttribute("viewBox", `0 0 600 ${Math.round((Math.max(...ys) - top) * scale) + 40}`);
  for (const { x, y, title, url } of points) {
    const [link, dot, name] = ["a", "circle", "title"].map((tag) =>
      document.createElementNS("http://www.w3.org/2000/svg", tag),
    );
    link.setAttribute("href", url);
    name.textContent = title;
    dot.setAttribute("r", 7);
    dot.setAttribute("cx", 20 + (x - left) * scale);
    dot.setAttribute("cy", 20 + (y - top) * scale);
    dot.append(name);
    link.append(dot);
    map.append(link);
  }
}

// What goes wrong is said where the number of projects stands.
async function attempt(action) {
  try {
    await action();
  } catch (error) {
    state.textContent = `Les projets ne peuvent pas être affichés. ${error.message}`;
  }
}

async function start() {
  list.replaceChildren();
  const fields = "title,summary,url";
  await Promise.all([
    page(`${SITE}/api/v1/records?${query({ limit: 20, fields })}`),
    get(`${SITE}/notices.geojson?${query({ carte: 1 })}`).then(draw),
  ]);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(start);
});
attempt(async () => {
  await start();
  const themes = await get(`${SITE}/api/v1/concepts?scheme=themes`);
  for (const { scheme, id, label, broader } of themes.items)
    if (!broader) form.concept.append(element("option", label, { value: `${scheme}:${id}` }));
});
