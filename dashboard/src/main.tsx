import { browserTime } from '@livestatus/ui';
import '@livestatus/ui/styles.css';
import './styles.css';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { IntlProvider } from 'react-intl';
import { App } from './app.tsx';
import { browserPorts } from './feed/browser-ports.ts';
import { startFeed } from './feed/feed.ts';
import { readerLocale } from './locale/locale.ts';
import { createDecide } from './turn/decide.ts';

/** The only place of the page where things are wired. */
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const feed = startFeed(browserPorts());
createRoot(root).render(
  <IntlProvider locale={readerLocale(navigator.languages)} defaultLocale="en" onError={ignoreMissingTranslation}>
    <App feed={feed} decide={createDecide(fetch)} time={browserTime} />
  </IntlProvider>,
);

/** There are no translations yet: the default messages are the texts; digits and dates are the reader's. */
function ignoreMissingTranslation(error: { code: string; message: string }): void {
  if (error.code !== 'MISSING_TRANSLATION' && error.code !== 'MISSING_DATA') throw new Error(error.message);
}
