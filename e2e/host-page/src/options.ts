/**
 * How the page is to look, from its query, which every address of the page keeps:
 * `react=17|18` (read by the server), `theme=denim|quartz|onyx`, `compact=1`, `crt=off` (replies in the center too),
 * `appbar=off` (channel header buttons instead).
 */
export interface PageOptions {
  readonly theme: string;
  readonly compact: boolean;
  readonly collapsedThreads: boolean;
  readonly appBar: boolean;
}

export function readOptions(search: string): PageOptions {
  const query = new URLSearchParams(search);
  return {
    theme: query.get('theme') ?? 'denim',
    compact: query.get('compact') === '1',
    collapsedThreads: query.get('crt') !== 'off',
    appBar: query.get('appbar') !== 'off',
  };
}
