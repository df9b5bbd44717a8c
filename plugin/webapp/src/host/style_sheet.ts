/** Adds a style sheet to the page; the returned function takes it away again. */
export function addStyleSheet(page: Document, text: string): () => void {
  const element = page.createElement('style');
  element.textContent = text;
  page.head.append(element);
  return () => element.remove();
}
