// Compartments and operations, one line each:
//   C compartment resource parameters         which search parameters put a resource into a compartment; {def} is the resource itself
//   O id code kind levels resources affectsState name      levels: s system, t type, i instance
//   P name use min max type                   a parameter of the operation above; nested ones have dotted names
const clean = text => (text ?? '').replace(/\s+/g, ' ').trim();

function parameters(list, prefix) {
  return (list ?? []).flatMap(p => [['P', prefix + p.name, p.use, p.min, p.max, p.type ?? ''].join('\t'), ...parameters(p.part, `${prefix}${p.name}.`)]);
}

export function operationLines(compartments, operations) {
  const lines = ['# FHIR R4 4.0.1 compartments and operations (HL7, CC0 1.0), made by generate/generate.mjs from npm hl7.fhir.r4.examples@4.0.1'];
  const byUrl = (a, b) => (a.url < b.url ? -1 : 1);
  for (const c of compartments.filter(x => x.url.startsWith('http://hl7.org/fhir/') && x.id !== 'example').sort(byUrl))
    for (const r of c.resource ?? []) if (r.param) lines.push(['C', c.code, r.code, r.param.join(' ')].join('\t'));
  for (const o of operations.filter(x => x.url.startsWith('http://hl7.org/fhir/OperationDefinition/') && x.id !== 'example').sort(byUrl)) {
    const levels = (o.system ? 's' : '') + (o.type ? 't' : '') + (o.instance ? 'i' : '');
    lines.push(['O', o.id, o.code, o.kind, levels, (o.resource ?? []).join(' '), o.affectsState ? '1' : '0', clean(o.title ?? o.name)].join('\t'));
    lines.push(...parameters(o.parameter, ''));
  }
  return lines;
}
