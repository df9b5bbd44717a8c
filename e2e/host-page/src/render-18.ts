import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';

/** How web clients with React 18 (11.x) draw the page. */
export function renderPage(page: ReactElement, container: Element): void {
  createRoot(container).render(page);
}
