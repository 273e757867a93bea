// Every search box works without this file, which searchbox.js fetches when she comes to one. With
// it, what she types is completed below the box: the "editable combobox with list autocomplete" of
// the ARIA Authoring Practices. Enter searches the text unless a suggestion was chosen with the
// arrows.
const WAIT = 120; // milliseconds without a key before the server is asked
const SHORTEST = 2;

class Suggestions {
  constructor(form) {
    this.form = form;
    this.said = form.dataset;
    this.input = form.elements[this.said.field || "q"];
    this.list = document.createElement("div");
    this.list.id = `${this.input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.said.label);
    this.list.hidden = true;
    this.status = document.createElement("div");
    this.status.className = "sr";
    this.status.setAttribute("role", "status");
    this.input.parentElement.append(this.list, this.status);
    this.options = [];
    this.current = -1;
    this.input.addEventListener("input", (event) => {
      if (!event.isComposing) this.soon();
    });
    this.input.addEventListener("compositionend", () => this.soon());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    form.addEventListener("submit", () => this.close());
    addEventListener("pagehide", () => this.close());
    // The focus stays in the box, whatever is pressed in the list.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.go(option);
    });
    if (document.activeElement === this.input && this.input.value !== this.input.defaultValue) {
      this.soon(); // she was faster
    }
  }

  get text() {
    return this.input.value.trim();
  }

  forget() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.asked = null;
  }

  soon() {
    this.forget();
    this.choose(-1);
    if (this.text.length < SHORTEST) this.close();
    else this.timer = setTimeout(() => this.ask(), WAIT);
  }

  // `step`: which suggestion an arrow that opened the list chooses, 0 for none.
  async ask(step = 0) {
    this.forget();
    const asked = (this.asked = new AbortController());
    const { text } = this;
    const query = new URLSearchParams({ q: text, locale: this.said.locale });
    let groups = [];
    try {
      const answer = await fetch(`${this.said.suggest}?${query}`, { signal: asked.signal });
      if (answer.ok) ({ groups } = await answer.json());
    } catch {
      // Without an answer the box is what it is without this file.
    }
    const here = document.activeElement === this.input;
    if (asked !== this.asked || text !== this.text || !here) return;
    this.show(groups);
    if (step && this.options.length) this.move(step);
  }

  show(groups) {
    this.options = [];
    this.current = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...groups.map((group) => this.group(group)));
    this.list.scrollTop = 0;
    this.open(this.options.length > 0);
    this.announce(this.options.length);
  }

  group({ name, label, items }) {
    const group = document.createElement("ul");
    const title = document.createElement("li");
    title.id = `${this.list.id}-${name}`;
    title.className = "over";
    title.setAttribute("role", "presentation");
    title.textContent = label;
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", title.id);
    group.append(title, ...items.map((item) => this.option(item)));
    return group;
  }

  option({ label, detail, url }) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${this.options.length}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    // The same site answers, under whatever name it was asked.
    const { pathname, searchParams, hash } = new URL(url, location.href);
    if (this.said.field) {
      // The other fields of the form go along.
      for (const [name, value] of new FormData(this.form)) {
        if (!searchParams.has(name)) searchParams.set(name, value);
      }
    }
    const query = String(searchParams);
    option.dataset.url = pathname + (query && `?${query}`) + hash;
    option.append(label);
    if (detail) {
      const more = document.createElement("span");
      more.className = "muted";
      more.textContent = detail;
      option.append(" ", more);
    }
    this.options.push(option);
    return option;
  }

  announce(count) {
    const { none, one, many } = this.said;
    this.status.textContent = count > 1 ? many.replace("{n}", count) : count ? one : none;
  }

  open(yes) {
    this.list.hidden = !yes;
    this.input.setAttribute("aria-expanded", String(yes));
  }

  close() {
    this.forget();
    this.choose(-1);
    this.open(false);
    this.status.textContent = "";
  }

  choose(place) {
    this.options[this.current]?.setAttribute("aria-selected", "false");
    this.current = place;
    const option = this.options[place];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  go(option) {
    this.close();
    location.assign(option.dataset.url);
  }

  // From the text (-1) to the first suggestion, to the last, and back to the text.
  move(step) {
    const count = this.options.length + 1;
    this.choose(((this.current + 1 + step + count) % count) - 1);
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const open = !this.list.hidden;
    const option = this.options[this.current];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (event.altKey) {
        if (event.key === "ArrowUp") this.close();
        else if (!open && this.text.length >= SHORTEST) this.ask();
      } else if (open) {
        this.move(event.key === "ArrowDown" ? 1 : -1);
      } else if (this.text.length >= SHORTEST) {
        this.ask(event.key === "ArrowDown" ? 1 : -1);
      }
    } else if (event.key === "Escape" && open) {
      event.preventDefault(); // else the browser empties the box
      this.close();
    } else if (event.key === "Enter" && open && option) {
      event.preventDefault();
      this.go(option);
    }
  }
}

export function attach(form) {
  new Suggestions(form);
}
