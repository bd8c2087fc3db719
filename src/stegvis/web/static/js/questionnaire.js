// What a page of questions does by itself: calculated values, exclusive boxes, words of one's own, one more box, the
// calendar, and help at once when a worrying answer cannot reach the server. Each works without this script as well.

for (const form of document.querySelectorAll("form[data-autosave-resend]")) {
  form.addEventListener("stegvis:saved", (event) => {
    const values = event.detail.answer.values || {};
    for (const shown of form.querySelectorAll("[data-value]")) {
      if (shown.dataset.value in values) shown.textContent = values[shown.dataset.value] || shown.dataset.textEmpty;
    }
  });

  const help = form.querySelector("[data-help-now]");
  const worries = () => [...form.querySelectorAll("[data-worries]")].some((asked) => {
    const calling = JSON.parse(asked.dataset.worries);
    return [...asked.querySelectorAll("input, select")].some((control) => (control.checked || !["radio", "checkbox"].includes(control.type)) && calling.includes(control.value));
  });
  const showHelp = () => {
    if (!help || !help.hidden || !worries()) return;
    help.hidden = false;
    help.scrollIntoView({ block: "center" });
    help.focus({ preventScroll: true });
  };
  form.addEventListener("stegvis:waiting", showHelp);
  form.addEventListener("change", () => { if (!navigator.onLine) showHelp(); });
}

// An exclusive box takes the others away, and each of them takes it.
for (const boxes of document.querySelectorAll(".govuk-checkboxes:has([data-alone])")) {
  boxes.addEventListener("change", ({ target }) => {
    if (!target.checked) return;
    for (const box of boxes.querySelectorAll("input[type=checkbox]")) {
      if (box !== target && ("alone" in box.dataset || "alone" in target.dataset)) box.checked = false;
    }
  }, true);
}

// Words of one's own choose their button; another button takes the words away.
for (const choice of document.querySelectorAll("[data-open-choice]")) {
  const words = choice.querySelector("[data-other]");
  const button = choice.querySelector("input[type=radio][value=other-words], option[value=other-words]");
  if (!button) continue;
  words.addEventListener("input", () => { if (words.value) { if ("checked" in button) button.checked = true; else button.selected = true; } });
  choice.addEventListener("change", ({ target }) => {
    if (target === words) return;
    if (target.value === "other-words") words.focus();
    else words.value = "";
  }, true);
}

// One more box, a copy of the last one with nothing in it.
for (const several of document.querySelectorAll("[data-several]")) {
  const more = several.querySelector("[data-more]");
  more.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = several.querySelectorAll("[data-one]");
    const last = rows[rows.length - 1];
    const next = last.cloneNode(true);
    const renamed = (text) => text.replace(`_${rows.length - 1}`, `_${rows.length}`);
    next.setAttribute("aria-label", last.getAttribute("aria-label").replace(/\d+/, rows.length + 1));
    for (const control of next.querySelectorAll("input, select, textarea, label, datalist")) {
      for (const name of ["id", "for", "list"]) if (control.hasAttribute(name)) control.setAttribute(name, renamed(control.getAttribute(name)));
      if ("numbered" in several.dataset && control.name) control.name = renamed(control.name);
      if (["radio", "checkbox"].includes(control.type)) control.checked = false;
      else if ("value" in control && control.tagName !== "LABEL") control.value = "";
    }
    last.after(next);
    next.querySelector("input, select, textarea").focus();
  });
}

for (const pick of document.querySelectorAll("[data-pick]")) {
  const box = pick.parentElement.querySelector("input:not([type=date])");
  const calendar = pick.querySelector("input");
  if (!("showPicker" in calendar)) continue;
  pick.hidden = false;
  pick.querySelector("button").addEventListener("click", () => {
    if (/^\d{4}-\d\d-\d\d$/.test(box.value)) calendar.value = box.value;
    calendar.showPicker();
  });
  calendar.addEventListener("change", (event) => {
    event.stopPropagation();
    box.value = calendar.value;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
