import type { Session } from '@livestatus/contract';
import { browserTime, StatusBox } from '@livestatus/ui';
import '@livestatus/ui/styles.css';
import * as samples from '@livestatus/ui/samples';
import * as React from 'react';
import * as ReactDOM from 'react-dom';
import { IntlProvider } from 'react-intl';
import '../styles.css';
import './bench-api.ts';

/** One box that a browser test drives, on whichever React the build was told to take. */
const root = document.getElementById('root');
if (root === null) throw new Error('bench.html has no #root');

let session: Session = samples.longSession(2);
const draw = createRenderer(root);

/** One function for good: with another one each time every text would be made anew, which no host does. */
const ignore = (): void => undefined;

function element(shown: Session): React.ReactElement {
  return (
    <IntlProvider locale="en" onError={ignore}>
      <StatusBox session={shown} anchor={{ asOfMs: shown.as_of_ms, receivedAtMs: browserTime.now() }} />
    </IntlProvider>
  );
}

/** React 18 has roots, 17 has none: the plugin's hosts have either. */
function createRenderer(container: HTMLElement): (element: React.ReactElement | null) => void {
  if (!('createRoot' in ReactDOM)) {
    return (shown) => {
      if (shown === null) ReactDOM.unmountComponentAtNode(container);
      else ReactDOM.render(shown, container);
    };
  }
  // biome-ignore lint/suspicious/noExplicitAny: its type is in react-dom/client, which React 17 does not have
  const reactRoot = (ReactDOM as any).createRoot(container);
  return (shown) => ReactDOM.flushSync(() => reactRoot.render(shown));
}

/** After the next frame has been handed to the screen. */
function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

function oneMoreStep(): void {
  const last = session.steps.at(-1);
  const ended = last === undefined ? [] : [{ ...last, status: 'done' as const, ended_ms: samples.SAMPLE_NOW_MS }];
  const started = samples.sampleStep({ label: `Running \`step ${session.seq}\``, ago: 0 });
  session = { ...session, seq: session.seq + 1, steps: [...session.steps.slice(0, -1), ...ended, started] };
}

window.bench = {
  reactVersion: React.version,
  async first(steps) {
    draw(null);
    session = samples.longSession(steps);
    await painted();
    performance.mark('first-start');
    draw(element(session));
    await painted();
    performance.mark('first-end');
  },
  update() {
    oneMoreStep();
    performance.mark('update-start');
    draw(element(session));
    performance.mark('update-end');
  },
};
