// Wagtail saves a draft by itself half a second after each change. A form that is sent while that
// request is on its way reaches the server beside it: a new page is then made twice, and the
// second is refused because its address is taken. So a form waits for the draft to be saved, and
// nothing more is saved once it leaves.

const PATIENCE = 10_000; // milliseconds: a draft that is not saved by then is sent all the same

const form = document.querySelector("form[data-controller~=w-autosave]");

if (form) {
  let saving = false;
  let leaving = false;
  let send = null;

  const saved = () => {
    saving = false;
    send?.();
  };

  form.addEventListener("w-autosave:save", (event) => {
    if (leaving) event.preventDefault();
    else saving = true;
  });
  form.addEventListener("w-autosave:success", saved);
  form.addEventListener("w-autosave:error", saved);

  form.addEventListener("submit", (event) => {
    leaving = true;
    if (!saving || event.defaultPrevented) return;
    event.preventDefault();
    if (send) return;
    // The button is disabled while it turns, and a disabled one is not sent: its name is kept.
    const chosen = document.createElement("input");
    chosen.type = "hidden";
    chosen.name = event.submitter?.name ?? "";
    chosen.value = event.submitter?.value ?? "";
    const timer = setTimeout(saved, PATIENCE);
    send = () => {
      clearTimeout(timer);
      send = null;
      if (chosen.name) form.append(chosen);
      form.requestSubmit();
    };
  });

  // The page may come back from the browser's memory.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) leaving = saving = false;
  });
}
