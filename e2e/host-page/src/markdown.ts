/** A little of Mattermost's markdown as HTML, everything else escaped: enough for what a client without plugin shows. */
export function toHtml(text: string): string {
  const blocks = text.split(/```[^\n]*\n?([\s\S]*?)```/);
  return blocks
    .map((block, index) => (index % 2 === 1 ? `<pre><code>${escapeHtml(block)}</code></pre>` : lines(block)))
    .join('');
}

function lines(text: string): string {
  const html = text.trim().split('\n').map(inline).join('<br>');
  return html === '' ? '' : `<p>${html}</p>`;
}

function inline(line: string): string {
  const parts = line.split(/`([^`]+)`/);
  return parts
    .map((part, index) => (index % 2 === 1 ? `<code>${escapeHtml(part)}</code>` : marks(escapeHtml(part))))
    .join('');
}

function marks(html: string): string {
  return html
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/_([^_]+)_/g, '<em>$1</em>')
    .replace(/(https?:\/\/[^\s<]+)/g, '<a href="$1" rel="noreferrer">$1</a>');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
