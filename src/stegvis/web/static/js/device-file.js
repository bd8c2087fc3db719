// Sends a large file in pieces, with a bar that says how much has gone. Without this script the form sends it whole.
//
// form[data-device-file] names where a file begins (data-begin) and how large a piece is (data-part-bytes). Each piece is
// tried three times; the server takes the same piece twice without harm. Its sentence is shown when it refuses.

const TRIES = 3;

for (const form of document.querySelectorAll("form[data-device-file]")) {
  form.addEventListener("submit", async (event) => {
    const file = form.querySelector("input[type=file]").files[0];
    if (!file || !file.size) return;
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      location.assign(await send(form, file));
    } catch (problem) {
      say(form, problem.refused || form.querySelector("[data-said]").dataset.failed);
      button.disabled = false;
    }
  });
}

async function send(form, file) {
  const size = Number(form.dataset.partBytes);
  const { at } = await post(form, form.dataset.begin, new URLSearchParams({ size: String(file.size) }));
  for (let position = 0; position * size < file.size; position += 1) {
    show(form, Math.floor((100 * position * size) / file.size));
    await tried(() => post(form, `${at}part/${position}/`, file.slice(position * size, (position + 1) * size)));
  }
  show(form, 100);
  say(form, form.querySelector("[data-said]").dataset.reading);
  return (await post(form, `${at}done/`, "")).at;
}

async function post(form, address, body) {
  const token = form.querySelector("input[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token };
  if (body instanceof Blob) headers["Content-Type"] = "application/octet-stream";
  const response = await fetch(address, { method: "POST", body, headers, redirect: "error" });
  const answer = await response.json();
  if (!response.ok) throw answer;
  return answer;
}

async function tried(work) {
  for (let left = TRIES; ; left -= 1) {
    try { return await work(); } catch (problem) { if (problem.refused || left <= 1) throw problem; }
  }
}

function show(form, percent) {
  form.querySelector("[data-sending]").hidden = false;
  form.querySelector("progress").value = percent;
  if (percent % 10 === 0 || percent === 100) say(form, form.querySelector("[data-said]").dataset.text.replace("{n}", percent));
}

function say(form, words) {
  form.querySelector("[data-sending]").hidden = false;
  form.querySelector("[data-said]").textContent = words;
}
