// Saves what is written, field by field, and never says "Saved" before the server has said so.
//
// <form data-autosave-url="…" data-autosave-key="…"> sends one field 2 s after the first unsaved key, also while somebody
// types on without a pause, or at once when it is left or chosen: field=<name> and that field's own pairs, as the form would send them. A 2xx answer means saved; its JSON may
// hold saved_at ("09:42") and version. 409 is another device's newer text, 422 a value that is refused, 401/403 or a
// redirect a session that has ended. Anything else is tried again, ever more slowly. What has not reached the server is
// kept on this device under the account's key and offered on return. Words come from the status element's data-text-….
//
// With data-autosave-resend (questionnaires) it is not offered but sent, from whichever page is opened next, with the time
// it was given and the version of the answer it was based on (input NAME__version): the server refuses to overwrite.

const PAUSE = 2000;
const PATIENCE = 4000;
const SLOWEST = 60000;
const DAY = 24 * 3600 * 1000;
const PREFIX = "stegvis:unsent:";
const account = document.body.dataset.account || "signed-out";
const TYPED = ["text", "textarea", "email", "tel", "search", "url", "number", "date", "time"];
const NEVER = ["hidden", "file", "password", "submit", "button", "reset", "range"];

const device = {
  write(key, entry) { try { localStorage.setItem(key, JSON.stringify(entry)); } catch { /* a full or forbidden store: the page still tries to send */ } },
  read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* as above */ } },
  keys(start) { try { return Object.keys(localStorage).filter((key) => key.startsWith(start)); } catch { return []; } },
};

class Autosave {
  constructor(form) {
    this.form = form;
    this.place = `${PREFIX}${account}:${form.dataset.autosaveKey || location.pathname}:`;
    this.status = form.querySelector("[data-autosave-status]");
    this.text = this.status ? this.status.dataset : {};
    this.unsent = new Map();
    this.known = new Map();
    this.versions = new Map();
    this.resends = "autosaveResend" in form.dataset;
    this.tried = new Map();
    this.failures = 0;
    this.isOffline = false;
    for (const name of this.names()) this.known.set(name, JSON.stringify(this.pairs(name)));
    form.addEventListener("input", (event) => this.changed(event.target, PAUSE));
    form.addEventListener("change", (event) => this.changed(event.target, 0));
    form.addEventListener("submit", (event) => this.submitting(event));
    addEventListener("online", () => this.send());
    addEventListener("pagehide", () => this.send());
    document.addEventListener("visibilitychange", () => this.send());
    this.offer();
  }

  saves(control) { return control.name && !NEVER.includes(control.type) && !control.closest("[data-autosave-skip]"); }
  nameOf(control) { return control.closest("[data-field]")?.dataset.field || control.name; }
  controls(name) { return [...this.form.elements].filter((control) => this.saves(control) && this.nameOf(control) === name); }
  names() { return new Set([...this.form.elements].filter((control) => this.saves(control)).map((control) => this.nameOf(control))); }
  pairs(name) {
    const chosen = (control) => !["checkbox", "radio"].includes(control.type) || control.checked;
    return this.controls(name).filter(chosen).map((control) => [control.name, control.value]);
  }

  versionBox(name) { return this.form.elements.namedItem(`${name}__version`); }
  version(name) { return this.versionBox(name)?.value ?? this.versions.get(name) ?? this.controls(name)[0]?.closest("[data-version]")?.dataset.version ?? ""; }
  isNow(name, version) {
    if (!version) return;
    this.versions.set(name, String(version));
    if (this.versionBox(name)) this.versionBox(name).value = version;
  }

  changed(control, pause) {
    if (!this.saves(control) || this.isRestoring) return;
    const name = this.nameOf(control);
    const pairs = this.pairs(name);
    if (JSON.stringify(pairs) === this.known.get(name)) { this.forget(name); return; }
    const entry = { pairs, at: Date.now() };
    if (this.resends) Object.assign(entry, { name, url: this.form.dataset.autosaveUrl, page: location.pathname, version: this.version(name), tried: this.tried.get(name) });
    this.unsent.set(name, entry);
    device.write(this.place + name, entry);
    this.sendWithin(TYPED.includes(control.type) ? pause : 0);
  }

