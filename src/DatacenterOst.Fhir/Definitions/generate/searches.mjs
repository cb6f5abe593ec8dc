// Search parameters, one line each:
//   id code type bases targets expression components
// bases and targets: separated by blanks; components: definition id and expression, separated by "=>" and "||".
const clean = text => (text ?? '').replace(/\s+/g, ' ').trim();
const tail = url => url.slice(url.lastIndexOf('/') + 1);

export function searchLines(all) {
  const lines = ['# FHIR R4 4.0.1 search parameters (HL7, CC0 1.0), made by generate/generate.mjs from npm hl7.fhir.r4.examples@4.0.1'];
  for (const p of all.filter(x => x.url.startsWith('http://hl7.org/fhir/SearchParameter/')).sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const components = (p.component ?? []).map(c => `${tail(c.definition)}=>${clean(c.expression)}`).join('||');
    lines.push([p.id ?? tail(p.url), p.code, p.type, (p.base ?? []).join(' '), (p.target ?? []).join(' '), clean(p.expression), components].join('\t'));
  }
  return lines;
}
