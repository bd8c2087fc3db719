// Loads a page of the preview anew when a file of the programme's folder has changed; the place on the page is kept by the
// browser. Asks once a second, and quietly goes on asking while the command is stopped.
//
// [data-preview-version] holds the address that says what the files are like.

const asked = document.querySelector("[data-preview-version]");
let first = "";

async function look() {
  try {
    const response = await fetch(asked.dataset.previewVersion, { cache: "no-store" });
    const now = await response.text();
    if (first && now !== first && response.ok) { location.reload(); return; }
    if (response.ok) first = now;
  } catch { /* stopped for a while */ }
  setTimeout(look, 1000);
}
look();
