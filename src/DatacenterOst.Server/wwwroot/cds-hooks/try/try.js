// A small EHR: discovers, calls, shows, and tells the service what was done with its cards. All that comes from outside is only
// ever set as text; links are followed only when they are https.
import { element, renderCard } from "/card.js";

const at = (id) => document.getElementById(id);
const orderHooks = ["order-select", "order-sign"];
let entries = [];
let calls = 0;
let choices = 0;

const problem = async (answer) => {
  const text = await answer.text();
  try { return JSON.parse(text).issue?.[0]?.diagnostics ?? `HTTP ${answer.status}`; } catch { return `HTTP ${answer.status}`; }
};

async function json(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${answer.status}: ${await problem(answer)}`);
  return answer.json();
}

const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
const chosen = () => entries[at("service").selectedIndex];

async function start() {
  const patients = (await json("/fhir/Patient?_count=50")).entry ?? [];
  entries = (await json("/cds-services")).services;
  at("service").replaceChildren(...entries.map((entry, place) => option(String(place), `${entry.title ?? entry.id} (${entry.hook})`)));
  at("patient").replaceChildren(option("", patients.length ? "choose" : "none in the store"), ...patients.map(({ resource }) => option(resource.id, nameOf(resource))));
  await serviceChosen();
}

function nameOf(patient) {
  const name = patient.name?.[0];
  const words = name?.text ?? [name?.given?.join(" "), name?.family].filter(Boolean).join(" ");
  return words ? `${words} (${patient.id})` : patient.id;
}

async function serviceChosen() {
  const mine = ++choices;
  const entry = chosen();
  if (!entry) return say("No service is there: see the refusals at /api/cds-services.", true);
  at("about").textContent = entry.description;
  at("orders").hidden = !orderHooks.includes(entry.hook);
  const examples = (await json(`/api/cds-services/${entry.id}/examples`)).filter((example) => example.request.hook === entry.hook);
  // Another service was chosen meanwhile, or this one again.
  if (mine !== choices) return;
  at("example").replaceChildren(option("", "none: the fields above"), ...examples.map((example) => Object.assign(option(example.name, example.name), { request: example.request })));
  build();
}

function build() {
  const entry = chosen();
  const example = at("example").selectedOptions[0]?.request;
  const patientId = at("patient-id").value.trim() || at("patient").value || "patient";
  const request = example ? structuredClone(example) : {
    hook: entry.hook,
    context: { userId: "Practitioner/try", patientId, ...(entry.hook.startsWith("encounter-") && { encounterId: "try" }) },
  };
  request.hookInstance = crypto.randomUUID();
  if (!example && orderHooks.includes(entry.hook)) {
    const draft = {
      resourceType: "MedicationRequest", id: "draft-1", status: "draft", intent: "order", subject: { reference: `Patient/${patientId}` },
      medicationCodeableConcept: { coding: [{ system: "http://www.whocc.no/atc", code: at("atc").value.trim(), display: at("drug").value.trim() || undefined }] },
    };
    request.context.draftOrders = { resourceType: "Bundle", type: "collection", entry: [{ resource: draft }] };
    if (entry.hook === "order-select") request.context.selections = ["MedicationRequest/draft-1"];
  }
  at("request").value = JSON.stringify(request, null, 2);
}

async function call(event) {
  event.preventDefault();
  const mine = ++calls;
  const entry = chosen();
  at("cards").replaceChildren();
  at("raw").hidden = true;
  say("Waiting for the service.");
  const began = performance.now();
  try {
    const answer = await json(`/cds-services/${entry.id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": at("language").value },
      body: at("request").value,
    });
    // Another call was made meanwhile: this answer must not stand below its request.
    if (mine !== calls) return;
    at("cards").replaceChildren(...answer.cards.map((card) => withDeeds(card, entry)));
    if (answer.systemActions) at("cards").append(element("p", `${answer.systemActions.length} system action(s): see the answer below.`));
    at("body").textContent = JSON.stringify(answer, null, 2);
    at("raw").hidden = false;
    const took = Math.round(performance.now() - began);
    say(answer.cards.length ? `${answer.cards.length} card(s) in ${took} ms.` : `Nothing to say, in ${took} ms.`);
  } catch (error) {
    if (mine === calls) say(error.message, true);
  }
}