  // Typing on does not put off what is due: it would put it off for as long as somebody types.
  sendWithin(wait) {
    const due = Date.now() + wait;
    if (this.timer && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.send(), wait);
  }

  forget(name) { this.unsent.delete(name); device.drop(this.place + name); }

  // One sending at a time; whoever asks while it is under way waits for the same one, which takes all there is.
  send() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.sending && this.unsent.size) this.sending = this.sendAll().finally(() => { this.sending = null; });
    return this.sending ?? Promise.resolve();
  }

  async sendAll() {
    let goOn = true;
    while (goOn && this.unsent.size) {
      const [name, entry] = this.unsent.entries().next().value;
      try { goOn = await this.post(name, entry); } catch { this.isOffline = true; this.later(); goOn = false; }
    }
  }

  async post(name, entry) {
    const body = bodyOf(name, entry, entry.isRestored ? entry.version : this.version(name), this.resends);
    this.tried.set(name, [...(this.tried.get(name) || []), JSON.stringify(entry.pairs)].slice(-5));
    if (this.failures === 0) this.say("saving");
    const response = await fetch(this.form.dataset.autosaveUrl, {
      method: "POST", body, credentials: "same-origin", redirect: "manual", keepalive: body.toString().length < 60000,
      headers: headers(this.form),
    });
    this.isOffline = false;
    if (response.ok) return this.saved(name, entry, await json(response));
    if (response.status === 422) return this.refused(name, entry, await json(response));
    if (response.status === 409) return this.conflict(name, entry, await json(response));
    if ([0, 401, 403].includes(response.status)) { this.say("signin"); return false; }
    this.later();
    return false;
  }

  saved(name, entry, answer) {
    this.failures = 0;
    this.known.set(name, JSON.stringify(entry.pairs));
    this.isNow(name, answer.version);
    this.tried.delete(name);
    if (this.unsent.get(name) === entry) this.forget(name);
    // Put back to what it was while this was on its way? Then that is the newest text, and is sent too.
    if (!this.unsent.has(name) && this.controls(name).length) this.changed(this.controls(name)[0], 0);
    this.say("saved", answer.saved_at || clock(new Date()));
    this.form.dispatchEvent(new CustomEvent("stegvis:saved", { bubbles: true, detail: { name, answer } }));
    return true;
  }

  refused(name, entry, answer) {
    if (this.unsent.get(name) === entry) this.forget(name);
    this.say("refused", "", answer.error);
    return true;
  }

  later() {
    this.failures += 1;
    this.say("waiting");
    this.form.dispatchEvent(new CustomEvent("stegvis:waiting", { bubbles: true }));
    this.sendWithin(Math.min(SLOWEST, PAUSE * 2 ** (this.failures - 1)));
  }

  conflict(name, entry, answer) {
    const other = (answer.pairs || []).length ? answer.pairs : [[name, answer.value || ""]];
    this.isNow(name, answer.version);
    // Our own answer, saved although we never heard of it: no other device has said anything.
    if ([...(this.tried.get(name) || []), ...(entry.tried || [])].includes(JSON.stringify(other)) && JSON.stringify(other) !== JSON.stringify(entry.pairs)) {
      entry.isRestored = false;
      return true;
    }
    this.unsent.delete(name);
    this.say(this.text.textPick ? "pick" : "refused");
    this.panel(name, entry, this.text.textConflict, answer.saved_at || "", other);
    return true;
  }

  offer() {
    for (const key of device.keys(this.place)) {
      const name = key.slice(this.place.length);
      const entry = device.read(key);
      if (entry?.url && !this.controls(name).length) continue; // of another page: see `resend`
      if (entry?.url && JSON.stringify(entry.pairs) !== this.known.get(name)) { this.restore(name, entry); continue; }
      if (!entry || !this.controls(name).length || JSON.stringify(entry.pairs) === this.known.get(name)) device.drop(key);
      else this.panel(name, entry, this.text.textFound, clock(new Date(entry.at)));
    }
  }

  // Given on this device and not yet at the server: shown in its place, and sent with its own time.
  restore(name, entry) {
    this.isRestoring = true;
    this.put(name, entry.pairs);
    this.controls(name)[0].dispatchEvent(new Event("change", { bubbles: true }));
    this.isRestoring = false;
    this.unsent.set(name, { ...entry, isRestored: true });
    this.send();
  }

  // Two texts, one to keep: the device's (shown here) and the one in the field, or another device's.
  panel(name, entry, question, time, other) {
    const near = this.controls(name).at(-1)?.closest("[data-field]") || this.status;
    near.querySelector(".sv-found")?.remove();
    const panel = element("div", "sv-found", { role: "group", "aria-label": (question || "").replace("{time}", time) });
    panel.append(element("p", "", {}, (question || "").replace("{time}", time)), this.quote(name, entry.pairs));
    if (other) panel.append(this.quote(name, other));
    const keep = element("button", "sv-chip", { type: "button" }, this.text.textKeep);
    const leave = element("button", "sv-chip", { type: "button" }, this.text.textDrop);
    keep.addEventListener("click", () => { panel.remove(); this.fill(name, entry.pairs); });
    leave.addEventListener("click", () => { panel.remove(); device.drop(this.place + name); if (other) this.fill(name, other); });
    const row = element("p", "sv-row");
    row.append(keep, leave);
    panel.append(row);
    near.append(panel);
    panel.scrollIntoView({ block: "center" });
  }

  quote(name, pairs) {
    const words = pairs.map(([key, value]) => {
      const box = this.controls(name).find((control) => control.name === key && control.value === value && ["checkbox", "radio"].includes(control.type));
      return box?.labels?.[0]?.textContent.trim() || value;
    });
    return element("blockquote", "", {}, words.join(", "));
  }

  put(name, pairs) {
    const left = [...pairs];
    for (const control of this.controls(name)) {
      const at = left.findIndex(([key, value]) => key === control.name && (!["checkbox", "radio"].includes(control.type) || value === control.value));
      const [found] = at < 0 ? [] : left.splice(at, 1);
      if (["checkbox", "radio"].includes(control.type)) control.checked = Boolean(found);
      else control.value = found ? found[1] : "";
    }
  }

  fill(name, pairs) {
    this.put(name, pairs);
    const first = this.controls(name)[0];
    this.known.delete(name);
    first.dispatchEvent(new Event("change", { bubbles: true }));
    first.focus();
  }

  async submitting(event) {
    const open = this.resends && this.form.querySelector(".sv-found");
    if (open) { event.preventDefault(); open.scrollIntoView({ block: "center" }); return; }
    if (this.passed || !(this.unsent.size || this.doubts())) return;
    event.preventDefault();
    this.failures = 0;
    await Promise.race([this.send(), new Promise((done) => setTimeout(done, PATIENCE))]);
    // A form cannot be sent from within its own sending: the browser would swallow the press without a word.
    await new Promise((done) => setTimeout(done));
    if (this.doubts() && !(await reachesServer())) { await this.goOnHere(event.submitter?.value); return; }
    for (const name of this.unsent.keys()) device.write(this.place + name, { ...this.unsent.get(name), submitted: true });
    this.passed = true;
    this.form.requestSubmit(event.submitter);
    setTimeout(() => { this.passed = false; }, 3000);
  }

  // Whether there may be no connection, so that it is worth asking before the page is left.
  doubts() { return this.resends && (!navigator.onLine || this.isOffline || Boolean(document.querySelector("[data-kept]"))); }

  // Without a connection: the next page that this device has kept (kept-pages.js), as far as there is one.
  async goOnHere(then) {
    const next = then === "next" ? await keptAfter(this.form) : "";
    if (next) location.assign(next);
    else this.say("offline");
  }

  say(state, time = "", words = "") {
    if (!this.status) return;
    const name = `text${state[0].toUpperCase()}${state.slice(1)}`;
    const said = words || (this.text[name] || "").replace("{time}", time);
    const place = this.status.querySelector("[data-said]") || this.status;
    this.status.dataset.state = state;
    if (place.textContent !== said) place.textContent = said;
  }
}

