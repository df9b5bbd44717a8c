import { frozenTime, TimeProvider } from '@livestatus/ui';
import '@livestatus/ui/styles.css';
import '../styles.css';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { IntlProvider } from 'react-intl';
import { Gallery } from './gallery.tsx';
import './gallery.css';

/** Every component in every state, for looking at. Not part of the build that ships. */
const root = document.getElementById('root');
if (root === null) throw new Error('gallery.html has no #root');
createRoot(root).render(
  <IntlProvider locale="en" onError={() => undefined}>
    <TimeProvider time={frozenTime(0)}>
      <Gallery />
    </TimeProvider>
  </IntlProvider>,
);
