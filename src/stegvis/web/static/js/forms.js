// Small conveniences of every form: focus on the error summary, letters left, show the password, plus and minus,
// a switch that sends itself, one sending per press, the print button. Each form works without them.

document.querySelector("[data-error-summary]")?.focus();

for (const area of document.querySelectorAll("[data-counter]")) {
  const field = area.querySelector("textarea, input");
  const message = area.querySelector("[data-counter-message]");
  const most = Number(field.getAttribute("maxlength") || field.dataset.maxlength);
  // The browser would swallow what is too long; people should see it and choose what to cut.
  field.removeAttribute("maxlength");
  const count = () => {
    const left = most - field.value.length;
    message.textContent = (left >= 0 ? area.dataset.textLeft : area.dataset.textOver).replace("{count}", Math.abs(left));
    message.classList.toggle("govuk-character-count__message--over", left < 0);
  };
  field.addEventListener("input", count);
  count();
}

// A file dropped or pasted where only words can be sent: the browser would leave the page, and the words with it.
const wordsOnly = document.querySelector("[data-no-files]");
if (wordsOnly) {
  const refuse = (event) => {
    const carried = event.dataTransfer || event.clipboardData;
    if (!carried?.types.includes("Files") || carried.types.includes("text/plain")) return;
    event.preventDefault();
    if (event.type === "dragover") return;
    const said = document.querySelector("[data-no-files-said]") ?? document.createElement("p");
    said.className = "govuk-error-message";
    said.dataset.noFilesSaid = "";
    said.setAttribute("role", "alert");
    said.textContent = wordsOnly.dataset.noFiles;
    wordsOnly.before(said);
  };
  for (const kind of ["dragover", "drop", "paste"]) document.addEventListener(kind, refuse);
}

for (const wrapper of document.querySelectorAll("[data-password]")) {
  const field = wrapper.querySelector("input");
  const button = wrapper.querySelector("button");
  const hide = () => { field.type = "password"; button.textContent = wrapper.dataset.textShow; button.setAttribute("aria-pressed", "false"); };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (field.type === "text") { hide(); return; }
    field.type = "text";
    button.textContent = wrapper.dataset.textHide;
    button.setAttribute("aria-pressed", "true");
  });
  field.form?.addEventListener("submit", hide);
}

for (const stepper of document.querySelectorAll("[data-stepper]")) {
  const field = stepper.querySelector("input");
  for (const button of stepper.querySelectorAll("button")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const value = (Number(field.value) || 0) + Number(button.dataset.step);
      field.value = Math.min(Number(field.max || Infinity), Math.max(Number(field.min || 0), value));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

for (const form of document.querySelectorAll("form[data-send-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// Heard at the document, after every other listener: a sending that another script holds back does not count.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 3000) { event.preventDefault(); return; }
  form.dataset.sent = Date.now();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