async function reachesServer() {
  const address = document.body.dataset.sessionUrl || location.href;
  try { return Boolean(await fetch(address, { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) })); } catch { return false; }
}

async function keptAfter(form) {
  if (!navigator.serviceWorker?.controller) return "";
  const pages = Object.keys(JSON.parse(form.dataset.keep || "{}"));
  for (const address of pages) {
    if (address.split("?")[0] !== location.pathname && await caches.match(address)) return address;
  }
  return "";
}

function bodyOf(name, entry, version, resends) {
  const body = new URLSearchParams([["field", name], ...entry.pairs, ["typed_at", new Date(entry.at).toISOString()]]);
  if (version) body.append(resends ? `${name}__version` : "version", version);
  return body;
}

function headers(near) {
  const token = (near.querySelector("[name=csrfmiddlewaretoken]") || document.querySelector("[name=csrfmiddlewaretoken]"))?.value;
  return { Accept: "application/json", "X-CSRFToken": token || "" };
}

// Answers of pages that are not open now. What two devices disagree on waits for its own page, to which a link leads.
async function resend(forms) {
  const waiting = device.keys(`${PREFIX}${account}:`).map((key) => [key, device.read(key)]);
  for (const [key, entry] of waiting.sort(([, one], [, other]) => (one?.at ?? 0) - (other?.at ?? 0))) {
    const form = forms.find((each) => key.startsWith(each.place) && each.controls(key.slice(each.place.length)).length);
    if (!entry?.url || form) continue;
    const response = await fetch(entry.url, { method: "POST", body: bodyOf(entry.name, entry, entry.version, true), credentials: "same-origin", redirect: "manual", headers: headers(document) });
    if (response.ok) { device.drop(key); document.dispatchEvent(new Event("stegvis:sent")); } else if ([409, 422].includes(response.status)) tell(entry);
    else return;
  }
}

