import type { ReactElement } from 'react';
import * as ReactDOM from 'react-dom';

/** How web clients with React 17 (9.x, 10.x) draw the page. */
export function renderPage(page: ReactElement, container: Element): void {
  ReactDOM.render(page, container);
}
