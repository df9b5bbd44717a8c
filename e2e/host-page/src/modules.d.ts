declare module '*.css';
/** render-17.ts or render-18.ts: the build decides (build.ts). */
declare module 'host-render' {
  export function renderPage(page: import('react').ReactElement, container: Element): void;
}