function tell(entry) {
  const told = document.querySelector("[data-unsent]");
  if (!told || entry.page === location.pathname) return;
  told.hidden = false;
  told.querySelector("a").href = entry.page;
}

async function json(response) { try { return await response.json(); } catch { return {}; } }

function clock(time) {
  const today = new Date().toDateString() === time.toDateString();
  const date = today ? {} : { day: "numeric", month: "long" };
  return time.toLocaleString(document.documentElement.lang === "sv" ? "sv-SE" : "en-GB", { ...date, hour: "2-digit", minute: "2-digit" });
}

function element(tag, className, attributes = {}, text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

// Nothing stays on a device for long: sent with its form, a day; never sent, a month.
for (const key of device.keys(PREFIX)) {
  const entry = device.read(key);
  if (!entry || Date.now() - entry.at > (entry.submitted && !entry.url ? DAY : 30 * DAY)) device.drop(key);
}
const forms = [...document.querySelectorAll("form[data-autosave-url]")].map((form) => new Autosave(form));
let underWay = null;
const sendTheRest = () => underWay ??= resend(forms).catch(() => { /* no connection: another time */ }).finally(() => { underWay = null; });
addEventListener("online", sendTheRest);
document.addEventListener("stegvis:saved", sendTheRest); // the connection is back, whether the device has noticed or not
sendTheRest();

// Sending it all waits for what is still on the device; whoever presses again sends what has arrived.
for (const form of document.querySelectorAll("form[data-after-unsent]")) {
  const left = () => device.keys(`${PREFIX}${account}:`).some((key) => device.read(key)?.url?.includes(form.dataset.afterUnsent));
  form.addEventListener("submit", async (event) => {
    if ("waited" in form.dataset || !left()) return;
    event.preventDefault();
    form.dataset.waited = "";
    await sendTheRest();
    if (left()) form.querySelector("[data-left]").hidden = false;
    else form.requestSubmit(event.submitter);
  });
}
