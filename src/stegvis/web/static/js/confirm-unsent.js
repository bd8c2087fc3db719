// Before signing out: is there text on this device that has not reached the server? Then ask first.
//
// <form data-confirm-unsent="…" data-text-stay data-text-keep data-text-delete> around the sign-out button.

const PREFIX = `stegvis:unsent:${document.body.dataset.account || "signed-out"}:`;

function unsent() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX) && !JSON.parse(localStorage.getItem(key)).submitted);
  } catch { return []; }
}

for (const form of document.querySelectorAll("form[data-confirm-unsent]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.asked || !unsent().length) return;
    event.preventDefault();
    const dialog = document.createElement("dialog");
    dialog.className = "sv-dialog";
    const question = document.createElement("p");
    question.id = "unsent-question";
    question.textContent = form.dataset.confirmUnsent;
    dialog.setAttribute("aria-labelledby", question.id);
    dialog.append(question);
    const leave = () => { form.dataset.asked = "yes"; form.requestSubmit(); };
    const choices = [
      [form.dataset.textStay, "", () => dialog.remove()],
      [form.dataset.textKeep, "sv-btn--quiet", leave],
      [form.dataset.textDelete, "sv-btn--quiet", () => { for (const key of unsent()) localStorage.removeItem(key); leave(); }],
    ];
    const row = document.createElement("div");
    row.className = "sv-stack--s";
    for (const [text, look, act] of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `sv-btn sv-btn--block ${look}`;
      button.textContent = text;
      button.addEventListener("click", act);
      row.append(button);
    }
    dialog.append(row);
    document.body.append(dialog);
    dialog.showModal();
  });
}
