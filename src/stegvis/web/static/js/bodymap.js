// The body map: the native checkboxes are the form, the drawing is a faster way to tick them.
//
// [data-bodymap] holds the checkboxes (one per place and "no pain"), two figures whose paths carry data-region, and the
// buttons. Every change is announced as a change event of a checkbox, so that autosave hears it.

for (const map of document.querySelectorAll("[data-bodymap]")) {
  const boxes = new Map([...map.querySelectorAll("input[data-place]")].map((box) => [box.value, box]));
  const paths = new Map([...map.querySelectorAll("[data-region]")].map((path) => [path.dataset.region, path]));
  const none = map.querySelector("input[data-no-pain]");
  const any = boxes.values().next().value;
  const history = [];
  let before = marked();

  function marked() { return [...boxes.values(), none].filter((box) => box.checked).map((box) => box.value); }
  function set(values) { for (const box of [...boxes.values(), none]) box.checked = values.includes(box.value); }
  function tell(box) { box.dispatchEvent(new Event("change", { bubbles: true })); }

  function paint() {
    const count = { f: 0, b: 0 };
    for (const [id, path] of paths) {
      const on = boxes.get(id)?.checked || false;
      path.classList.toggle("on", on);
      if (on) count[id[0]] += 1;
    }
    const all = count.f + count.b;
    const said = map.querySelector("[data-count]");
    said.querySelector("b").textContent = all;
    said.querySelector("span").textContent = all === 1 ? said.dataset.one : said.dataset.many;
    map.querySelector("[data-number=front]").textContent = count.f ? `(${count.f})` : "";
    map.querySelector("[data-number=back]").textContent = count.b ? `(${count.b})` : "";
  }

  function show(view) {
    for (const figure of map.querySelectorAll("[data-figure]")) figure.toggleAttribute("data-hidden", figure.dataset.figure !== view);
    for (const button of map.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", button.dataset.show === view);
  }

  map.addEventListener("change", (event) => {
    if (event.target === none && none.checked) set([none.value]);
    else if (boxes.has(event.target.value) && event.target.checked) none.checked = false;
    const now = marked();
    if (now.join() !== before.join()) { history.push(before); before = now; }
    paint();
  });
  for (const [id, path] of paths) {
    path.addEventListener("click", () => { const box = boxes.get(id); box.checked = !box.checked; tell(box); });
    const box = boxes.get(id);
    box.addEventListener("focus", () => { show(id[0] === "f" ? "front" : "back"); path.classList.add("focus"); });
    box.addEventListener("blur", () => path.classList.remove("focus"));
  }
  for (const button of map.querySelectorAll("[data-show]")) button.addEventListener("click", () => show(button.dataset.show));
  map.querySelector("[data-undo]").addEventListener("click", () => {
    if (!history.length) return;
    before = history.pop();
    set(before);
    tell(any);
  });
  map.querySelector("[data-clear]").addEventListener("click", () => { set([]); tell(any); });
  paint();
}
