/** As wide as a page's text on the site, so that text has the size it is given. */
export const width = 688;

type Attributes = Record<string, string | number>;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const written = (value: string | number) =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10) : escaped(value);

export function element(name: string, attributes: Attributes, content = ''): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${written(value)}"`);
  return `<${name}${pairs.join('')}${content ? `>${content}</${name}>` : '/>'}`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

/** A picture, and the same in words. */
export interface Picture {
  svg: string;
  text: string;
}

/** A background of its own: whether dark or light is right, a picture in a page may be told otherwise than the page. */
export function picture(about: { title: string; text: string }, height: number, parts: string[]): Picture {
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title text">`,
    `<title id="title">${escaped(about.title)}</title>`,
    `<desc id="text">${escaped(about.text)}</desc>`,
    `<style>${style}</style>`,
    element('rect', { class: 'paper', width, height, rx: 8 }),
    ...parts,
    '</svg>\n',
  ].join('\n');
  return { svg, text: about.text };
}

const style = `
:root { --paper: #fafafa; --ink: #24292f; --soft: #57606a; --faint: #d0d7de; --tint: #fde2a6; --accent: #0550ae }
@media (prefers-color-scheme: dark) { :root { --paper: #202127; --ink: #e6e6e9; --soft: #a8b1bb; --faint: #4a4f58; --tint: #5a4512; --accent: #79b8ff } }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink) }
line, path { stroke: var(--ink); stroke-width: 1.5; fill: none }
.paper { fill: var(--paper) }
.soft { fill: var(--soft) }
.strong { font-weight: 600 }
.faint { stroke: var(--faint); stroke-width: 1 }
.dashed { stroke-dasharray: 4 3 }
.end { text-anchor: end }
.middle { text-anchor: middle }
.tint { fill: var(--tint) }
.box { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5 }
.bar { fill: var(--faint); stroke: var(--ink); stroke-width: 1 }
.accent { stroke: var(--accent); stroke-width: 2.5 }
.line0 { stroke-width: 3 }
.line4 { stroke: var(--soft) }
.dot { fill: var(--ink) }
`;
