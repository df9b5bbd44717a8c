/** What the web client leaves in the window for plugins: the libraries that ours takes from there, and its own helpers. */
import * as React from 'react';
import * as ReactDOM from 'react-dom';
import * as ReactIntl from 'react-intl';
import * as ReactRedux from 'react-redux';
import * as Redux from 'redux';
import type { Host } from './host.ts';
import { toHtml } from './markdown.ts';

/** `basename`: as the web client sets it where Mattermost is installed under a path. */
export function exposeToPlugins(host: Host): void {
  Object.assign(window, {
    React,
    ReactDOM,
    ReactIntl,
    ReactRedux,
    Redux,
    basename: host.base,
    PostUtils: {
      formatText: toHtml,
      messageHtmlToComponent: (html: string) =>
        // The web client's own helper does just this with what formatText gave; toHtml escapes.
        // biome-ignore lint/security/noDangerouslySetInnerHtml: see above
        React.createElement('div', { dangerouslySetInnerHTML: { __html: html } }),
    },
    WebappUtils: { browserHistory: { push: (path: string) => host.push(path) } },
    // For tests: the store, as the web client's developers reach it too.
    store: host.store,
  });
}
