import { renderCard } from "/card.js";

const list = document.querySelector("#patients ul");
const heading = document.querySelector("#chart h2");
const cards = document.querySelector("#cards");
const language = document.querySelector("#language");
let chosen = null;

const json = async (url, options) => {
  const answer = await fetch(url, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.issue?.[0]?.diagnostics ?? `HTTP ${answer.status}`);
  return body;
};

const nameOf = (patient) => {
  const name = patient.name?.[0];
  return name?.text ?? [name?.given?.join(" "), name?.family].filter(Boolean).join(" ") ?? patient.id;
};

async function showPatients() {
  const bundle = await json("/fhir/Patient?_count=50");
  list.replaceChildren(...(bundle.entry ?? []).map(({ resource }) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.textContent = nameOf(resource) || resource.id;
    const born = document.createElement("small");
    born.textContent = resource.birthDate ? `born ${resource.birthDate}` : resource.id;
    button.append(born);
    button.addEventListener("click", () => choose(resource, button));
    item.append(button);
    return item;
  }));
  // A link to /#ID opens that chart.
  const wanted = (bundle.entry ?? []).findIndex(({ resource }) => resource.id === location.hash.slice(1));
  if (wanted >= 0) await choose(bundle.entry[wanted].resource, list.children[wanted].firstChild);
  if (!bundle.entry?.length) list.textContent = "No patients yet: run `dost ingest`, or `dost demo`.";
}

async function choose(patient, button) {
  const mine = chosen = { patient, button };
  for (const other of list.querySelectorAll("button")) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
  heading.textContent = nameOf(patient) || patient.id;
  cards.replaceChildren();
  const { services } = await json("/cds-services");
  for (const service of services.filter((s) => s.hook === "patient-view")) {
    const answer = await callService(service, patient);
    // Another patient, or another language, was chosen meanwhile: this answer must not stand under that name.
    if (chosen !== mine) return;
    cards.append(answer);
  }
  cards.dataset.ready = "true";
}

async function callService(service, patient) {
  const holder = document.createElement("div");
  try {
    const answer = await json(`/cds-services/${service.id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": language.value },
      body: JSON.stringify({
        hook: service.hook,
        hookInstance: crypto.randomUUID(),
        context: { userId: "Practitioner/demo", patientId: patient.id },
        // A look as of this moment is answered however often it is taken: nothing is held back, and nothing counts as said.
        extension: { "dk.datacenter-ost.asOf": new Date().toISOString() },
      }),
    });
    if (answer.cards.length) return holder.append(...answer.cards.map(renderCard)), holder;
    holder.className = "silent";
    holder.textContent = `${service.title ?? service.id}: nothing to say.`;
  } catch (error) {
    holder.className = "failed";
    holder.textContent = `${service.title ?? service.id}: ${error.message}`;
  }
  return holder;
}

language.addEventListener("change", () => chosen && choose(chosen.patient, chosen.button));
showPatients().catch((error) => { list.textContent = error.message; });
