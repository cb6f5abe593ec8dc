// Renders a CDS Hooks card as an EHR would. The detail is GitHub-flavoured Markdown of which we write tables,
// bold and paragraphs; text is only ever set as text, so nothing in a card can become markup.

export function renderCard(card) {
  const article = document.createElement("article");
  article.className = `card ${card.indicator}`;
  article.append(
    element("span", card.indicator, "indicator"),
    element("h3", card.summary),
    ...blocks(card.detail ?? ""),
    element("footer", card.source.label),
  );
  return article;
}

function blocks(markdown) {
  return markdown.split(/\n{2,}/).filter(Boolean).map((block) => {
    const lines = block.split("\n");
    return lines.length > 1 && lines[0].startsWith("|") ? table(lines) : inline(document.createElement("p"), lines.join("\n"));
  });
}

function table(lines) {
  const cells = (line) => line.replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
  const result = document.createElement("table");
  const head = result.createTHead().insertRow();
  for (const cell of cells(lines[0])) head.append(inline(document.createElement("th"), cell));
  const body = result.createTBody();
  for (const line of lines.slice(2)) {
    const row = body.insertRow();
    for (const cell of cells(line)) row.append(inline(document.createElement("td"), cell));
  }
  return result;
}

function inline(parent, text) {
  for (const part of text.split(/(\*\*[^*]+\*\*|\n)/)) {
    if (part === "\n") parent.append(document.createElement("br"));
    else if (part.startsWith("**") && part.endsWith("**") && part.length > 4) parent.append(element("strong", unescape(part.slice(2, -2))));
    else parent.append(unescape(part));
  }
  return parent;
}

const entities = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"' };
const unescape = (text) => text
  .replace(/\\([\\`*_{}[\]()#+\-.!|~<>&])/g, "$1")
  .replace(/&(?:lt|gt|amp|quot|#\d{1,5});/g, (entity) => entities[entity] ?? String.fromCharCode(entity.slice(2, -1)));

export function element(name, text, className) {
  const result = document.createElement(name);
  result.textContent = text;
  if (className) result.className = className;
  return result;
}
