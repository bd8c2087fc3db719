// The therapist's answer: a snippet goes in where the cursor stands, and the reply check ticks itself.
//
// [data-reply] holds the textarea, buttons with data-snippet="…" and items of the check. An item with data-look="word|word"
// is ticked by any of these words in the text, in any case; one with data-mark="code" by the answer to a saved draft, whose
// JSON names the marks it has. The check is a help to the eye; it stops nothing and is not stored from here.

for (const reply of document.querySelectorAll("[data-reply]")) {
  const area = reply.querySelector("textarea");
  const items = [...reply.querySelectorAll("[data-look]")];
  const tick = (item, yes) => {
    item.classList.toggle("y", yes);
    item.querySelector("[data-state]").textContent = yes ? item.dataset.textYes : item.dataset.textNo;
  };
  const check = () => {
    const text = area.value.toLowerCase();
    for (const item of items) tick(item, item.dataset.look.toLowerCase().split("|").some((word) => word && text.includes(word)));
  };
  for (const button of reply.querySelectorAll("[data-snippet]")) {
    button.addEventListener("click", () => {
      const gap = area.value && !/\s$/.test(area.value.slice(0, area.selectionStart)) ? " " : "";
      area.focus();
      area.setRangeText(gap + button.dataset.snippet, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  area.addEventListener("input", check);
  check();
  area.form?.addEventListener("stegvis:saved", (event) => {
    const marks = event.detail.answer.marks;
    if (marks) for (const item of reply.querySelectorAll("[data-mark]")) tick(item, marks.includes(item.dataset.mark));
  });
}
