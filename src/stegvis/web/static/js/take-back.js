// A reply that was just sent: how long it can still be taken back. After the last second the offer goes away.
//
// form[data-lasts] holds the seconds that are left when the page is made; [data-left] says them anew every second, but not
// aloud: a screen reader hears the offer once, with the page. The server's clock decides, this only follows it.

for (const offer of document.querySelectorAll("form[data-lasts]")) {
  const end = performance.now() + Number(offer.dataset.lasts) * 1000;
  const left = offer.querySelector("[data-left]");
  const ticking = setInterval(() => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds > 0) { left.textContent = left.dataset.text.replace("{n}", seconds); return; }
    clearInterval(ticking);
    if (offer.contains(document.activeElement)) document.querySelector("#main")?.focus();
    offer.remove();
  }, 1000);
}
