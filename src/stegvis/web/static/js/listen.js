// Reads a text aloud with a voice of the device itself. Only voices that stay on the device are used: what somebody
// reads here is nobody else's business. Where there is none for the page's language, the button stays hidden.
//
// <button data-listen="#text" data-text-start="Listen" data-text-stop="Stop" hidden>

const speech = window.speechSynthesis;

for (const button of speech ? document.querySelectorAll("button[data-listen]") : []) {
  const article = document.querySelector(button.dataset.listen);
  const label = button.querySelector("span") || button;
  const lang = document.documentElement.lang;
  const voice = () => speech.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(lang));
  const offer = () => { button.hidden = !(article && voice()); };
  const stop = () => { speech.cancel(); label.textContent = button.dataset.textStart; button.setAttribute("aria-pressed", "false"); };
  offer();
  speech.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", () => {
    if (speech.speaking) { stop(); return; }
    const parts = [...article.querySelectorAll("h1, h2, h3, p, li")].filter((part) => part.offsetParent && !part.querySelector("p, li"));
    parts.forEach((part, index) => {
      const words = new SpeechSynthesisUtterance(part.textContent.trim());
      words.voice = voice();
      words.lang = lang;
      words.rate = Number(button.dataset.rate || 0.95);
      if (index === parts.length - 1) words.onend = stop;
      speech.speak(words);
    });
    label.textContent = button.dataset.textStop;
    button.setAttribute("aria-pressed", "true");
  });
  addEventListener("pagehide", stop);
}