function withDeeds(card, entry) {
  const article = renderCard(card);
  article.setAttribute("aria-label", card.summary);
  for (const link of card.links ?? []) article.append(linkOf(link));
  const told = element("p", "", "told");
  told.setAttribute("role", "status");
  if (card.suggestions) article.append(suggestions(card, entry, told));
  article.append(override(card, entry, told), told);
  return article;
}

function linkOf(link) {
  const holder = document.createElement("p");
  if (!/^https:\/\//i.test(link.url)) return element("p", `${link.label} (not followed: its address is not https)`);
  const anchor = Object.assign(element("a", link.label), { href: link.url, target: "_blank", rel: "noopener noreferrer" });
  holder.append(anchor, link.type === "smart" ? " (SMART app)" : "");
  return holder;
}

function suggestions(card, entry, told) {
  const group = deed(card.selectionBehavior === "any" ? "Suggestions, any of them" : "Suggestions, one at most");
  for (const suggestion of card.suggestions) {
    const button = Object.assign(element("button", suggestion.label + (suggestion.isRecommended ? " (recommended)" : "")), { type: "button" });
    button.title = (suggestion.actions ?? []).map((action) => `${action.type}: ${action.description}`).join("\n");
    button.addEventListener("click", async () => {
      button.disabled = true;
      if (card.selectionBehavior !== "any") for (const other of group.querySelectorAll("button")) other.disabled = true;
      await tell(entry, card, { outcome: "accepted", acceptedSuggestions: [{ id: suggestion.uuid }] }, told);
    });
    group.append(button);
  }
  return group;
}

function override(card, entry, told) {
  const group = deed("Not followed");
  const reason = document.createElement("select");
  reason.replaceChildren(option("", "no reason"), ...(card.overrideReasons ?? []).map((coding, place) => option(String(place), coding.display)));
  const comment = document.createElement("input");
  const button = Object.assign(element("button", "Override the card"), { type: "button" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    const coding = card.overrideReasons?.[reason.value];
    const overrideReason = coding || comment.value ? {
      ...(coding && { reason: { code: coding.code, system: coding.system, display: coding.display } }),
      ...(comment.value && { userComment: comment.value }),
    } : undefined;
    await tell(entry, card, { outcome: "overridden", overrideReason }, told);
  });
  group.append(labelled("Reason", reason), labelled("Comment", comment), button);
  return group;
}

async function tell(entry, card, outcome, told) {
  const item = { card: card.uuid, ...outcome, outcomeTimestamp: new Date().toISOString() };
  const answer = await fetch(`/cds-services/${entry.id}/feedback`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ feedback: [item] }),
  });
  told.classList.toggle("wrong", !answer.ok);
  told.textContent = answer.ok ? `Feedback was stored: ${outcome.outcome}.` : `Feedback was not taken: ${await problem(answer)}`;
}

function deed(title) {
  const group = document.createElement("fieldset");
  group.className = "deed";
  group.append(element("legend", title));
  return group;
}

function labelled(text, field) {
  const label = element("label", text);
  label.append(field);
  return label;
}

function say(text, wrong = false) {
  at("status").textContent = text;
  at("status").classList.toggle("wrong", wrong);
}

at("service").addEventListener("change", () => serviceChosen().catch((error) => say(error.message, true)));
for (const id of ["patient", "patient-id", "atc", "drug", "example"]) at(id).addEventListener("change", build);
at("call").addEventListener("submit", call);
start().catch((error) => say(error.message, true));
