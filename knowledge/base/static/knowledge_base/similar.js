// Under a title that is being typed, the pages that are called nearly the same. Only a notice:
// where it fails, nothing is shown.

const PAUSE = 400; // milliseconds without a key before asking

const place = document.querySelector("[data-similar-titles]");
const title = document.getElementById("id_title");

if (place && title) {
  const notice = place.querySelector("[hidden]");
  const list = document.createElement("ul");
  let timer = 0;
  let asked = null;

  notice.append(list);
  title.closest("[data-field]")?.after(place);

  const show = (pages) => {
    list.replaceChildren(...pages.map(entry));
    notice.hidden = pages.length === 0;
  };

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const { address, kind, language, page } = place.dataset;
    const query = new URLSearchParams({ type: kind, title: title.value, language, page });
    try {
      const answer = await fetch(`${address}?${query}`, { signal: asked.signal });
      if (answer.ok) show((await answer.json()).pages);
    } catch (error) {
      if (error.name !== "AbortError") show([]);
    }
  };

  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}

function entry({ title: name, url, status }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = name;
  item.append(link, ` (${status})`);
  return item;
}
