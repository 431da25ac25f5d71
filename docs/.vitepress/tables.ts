import type { MarkdownRenderer } from 'vitepress';

/** Tables that can be read by ear and fit the page. */
export function readableTables(md: MarkdownRenderer): void {
  md.core.ruler.push('readable-tables', ({ tokens }) => {
    let isInTable = false;
    for (const [index, token] of tokens.entries()) {
      if (token.type === 'table_open') isInTable = true;
      if (token.type === 'table_close') isInTable = false;
      // A column without a heading has an empty cell, not an empty heading, of which nobody would know what it is.
      const [content, end] = tokens.slice(index + 1);
      if (token.type === 'th_open' && content?.content === '' && end) {
        token.tag = 'td';
        end.tag = 'td';
      }
      // Long names may go on below where a word of theirs ends.
      for (const child of (isInTable && token.children) || []) {
        if (child.type !== 'code_inline') continue;
        child.type = 'html_inline';
        const words = md.utils.escapeHtml(child.content).replace(/(?<=[a-z])(?=[A-Z])|(?<=[._/])/g, '<wbr>');
        child.content = `<code>${words}</code>`;
      }
    }
  });
}
